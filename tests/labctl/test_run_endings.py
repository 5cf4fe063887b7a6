"""However a run ends: safe instruments, kept rows, a true status."""

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

import pytest

from labctl.runs.run import Run
from labctl.runs.run_control import RunControl
from labctl.runs.run_folder import RECORD
from labctl.runs.runner import run
from procedures.errors import MeasurementStopped
from tests.labctl.fakes import Rig, assert_safe, raising
from tests.labctl.staircase import Staircase

DEVICES = ("D01", "D02", "D03")


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
    control = RunControl()
    done = run(
        Staircase(),
        rig.station,
        devices=DEVICES,
        control=control,
        progress=lambda _: control.ask_stop("enough"),
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
    (folder,) = (tmp_path / "runs").glob("2*/*")
    done = Run.load(folder)
    assert done.status == "incomplete"
    assert "process that measured is gone" in done.reason
    assert len(done.frame) == 5


def test_a_run_that_goes_on_is_running(
    rig: Rig, trouble: Callable[[Callable[..., None]], None]
) -> None:
    seen: list[str] = []

    def look(_: object) -> None:
        folder = next(rig.station.runs.glob("2*/*"))
        seen.append(Run.load(folder).status)

    trouble(look)
    run(Staircase(), rig.station)
    assert seen == ["running"]
