"""What the bench answered so far: written down, and told again when a run is resumed.

A procedure is a function of what the bench answers it. So a run that was interrupted is resumed by
running its procedure again from the beginning and telling it what it was told before; nothing is
applied until the journal ends, and from there on it goes on by itself.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from drivers.roles import Trace, Waveform
from labctl.bench.history import History, PastAnswer, PastApplication, PastEvent
from labctl.bench.journal import Journal, shape_key
from labctl.errors import ResumeRefused
from procedures.base import Application

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")


@dataclass(frozen=True, eq=False)
class Recollection:
    """An application of the past, and the points of it that came or were decided."""

    event: PastApplication
    trace: Trace
    rows: int
    """Rows of the run that it has."""


class Past:
    """The events of an interrupted run that its procedure has not met again yet."""

    def __init__(self, history: History, rows: Trace, unstored: Mapping[int, Trace]) -> None:
        """`rows`: all rows of the run; `unstored`: points by application, where rows are fewer."""
        self._events: deque[PastEvent] = deque(history.events)
        self._rows = rows
        self._unstored = unstored

    def __bool__(self) -> bool:
        return bool(self._events)

    def next_answer(self, what: str) -> Any:
        """What it was told when it asked this."""
        event = self._events.popleft()
        if not isinstance(event, PastAnswer) or event.what != what:
            raise _changed(f"asks for {what!r}", event)
        return event.value

    def next_application(self, application: Application, part: Waveform) -> Recollection:
        """What came of this application."""
        event = self._events.popleft()
        if not isinstance(event, PastApplication) or not _is(event, application, part):
            raise _changed(f"applies {part.recorded_points} points to {application.device}", event)
        rows = self._next_row() - event.rows_before
        if (trace := self._unstored.get(event.number)) is None:
            trace = self._rows[event.rows_before : event.rows_before + rows]
        return Recollection(event, trace, rows)

    def _next_row(self) -> int:
        following = (e.rows_before for e in self._events if isinstance(e, PastApplication))
        return next(following, len(self._rows))


class Memory:
    """Stands between a procedure and all that can answer it."""

    def __init__(self, journal: Journal, run: str, past: Past | None = None) -> None:
        self.journal = journal
        self.run = run
        """Name of the run, by which the source remembers its applications."""
        self._past = past

    @property
    def recalling(self) -> bool:
        """Whether the next answer comes from the past."""
        return bool(self._past)

    def answer(self, what: str, ask: Callable[[], Answer]) -> Answer:
        """The answer of the past, or that of `ask`, which is written down."""
        if self._past:
            return self._past.next_answer(what)
        value = ask()
        self.journal.answer(what, value)
        return value

    def ask_for(self, what: str, value: Answer, act: Callable[[Answer], None]) -> None:
        """Have `act` do something with a value, which is written down before.

        What was asked for in the past is not done again, but for the last thing of all, which may
        not have been done: `act` is then called with the value of the past.
        """
        if self._past:
            value = self._past.next_answer(what)
            if self._past:
                return
        else:
            self.journal.answer(what, value)
        act(value)

    def recall(self, application: Application, part: Waveform) -> Recollection | None:
        """What came of this application in the past; None in the present."""
        return self._past.next_application(application, part) if self._past else None


def _is(event: PastApplication, application: Application, part: Waveform) -> bool:
    return (
        event.device == application.device
        and event.purpose is application.purpose
        and event.sensing == application.sensing
        and event.whole.repeats == part.repeats
        and shape_key(event.whole) == shape_key(part)
    )


def _changed(now: str, event: PastEvent) -> ResumeRefused:
    then = (
        f"asked for {event.what!r}"
        if isinstance(event, PastAnswer)
        else f"applied {event.whole.recorded_points} points to {event.device}"
    )
    return ResumeRefused(
        f"the procedure {now} where the interrupted run {then}: it is not the same procedure any "
        "more; go back to the version that the run's record names, or begin a new run"
    )
