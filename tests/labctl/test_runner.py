"""One run from beginning to end: whatever happens, safe instruments, kept rows, a true status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from labctl.errors import BadInput
from labctl.runs.run import Run
from labctl.runs.run_folder import LIFE, RECORD
from labctl.runs.runner import run
from labctl.runs.stop_signals import StopRequest
from procedures.errors import MeasurementStopped, ParameterError
from tests.labctl.fakes import Rig, make_rig
from tests.labctl.staircase import Staircase

DEVICES = ("D01", "D02", "D03")


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return make_rig(tmp_path)


@pytest.fixture
def trouble(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., None]], None]:
    """Makes the procedure do something after its first application."""

    def arrange(what: Callable[..., None]) -> None:
        monkeypatch.setattr(Staircase, "trouble", staticmethod(what))

    return arrange


def raising(error: BaseException) -> Callable[..., None]:
    def trouble(_: object) -> None:
        raise error

    return trouble


def assert_safe(rig: Rig, done: Run) -> None:
    assert rig.diary[-2:] == ["source safe", "relays open"]
    assert rig.matrix.now_closed == ()
    assert done.record["safe_state"]["verified"] is True
    assert not rig.station.touched


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
    assert record["parameters"] == {"peak": 0.1 + 0.2, "speed": "fast"}
    assert record["devices"] == ["D01"]
    assert record["procedure_class"] == "tests.labctl.staircase.Staircase"
    assert record["limits"]["voltage_max"] == {
        "value": 0.5,
        "unit": "V",
        "set_by": "station 'bench in memory'",
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


@pytest.mark.parametrize(
    ("error", "status", "name"),
    [
        (MeasurementStopped("device is stuck"), "failed", "MeasurementStopped"),
        (ZeroDivisionError(), "failed", "ZeroDivisionError"),
        (KeyboardInterrupt(), "aborted", None),
        (SystemExit(1), "aborted", None),
    ],
)
def test_whatever_a_procedure_raises_ends_safe_with_its_rows(
    rig: Rig,
    trouble: Callable[[Callable[..., None]], None],
    error: BaseException,
    status: str,
    name: str | None,
) -> None:
    trouble(raising(error))
    done = run(Staircase(), rig.station, devices=DEVICES)
    assert (done.status, done.error) == (status, name)
    assert done.reason
    assert len(done.frame) == done.record["data"]["rows"] == 5
    assert done.results == {}
    assert_safe(rig, done)


def test_a_limit_stops_the_run_and_is_named(rig: Rig) -> None:
    done = run(Staircase(peak=1.0), rig.station)
    assert (done.status, done.error) == ("failed", "LimitRefused")
    assert "1 V is above the limit of 0.5 V" in done.reason
    assert "play 5 points" not in rig.diary
    assert_safe(rig, done)


def test_somebody_else_may_stop_the_run(rig: Rig) -> None:
    stop = StopRequest()
    done = run(
        Staircase(), rig.station, devices=DEVICES, stop=stop, progress=lambda _: stop.ask("enough")
    )
    assert (done.status, done.reason) == ("aborted", "stopped: enough")
    assert len(done.frame) == 5
    assert_safe(rig, done)


def test_a_run_in_another_thread_takes_no_signals(rig: Rig) -> None:
    before = signal.getsignal(signal.SIGINT)
    found: list[Any] = []

    def work() -> None:
        found.append(
            run(Staircase(), rig.station, progress=lambda _: found.append(signal.getsignal(2)))
        )

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found[0] is before
    assert found[1].status == "finished"


@pytest.mark.skipif(os.name == "nt", reason="os.kill ends the process on Windows")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_aborts_at_the_next_row(
    rig: Rig, trouble: Callable[[Callable[..., None]], None], number: signal.Signals
) -> None:
    before = signal.getsignal(number)
    trouble(lambda _: os.kill(os.getpid(), number))
    done = run(Staircase(), rig.station, devices=DEVICES)
    assert (done.status, done.reason) == ("aborted", f"stopped: {number.name}")
    assert len(done.frame) == 5
    assert_safe(rig, done)
    assert signal.getsignal(number) is before


@pytest.mark.skipif(os.name == "nt", reason="os.kill ends the process on Windows")
def test_a_second_signal_ends_a_procedure_that_hangs(
    rig: Rig, trouble: Callable[[Callable[..., None]], None]
) -> None:
    reached: list[str] = []

    def hang(_: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        reached.append("first")
        os.kill(os.getpid(), signal.SIGINT)
        reached.append("second")

    trouble(hang)
    done = run(Staircase(), rig.station, devices=DEVICES)
    assert reached == ["first"]
    assert done.status == "aborted"
    assert_safe(rig, done)


@pytest.mark.skipif(os.name == "nt", reason="os.kill ends the process on Windows")
def test_signals_never_cut_the_safe_state_short(
    rig: Rig,
    trouble: Callable[[Callable[..., None]], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trouble(raising(KeyboardInterrupt()))
    make_safe = rig.matrix.make_safe

    def interrupted() -> dict[str, object]:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        return make_safe()

    monkeypatch.setattr(rig.matrix, "make_safe", interrupted)
    done = run(Staircase(), rig.station, devices=DEVICES)
    assert done.status == "aborted"
    assert_safe(rig, done)


def test_instruments_not_shown_safe_fail_the_run(rig: Rig) -> None:
    rig.smu.unsafe = True
    done = run(Staircase(), rig.station)
    assert (done.status, done.error) == ("failed", "UnsafeState")
    assert "NOT verified safe" in done.reason
    assert "output is still on" in done.reason
    assert rig.diary[-1] == "relays open"
    assert rig.station.touched


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


def test_a_run_of_a_dead_process_is_incomplete(rig: Rig) -> None:
    done = run(Staircase(), rig.station)
    record = done.folder / RECORD
    text = json.loads(record.read_text(encoding="utf-8")) | {"status": "running"}
    record.write_text(json.dumps(text), encoding="utf-8")
    assert Run.load(done.folder).status == "incomplete"


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_killed_run_keeps_its_rows_and_is_incomplete(tmp_path: Path) -> None:
    script = (
        "import os, pathlib\n"
        "from labctl.runs.runner import run\n"
        "from tests.labctl.fakes import make_rig\n"
        "from tests.labctl.staircase import Staircase\n"
        "Staircase.trouble = staticmethod(lambda _: os.kill(os.getpid(), 9))\n"
        f"rig = make_rig(pathlib.Path({str(tmp_path)!r}))\n"
        "run(Staircase(), rig.station, devices=['D01', 'D02'])\n"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", script], cwd=root, check=False).returncode == -9
    (folder,) = (tmp_path / "runs").glob("*/*")
    done = Run.load(folder)
    assert done.status == "incomplete"
    assert "process that measured is gone" in done.reason
    assert len(done.frame) == 5


def test_a_run_that_goes_on_is_running(
    rig: Rig, trouble: Callable[[Callable[..., None]], None]
) -> None:
    seen: list[str] = []

    def look(_: object) -> None:
        folder = next(rig.station.runs.glob("*/*"))
        seen.append(Run.load(folder).status)

    trouble(look)
    run(Staircase(), rig.station)
    assert seen == ["running"]
