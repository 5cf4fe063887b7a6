"""What the journal of an interrupted run tells, in its order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from drivers.roles import Sensing, Waveform
from procedures.base import Purpose


@dataclass(frozen=True, kw_only=True)
class PastApplication:
    """An application that the journal tells of."""

    number: int
    attempt: int
    device: str
    purpose: Purpose
    waveform: Waveform
    """Of the latest attempt."""
    whole: Waveform
    """Of the first attempt: the application as it was asked for."""
    sensing: Sensing
    first_point: int
    """Points that were accounted for when the latest attempt began."""
    skip: int
    """Readings at the beginning of the latest attempt that were known already."""
    tag: str
    """Of the latest attempt."""
    tag_before: str | None
    """What the source remembers when this attempt never reached it."""
    rows_before: int
    """Rows of the run before the first attempt."""
    at_s: float
    """When the latest attempt began, by the run's clock; that of its start, if it is known."""
    uncertain_upto: int | None = None
    """Points decided to be uncertain after the latest attempt, up to this one."""
    saved: bool = False
    """Whether all that the source had measured was saved when the run stopped."""
    ended: bool = False
    points: int = 0
    """Of the whole application, once it ended."""
    cut_short: bool = False


@dataclass(frozen=True)
class PastAnswer:
    """Something else the procedure was told, or asked for."""

    what: str
    value: Any


PastEvent = PastApplication | PastAnswer


class History:
    """The events of a journal, in the order in which the procedure met them."""

    def __init__(self, events: list[PastEvent]) -> None:
        self.events = events

    @staticmethod
    def read(path: Path) -> History:
        """From a `journal.jsonl`; a last line without its end does not count.

        Raises `ValueError` for a line that is no entry of a journal, `OSError`.
        """
        reader = _Reader()
        for number, line in enumerate(_lines(path), start=1):
            try:
                reader.take(json.loads(line))
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{path}, line {number}: {error!r}") from error
        return History(reader.events)

    @property
    def in_flight(self) -> PastApplication | None:
        """The application that was begun and did not end, if there is one."""
        for event in reversed(self.events):
            if isinstance(event, PastApplication):
                return None if event.ended else event
        return None


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from (line for line in file if line.endswith(b"\n"))


class _Reader:
    def __init__(self) -> None:
        self.events: list[PastEvent] = []
        self._shapes: dict[str, dict[str, Any]] = {}
        self._tag: str | None = None

    def take(self, entry: dict[str, Any]) -> None:
        """One line; unknown ones, of later versions, are passed over."""
        match entry:
            case {"begin": _}:
                self._begin(entry)
            case {"held": tag}:
                self._tag = tag
            case {"waveform": key}:
                self._shapes[key] = entry
            case {"started": number, "at_s": at_s}:
                self._change(number, at_s=at_s)
            case {"saved": number}:
                self._change(number, saved=True)
            case {"uncertain": number, "upto": upto}:
                self._change(number, uncertain_upto=upto)
            case {"end": number, "points": points, "cut_short": cut_short}:
                self._change(number, ended=True, points=points, cut_short=cut_short)
            case {"answer": what, "value": value}:
                self.events.append(PastAnswer(what, value))

    def _begin(self, entry: dict[str, Any]) -> None:
        shape = self._shapes[entry["waveform"]]
        waveform = Waveform(shape["levels_v"], shape["dwell_s"], shape["record"], entry["repeats"])
        attempt = PastApplication(
            number=entry["begin"],
            attempt=entry["attempt"],
            device=entry["device"],
            purpose=Purpose(entry["purpose"]),
            waveform=waveform,
            whole=waveform,
            sensing=Sensing(**entry["sensing"]),
            first_point=entry["first_point"],
            skip=entry["skip"],
            tag=entry["tag"],
            tag_before=self._tag,
            rows_before=entry["rows_before"],
            at_s=entry["at_s"],
        )
        self._tag = attempt.tag
        last = self.events[-1] if self.events else None
        if isinstance(last, PastApplication) and last.number == attempt.number:
            self.events[-1] = replace(attempt, whole=last.whole, rows_before=last.rows_before)
        else:
            self.events.append(attempt)

    def _change(self, number: int, **changes: Any) -> None:
        for place in range(len(self.events) - 1, -1, -1):
            event = self.events[place]
            if isinstance(event, PastApplication):
                if event.number != number:
                    raise ValueError(f"tells of application {number} after {event.number}")
                self.events[place] = replace(event, **changes)
                return
        raise ValueError(f"tells of application {number}, which was not begun")
