"""A sequence of voltage steps on devices in parallel, fast where nothing limits the current."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim_backend.physics.device import (
    COMPILED_TOGETHER,
    Constants,
    State,
    Track,
    current,
    run_unlimited,
)
from sim_backend.physics.limiter import Cell, Source, limited_step

FloatArray = NDArray[np.float64]

_COMPILE_FROM_STEPS = 50_000
"""From here on loading the compiled stepping (about 2 s) is worth its time."""
_PARALLEL_CHUNK = 256


@dataclass(frozen=True, eq=False)
class Drive:
    """Steps of one source: `level_v` and `duration_s` of shape (n,), its limit, what it drives."""

    level_v: FloatArray
    duration_s: FloatArray
    limit_a: float
    bottom_ohm: float = 0.0


@dataclass(frozen=True, eq=False)
class Participant:
    """A device that takes part: its state before, and which event each step belongs to.

    `event`, shape (n,), points into the rows of `factors`, shape (events, 4).
    """

    constants: Constants
    state: State
    event: NDArray[np.int64]
    factors: FloatArray


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of a drive; arrays hold the values at the end of each of n steps."""

    voltage_v: FloatArray
    """Voltage at the source's terminals, shape (n,)."""
    limited: NDArray[np.bool_]
    device_current_a: FloatArray
    """Current through each of m devices, shape (m, n)."""
    states: tuple[State, ...]

    @property
    def current_a(self) -> FloatArray:
        """Current of the source, shape (n,)."""
        return self.device_current_a.sum(axis=0)


@functools.cache
def compiled_stepping() -> Callable[..., tuple[int, State]]:
    """`run_unlimited` compiled by numba, or as it is where numba is not installed."""
    try:
        # Not at the top, because importing it takes longer than most sequences.
        numba = importlib.import_module("numba")
    except ImportError:
        return run_unlimited
    for called in COMPILED_TOGETHER:
        numba.extending.register_jitable(called)
    return numba.njit(cache=True)(run_unlimited)


def play(drive: Drive, participants: Sequence[Participant]) -> Outcome:
    """Take devices through the steps of a drive; their states before are left as they are."""
    if not participants:
        steps = drive.level_v.size
        nothing = np.zeros((0, steps))
        return Outcome(drive.level_v.copy(), np.zeros(steps, np.bool_), nothing, ())
    return _Run(drive, participants).outcome()


class _Run:
    """The devices on their way through one drive."""

    def __init__(self, drive: Drive, participants: Sequence[Participant]) -> None:
        self._drive = drive
        self._steps = drive.level_v.size
        compiled = self._steps >= _COMPILE_FROM_STEPS
        self._step_through = compiled_stepping() if compiled else run_unlimited
        self._constants = [p.constants for p in participants]
        self._states = [p.state for p in participants]
        self._tracks = [_track(drive, p, compiled) for p in participants]
        self._voltage_v = drive.level_v.copy()
        self._limited = np.zeros(self._steps, np.bool_)

    def outcome(self) -> Outcome:
        """Take every step, limited or not."""
        done = 0
        while done < self._steps:
            if self._drive.bottom_ohm == 0.0:
                done = self._run_unlimited(done)
            if done < self._steps:
                self._step_limited(done)
                done += 1
        currents_a = np.array([track.current_a for track in self._tracks], np.float64)
        return Outcome(self._voltage_v, self._limited, currents_a, tuple(self._states))

    def _run_unlimited(self, first: int) -> int:
        """Run until the limit acts; returns the first step not taken."""
        alone = len(self._states) == 1
        while first < self._steps:
            stop = self._steps if alone else min(self._steps, first + _PARALLEL_CHUNK)
            reached, states = self._try_each(first, stop)
            if not alone:
                reached = self._within_shared_limit(first, reached)
                # Some went further than all of them may.
                _, states = self._try_each(first, reached)
            self._states = states
            if reached < stop:
                return reached
            first = stop
        return first

    def _try_each(self, first: int, stop: int) -> tuple[int, list[State]]:
        results = [
            self._step_through(c, state, track, first, stop)
            for c, state, track in zip(self._constants, self._states, self._tracks, strict=True)
        ]
        return min(reached for reached, _ in results), [State(*state) for _, state in results]

    def _within_shared_limit(self, first: int, reached: int) -> int:
        """First step at which the devices together draw more than the limit."""
        peaks_a = np.array([track.peak_a[first:reached] for track in self._tracks]).sum(axis=0)
        beyond = np.flatnonzero(peaks_a > self._drive.limit_a)
        return first + int(beyond[0]) if beyond.size else reached

    def _step_limited(self, i: int) -> None:
        cells = [
            Cell(c, track.factors[track.event[i]])
            for c, track in zip(self._constants, self._tracks, strict=True)
        ]
        source = Source(float(self._voltage_v[i]), self._drive.limit_a, self._drive.bottom_ohm)
        duration_s = float(self._drive.duration_s[i])
        self._states, point = limited_step(cells, self._states, source, duration_s)
        for track, c, state in zip(self._tracks, self._constants, self._states, strict=True):
            track.current_a[i] = current(c, state, point.device_v)
        self._voltage_v[i] = point.terminal_v
        self._limited[i] = point.limited


def _track(drive: Drive, participant: Participant, compiled: bool) -> Track:
    steps = drive.level_v.size
    arrays = (
        drive.level_v,
        drive.duration_s,
        participant.event,
        participant.factors,
        np.zeros(steps),
        np.zeros(steps),
    )
    # Plain Python reads lists several times faster than arrays.
    held: Iterable[Any] = arrays if compiled else (array.tolist() for array in arrays)
    return Track._make((*held, drive.limit_a))
