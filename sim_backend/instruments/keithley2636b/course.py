"""From the record of a sweep to the steps its source takes, with what repeats kept as repeats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim_backend.instruments.keithley2636b.trigger_model_setup import (
    TICKS_PER_S,
    SweepRecord,
)
from sim_backend.sequence import Steps

Ticks = NDArray[np.int64]


class _Window(NamedTuple):
    """A stretch of time that comes `repeats` times, in ticks."""

    begin: int
    period: int
    repeats: int

    @property
    def end(self) -> int:
        return self.begin + self.period * self.repeats


class _Timeline(NamedTuple):
    """What happens, in the order of time; of the windows' repeats at least the first."""

    step_ticks: Ticks
    levels: NDArray[np.float64]
    starts_pulse: NDArray[np.bool_]
    middles: Ticks
    """Instants that readings stand for."""
    windows: list[_Window]


def course_of(
    record: SweepRecord, *, start_level: float, half_aperture: int, until: int
) -> list[Steps]:
    """What the source does from tick 0 to `until` or to the last reading; levels in V or A.

    A reading stands for the middle of its aperture: there a step ends.
    """
    timeline = _timeline(record, half_aperture)
    middles = timeline.middles
    until = max(until, int(middles[-1])) if middles.size else until
    course: list[Steps] = []
    for window in _covering(timeline.windows, until):
        course.append(_steps(timeline, window, start_level))
        start_level = float(course[-1].programmed_v[-1])
    return course


def _timeline(record: SweepRecord, half_aperture: int) -> _Timeline:
    ticks = np.array(record.step_ticks, np.int64)
    middles = np.array(record.reading_ticks, np.int64) + half_aperture
    windows: list[_Window] = []
    shifts_of_steps, shifts_of_readings = _Shifts(), _Shifts()
    for repetition in record.repetitions:
        first, stop = repetition.first, repetition.stop
        shifts_of_steps.once(stop.step)
        shifts_of_readings.once(stop.reading)
        # What was decided in one period ends in the next one at the latest. So all periods but the
        # first look like the second, and the last one shows what reaches beyond it.
        for number in (1, repetition.times):
            shift = number * repetition.period
            shifts_of_steps.again(first.step, stop.step, shift)
            shifts_of_readings.again(first.reading, stop.reading, shift)
        begin = repetition.begun + repetition.period
        windows.append(_Window(begin, repetition.period, repetition.times))
    shifts_of_steps.once(ticks.size)
    shifts_of_readings.once(middles.size)
    which, step_ticks = shifts_of_steps.sorted(ticks)
    return _Timeline(
        step_ticks,
        np.array(record.step_level, np.float64)[which],
        np.array(record.step_starts_pulse, np.bool_)[which],
        shifts_of_readings.sorted(middles)[1],
        windows,
    )


class _Shifts:
    """Which entries of a list happen when: once as they were noted, and shifted for repeats."""

    def __init__(self) -> None:
        self._which: list[NDArray[np.int64]] = []
        self._shift: list[NDArray[np.int64]] = []
        self._taken = 0

    def once(self, stop: int) -> None:
        """Take the entries up to `stop` that were not taken yet."""
        self.again(self._taken, stop, 0)
        self._taken = stop

    def again(self, first: int, stop: int, shift: int) -> None:
        """Take entries once more, so many ticks later."""
        self._which.append(np.arange(first, stop))
        self._shift.append(np.full(stop - first, shift, np.int64))

    def sorted(self, ticks: Ticks) -> tuple[NDArray[np.int64], Ticks]:
        """What was taken, in the order of time: places in the list, and ticks."""
        which = np.concatenate(self._which)
        times = ticks[which] + np.concatenate(self._shift)
        order = np.argsort(times, kind="stable")
        return which[order], times[order]


def _covering(windows: list[_Window], until: int) -> Iterator[_Window]:
    """The windows and the stretches between them, up to `until`."""
    begin = 0
    for window in windows:
        if window.begin > begin:
            yield _Window(begin, window.begin - begin, 1)
        yield window
        begin = window.end
    if until > begin:
        yield _Window(begin, until - begin, 1)


def _steps(timeline: _Timeline, window: _Window, before: float) -> Steps:
    """The steps of a window; `before` is the level until then."""
    begin, end = window.begin, window.begin + window.period
    inside = slice(*np.searchsorted(timeline.step_ticks, (begin, end), side="left"))
    ticks = timeline.step_ticks[inside]
    # A step at the border belongs to what follows, a reading to the step that ends there.
    read = slice(*np.searchsorted(timeline.middles, (begin, end), side="right"))
    middles = timeline.middles[read]
    edges = np.unique(np.concatenate(([begin], ticks, middles, [end])))
    levels = np.concatenate(([before], timeline.levels[inside]))
    reads = np.zeros(edges.size - 1, np.bool_)
    reads[np.searchsorted(edges, middles) - 1] = True
    begins = np.zeros(edges.size - 1, np.bool_)
    begins[np.searchsorted(edges, ticks[timeline.starts_pulse[inside]])] = True
    return Steps(
        levels[np.searchsorted(ticks, edges[:-1], side="right")],
        np.diff(edges) / TICKS_PER_S,
        begins,
        reads,
        window.repeats,
    )
