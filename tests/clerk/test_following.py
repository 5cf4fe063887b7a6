"""A run is told as it is: what is new, at once, and the truth about a process that is gone."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import labctl
from labctl.clerk import following, run_state
from labctl.clerk.desk import Answer
from labctl.clerk.following import Follower
from labctl.clerk.messages import pack, read
from labctl.clerk.run_pictures import RunPictures, run_pictures
from labctl.errors import BadInput
from labctl.own_process import start_module
from labctl.runs.run import Run
from procedures.endurance import Endurance
from tests.clerk.growing import (
    OFF_S,
    ON_S,
    GrowingRun,
    all_told,
    growing_run,
    looks_until,
)

FACTS = {
    "folder", "procedure", "devices", "status", "reason", "simulated", "started", "ended", "rows",
    "report",
}  # fmt: skip


@pytest.fixture
def run(tmp_path: Path) -> Iterator[GrowingRun]:
    """A run that goes on; there are no rows yet."""
    with growing_run(tmp_path / "run") as made:
        yield made


def series(answer: Answer, plot: str, number: int = 0) -> dict[str, Any]:
    return next(p for p in answer["signals"] if p["name"] == plot)["series"][number]


def test_a_run_is_told_while_it_grows(run: GrowingRun) -> None:
    follower = Follower(run.folder)
    first = follower.look()
    assert first is not None
    assert first.keys() == FACTS
    assert (first["status"], first["rows"], first["devices"]) == ("running", 0, ["D01"])
    assert follower.look() is None
    for rows in (10, 200):
        run.grow(rows)
        told = follower.look()
        assert told is not None
        assert told["rows"] == run.rows
        assert [plot["name"] for plot in told["signals"]] == [
            "signal_voltage", "signal_current", "signal_conductance",
        ]  # fmt: skip
        assert series(told, "signal_voltage")["x"][-1] == pytest.approx(0.1 * (run.rows - 1))
        assert series(told, "signal_voltage", 1)["label"] == "measured"
        read_s = series(told, "signal_conductance")["y"]
        assert read_s.min() == pytest.approx(OFF_S, rel=0.011)
        assert read_s.max() == pytest.approx(ON_S, rel=0.011)
        pack(told)
    assert not follower.complete


def test_plots_and_findings_come_while_it_runs_and_once_more_at_its_end(run: GrowingRun) -> None:
    follower = Follower(run.folder)
    run.grow(40)
    told = looks_until(follower, lambda answer: "findings" in answer)[-1]
    assert told["status"] == "running"
    assert {"on_off", "cumulative_on"} <= {plot["name"] for plot in told["plots"]}
    ratio = next(found for found in told["findings"] if found["name"] == "ratio")
    assert float(ratio["value"].split()[0].strip("(")) == pytest.approx(100, rel=0.05)
    run.grow(20)
    run.end(status="aborted", reason="stopped: somebody wanted it")
    told = all_told(follower)
    assert (told["status"], told["reason"]) == ("aborted", "stopped: somebody wanted it")
    assert told["rows"] == 60
    on = next(plot for plot in told["plots"] if plot["name"] == "on_off")["series"][0]
    assert on["x"].size == 30
    assert "problem" not in told


def test_what_is_new_comes_while_the_plots_are_computed(
    run: GrowingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, computing = threading.Event(), threading.Event()

    def slow(*args: Any) -> RunPictures:
        computing.set()
        release.wait()
        return run_pictures(*args)

    monkeypatch.setattr(following, "run_pictures", slow)
    follower = Follower(run.folder)
    try:
        for _ in range(5):
            run.grow(10)
            told = follower.look()
            assert told is not None
            assert "signals" in told
            assert "plots" not in told
        assert computing.wait(10)
    finally:
        release.set()
    told = looks_until(follower, lambda answer: "plots" in answer)[-1]
    on = next(plot for plot in told["plots"] if plot["name"] == "on_off")["series"][0]
    assert on["x"].size == 5, "of the rows that there were when it began"
    told = looks_until(follower, lambda answer: "plots" in answer)[-1]
    assert next(p for p in told["plots"] if p["name"] == "on_off")["series"][0]["x"].size == 25


def test_a_process_that_is_gone_is_told_at_the_next_look(run: GrowingRun) -> None:
    follower = Follower(run.folder)
    run.grow(10)
    follower.look()
    run.vanish()
    told = follower.look()
    assert told is not None
    assert told["status"] == "incomplete"
    assert "the process that measured is gone" in told["reason"]
    assert all_told(follower)["plots"]


def test_a_run_that_ends_is_never_taken_for_one_that_is_gone(
    run: GrowingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    follower = Follower(run.folder)
    follower.look()
    load = Run.load

    def just_before_it_ends(folder: Path) -> Run:
        # The record is read, then the run ends, then its lock is looked at.
        monkeypatch.setattr(Run, "load", load)
        loaded = load(folder)
        run.record(status="aborted", reason="stopped")
        return loaded

    run.vanish()
    monkeypatch.setattr(Run, "load", just_before_it_ends)
    told = follower.look()
    assert told is not None
    assert told["status"] == "aborted"


def test_a_run_is_not_over_before_its_lock_is_free(run: GrowingRun) -> None:
    follower = Follower(run.folder)
    run.grow(4)
    run.record(status="aborted")
    assert looks_until(follower, lambda answer: "plots" in answer)[-1]["status"] == "aborted"
    follower.look()
    assert not follower.complete
    (run.folder / "report.html").write_text("the report is written last", encoding="utf-8")
    run.vanish()
    assert all_told(follower)["report"] == str(run.folder / "report.html")


def test_a_folder_without_a_record_waits_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    follower = Follower(folder)
    told = follower.look()
    assert told is not None
    assert (told["status"], told["rows"]) == ("starting", 0)
    assert not follower.complete
    monkeypatch.setattr(run_state, "PATIENCE_S", 0.0)
    told = follower.look()
    assert told is not None
    assert told["status"] == "incomplete"
    assert "run.json" in told["reason"]
    assert follower.complete


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 99}', '{"schema": 1}',
                                  '{"schema": 1, "status": "done"}'])  # fmt: skip
def test_a_record_that_cannot_be_read_is_told(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_state, "PATIENCE_S", 0.0)
    (tmp_path / "run.json").write_text(text, encoding="utf-8")
    told = all_told(Follower(tmp_path))
    assert told["status"] == "incomplete"
    assert "cannot be read" in told["reason"]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is not there"):
        next(following.run({"folder": str(tmp_path / "none")}))


def test_what_cannot_be_analysed_yet_is_no_problem_until_the_run_is_over(
    run: GrowingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def impatient(*_: object) -> dict[str, object]:
        raise ValueError("16,200 pulses are missing")

    monkeypatch.setattr(Endurance, "analyse", impatient)
    follower = Follower(run.folder)
    run.grow(10)
    told = looks_until(follower, lambda answer: "plots" in answer)[-1]
    assert "problem" not in told
    assert "findings" not in told
    run.end(status="aborted")
    answers = looks_until(follower, lambda _: False)
    problems = [answer["problem"] for answer in answers if "problem" in answer]
    assert problems == ["findings: could not be made: ValueError: 16,200 pulses are missing"]


def test_a_procedure_that_is_not_there_is_told_at_once(run: GrowingRun) -> None:
    run.record(status="running", procedure="of_another_lab")
    run.grow(10)
    follower = Follower(run.folder)
    told = follower.look()
    assert told is not None
    assert "'of_another_lab' is not there" in told["problem"]
    assert told["signals"]
    run.end(status="aborted", procedure="of_another_lab")
    assert "problem" not in all_told(follower)


def test_a_file_that_was_cut_is_told_anew(run: GrowingRun) -> None:
    follower = Follower(run.folder)
    run.grow(10)
    follower.look()
    data = run.folder / "data.csv"
    data.write_bytes(b"".join(data.read_bytes().splitlines(keepends=True)[:-4]))
    told = follower.look()
    assert told is not None
    assert told["rows"] == 6
    assert series(told, "signal_voltage")["x"].size == 6


def test_rows_that_cannot_be_read_are_a_problem_told_once(run: GrowingRun) -> None:
    run.grow(10)
    run.end(status="aborted")
    with (run.folder / "data.csv").open("ab") as file:
        file.write(b"torn,\n")
    answers = looks_until(Follower(run.folder), lambda _: False)
    assert sum("problem" in answer for answer in answers) == 1
    assert answers[-1]["rows"] == 10
    assert answers[-1]["plots"]


def test_a_real_run_is_followed_to_its_end(tmp_path: Path) -> None:
    followers: list[Follower] = []
    told: Answer = {}
    with labctl.open_station("simulated", out=tmp_path, seed=1) as station:
        done = labctl.run(
            Endurance(cycles=30),
            station,
            devices=["D03"],
            on_folder=lambda folder: followers.append(Follower(folder)),
            progress=lambda _: told.update(followers[0].look() or {}),
        )
    assert told["status"] == "running"
    told |= all_told(followers[0])
    assert told["status"] == "finished"
    assert told["simulated"] is True
    assert told["rows"] == len(done.frame)
    assert told["report"] == str(done.folder / "report.html")
    assert len(told["findings"]) > 10
    assert "signal_temperature" in {plot["name"] for plot in told["signals"]}
    voltage = series(told, "signal_voltage")["y"]
    assert np.nanmax(voltage) == done.frame["Set voltage (V)"].max()


def test_a_clerk_follows_a_run_for_the_window(run: GrowingRun) -> None:
    run.grow(10)
    clerk = start_module(
        "labctl.clerk", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    with clerk:
        assert clerk.stdin is not None
        assert clerk.stdout is not None
        clerk.stdin.write(pack({"do": "run", "id": 7, "folder": str(run.folder)}))
        clerk.stdin.flush()
        first = read(clerk.stdout)
        assert first is not None
        assert (first["id"], first["answer"]["status"]) == (7, "running")
        assert series(first["answer"], "signal_voltage")["x"].size == 10
        run.end(status="aborted")
        messages = []
        while (message := read(clerk.stdout)) is not None and "ended" not in message:
            messages.append(message["answer"])
        assert messages[-1]["status"] == "aborted"
        assert any("plots" in answer for answer in messages)
        clerk.stdin.close()


def test_the_following_ends_when_all_is_told(run: GrowingRun) -> None:
    run.grow(10)
    run.end(status="aborted")
    answers = [answer for answer in following.run({"folder": str(run.folder)}) if answer]
    assert answers[-1]["status"] == "aborted"
    assert "plots" in answers[-1]
