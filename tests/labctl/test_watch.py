"""Who answers for a run and who survives it, as the measuring process sees them."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from labctl.bench.station import open_station
from labctl.control.client import ChannelSilent, ask
from labctl.errors import LabError
from labctl.locks import holder
from labctl.runs import guarded
from labctl.runs.guarded import Guarded
from labctl.runs.run_control import RunControl
from labctl.runs.watch import watched

SAFE = {"verified": True, "failures": []}
DEADLINE_S = 30.0

LOYAL = """
import json, sys
orders = json.loads(sys.stdin.readline())
say = lambda message: (sys.stdout.write(json.dumps(message) + "\\n"), sys.stdout.flush())
say({"ready": "address of " + orders["folder"].rsplit("/", 1)[-1]})
for line in sys.stdin:
    say({"do": "told", "reason": line.strip()})
"""
"""A guardian that repeats what it is told."""
ORDERS = LOYAL + 'say({"do": "gone", "reason": ""})\n'
DYING = LOYAL.replace("for line", "raise SystemExit(3)\nfor line")
TORN = LOYAL.replace("for line", 'sys.stdout.write("{\\"do\\n")\nfor line')
STILLBORN = "raise SystemExit(1)"


class Heard:
    """Keeps what guardians forward, and lets a test wait for it."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, str]] = []
        self.addresses: list[str] = []
        self.given_up: list[str] = []
        self._news = threading.Condition()

    def obey(self, what: str, reason: str) -> None:
        with self._news:
            self.messages.append((what, reason))
            self._news.notify_all()

    def reached_at(self, address: str) -> None:
        with self._news:
            self.addresses.append(address)
            self._news.notify_all()

    def give_up(self, reason: str) -> None:
        with self._news:
            self.given_up.append(reason)
            self._news.notify_all()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(condition, DEADLINE_S)

    def wait_until_told(self, **expected: Any) -> None:
        """Until the guardian has heard all of this in one message."""

        def told() -> bool:
            said = [json.loads(reason) for what, reason in self.messages if what == "told"]
            return any(expected.items() <= one["status"].items() for one in said)

        self.wait_for(told)


@contextmanager
def guarded_by(
    monkeypatch: pytest.MonkeyPatch, folder: Path, heard: Heard, *scripts: str
) -> Iterator[Guarded]:
    """Guardians that do what the scripts say, one after another, the last one again and again."""
    coming = list(scripts)
    born: list[subprocess.Popen[bytes]] = []

    def spawn(log: Path) -> subprocess.Popen[bytes]:
        script = coming.pop(0) if len(coming) > 1 else coming[0]
        with log.open("ab") as errors:
            process = subprocess.Popen(
                [sys.executable, "-c", script],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        born.append(process)
        return process

    monkeypatch.setattr(guarded, "_spawn", spawn)
    watcher = Guarded(
        folder=folder,
        station_file=folder / "station.toml",
        runs=folder.parent,
        obey=heard.obey,
        reached_at=heard.reached_at,
        give_up=heard.give_up,
    )
    with watcher:
        yield watcher
    assert all(process.returncode is not None for process in born)


@pytest.fixture
def heard() -> Heard:
    return Heard()


def test_a_run_on_a_bench_in_this_process_answers_itself(tmp_path: Path) -> None:
    control = RunControl()
    folder = tmp_path / "run-1"
    folder.mkdir()
    with (
        open_station(out=tmp_path) as station,
        watched(station, folder, control) as watch,
    ):
        watch.tell(state="measuring", fraction=0.5)
        status = ask(folder, {"do": "status"})
        assert (status["run"], status["state"], status["fraction"]) == ("run-1", "measuring", 0.5)
        found = holder(station.locks[0].path)
        assert found is not None
        assert found["run"] == str(folder)
        ask(found["control"], {"do": "pause"})
        assert control.paused
        ask(folder, {"do": "go_on"})
        assert not control.paused
        assert ask(folder, {"do": "abort", "reason": "smoke"})["safe"] is None
        assert (control.stop_asked(), control.reason) == (True, "smoke")
        watch.stand_down(SAFE)
        assert ask(folder, {"do": "status"})["state"] == "safe"


def test_the_locks_forget_a_run_that_is_over(tmp_path: Path) -> None:
    folder = tmp_path / "run-1"
    folder.mkdir()
    with open_station(out=tmp_path) as station:
        with watched(station, folder, RunControl()):
            pass
        found = holder(station.locks[0].path)
        assert found is not None
        assert not {"run", "control"} & set(found)
        with pytest.raises(ChannelSilent):
            ask(folder, {"do": "status"})


def test_a_guardian_is_told_all_in_order(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, heard: Heard
) -> None:
    with guarded_by(monkeypatch, tmp_path, heard, ORDERS) as watch:
        assert heard.addresses == [f"address of {tmp_path.name}"]
        watch.tell(state="measuring")
        heard.wait_until_told(state="measuring")
        watch.tell(fraction=0.5)
        heard.wait_until_told(state="measuring", fraction=0.5)
        watch.stand_down(SAFE)
    *_, (_, last), end = heard.messages
    assert json.loads(last)["safe"] == SAFE
    assert end == ("gone", "")
    assert heard.given_up == []


def test_a_guardian_is_told_how_the_instruments_are_when_that_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, heard: Heard
) -> None:
    seen = {"output": False}
    with guarded_by(monkeypatch, tmp_path, heard, LOYAL) as watch:
        watch.look_at(lambda: seen)
        heard.wait_until_told(instruments={"output": False})
        seen["output"] = True
        heard.wait_until_told(instruments={"output": True})
        often = len(heard.messages)
    told = [json.loads(reason)["status"].get("instruments") for _, reason in heard.messages[:often]]
    changes = [one for one, before in zip(told, [None, *told], strict=False) if one != before]
    assert len(changes) <= 3  # none yet, off, on


def test_a_guardian_that_had_nothing_to_say_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, heard: Heard
) -> None:
    with guarded_by(monkeypatch, tmp_path, heard, LOYAL):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_dead_guardian_is_replaced_and_told_everything_again(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    heard: Heard,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with (
        caplog.at_level(logging.WARNING),
        guarded_by(monkeypatch, tmp_path, heard, DYING, LOYAL) as watch,
    ):
        watch.tell(state="measuring")
        heard.wait_until_told(state="measuring")
        assert len(heard.addresses) == 2
    assert "exit code 3; a new one starts" in caplog.text
    assert heard.given_up == []


def test_guardians_may_die_as_often_as_they_like(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, heard: Heard
) -> None:
    with guarded_by(monkeypatch, tmp_path, heard, *[DYING] * 4, LOYAL) as watch:
        watch.tell(state="measuring")
        heard.wait_until_told(state="measuring")
    assert heard.given_up == []


def test_a_message_torn_by_a_death_is_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, heard: Heard
) -> None:
    with guarded_by(monkeypatch, tmp_path, heard, TORN) as watch:
        watch.tell(state="measuring")
        heard.wait_until_told(state="measuring")
    assert {what for what, _ in heard.messages} == {"told"}


def test_without_a_guardian_nothing_is_touched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, heard: Heard
) -> None:
    with (
        pytest.raises(LabError, match="nothing was touched"),
        guarded_by(monkeypatch, tmp_path, heard, STILLBORN),
    ):
        pytest.fail("was touched")


def test_a_run_that_keeps_losing_its_guardians_is_stopped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, heard: Heard
) -> None:
    with guarded_by(monkeypatch, tmp_path, heard, DYING, STILLBORN):
        heard.wait_for(lambda: heard.given_up != [])
    assert "no guardian" in heard.given_up[0]


def test_a_guardian_that_hangs_does_not_hold_the_run_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, heard: Heard
) -> None:
    deaf = LOYAL.replace("for line in sys.stdin:", "import threading\nthreading.Event().wait()\n")
    monkeypatch.setattr(guarded, "ENDS_WITHIN_S", 0.2)
    with guarded_by(monkeypatch, tmp_path, heard, deaf.split("    say")[0]) as watch:
        for number in range(2000):
            watch.tell(fraction=number / 2000, note="x" * 1000)
