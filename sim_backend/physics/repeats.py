"""Steps on devices in parallel that come again and again: what they do, at the cost of once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim_backend.physics import stepping
from sim_backend.physics.cycles import Cycles
from sim_backend.physics.device import Constants, State
from sim_backend.physics.stepping import Drive, Participant

FloatArray = NDArray[np.float64]

_STEPS_AT_ONCE = 1 << 17
_CYCLES_AT_ONCE = 1 << 13
"""So that what one step needs of all cycles stays in the processor's cache."""
_LEAST_CYCLES = 32
"""Fewer are not worth the overhead of arrays."""


class Levels(NamedTuple):
    """Voltages held for durations, each of shape (n,), all of it `repeats` times."""

    level_v: FloatArray
    duration_s: FloatArray
    repeats: int = 1


class Events(NamedTuple):
    """Which event each step belongs to, as rows of a device's factors."""

    first: NDArray[np.int64]
    """In the first repeat, shape (n,)."""
    each: int
    """How many rows every further repeat moves on."""

    def rows(self, start: int, stop: int) -> NDArray[np.int64]:
        """The rows of the repeats from `start` up to `stop`, shape (stop - start, n)."""
        return self.first + self.each * np.arange(start, stop)[:, np.newaxis]


class Part(NamedTuple):
    """A device that takes part: its state before, its events, and their factors (events, 4)."""

    constants: Constants
    state: State
    events: Events
    factors: FloatArray


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of n steps in so many repeats; arrays hold the values at the end of each step."""

    voltage_v: FloatArray
    """Voltage at the source's terminals, shape (repeats, n)."""
    limited: NDArray[np.bool_]
    """Shape (repeats, n)."""
    device_current_a: FloatArray
    """Current through each of m devices, shape (m, repeats, n)."""
    states: tuple[State, ...]

    @property
    def current_a(self) -> FloatArray:
        """Current of the source, shape (repeats, n)."""
        if len(self.device_current_a) == 1:
            return self.device_current_a[0]
        return self.device_current_a.sum(axis=0)


def play(levels: Levels, parts: Sequence[Part], limit_a: float, bottom_ohm: float) -> Outcome:
    """Take devices through all repeats; their states before are left as they are."""
    return _Run(levels, parts, limit_a, bottom_ohm).outcome()


class _Run:
    """The devices on their way through the repeats."""

    def __init__(
        self, levels: Levels, parts: Sequence[Part], limit_a: float, bottom_ohm: float
    ) -> None:
        self._levels = levels
        self._parts = parts
        self._limit_a = limit_a
        self._bottom_ohm = bottom_ohm
        self._states = tuple(part.state for part in parts)
        steps, repeats = levels.level_v.size, levels.repeats
        # One step of all repeats lies together, because that is how cycles are worked out.
        self._current_a = np.zeros((len(parts), steps, repeats)).transpose(0, 2, 1)
        self._voltage_v = np.broadcast_to(levels.level_v, (repeats, steps))
        self._limited = np.broadcast_to(np.False_, (repeats, steps))

    def outcome(self) -> Outcome:
        """Take as many repeats at once as can be, the others step by step."""
        done, repeats = 0, self._levels.repeats
        while done < repeats:
            stop = min(repeats, done + _CYCLES_AT_ONCE)
            if not self._cycle(done, stop):
                # The first may differ from the others in where it begins.
                stop = stop if done else 1
                self._step_through(done, stop)
            done = stop
        return Outcome(self._voltage_v, self._limited, self._current_a, self._states)

    def _cycle(self, start: int, stop: int) -> bool:
        """Take repeats all at once, if they allow it."""
        if len(self._parts) != 1 or self._bottom_ohm > 0.0 or stop - start < _LEAST_CYCLES:
            return False
        ((constants, _, events, factors),) = self._parts
        cycles = Cycles(constants, self._states[0], self._levels.level_v, self._levels.duration_s)
        of_steps = events.first + events.each * start
        ended = cycles.play(
            factors, of_steps, events.each, self._limit_a, self._current_a[0, start:stop].T
        )
        if ended is None:
            return False
        self._states = (ended,)
        return True

    def _step_through(self, start: int, stop: int) -> None:
        at_once = max(1, _STEPS_AT_ONCE // self._levels.level_v.size)
        for first in range(start, stop, at_once):
            self._step(first, min(stop, first + at_once))

    def _step(self, start: int, stop: int) -> None:
        """Take repeats step by step."""
        repeats, shape = stop - start, (stop - start, self._levels.level_v.size)
        drive = Drive(
            np.tile(self._levels.level_v, repeats),
            np.tile(self._levels.duration_s, repeats),
            self._limit_a,
            self._bottom_ohm,
        )
        outcome = stepping.play(
            drive, [self._participant(n, start, stop) for n in range(len(self._parts))]
        )
        self._states = outcome.states
        self._current_a[:, start:stop] = outcome.device_current_a.reshape(-1, *shape)
        if outcome.limited.any():
            if not self._limited.flags.writeable:
                self._limited, self._voltage_v = self._limited.copy(), self._voltage_v.copy()
            self._limited[start:stop] = outcome.limited.reshape(shape)
            self._voltage_v[start:stop] = outcome.voltage_v.reshape(shape)

    def _participant(self, number: int, start: int, stop: int) -> Participant:
        """One device for some repeats, with the factors of their events only."""
        constants, _, events, factors = self._parts[number]
        rows = events.rows(start, stop).ravel()
        first, last = int(rows[0]), int(rows[-1])
        return Participant(constants, self._states[number], rows - first, factors[first : last + 1])
