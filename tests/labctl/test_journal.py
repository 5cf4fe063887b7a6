"""The journal: what is written before and after, and what a reader makes of it."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from drivers.roles import Sensing, Trace, Waveform
from labctl.bench.history import History, PastAnswer, PastApplication
from labctl.bench.journal import Journal, Segment
from labctl.bench.memory import Memory, Past
from labctl.bench.unstored import UnstoredFile
from labctl.errors import ResumeRefused
from procedures.base import Application, Purpose

SENSING = Sensing(range_a=1e-3, limit_a=1e-3)
WAVEFORM = Waveform([0.1, 1 / 3], [1e-3, 2e-3], [True, False], 4)


def application(device: str = "D01") -> Application:
    return Application(device=device, waveform=WAVEFORM, sensing=SENSING, purpose=Purpose.STRESS)


def segment(number: int, **changes: int) -> Segment:
    return Segment(number=number, waveform=WAVEFORM, **changes)


def trace(count: int, start: float = 0.0) -> Trace:
    values = start + np.arange(count, dtype=float)
    return Trace(values, values, values, values, np.zeros(count, np.uint8))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def begun(journal: Journal, number: int, **changes: int) -> None:
    one = segment(number, **changes)
    journal.begin(one, application(), one.tag("run"), rows=4 * number, at_s=1.5)


def test_everything_comes_back_as_it_was(path: Path) -> None:
    with closing(Journal(path)) as journal:
        journal.held("other/3.0")
        begun(journal, 0)
        journal.started(0, 0.1 + 0.2)
        journal.end(0, 4, cut_short=True)
        journal.answer("now", 1 / 3)
        begun(journal, 1)
    first, answer, second = History.read(path).events
    assert isinstance(first, PastApplication)
    assert isinstance(second, PastApplication)
    assert first.waveform == first.whole
    np.testing.assert_array_equal(first.whole.levels_v, WAVEFORM.levels_v)
    np.testing.assert_array_equal(first.whole.record, WAVEFORM.record)
    assert (first.whole.repeats, first.sensing, first.purpose) == (4, SENSING, Purpose.STRESS)
    assert (first.at_s, first.ended, first.points, first.cut_short) == (0.1 + 0.2, True, 4, True)
    assert (first.tag, first.tag_before) == ("run/0.0", "other/3.0")
    assert answer == PastAnswer("now", 1 / 3)
    assert (second.tag_before, second.rows_before, second.ended) == ("run/0.0", 4, False)


def test_a_shape_is_written_once(path: Path) -> None:
    with closing(Journal(path)) as journal:
        begun(journal, 0)
        begun(journal, 1)
    assert path.read_text().count("levels_v") == 1


def test_a_line_without_its_end_does_not_count_and_is_cut_off(path: Path) -> None:
    with closing(Journal(path)) as journal:
        begun(journal, 0)
    with path.open("ab") as file:
        file.write(b'{"end": 0, "poi')
    assert History.read(path).in_flight is not None
    with closing(Journal(path)) as journal:
        journal.answer("now", 2.0)
    event, answer = History.read(path).events
    assert answer == PastAnswer("now", 2.0)
    assert isinstance(event, PastApplication)
    assert not event.ended


def test_a_broken_line_is_told_with_its_place(path: Path) -> None:
    path.write_text('{"answer": "now", "value": 1}\n{"end": 0, "poi\n', encoding="utf-8")
    with pytest.raises(ValueError, match="line 2"):
        History.read(path)


def test_attempts_are_one_application(path: Path) -> None:
    with closing(Journal(path)) as journal:
        begun(journal, 0)
        journal.uncertain(0, 2, "why")
        begun(journal, 0, attempt=1, first_point=2)
    (event,) = History.read(path).events
    assert isinstance(event, PastApplication)
    assert (event.attempt, event.tag, event.tag_before) == (1, "run/0.1", "run/0.0")
    assert (event.first_point, event.uncertain_upto) == (2, None)
    assert event.rows_before == 0


def memory_of(path: Path, rows: Trace, unstored: dict[int, Trace] | None = None) -> Memory:
    past = Past(History.read(path), rows, unstored or {})
    return Memory(Journal(path), "run", past)


def test_the_past_is_told_again_and_then_the_present_begins(path: Path) -> None:
    with closing(Journal(path)) as journal:
        journal.answer("now", 5.0)
        begun(journal, 0)
        journal.end(0, 4, cut_short=False)
    memory = memory_of(path, trace(4))
    with closing(memory.journal):
        assert memory.answer("now", lambda: 99.0) == 5.0
        told = memory.recall(application(), WAVEFORM)
        assert told is not None
        assert len(told.trace) == told.rows == 4
        assert not memory.recalling
        assert memory.recall(application(), WAVEFORM) is None
        assert memory.answer("now", lambda: 99.0) == 99.0
    assert History.read(path).events[-1] == PastAnswer("now", 99.0)


def test_points_that_are_no_rows_come_from_their_own_file(path: Path, tmp_path: Path) -> None:
    unstored = UnstoredFile(tmp_path / "unstored.bin")
    unstored.append(0, trace(3))
    unstored.append(0, trace(1, 3.0))
    with (tmp_path / "unstored.bin").open("ab") as file:
        file.write(b"cut off")
    with closing(Journal(path)) as journal:
        begun(journal, 0)
        journal.end(0, 4, cut_short=False)
    memory = memory_of(path, trace(1), unstored.read())
    with closing(memory.journal):
        told = memory.recall(application(), WAVEFORM)
    assert told is not None
    assert told.rows == 1
    np.testing.assert_array_equal(told.trace.time_s, [0, 1, 2, 3])
    unstored.append(1, trace(2))
    assert len(unstored.read()[1]) == 2


def test_only_the_last_thing_asked_for_is_done_again(path: Path) -> None:
    with closing(Journal(path)) as journal:
        journal.answer("go to", 200.0)
        journal.answer("go to", 250.0)
    memory, done = memory_of(path, trace(0)), []
    with closing(memory.journal):
        for setpoint_k in (1.0, 2.0, 3.0):
            memory.ask_for("go to", setpoint_k, done.append)
    assert done == [250.0, 3.0]


@pytest.mark.parametrize(
    "ask",
    [
        lambda memory: memory.recall(application("D02"), WAVEFORM),
        lambda memory: memory.recall(application(), Waveform([0.1, 0.3], 1e-3, True, 4)),
        lambda memory: memory.recall(application(), Waveform([0.1], 1e-3)),
        lambda memory: memory.answer("now", lambda: 1.0),
    ],
    ids=["device", "levels", "repeats", "question"],
)
def test_a_procedure_that_has_changed_is_refused(path: Path, ask) -> None:
    with closing(Journal(path)) as journal:
        begun(journal, 0)
    memory = memory_of(path, trace(0))
    with closing(memory.journal), pytest.raises(ResumeRefused, match="not the same procedure"):
        ask(memory)


def test_what_is_about_to_happen_is_on_the_disk_first(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    monkeypatch.setattr(
        "labctl.bench.journal.os.fsync", lambda _: synced.append(path.read_text().splitlines()[-1])
    )
    with closing(Journal(path)) as journal:
        begun(journal, 0)
        journal.end(0, 4, cut_short=False)
    assert [json.loads(line)["begin"] for line in synced] == [0]
