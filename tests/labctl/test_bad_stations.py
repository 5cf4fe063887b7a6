"""Stations that cannot be opened, on the command line: what is said, and what is left behind."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from labctl.bench.station import STATIONS
from labctl.cli.answer import ExitCode
from labctl.cli.main import main
from tests.labctl.station_files import PROBE, SIMULATED, station_file

WORLD = (STATIONS / "simulated_world.toml").read_text(encoding="utf-8")
SWAPPED = (
    ("GPIB0::26::INSTR", "the other"),
    ("GPIB0::12::INSTR", "GPIB0::26::INSTR"),
    ("the other", "GPIB0::12::INSTR"),
)


@dataclass(frozen=True)
class Case:
    name: str
    changes: tuple[tuple[str, str], ...]
    code: ExitCode
    words: tuple[str, ...]
    """What is said, each once."""
    text: str = SIMULATED


BAD_INPUT, FAILED = ExitCode.BAD_INPUT, ExitCode.FAILED
CASES = [
    Case("crosspoint twice", (('D02 = "1A02"', 'D02 = "1A01"'),), BAD_INPUT, ("'1A01' belongs",)),
    Case("no crosspoint", (('"1A02"', '"1Z02"'),), BAD_INPUT, ("'1Z02' is no crosspoint",)),
    Case("no TOML", (("schema = 1", "schema = = 1"),), BAD_INPUT, ("is not TOML",)),
    Case("no address", (("GPIB0::26::INSTR", " "),), BAD_INPUT, ("smu.resource: must not be",)),
    Case("no matrix", (("[instruments.matrix]", "[instruments.x]"),), BAD_INPUT, ("unknown key",)),
    Case("no library", (("@ag2s", "@nobody"),), BAD_INPUT, ("pyvisa_nobody",)),
    Case("library without @", (('"@ag2s"', '"ag2s"'),), BAD_INPUT, ("such as '@ag2s'",)),
    Case("nobody there", (("GPIB0::26", "GPIB0::5"),), FAILED, ("smu at GPIB0::5::INSTR: VI_ERR",)),
    Case("no such address", (("GPIB0::26::INSTR", "banana"),), FAILED, ("smu at banana: ",)),
    Case(
        "swapped", SWAPPED, FAILED,
        (
            "smu at GPIB0::12::INSTR: Keithley 2636B: expected a Keithley 2636B, but 'LSCI",
            "temperature at GPIB0::26::INSTR: Lake Shore 336: expected a Lake Shore 336, but 'Keit",
        ),
    ),
    Case("not a clock", (("::30::", "::16::"),), FAILED, ("clock at GPIB0::16::INSTR: ",)),
    Case(
        "all the same", (('library = ""', 'library = "@ag2s"'), ("GPIB0", "GPIB7")), FAILED,
        ("smu at GPIB7::26::INSTR, matrix at GPIB7::16::INSTR, temperature at GPIB7::12", "VI_ERR"),
        text=PROBE,
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_station_that_cannot_be_opened(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = station_file(tmp_path, *case.changes, text=case.text)
    runs = tmp_path / "runs"
    words = ["run", "kernel_encoding", "--station", str(path), "--out", str(runs)]
    assert main(words) == case.code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Traceback" not in shown.err
    assert str(path) in shown.err or case.name == "no library"
    assert [shown.err.count(part) for part in case.words] == [1] * len(case.words)
    assert list(runs.glob("*/*")) == []
    assert main([*words, "--json"]) == case.code
    assert list(json.loads(capsys.readouterr().out)) == ["error"]


@dataclass(frozen=True)
class World:
    name: str
    world: bytes
    code: ExitCode
    words: str
    state: str | None = None


WORLDS = [
    World("no TOML", b"seed = = 1", BAD_INPUT, "is not valid TOML"),
    World("unknown key", b"sed = 1", BAD_INPUT, "did you mean 'seed'?"),
    World("no text", bytes(range(256)), BAD_INPUT, "simulated_world.toml cannot be read"),
    World("state cut off", WORLD.encode(), FAILED, "with a new array", state='{"seed": 1'),
    World("empty state", WORLD.encode(), FAILED, "with a new array", state=""),
    World("other state", WORLD.encode(), FAILED, "its schema is not", state='{"a": 1}'),
]


@pytest.mark.parametrize("case", WORLDS, ids=lambda case: case.name)
def test_a_damaged_world_is_told_once(
    case: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "simulated_world.toml").write_bytes(case.world)
    if case.state is not None:
        (tmp_path / "simulated_world.state.json").write_text(case.state, encoding="utf-8")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert main(["run", "kernel_encoding", "--out", str(tmp_path)]) == case.code
    shown = capsys.readouterr()
    assert shown.err.count(case.words) == 1
    assert "Traceback" not in shown.err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "Is a directory"), (bytes(range(256)), "is not UTF-8 text")],
    ids=["directory", "binary"],
)
def test_a_station_that_is_no_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, words: str
) -> None:
    path = tmp_path / "bench.toml"
    path.mkdir() if content is None else path.write_bytes(content)
    assert main(["station", "show", str(path)]) == BAD_INPUT
    error = capsys.readouterr().err
    assert words in error or "ermission" in error  # what Windows says of a directory
    assert str(path) in error


def test_a_directory_with_at_is_not_even_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "kernel_encoding", "--out", str(tmp_path / "a@b")]) == BAD_INPUT
    assert "must not contain '@'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_station_check_shows_how_the_instruments_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["station", "check", str(station_file(tmp_path)), "--out", str(tmp_path)]
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert "source output       off" in shown
    assert "closed crosspoints  none" in shown
    assert main([*words, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["instruments"]["closed"] == answer["settings"]["matrix"]["closed"] == []
    assert answer["instruments"]["setpoint_k"] == answer["settings"]["temperature"]["setpoint_k"]


def test_station_check_shows_who_answered_and_who_did_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = station_file(tmp_path, ("GPIB0::26::INSTR", "GPIB0::5::INSTR"))
    words = ["station", "check", str(path), "--out", str(tmp_path)]
    assert main(words) == FAILED
    shown = capsys.readouterr()
    assert "MODEL336" in shown.out
    assert "smu at GPIB0::5::INSTR" in shown.err
    assert main([*words, "--json"]) == FAILED
    answer = json.loads(capsys.readouterr().out)
    assert set(answer["identities"]) == {"matrix", "temperature", "clock", "bending"}
    assert set(answer["failures"]) == {"smu"}
    assert "smu at GPIB0::5::INSTR" in answer["error"]
