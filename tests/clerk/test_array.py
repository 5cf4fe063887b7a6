"""The array as the clerk tells it: from ledgers and runs, and never more than they say."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import labctl
from labctl.clerk.array import array
from labctl.clerk.known_devices import KnownDevices
from labctl.ledger.ledger import Ledger
from procedures.array_read import ArrayRead
from procedures.base import Purpose
from procedures.program_verify import ProgramVerify
from tests.labctl.ledger_lines import RESISTANCE_OHM, apply

READ_V = [5e-3, -5e-3]
STRESS_V = [0.3, 0.0]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path, "dot18")


@pytest.fixture
def measured(tmp_path: Path) -> Iterator[labctl.Run]:
    with labctl.open_station("simulated", out=tmp_path, seed=1) as station:
        yield labctl.run(ArrayRead(), station, devices=["D01", "D02"])


def look(runs: Path) -> dict[str, dict[str, Any]]:
    answer = array({"station": "simulated", "runs": str(runs)})
    assert (answer["rows"], answer["columns"]) == (3, 6)
    assert answer["complete"]
    return {device["name"]: device for device in answer["devices"]}


def test_of_a_new_sample_nothing_is_known(tmp_path: Path) -> None:
    devices = look(tmp_path / "not there yet")
    assert len(devices) == 18
    assert {device["conductance_s"] for device in devices.values()} == {None}
    assert {device["regime"] for device in devices.values()} == {"untouched"}
    assert (devices["D08"]["row"], devices["D08"]["column"]) == (1, 1)
    assert "Nothing was applied so far" in devices["D01"]["lines"]


def test_a_device_that_was_read_has_the_conductance_that_the_run_found(
    tmp_path: Path, measured: labctl.Run
) -> None:
    devices = look(tmp_path)
    for found in measured.results["devices"]:
        device = devices[found["device"]]
        assert device["conductance_s"] == pytest.approx(found["conductance_s"], rel=1e-9)
        assert Path(device["run"]) == measured.folder
        assert not device["stale"]
    assert devices["D03"]["conductance_s"] is None


def test_what_a_run_aimed_at_is_the_target_until_other_stress_comes(tmp_path: Path) -> None:
    with labctl.open_station("simulated", out=tmp_path, seed=1) as station:
        run = labctl.run(ProgramVerify(target=10e-6), station, devices=["D01"])
    assert run.status == "finished", run.reason
    device = look(tmp_path)["D01"]
    assert device["target_s"] == pytest.approx(10e-6)
    assert device["error"] == pytest.approx(device["conductance_s"] / 10e-6 - 1)
    assert any(line.startswith("Target 10 µS, error") for line in device["lines"])
    apply(Ledger(tmp_path, "dot18"), "120000-iv_loop-D01-aaaa/0.0", STRESS_V)
    device = look(tmp_path)["D01"]
    assert (device["target_s"], device["error"]) == (None, None)


def test_stress_after_a_read_makes_it_stale(tmp_path: Path, ledger: Ledger) -> None:
    apply(ledger, "run-a/0", READ_V, purpose=Purpose.READ)
    assert not look(tmp_path)["D01"]["stale"]
    apply(ledger, "run-b/0", STRESS_V)
    device = look(tmp_path)["D01"]
    assert device["conductance_s"] == pytest.approx(1 / RESISTANCE_OHM)
    assert device["stale"]
    assert "Stress came after that: read it again" in device["lines"]
    assert device["run"] is None, "its folder was taken away"


def test_a_small_reading_within_stress_is_told_as_rough(tmp_path: Path, ledger: Ledger) -> None:
    apply(ledger, "run-a/0", [0.3, 0.02])
    device = look(tmp_path)["D01"]
    assert device["conductance_s"] == pytest.approx(1 / RESISTANCE_OHM)
    assert not device["stale"]
    assert device["lines"][0] == "1 µS, roughly"


def test_a_new_sample_has_no_state(tmp_path: Path, ledger: Ledger) -> None:
    apply(ledger, "run-a/0", READ_V, purpose=Purpose.READ)
    ledger.new_sample(seed=2)
    assert look(tmp_path)["D01"]["conductance_s"] is None


@pytest.mark.parametrize(
    ("lowest_v", "regime"), [(-0.3, "interface"), (-0.35, "filament"), (-0.5, "filament")]
)
def test_the_regime_is_what_the_voltages_seen_make_it(
    tmp_path: Path, ledger: Ledger, lowest_v: float, regime: str
) -> None:
    apply(ledger, "run-a/0", [lowest_v, 0.0])
    assert look(tmp_path)["D01"]["regime"] == regime
    assert look(tmp_path)["D01"]["cycles"] == 1


def test_a_quarantine_is_told_with_its_reason(tmp_path: Path, ledger: Ledger) -> None:
    ledger.quarantine("D02", "shorted")
    device = look(tmp_path)["D02"]
    assert device["quarantine"] == "shorted"
    assert device["lines"][-1].endswith("shorted")
    ledger.release("D02", "me", "it was the probe")
    assert look(tmp_path)["D02"]["quarantine"] is None


def test_a_ledger_is_read_again_only_when_it_grew(ledger: Ledger) -> None:
    devices = KnownDevices()
    apply(ledger, "run-a/0", READ_V, purpose=Purpose.READ)
    first = devices.known(ledger.device("D01"))
    assert devices.known(ledger.device("D01")) is first
    apply(ledger, "run-b/0", READ_V, purpose=Purpose.READ)
    assert devices.known(ledger.device("D01")).history.applications == 2


def test_long_ledgers_are_told_bit_by_bit(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here every look at the clock takes 0.1 s: three devices can be read at a time."""
    for name in ("D01", "D02", "D03", "D04"):
        apply(ledger, "run-a/0", READ_V, device=name, purpose=Purpose.READ)
    now_s = itertools.count(step=0.1)
    monkeypatch.setattr("labctl.clerk.array.time.monotonic", lambda: next(now_s))
    answer = array({"station": "simulated", "runs": str(tmp_path)})
    told = {device["name"]: device for device in answer["devices"]}
    assert not answer["complete"]
    assert told["D02"]["conductance_s"] is not None
    assert told["D04"]["lines"] == ["Its ledger is being read"]
    monkeypatch.undo()
    assert look(tmp_path)["D04"]["conductance_s"] is not None


@pytest.mark.parametrize("name", ["data.parquet", "data.csv"])
def test_a_run_that_cannot_be_read_has_no_target(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"torn")
    assert KnownDevices().target_s(tmp_path, "D01") is None
