"""The queue with its processes: what ends is told, and a new window finds what is there."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from labctl.gui.queue import queue_file
from labctl.gui.queue.item import State
from labctl.gui.queue.queue_keeper import QueueKeeper
from labctl.gui.queue.queue_model import Hold, OnFailure
from labctl.gui.session import Session
from labctl.locks import hold
from tests.gui.fakes import STATION, FakeLink
from tests.gui.queue_bench import Started, let_end, started

__all__ = ["started"]

PATIENCE_MS = 10_000


@pytest.fixture
def told(session: Session) -> list[tuple[str, str]]:
    messages: list[tuple[str, str]] = []
    session.told.connect(lambda level, text: messages.append((level, text)))
    return messages


@pytest.fixture
def keeper(session: Session) -> Iterator[QueueKeeper]:
    made = opened(session)
    yield made
    made.close()


def opened(session: Session) -> QueueKeeper:
    """A window's queue at the station."""
    keeper = QueueKeeper(session)
    session.station_changed.emit(STATION)
    return keeper


def another_window(session: Session) -> Session:
    other = Session(session.runs, new_clerk=FakeLink)
    other.open_station("simulated")
    other.office.answer("station", STATION)
    return other


def give(session: Session, *procedures: str, now: bool = False, **more: Any) -> None:
    for procedure in procedures:
        order = {"procedure": procedure, "values": {}, "devices": ["D01"], "limits": {}}
        session.order_given.emit({**order, "now": now, **more})


def states(keeper: QueueKeeper) -> list[str]:
    return [item.state.value for item in keeper.queue.items]


def wait(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=PATIENCE_MS)


def test_start_runs_at_once_and_what_is_added_follows(
    qtbot: QtBot, session: Session, keeper: QueueKeeper, started: Started
) -> None:
    give(session, "long", now=True)
    assert states(keeper) == ["running"]
    give(session, "good")
    wait(qtbot, lambda: keeper.queue.items[0].folder is not None)
    assert session.run == keeper.queue.items[0].folder, "it is shown live"
    let_end(session.run)
    wait(qtbot, lambda: states(keeper) == ["finished", "finished"])
    assert keeper.queue.hold is Hold.IDLE


def test_what_is_added_to_a_queue_at_rest_waits(
    session: Session, keeper: QueueKeeper, started: Started, told: list[tuple[str, str]]
) -> None:
    give(session, "good")
    assert states(keeper) == ["waiting"]
    assert not started.words
    assert "start it there" in told[-1][1]


def test_start_while_something_runs_is_first_in_line(
    qtbot: QtBot,
    session: Session,
    keeper: QueueKeeper,
    started: Started,
    told: list[tuple[str, str]],
) -> None:
    give(session, "long", now=True)
    give(session, "good")
    give(session, "urgent", now=True)
    assert [item.procedure for item in keeper.queue.waiting] == ["urgent", "good"]
    assert "first in line" in told[-1][1]
    wait(qtbot, lambda: keeper.queue.items[0].folder is not None)
    let_end(keeper.queue.items[0].folder)
    wait(qtbot, lambda: states(keeper) == ["finished"] * 3)


def test_a_start_does_not_release_a_queue_on_hold(
    qtbot: QtBot, session: Session, keeper: QueueKeeper, started: Started
) -> None:
    give(session, "bad", now=True)
    give(session, "later")
    wait(qtbot, lambda: keeper.queue.hold is Hold.FAILED)
    give(session, "good", now=True)
    wait(qtbot, lambda: "finished" in states(keeper))
    assert states(keeper) == ["failed", "finished", "waiting"]
    assert len(started.words) == 2


def test_a_failure_says_why_and_holds_or_goes_on_as_set(
    qtbot: QtBot,
    session: Session,
    keeper: QueueKeeper,
    started: Started,
    told: list[tuple[str, str]],
) -> None:
    give(session, "good", "bad", "good")
    keeper.change(lambda queue: queue.go_on())
    wait(qtbot, lambda: states(keeper) == ["finished", "failed", "waiting"])
    assert keeper.queue.items[1].why == "the compliance was reached"
    assert ("error", "bad D01 failed: the compliance was reached") in told
    keeper.change(lambda queue: queue.decide(OnFailure.GO_ON))
    give(session, "refused", now=False)
    give(session, "good")
    keeper.change(lambda queue: queue.go_on())
    wait(qtbot, lambda: states(keeper)[2:] == ["finished", "failed", "finished"])
    assert keeper.queue.items[3].why == "peaks: 9 V is outside its limits"
    assert keeper.queue.items[3].folder is None


def test_a_process_that_breaks_before_it_has_a_folder_says_its_last_words(
    qtbot: QtBot, session: Session, keeper: QueueKeeper, started: Started
) -> None:
    give(session, "silent", now=True)
    wait(qtbot, lambda: states(keeper) == ["failed"])
    assert keeper.queue.items[0].why == "Traceback: it broke"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs signals")
def test_a_killed_run_is_interrupted_and_can_go_on(
    qtbot: QtBot, session: Session, keeper: QueueKeeper, started: Started
) -> None:
    keeper.change(lambda queue: queue.decide(OnFailure.GO_ON))
    give(session, "long", now=True)
    give(session, "good")
    wait(qtbot, lambda: keeper.queue.items[0].folder is not None)
    os.kill(started.processes[0].pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: states(keeper) == ["interrupted", "waiting"], timeout=1000)
    assert "exit code -9" in keeper.queue.items[0].why
    assert keeper.queue.hold is Hold.INTERRUPTED, "whatever is set for failures"
    folder = keeper.queue.items[0].folder
    keeper.resume(keeper.queue.items[0].id)
    wait(qtbot, lambda: states(keeper) == ["finished", "waiting"])
    assert started.words[1][:3] == ["run", "--resume", folder]


def test_a_run_is_started_with_what_was_ordered(
    session: Session, keeper: QueueKeeper, started: Started
) -> None:
    order = {
        "procedure": "long",
        "values": {"peaks": "-0.2 V, 0.2 V"},
        "devices": ["D01", "D07"],
        "limits": {"voltage_max": "0.3 V"},
        "now": True,
    }
    session.order_given.emit(order)
    words = started.words[0]
    assert words[:4] == ["run", "long", "--station", STATION["file"]]
    for option, value in (
        ("--device", "D01,D07"),
        ("--set", "peaks=-0.2 V, 0.2 V"),
        ("--limit", "voltage_max=0.3 V"),
        ("--out", str(session.runs)),
    ):
        assert words[words.index(option) + 1] == value
    assert "--json" in words


def test_stop_before_the_run_has_begun_ends_its_process(
    qtbot: QtBot, session: Session, keeper: QueueKeeper, started: Started
) -> None:
    give(session, "slow_start", now=True)
    give(session, "good")
    keeper.hold()  # what STOP does
    wait(qtbot, lambda: states(keeper) == ["aborted", "waiting"])
    assert keeper.queue.items[0].why == "stopped before anything was touched"
    assert keeper.queue.next is None


def test_nothing_begins_while_somebody_else_uses_the_bench(
    qtbot: QtBot, session: Session, keeper: QueueKeeper, started: Started
) -> None:
    busy = {"state": "measuring", "holder": "labctl run (process 7)", "run": "/other", "ended": []}
    session.watched.emit(busy)
    give(session, "good", now=True)
    assert states(keeper) == ["waiting"]
    session.watched.emit(busy | {"state": "idle", "holder": None, "run": None})
    wait(qtbot, lambda: states(keeper) == ["finished"])


def test_a_new_window_finds_the_run_and_waits_for_a_person(
    qtbot: QtBot, session: Session, started: Started
) -> None:
    first = opened(session)
    give(session, "long", now=True)
    give(session, "good")
    wait(qtbot, lambda: first.queue.items[0].folder is not None)
    folder = Path(str(first.queue.items[0].folder))
    first.close()
    first.deleteLater()
    with hold(folder / "run.lock", {"run": str(folder)}):
        other = another_window(session)
        second = opened(other)
        assert states(second) == ["running", "waiting"]
        let_end(str(folder))
        started.processes[0].wait()
    wait(qtbot, lambda: states(second) == ["finished", "waiting"])
    assert second.queue.hold is Hold.RESTART
    second.change(lambda queue: queue.go_on())
    wait(qtbot, lambda: states(second) == ["finished", "finished"])
    second.close()


def test_a_new_window_says_what_was_interrupted_without_it(
    qtbot: QtBot, session: Session, started: Started
) -> None:
    first = opened(session)
    give(session, "long", now=True)
    wait(qtbot, lambda: first.queue.items[0].folder is not None)
    first.close()
    first.deleteLater()
    started.processes[0].kill()
    started.processes[0].wait()
    second = opened(another_window(session))
    assert states(second) == ["interrupted"]
    assert second.queue.items[0].resumable
    second.close()


def test_a_second_window_can_only_look(
    qtbot: QtBot, session: Session, keeper: QueueKeeper, started: Started
) -> None:
    give(session, "good")
    other = another_window(session)
    second = opened(other)
    heard: list[str] = []
    other.told.connect(lambda _, text: heard.append(text))
    assert str(os.getpid()) in second.owner
    assert states(second) == ["waiting"]
    give(other, "intruder", now=True)
    assert states(second) == ["waiting"]
    assert "belongs to" in heard[-1]
    give(session, "more")
    wait(qtbot, lambda: states(second) == ["waiting", "waiting"])
    keeper.close()
    wait(qtbot, lambda: second.owner == "")
    assert second.queue.hold is Hold.RESTART
    second.close()


def test_a_damaged_queue_is_set_aside(session: Session, told: list[tuple[str, str]]) -> None:
    home = session.runs / "window"
    home.mkdir(parents=True)
    (home / "queue-simulated.json").write_text('{"schema": 1, "items": [{"id"', encoding="utf-8")
    keeper = opened(session)
    assert keeper.queue.items == ()
    (aside,) = home.glob("queue-simulated.damaged-*")
    assert aside.name in told[-1][1]
    assert aside.read_text(encoding="utf-8").startswith('{"schema"')
    keeper.close()


def test_a_full_disk_is_told_and_the_queue_goes_on(
    qtbot: QtBot,
    session: Session,
    keeper: QueueKeeper,
    started: Started,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []
    session.told.connect(lambda _, text: told.append(text))

    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(queue_file, "replace_text", full)
    give(session, "good", now=True)
    assert any("No space left on device" in text for text in told)
    wait(qtbot, lambda: states(keeper) == ["finished"])


def test_the_file_is_as_the_queue_after_every_change(session: Session, keeper: QueueKeeper) -> None:
    path = session.runs / "window" / "queue-simulated.json"
    give(session, "a", "b")
    keeper.change(lambda queue: queue.move([queue.items[1].id], up=True))
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert [item["procedure"] for item in kept["items"]] == ["b", "a"]
    keeper.remove([keeper.queue.items[0].id])
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert [item["procedure"] for item in kept["items"]] == ["a"]


def test_what_was_stopped_holds_the_queue(
    session: Session, keeper: QueueKeeper, started: Started
) -> None:
    give(session, "long", now=True)
    give(session, "good")
    keeper.queue.end(keeper.queue.items[0].id, State.ABORTED)
    assert keeper.queue.next is None


def test_a_run_that_does_not_answer_is_stopped_by_a_signal(
    qtbot: QtBot, session: Session, keeper: QueueKeeper, started: Started
) -> None:
    give(session, "long", now=True)
    wait(qtbot, lambda: keeper.queue.items[0].folder is not None)
    keeper.stop()  # its folder has no channel
    wait(qtbot, lambda: states(keeper) == ["interrupted"])


def test_what_is_known_goes_on_in_its_own_row(
    qtbot: QtBot, session: Session, keeper: QueueKeeper, started: Started
) -> None:
    give(session, "long", now=True)
    wait(qtbot, lambda: keeper.queue.items[0].folder is not None)
    started.processes[0].kill()
    wait(qtbot, lambda: states(keeper) == ["interrupted"])
    folder = keeper.queue.items[0].folder
    give(session, "long", now=True, folder=folder)
    wait(qtbot, lambda: states(keeper) == ["finished"])
    give(session, "measured_elsewhere", now=True, folder=str(session.runs / "elsewhere"))
    assert started.words[-1][:3] == ["run", "--resume", str(session.runs / "elsewhere")]
