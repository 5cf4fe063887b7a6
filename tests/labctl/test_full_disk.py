"""A full disk: one clear message, safe instruments, nothing half done that looks finished."""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pymeasure.adapters import VISAAdapter

from labctl.atomic_file import replace_bytes
from labctl.bench.station import open_station
from labctl.errors import StorageError
from labctl.runs import run_life, runner
from labctl.runs.data_file import DataFile
from labctl.runs.run import Run
from labctl.runs.run_folder import write_record
from labctl.runs.run_log import RunLog
from labctl.runs.runner import run
from tests.labctl.fakes import Rig, assert_safe
from tests.labctl.staircase import Staircase


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def full_from(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """The record cannot be written from the n-th time on."""

    def arrange(first: int) -> None:
        real, calls = write_record, iter(range(1, 100))

        def write(folder: Path, record: Any) -> None:
            (full if next(calls) >= first else real)(folder, record)

        for module in (runner, run_life):
            monkeypatch.setattr(module, "write_record", write)

    return arrange


@pytest.mark.parametrize(("first", "rows"), [(2, 0), (3, 5)], ids=["at the start", "at the end"])
def test_a_record_that_cannot_be_written(
    rig: Rig, full_from: Callable[[int], None], first: int, rows: int
) -> None:
    full_from(first)
    with pytest.raises(StorageError, match=r"written \(No space left on device\).*--out"):
        run(Staircase(), rig.station)
    assert rig.diary[-2:] == ["source safe", "relays open"]
    (folder,) = rig.station.runs.glob("2*/*")
    done = Run.load(folder)
    assert done.status == "incomplete"
    assert len(done.frame) == rows


def test_a_folder_that_cannot_be_begun_touches_nothing(
    rig: Rig, full_from: Callable[[int], None]
) -> None:
    full_from(1)
    with pytest.raises(StorageError, match="No space left on device"):
        run(Staircase(), rig.station)
    assert rig.diary == []


def test_rows_that_cannot_be_written_end_the_run_with_what_to_do(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DataFile, "append", full)
    done = run(Staircase(), rig.station)
    assert (done.status, done.error) == ("failed", "StorageError")
    assert "No space left on device" in done.reason
    assert "--out" in done.reason
    assert rig.diary[-3:-1] == ["source safe", "relays open"]


def test_warnings_that_cannot_be_kept_do_not_undo_the_run(
    rig: Rig, full_from: Callable[[int], None]
) -> None:
    full_from(4)
    done = run(Staircase(), rig.station, derive=[full])
    assert done.status == "finished"
    assert Run.load(done.folder).status == "finished"
    assert any("keeping these warnings" in warning for warning in done.record["warnings"])
    assert_safe(rig, done)


def test_a_log_that_cannot_be_written_is_counted_not_printed(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(RunLog, "flush", full)
    done = run(Staircase(), rig.station)
    assert done.status == "finished"
    assert any("log.txt: " in warning for warning in done.record["warnings"])
    assert capsys.readouterr().err == ""


def test_no_half_of_a_file_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.html"
    replace_bytes(path, b"old")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        replace_bytes(path, b"new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.html"]
    assert path.read_bytes() == b"old"


def test_a_connection_that_cannot_be_closed_is_told_and_the_others_are_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    closed: list[str] = []
    close = VISAAdapter.close

    def fail_first(adapter: VISAAdapter) -> None:
        close(adapter)
        closed.append("one")
        if len(closed) == 1:
            full()

    monkeypatch.setattr(VISAAdapter, "close", fail_first)
    with caplog.at_level(logging.WARNING), open_station(out=tmp_path):
        pass
    assert len(closed) == 5
    assert "could not be closed: [Errno 28] No space left on device" in caplog.text
