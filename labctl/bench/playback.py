"""One application as it plays: when to fetch, when to read the temperature, and what came in."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from drivers.roles import (
    FloatArray,
    Sensing,
    SourceMeasureUnit,
    TemperatureController,
    Trace,
    Waveform,
)
from labctl.bench.clock import RunClock

FINEST_GRID_S = 10.0
TEMPERATURES_PER_APPLICATION = 20
"""Of a long application; a short one has the finest grid."""
QUIET_S = 0.25
"""No fetch so shortly before a fixed instant: it could come late because of it."""


class Event(Enum):
    """What is due at an instant of an application."""

    TEMPERATURE = "temperature"
    FETCH = "fetch"


def timetable(
    duration_s: float, fetch_interval_s: float, temperature_grid_s: float
) -> Iterator[tuple[float, Event]]:
    """Instants from the start of an application, in order, before its end.

    Temperatures stand on a grid of their own, and fetches keep clear of the grid and of the end,
    so that neither the timing nor the temperatures of an application depend on how often it is
    fetched. At one instant the temperature comes first.
    """
    fixed_s, fetch_s = temperature_grid_s, fetch_interval_s
    while True:
        next_fixed_s = min(fixed_s, duration_s)
        while fetch_s < next_fixed_s:
            if fetch_s <= next_fixed_s - QUIET_S:
                yield fetch_s, Event.FETCH
            fetch_s += fetch_interval_s
        if fixed_s >= duration_s:
            return
        yield fixed_s, Event.TEMPERATURE
        fixed_s += temperature_grid_s


@dataclass(frozen=True, eq=False)
class Rows:
    """Readings that came in together; `trace.time_s` is the run's clock."""

    trace: Trace
    elapsed_s: FloatArray
    """Shape (n,): the instrument's stamp, from the start of the waveform."""
    temperature_k: FloatArray
    """Shape (n,): the latest reading before each row; nan without a controller."""

    def __getitem__(self, part: slice) -> Rows:
        """Some of the rows."""
        return Rows(self.trace[part], self.elapsed_s[part], self.temperature_k[part])


class Playback:
    """One instrument-timed application."""

    def __init__(
        self,
        smu: SourceMeasureUnit,
        temperature: TemperatureController | None,
        clock: RunClock,
        waveform: Waveform,
    ) -> None:
        self._smu = smu
        self._temperature = temperature
        self._clock = clock
        self._waveform = waveform
        self._grid_s = max(FINEST_GRID_S, waveform.duration_s / TEMPERATURES_PER_APPLICATION)
        self._temperatures_k: list[float] = []
        self._start_s: float | None = None

    def start(self, sensing: Sensing, tag: str) -> float:
        """Start; returns when that was, by the run's clock."""
        self._read_temperature()
        # To the nanosecond, so that times are the same however the wait before was cut up.
        start_s = round(self._clock.now(), 9)
        self._smu.start(self._waveform, sensing, tag)
        self._start_s = start_s
        return start_s

    def rows(self, start_s: float, fetch_interval_s: float) -> Iterator[Rows]:
        """The readings as they come in, until the end of the waveform."""
        grid_s = self._grid_s if self._temperature else math.inf
        for offset_s, event in timetable(self._waveform.duration_s, fetch_interval_s, grid_s):
            self._clock.wait_until(start_s + offset_s)
            if event is Event.TEMPERATURE:
                self._read_temperature()
            else:
                yield self._rows(self._smu.fetch())
        self._clock.wait_until(start_s + self._waveform.duration_s)
        yield self._rows(self._smu.finish())

    def rest(self) -> Rows:
        """What came in and was not handed out, after the waveform was cut short."""
        return self._rows(Trace.empty() if self._start_s is None else self._smu.fetch())

    @property
    def temperature_k(self) -> float:
        """The latest reading; nan without a controller."""
        return self._temperatures_k[-1] if self._temperatures_k else math.nan

    def _read_temperature(self) -> None:
        reading_k = math.nan if self._temperature is None else self._temperature.temperature_k()
        self._temperatures_k.append(reading_k)

    def _rows(self, trace: Trace) -> Rows:
        latest = len(self._temperatures_k) - 1
        index = np.minimum(trace.time_s // self._grid_s, latest).astype(np.intp)
        run_time_s = trace.time_s + (self._start_s or 0.0)
        temperature_k = np.array(self._temperatures_k)[index]
        return Rows(replace(trace, time_s=run_time_s), trace.time_s, temperature_k)
