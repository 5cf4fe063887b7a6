"""Reading buffers: what measurements store, as it becomes available, and what scripts read back."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from sim_backend.clock import VirtualClock
from sim_backend.instruments.tsp.errors import TspFault
from sim_backend.instruments.tsp.namespace import SWITCH, Namespace, within

EPOCH_S = 1_767_225_600.0
"""2026-01-01 00:00 UTC: the instrument's date when the simulated clock shows 0 s [choice]."""

RECORD_BYTES = 6
OPTION_BYTES = 4
STORAGE_BYTES = 840_000
"""A dedicated buffer holds 140 000 plain readings; four bytes more each for source value and
time stamp (2600BS-901-01 p 7-20) leave 60 000 with both (instruments.md §2)."""


SAME_INSTANT_S = 1e-9


@dataclass(frozen=True)
class Readings:
    """One run of readings of one quantity; arrays of shape (n,), times in simulated seconds."""

    values: Sequence[float]
    source_values: Sequence[float]
    starts_s: Sequence[float]
    ready_s: Sequence[float]
    statuses: Sequence[int]
    measure_function: str
    measure_range: float
    source_function: str
    source_range: float
    output_state: str


class ReadingBuffer:
    """`smuX.nvbuffer1` or what `smuX.makebuffer(n)` gave; a reading counts once it is complete.

    Time stamps count from the start of the first stored reading's aperture.
    """

    def __init__(self, clock: VirtualClock, capacity: int | None = None) -> None:
        self._clock = clock
        self._capacity = capacity
        self.append_mode = 0
        self.collect_source_values = 0
        self.collect_time_stamps = 0
        self.resolution_s = 1e-6
        self.clear()

    def clear(self) -> None:
        """Forget all readings."""
        self._ready_s: list[float] = []
        self._starts_s: list[float] = []
        self._columns: dict[str, list[Any]] = {name: [] for name in _PLAIN_COLUMNS}

    def element(self, name: str, index: float) -> Any:
        """One element of a column, 1 is the first; TspFault where there is no complete one."""
        if not 1 <= index <= self.count or not self._collected(name):
            raise TspFault(4900, f"Reading buffer index {index} is invalid")
        place = int(index) - 1
        if name == "timestamps":
            return float(self._time_stamps(slice(place, place + 1))[0])
        return self._columns[name][place]

    @property
    def count(self) -> int:
        """Readings that are complete by now."""
        return bisect_right(self._ready_s, self._clock.now_s + SAME_INSTANT_S)

    @property
    def capacity(self) -> int:
        """Readings that fit."""
        if self._capacity is not None:
            return self._capacity
        options = self.collect_source_values + self.collect_time_stamps
        return STORAGE_BYTES // (RECORD_BYTES + OPTION_BYTES * options)

    def prepare(self) -> None:
        """Make ready for a new measurement: empty it unless it appends."""
        if not self.append_mode:
            self.clear()

    def store(self, readings: Readings) -> None:
        """Add readings, of which those that are not ready yet appear in their time.

        Raises TspFault when not all of them fit; those that do are kept.
        """
        asked = len(readings.values)
        n = min(asked, self.capacity - len(self._ready_s))
        self._ready_s += readings.ready_s[:n]
        self._starts_s += readings.starts_s[:n]
        columns = self._columns
        columns["readings"] += readings.values[:n]
        columns["sourcevalues"] += readings.source_values[:n]
        columns["statuses"] += readings.statuses[:n]
        columns["measurefunctions"] += [readings.measure_function] * n
        columns["measureranges"] += [readings.measure_range] * n
        columns["sourcefunctions"] += [readings.source_function] * n
        columns["sourceranges"] += [readings.source_range] * n
        columns["sourceoutputstates"] += [readings.output_state] * n
        if n < asked:
            raise TspFault(4909, f"Reading buffer full: {asked - n} readings lost, it holds {n}")

    def drop_after(self, ready_s: float) -> None:
        """Forget readings that would be ready later than this: they will not be taken."""
        n = bisect_right(self._ready_s, ready_s + SAME_INSTANT_S)
        del self._ready_s[n:], self._starts_s[n:]
        for column in self._columns.values():
            del column[n:]

    def column(self, name: str) -> list[Any]:
        """One column of the complete readings."""
        if not self._collected(name):
            return []
        if name == "timestamps":
            return self._time_stamps(slice(self.count)).tolist()
        return self._columns[name][: self.count]

    def _collected(self, name: str) -> bool:
        if name == "timestamps":
            return bool(self.collect_time_stamps)
        return name != "sourcevalues" or bool(self.collect_source_values)

    def _time_stamps(self, which: slice) -> np.ndarray:
        elapsed_s = np.array(self._starts_s[which]) - (self._starts_s or [0.0])[0]
        return np.round(elapsed_s / self.resolution_s) * self.resolution_s

    def namespace(self) -> Namespace:
        """The buffer as scripts see it."""
        space = Namespace(lua_type="reading_buffer", owner=BufferColumn(self, "readings"))
        space.element = partial(self.element, "readings")
        space.reading("n", lambda: self.count)
        space.reading("next", lambda: self.count + 1)
        space.reading("capacity", lambda: self.capacity)
        space.reading("basetimestamp", lambda: EPOCH_S + self._starts_s[0] if self.count else 0)
        space.command("clear", self.clear)
        space.command("clearcache", lambda: None)
        for name, field, check in (
            ("appendmode", "append_mode", SWITCH),
            ("collectsourcevalues", "collect_source_values", SWITCH),
            ("collecttimestamps", "collect_time_stamps", SWITCH),
            ("timestampresolution", "resolution_s", within(1e-6, 1e3, " s")),
        ):
            space.setting(name, self, field, self._when_empty(name, check))
        for name in (*_PLAIN_COLUMNS, "timestamps"):
            column = Namespace(lua_type="synchronous_table", owner=BufferColumn(self, name))
            column.element = partial(self.element, name)
            space.objects[name] = column
        space.objects["readings"].command("getreading", partial(self.element, "readings"))
        return space

    def _when_empty(self, name: str, check: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def checked(value: Any) -> Any:
            if self._ready_s:
                raise TspFault(-221, f"Settings conflict: {name} needs an empty buffer")
            return check(value)

        return checked


@dataclass(frozen=True)
class BufferColumn:
    """What a command receives when a script passes a buffer or one of its columns."""

    buffer: ReadingBuffer
    name: str

    def values(self) -> np.ndarray:
        """The column as numbers; shape (n,)."""
        return np.array(self.buffer.column(self.name), dtype=float)


_PLAIN_COLUMNS = (
    "readings",
    "sourcevalues",
    "statuses",
    "measurefunctions",
    "measureranges",
    "sourcefunctions",
    "sourceranges",
    "sourceoutputstates",
)
