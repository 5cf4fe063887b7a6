"""`labctl ledger`: what it answers, in JSON and in words, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from drivers.roles import Waveform
from labctl.cli.main import main
from labctl.ledger.ledger import Ledger
from labctl.ledger.odometer import RelayOdometer
from procedures.base import Purpose
from tests.labctl.ledger_lines import application, apply


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A device that was read, stressed to -0.42 V, and then perhaps to -0.5 V."""
    ledger = Ledger(tmp_path, "dot18")
    apply(ledger, "first/0.0", [0.005, -0.005], device="D07", purpose=Purpose.READ)
    apply(ledger, "second/0.0", [-0.42, 0.0, 0.3, 0.0], device="D07", repeats=3)
    deeper = Waveform([-0.5, 0.0], 1e-3)
    ledger.begin(application(deeper, "D07"), deeper, "third/0.0")
    apply(ledger, "second/1.0", [0.1], device="D02")
    return tmp_path


def ask(runs: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["ledger", *words, "--out", str(runs)])
    return code, capsys.readouterr().out


def data(runs: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    code, said = ask(runs, capsys, *words, "--json")
    assert code == 0
    return json.loads(said)


def refusal(runs: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["ledger", *words, "--out", str(runs)]) == 2
    return capsys.readouterr().err


def test_a_device_s_history(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = data(runs, capsys, "D07")
    assert (told["sample"], told["device"]) == ("dot18", "D07")
    assert (told["min_v"], told["max_v"]) == (-0.5, 0.3)
    assert (told["cycles"], told["stress_pulses"], told["reads"]) == (4, 7, 2)
    assert told["runs"] == ["first", "second", "third"]
    assert told["uncertain"] == ["third/0.0"]
    assert told["state"]["stale"] is True
    _, words = ask(runs, capsys, "D07")
    for part in ("-500 mV, 300 mV", "4 with 7 pulses", "1 of them uncertain", "stress came after"):
        assert part in words


@pytest.mark.parametrize(
    ("asked", "word", "found"),
    [
        ("below -0.4 V", "Yes: -420 mV", ("second", False)),
        ("below -0.45 V", "Perhaps: -500 mV", ("third", True)),
        ("below -0.5 V", "No; lowest so far: -500 mV", None),
        ("above 299 mV", "Yes: 300 mV", ("second", False)),
        ("above 0.3 V", "No; highest so far: 300 mV", None),
    ],
)
def test_whether_it_ever_saw_a_voltage(
    runs: Path,
    capsys: pytest.CaptureFixture[str],
    asked: str,
    word: str,
    found: tuple[str, bool] | None,
) -> None:
    told = data(runs, capsys, "D07", "--ever", asked)
    assert told["ever"] is (found is not None)
    if found is None:
        assert told["evidence"] is None
    else:
        assert (told["evidence"]["run"], told["evidence"]["uncertain"]) == found
    code, words = ask(runs, capsys, "D07", "--ever", asked)
    assert code == 0
    assert f"? {word}" in words


def test_as_it_was_before_a_run(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = data(runs, capsys, "D07", "--before", "third", "--ever", "below -0.45 V")
    assert (told["cycles"], told["ever"]) == (3, False)
    assert "knows no run 'fourth'" in refusal(runs, capsys, "D07", "--before", "fourth")


def test_since_a_time(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert data(runs, capsys, "D07", "--since", "2020-01-01")["applications"] == 3
    assert data(runs, capsys, "D07", "--since", "2200-01-01T12:00")["applications"] == 0
    assert "is no time" in refusal(runs, capsys, "D07", "--since", "yesterday")


def test_the_last_applications(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entries = data(runs, capsys, "D07", "--entries", "2")["entries"]
    assert [entry["planned"] for entry in entries] == ["second/0.0", "third/0.0"]
    _, words = ask(runs, capsys, "D07", "--entries", "9")
    assert words.count("stress ") >= 2
    assert "not a whole number" in refusal(runs, capsys, "D07", "--entries", "all")


def test_every_device_of_a_sample(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = data(runs, capsys, "--all", "--ever", "below -0.4 V")
    assert {name: one["ever"] for name, one in told["devices"].items()} == {
        "D02": False, "D07": True,
    }  # fmt: skip
    _, words = ask(runs, capsys, "--all", "--ever", "below -0.4 V")
    assert "Ever below -400 mV?" in words
    _, words = ask(runs / "elsewhere", capsys, "--all")
    assert "nothing was applied so far" in words


def test_put_aside_and_released(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = data(runs, capsys, "D07", "--quarantine", "leaks")
    assert told["quarantine"]["reason"] == "leaks"
    assert "quarantine" in ask(runs, capsys, "--all")[1]
    assert "leaks (" in ask(runs, capsys, "D07")[1]
    assert data(runs, capsys, "D07", "--release", "looked at it")["quarantine"] is None
    assert "not in quarantine" in refusal(runs, capsys, "D07", "--release", "again")


def test_a_wired_device_that_has_seen_nothing(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert data(runs, capsys, "D01")["applications"] == 0


def test_a_sample_is_named(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert data(runs, capsys, "D07", "--sample", "dot18")["cycles"] == 4
    assert "did you mean 'dot18'" in refusal(runs, capsys, "D07", "--sample", "dot81")
    assert "knows no device 'D01'" in refusal(runs, capsys, "D01", "--sample", "dot18")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["D70"], "no device 'D70' in the station's wiring"),
        (["D07", "--ever", "beneath 1 V"], "is no question"),
        (["--all", "--release", "x"], "--release is for one device"),
        (["--relays", "--entries", "3"], "--entries is for one device"),
        (["D07", "--all"], "not allowed with"),
        ([], "one of the arguments DEVICE --all --relays is required"),
    ],
)
def test_what_cannot_be_answered(
    runs: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert told in refusal(runs, capsys, *words)


def test_the_relays(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no relay has closed" in ask(runs, capsys, "--relays")[1]
    odometer = RelayOdometer(runs, "Keithley Instruments Inc., Model 707B, 7, 1.0")
    odometer.closed(["1A01", "2B12"])
    odometer.closed(["1A01"], hot=True)
    told = data(runs, capsys, "--relays")
    matrix = "Keithley Instruments Inc., Model 707B, 7"
    assert told["relays"][matrix]["1A01"] == {"closures": 2, "hot": 1, "used": 1e-5}
    assert told["rated"] == {"closures": 100_000_000, "hot": 100_000}
    words = ask(runs, capsys, "--relays")[1]
    assert words.index("1A01") < words.index("2B12")
    assert "below 0.01 %" in words
    for _ in range(19):
        odometer.closed(["1A01"], hot=True)
    assert "0.02 %" in ask(runs, capsys, "--relays")[1]
