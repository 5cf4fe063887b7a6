"""Reading buffers: what measurements store, as it becomes available, and what scripts read back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

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


class Setting(NamedTuple):
    """What the buffer notes beside readings, by the names of the columns."""

    measurefunctions: str
    measureranges: float
    sourcefunctions: str
    sourceranges: float
    sourceoutputstates: str


@dataclass(frozen=True)
class Readings:
    """One run of readings of one quantity; arrays of shape (n,), times in simulated seconds."""

    values: np.ndarray
    source_values: np.ndarray
    starts_s: np.ndarray
    ready_s: np.ndarray
    statuses: np.ndarray
    setting: Setting


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
        self._rows = np.zeros(0, _ROW)
        self._stored = 0
        self._settings: list[Setting] = []

    def element(self, name: str, index: float) -> Any:
        """One element of a column, 1 is the first; TspFault where there is no complete one."""
        if not 1 <= index <= self.count or not self._collected(name):
            raise TspFault(4900, f"Reading buffer index {index} is invalid")
        place = int(index) - 1
        return self._column(name, slice(place, place + 1)).item()

    @property
    def count(self) -> int:
        """Readings that are complete by now."""
        return self._ready_by(self._clock.now_s)

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
        asked = readings.values.size
        n = min(asked, self.capacity - self._stored)
        rows = self._room_for(n)
        rows["readings"] = readings.values[:n]
        rows["sourcevalues"] = readings.source_values[:n]
        rows["statuses"] = readings.statuses[:n]
        rows["start_s"] = readings.starts_s[:n]
        rows["ready_s"] = readings.ready_s[:n]
        if self._settings[-1:] != [readings.setting]:
            self._settings.append(readings.setting)
        rows["setting"] = len(self._settings) - 1
        self._stored += n
        if n < asked:
            raise TspFault(4909, f"Reading buffer full: {asked - n} readings lost, it holds {n}")

    def drop_after(self, ready_s: float) -> int:
        """Forget readings that would be ready later than this; returns how many those are."""
        stored, self._stored = self._stored, self._ready_by(ready_s)
        return stored - self._stored

    def numbers(self, name: str) -> np.ndarray:
        """One column of the complete readings, shape (n,); TspFault for a column of texts."""
        column = self._column(name, slice(self.count if self._collected(name) else 0))
        if column.dtype.kind == "U":
            raise TspFault(-104, f"Data type error: {name} are no numbers")
        return column.astype(float)

    def _ready_by(self, time_s: float) -> int:
        ready_s = self._rows["ready_s"][: self._stored]
        return int(np.searchsorted(ready_s, time_s + SAME_INSTANT_S, side="right"))

    def _room_for(self, number: int) -> np.ndarray:
        """The next rows, in an array that doubles when it is full."""
        stop = self._stored + number
        if stop > self._rows.size:
            grown = np.zeros(max(stop, 2 * self._rows.size), _ROW)
            grown[: self._stored] = self._rows[: self._stored]
            self._rows = grown
        return self._rows[self._stored : stop]

    def _collected(self, name: str) -> bool:
        if name == "timestamps":
            return bool(self.collect_time_stamps)
        return name != "sourcevalues" or bool(self.collect_source_values)

    def _column(self, name: str, which: slice) -> np.ndarray:
        rows = self._rows[: self._stored][which]
        if name == "timestamps":
            elapsed_s = rows["start_s"] - self._rows["start_s"][:1]
            return np.round(elapsed_s / self.resolution_s) * self.resolution_s
        if name in Setting._fields:
            of_settings = np.array([getattr(setting, name) for setting in self._settings])
            return of_settings[rows["setting"]]
        return rows[name]

    def _base_s(self) -> float:
        return EPOCH_S + float(self._rows["start_s"][0]) if self.count else 0.0

    def namespace(self) -> Namespace:
        """The buffer as scripts see it."""
        space = Namespace(lua_type="reading_buffer", owner=BufferColumn(self, "readings"))
        space.element = partial(self.element, "readings")
        space.reading("n", lambda: self.count)
        space.reading("next", lambda: self.count + 1)
        space.reading("capacity", lambda: self.capacity)
        space.reading("basetimestamp", self._base_s)
        space.command("clear", self.clear)
        space.command("clearcache", lambda: None)
        for name, field, check in (
            ("appendmode", "append_mode", SWITCH),
            ("collectsourcevalues", "collect_source_values", SWITCH),
            ("collecttimestamps", "collect_time_stamps", SWITCH),
            ("timestampresolution", "resolution_s", within(1e-6, 1e3, " s")),
        ):
            space.setting(name, self, field, self._when_empty(name, check))
        for name in _COLUMNS:
            column = Namespace(lua_type="synchronous_table", owner=BufferColumn(self, name))
            column.element = partial(self.element, name)
            space.objects[name] = column
        space.objects["readings"].command("getreading", partial(self.element, "readings"))
        return space

    def _when_empty(self, name: str, check: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def checked(value: Any) -> Any:
            if self._stored:
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
        return self.buffer.numbers(self.name)


_ROW = np.dtype(
    [
        ("readings", "f8"), ("sourcevalues", "f8"), ("statuses", "i8"),
        ("start_s", "f8"), ("ready_s", "f8"), ("setting", "i8"),
    ]
)  # fmt: skip
_COLUMNS = ("readings", "sourcevalues", "statuses", *Setting._fields, "timestamps")
