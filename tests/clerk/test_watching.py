"""How a bench is, told from its locks, its run's channel, and the run's folder."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import labctl
from labctl.bench.instrument_locks import instrument_lock_paths
from labctl.bench.station import read_station
from labctl.clerk.desk import Answer
from labctl.clerk.watching import SILENT_AFTER_S, BenchWatch, bench
from labctl.control.desk import Desk, Forward
from labctl.control.server import serving
from labctl.errors import BadInput
from labctl.locks import hold
from procedures.endurance import Endurance

SAFE = {"verified": True, "failures": [], "smu": {"output": "off"}, "matrix": {"closed": []}}
SEEN = {
    "output": True, "compliance_a": 1e-3, "device": "D01", "closed": ["1A01"], "set_v": 0.1,
    "voltage_v": 0.1, "current_a": 1e-6, "temperature_k": 300.0, "setpoint_k": 300.0,
    "time_s": 12.0, "clock": "real",
}  # fmt: skip


class Lab:
    """One station whose instruments have one lock, and its runs."""

    def __init__(self, folder: Path) -> None:
        self.runs = folder / "runs"
        self.runs.mkdir()
        self.lock = folder / "smu.lock"
        self.watch = BenchWatch([self.lock], self.runs)
        self.now_s = 100.0

    def look(self, later_s: float = 0.2) -> Answer:
        self.now_s += later_s
        return self.watch.look(self.now_s)

    def folder(self, name: str = "run-1", **record: Any) -> Path:
        folder = self.runs / "2026-01-01" / name
        folder.mkdir(parents=True, exist_ok=True)
        content = {"procedure": "iv_loop", "devices": ["D01"], "status": "running", **record}
        (folder / "run.json").write_text(json.dumps(content), encoding="utf-8")
        return folder

    @contextmanager
    def used(self, **facts: Any) -> Iterator[None]:
        who = {"what": "smu", "station": "probe", "file": "/lab/probe.toml", **facts}
        with hold(self.lock, who):
            yield

    @contextmanager
    def measuring(self, folder: Path, **facts: Any) -> Iterator[Desk]:
        desk = Desk(folder.name, os.getpid(), Forward(lambda *_: None))
        with (
            serving(folder, desk.answers) as address,
            self.used(run=str(folder), control=address, **facts),
        ):
            desk.tell(state="measuring", fraction=0.25, applications=3)
            desk.look_at(lambda: SEEN)
            yield desk


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def test_a_bench_that_nobody_uses_is_idle(lab: Lab) -> None:
    answer = lab.look()
    assert (answer["state"], answer["holder"], answer["run"]) == ("idle", None, None)
    assert answer["instruments"] is None


def test_who_serves_a_bench_does_not_use_it(lab: Lab) -> None:
    with lab.used(serves=True):
        assert lab.look()["state"] == "idle"


def test_somebody_who_measures_nothing_is_named(lab: Lab) -> None:
    with lab.used():
        answer = lab.look()
    assert answer["state"] == "starting"
    assert str(os.getpid()) in answer["holder"]
    assert "measures nothing" in answer["says"]


def test_a_run_tells_how_it_is(lab: Lab) -> None:
    folder = lab.folder()
    with lab.measuring(folder):
        answer = lab.look()
    assert answer["state"] == "measuring"
    assert answer["says"] == "measuring iv_loop on D01"
    assert (answer["run"], answer["ours"]) == (str(folder), True)
    assert (answer["fraction"], answer["applications"]) == (0.25, 3)
    assert answer["instruments"] == {**SEEN, "speed": 1.0, "safe": None}


def test_a_run_of_another_directory_is_not_ours(lab: Lab, tmp_path: Path) -> None:
    with lab.used(run=str(tmp_path / "elsewhere" / "run-1")):
        assert lab.look()["ours"] is False


@pytest.mark.parametrize("state", ["paused", "stopping"])
def test_its_states_are_told(lab: Lab, state: str) -> None:
    with lab.measuring(lab.folder()) as desk:
        desk.tell(state=state)
        assert lab.look()["state"] == state


def test_the_safe_state_is_told_with_its_evidence(lab: Lab) -> None:
    with lab.measuring(lab.folder()) as desk:
        lab.look()
        desk.stand_down(SAFE)
        answer = lab.look()
    assert answer["state"] == "safe"
    seen = answer["instruments"]
    assert (seen["output"], seen["closed"]) == (False, [])
    assert seen["safe"]["verified"] is True
    assert seen["safe"]["at"]


def test_what_is_not_verified_is_no_safe_state(lab: Lab) -> None:
    with lab.measuring(lab.folder()) as desk:
        desk.stand_down({"verified": False, "failures": ["smu: on"], "smu": {"error": "on"}})
        answer = lab.look()
    assert answer["state"] != "safe"
    assert answer["instruments"]["output"] is True
    assert answer["instruments"]["safe"]["verified"] is False


def test_an_end_is_told_once_with_what_became_of_it(lab: Lab) -> None:
    folder = lab.folder()
    with lab.measuring(folder):
        lab.look()
    lab.folder(status="finished", safe_state=SAFE)
    answer = lab.look()
    assert (answer["state"], answer["ended"]) == ("idle", [str(folder)])
    assert answer["says"] == "iv_loop on D01 finished; the bench is safe, read back"
    assert answer["instruments"]["safe"]["verified"] is True
    assert lab.look()["ended"] == []


def test_one_run_after_another_of_the_same_process(lab: Lab) -> None:
    first, second = lab.folder("run-1"), lab.folder("run-2")
    with lab.measuring(first):
        lab.look()
    with lab.measuring(second):
        answer = lab.look()
    assert (answer["run"], answer["ended"]) == (str(second), [str(first)])


def test_a_process_that_is_gone_leaves_its_guardian(lab: Lab) -> None:
    folder = lab.folder()
    with lab.measuring(folder):
        lab.look()
    assert "nobody has told yet" in lab.look()["says"]
    with lab.used(run=str(folder), guardian=True):
        answer = lab.look()
        assert (answer["state"], answer["ended"]) == ("gone", [])
        assert answer["instruments"]["output"] is None
    told = {"safe": SAFE, "safe_after_s": 0.03, "saved": {"rows": 3}}
    (folder / "guardian.json").write_text(json.dumps(told), encoding="utf-8")
    answer = lab.look()
    assert (answer["state"], answer["ended"], answer["run"]) == ("gone", [], None)
    assert "its guardian made the bench safe within 0.03 s" in answer["says"]
    assert answer["instruments"]["output"] is False


def test_a_guardian_that_could_not_help_says_so(lab: Lab) -> None:
    folder = lab.folder()
    with lab.measuring(folder):
        lab.look()
    told = {"safe": {"verified": False, "failures": ["smu: silent"]}, "saved": None}
    (folder / "guardian.json").write_text(json.dumps(told), encoding="utf-8")
    answer = lab.look()
    assert "could NOT verify that the bench is safe: smu: silent" in answer["says"]
    assert answer["instruments"]["output"] is None


def test_a_simulated_bench_goes_with_its_process(lab: Lab) -> None:
    with lab.measuring(lab.folder(), in_process=True):
        lab.look()
    answer = lab.look()
    assert answer["state"] == "gone"
    assert "the bench that it simulated with it" in answer["says"]


def test_a_run_that_is_resumed_is_followed_again(lab: Lab) -> None:
    folder = lab.folder()
    with lab.measuring(folder):
        lab.look()
    assert lab.look()["state"] == "gone"
    with lab.measuring(folder):
        assert lab.look()["state"] == "measuring"
    assert lab.look()["ended"] == [str(folder)]


def test_a_channel_that_is_silent_is_told_after_a_while(lab: Lab, tmp_path: Path) -> None:
    folder = lab.folder()
    with lab.used(run=str(folder), control=str(tmp_path / "nobody.sock")):
        assert lab.look()["state"] == "starting"
        answer = lab.look(SILENT_AFTER_S + 0.1)
    assert answer["state"] == "silent"
    assert "has not answered" in answer["says"]


def test_a_run_that_has_no_record_yet_is_called_by_its_folder(lab: Lab) -> None:
    with lab.used(run=str(lab.runs / "091500-iv_loop-D01-abcd")):
        assert lab.look()["says"] == "starting 091500-iv_loop-D01-abcd"


def test_of_a_real_run_everything_is_seen(tmp_path: Path) -> None:
    config = read_station("simulated")
    watch = BenchWatch(tuple(instrument_lock_paths(config, tmp_path)), tmp_path)
    answers: list[Answer] = []
    with labctl.open_station("simulated", out=tmp_path, seed=1) as station:
        done = labctl.run(
            Endurance(cycles=100),
            station,
            devices=["D02"],
            progress=lambda _: answers.append(watch.look(time.monotonic())),
        )
    measuring = answers[0]
    assert (measuring["state"], measuring["run"]) == ("measuring", str(done.folder))
    assert measuring["program"]
    seen = measuring["instruments"]
    assert (seen["output"], seen["device"], seen["clock"]) == (True, "D02", "virtual")
    assert seen["closed"] == ["1A02", "2B12"]
    assert seen["compliance_a"] > 0
    last = watch.look(time.monotonic())
    assert (last["state"], last["ended"]) == ("idle", [str(done.folder)])
    assert last["instruments"]["safe"]["verified"] is True


def test_an_unknown_station_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        next(bench({"station": "simulate", "runs": str(tmp_path)}))


def test_nothing_is_told_when_nothing_has_changed(tmp_path: Path) -> None:
    following = bench({"station": "simulated", "runs": str(tmp_path)})
    assert next(following) is not None
    assert [next(following) for _ in range(5)] == [None] * 5
