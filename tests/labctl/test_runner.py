"""One run: what is checked before, what is recorded, and what is made of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from labctl.errors import BadInput
from labctl.runs.run import Run
from labctl.runs.run_folder import LIFE
from labctl.runs.runner import run
from procedures.errors import ParameterError
from tests.labctl.fakes import Rig, assert_safe
from tests.labctl.staircase import Staircase

DEVICES = ("D01", "D02", "D03")


def test_a_run_that_finishes(rig: Rig) -> None:
    told: list[float] = []
    done = run(Staircase(peak="200 mV"), rig.station, devices=DEVICES, progress=told.append)
    assert (done.status, done.reason, done.error) == ("finished", "", None)
    assert told == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert done.results == {"conductance_s": pytest.approx(1e-3), "rows": 15, "nothing": None}
    assert done.frame["Device"].unique().tolist() == list(DEVICES)
    assert done.frame["Flags"].dtype == "uint8"
    assert done.bench["closures"] == 3
    assert done.record["applications"] == {"stress": 3}
    assert_safe(rig, done)


def test_the_record_says_with_what_was_measured(rig: Rig) -> None:
    record = run(Staircase(peak=0.1 + 0.2), rig.station).record
    assert record["parameters"] == {"peak": 0.1 + 0.2, "speed": "fast", "regime": "interface"}
    assert record["devices"] == ["D01"]
    assert record["procedure_class"] == "tests.labctl.staircase.Staircase"
    assert record["limits"]["voltage_max"] == {
        "value": 0.5,
        "unit": "V",
        "set_by": "station 'bench in memory'",
        "allowed": True,
    }
    assert record["sample"]["id"] == "R3"
    assert record["instruments"]["smu"]["identity"] == "fake source"
    assert record["settings"]["at_start"]["matrix"] == {"closed": []}
    assert record["settings"]["at_end"]["smu"] == {"level_v": 0.0}
    assert record["data"]["rows"] == 5
    assert record["clock"]["origin_s"] == 1000.0
    assert record["versions"]["pymeasure"].startswith("0.16")
    assert record["ended"] >= record["started"]


def test_files_beside_the_rows(rig: Rig) -> None:
    done = run(Staircase(), rig.station)
    parquet = pd.read_parquet(done.folder / "data.parquet")
    pd.testing.assert_frame_equal(parquet, done.frame)
    assert "measuring staircase on D01" in (done.folder / "log.txt").read_text(encoding="utf-8")
    assert not (done.folder / LIFE).exists()


@pytest.mark.parametrize(
    ("devices", "words"),
    [
        (("D01", "D04"), "'D04'.*did you mean"),
        (("D01", "D01"), "named twice"),
        ((), "one or more"),
        ("D01", r"a list of names: \['D01'\]"),
    ],
)
def test_bad_devices_touch_nothing(rig: Rig, devices: tuple[str, ...], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        run(Staircase(), rig.station, devices=devices)
    assert rig.diary == []
    assert not rig.station.runs.exists()


def test_bad_parameters_touch_nothing(rig: Rig) -> None:
    with pytest.raises(ParameterError, match="no staircase"):
        run(Staircase(peak=0.0), rig.station)
    assert rig.diary == []
    assert not rig.station.runs.exists()


def test_device_count_is_enforced(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Staircase, "device_count", 2)
    with pytest.raises(BadInput, match="needs 2 devices, not 3"):
        run(Staircase(), rig.station, devices=DEVICES)
    assert run(Staircase(), rig.station).record["devices"] == ["D01", "D02"]


def test_parameters_are_frozen_when_the_run_begins(
    rig: Rig, trouble: Callable[[Callable[..., None]], None]
) -> None:
    procedure = Staircase(peak=0.1)
    trouble(lambda _: setattr(procedure, "peak", 0.4))
    done = run(procedure, rig.station, devices=DEVICES)
    assert done.parameters["peak"] == 0.1
    assert done.frame["Set voltage (V)"].max() == 0.1


def test_a_failed_analysis_keeps_the_rows_and_says_so(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Staircase, "analyse", lambda *_: {}["conductance"])
    done = run(Staircase(), rig.station)
    assert done.status == "failed"
    assert "analysis failed, the rows are kept" in done.reason
    assert len(done.frame) == 5


def test_what_is_derived_may_fail_without_failing_the_run(rig: Rig) -> None:
    seen: list[str] = []

    def report(done: Run) -> None:
        seen.append(done.status)
        raise OSError("no space for the report")

    done = run(Staircase(), rig.station, derive=[report])
    assert seen == ["finished"]
    assert done.status == "finished"
    assert "no space for the report" in done.record["warnings"][0]


def test_rows_come_from_the_bench_alone(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def measure(self: Any, _: object) -> Any:
        self.emit("results", {"Current (A)": 1.0})
        yield 1.0

    monkeypatch.setattr(Staircase, "measure", measure)
    done = run(Staircase(), rig.station)
    assert done.status == "failed"
    assert "rows come from bench.apply" in done.reason
