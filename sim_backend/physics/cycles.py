"""Cycles of one device, all at once: for a step that comes again only the event's factors differ.

A cycle begins where the one before ended. Its end hardly depends on its beginning, because a reset
forgets what was set. So all cycles are taken through their steps from a guessed beginning, then
again from where their predecessors ended, until no beginning changes by a single bit: then every
number is the one that step after step gives, for the operations are the same.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim_backend.physics.device import (
    EVENT_V,
    LEAST_JUNCTION_S,
    THRESHOLD_V,
    X_RESET,
    X_SET,
    Constants,
    Effect,
    State,
    current,
    effect,
    junction_ohm,
)

FloatArray = NDArray[np.float64]

_MOST_SWEEPS = 16
"""Beyond this many the beginning matters too much: step by step is as fast."""
_LAST_BITS = 2.0**-52
"""Beginnings that change by no larger share are expected to stay as they are from then on."""

_FOLLOWERS = 3
"""How many cycles on it is taken into account that one begins elsewhere than expected."""


class _Factors(NamedTuple):
    """What the event that a step belongs to brings into each of c cycles, shape (c,) each."""

    set_: FloatArray
    reset: FloatArray
    cap_s: FloatArray


class _Chain:
    """Cycles that each begin where the one before ends: from a guess to what is consistent."""

    def __init__(self, guess_s: FloatArray) -> None:
        self.begins_s = guess_s
        self.settled = False
        """Whether the beginnings are expected to stay as they are."""
        self.closed = False
        """Whether every cycle began where the one before ended, to the last bit."""
        self._before: tuple[FloatArray, FloatArray] | None = None
        self._slopes: FloatArray | None = None

    def ended(self, ends_s: FloatArray) -> None:
        """Learn where the cycles ended, and begin anew accordingly."""
        begins_s = self.begins_s
        change = np.abs(ends_s[:-1] / begins_s[1:] - 1.0).max(initial=0.0)
        self.settled = change <= _LAST_BITS
        self.closed = bool((ends_s[:-1] == begins_s[1:]).all())
        if self._slopes is None and self._before is not None:
            self._slopes = _slopes(self._before, (begins_s, ends_s))
        self._before = begins_s, ends_s
        self.begins_s = begins_s.copy()
        self.begins_s[1:] = ends_s[:-1]
        if self._slopes is not None:
            # A cycle that begins elsewhere ends elsewhere, and so do its followers.
            for _ in range(_FOLLOWERS):
                moved_s = self.begins_s[:-1] - begins_s[:-1]
                self.begins_s[1:] = ends_s[:-1] + self._slopes[:-1] * moved_s


def _slopes(
    before: tuple[FloatArray, FloatArray], after: tuple[FloatArray, FloatArray]
) -> FloatArray:
    """How much further a cycle ends for each that it begins further."""
    begins_s, ends_s = (new - old for new, old in zip(after, before, strict=True))
    return np.divide(ends_s, begins_s, out=np.zeros_like(ends_s), where=begins_s != 0.0)


class Cycles:
    """The steps of one cycle, played on a device that has just played them once.

    `level_v` and `duration_s` have shape (n,).
    """

    def __init__(
        self, constants: Constants, state: State, level_v: FloatArray, duration_s: FloatArray
    ) -> None:
        self._constants = constants
        self._state = state
        self._level_v = level_v.tolist()
        self._effects: list[Effect] = []
        age_s = state.junction_age_s
        for voltage_v, held_s in zip(self._level_v, duration_s.tolist(), strict=True):
            self._effects.append(effect(constants, age_s, voltage_v, held_s))
            age_s = self._effects[-1].age_s
        self._recurs = age_s == state.junction_age_s and state.filament_s == 0.0

    def play(
        self,
        factors: FloatArray,
        first: NDArray[np.int64],
        each: int,
        limit_a: float,
        current_a: FloatArray,
    ) -> State | None:
        """The state after c cycles, with the current at each step's end in `current_a` (n, c).

        The events' factors are rows of `factors`: `first`, shape (n,), in the first cycle, and
        `each` rows further on in every other. None where the cycles cannot be taken at once: a
        filament is there or would close, the limit would act, the device ages from cycle to
        cycle, or a cycle's beginning matters too long.
        """
        if not self._recurs:
            return None
        rows, which = np.unique(first, return_inverse=True)
        later = each * np.arange(current_a.shape[1])
        drawn = [factors[row + later] for row in rows.tolist()]
        if self._closes_filament(drawn, which):
            return None
        steps, scratch = self._steps(drawn, which), _Scratch(current_a.shape[1])
        chain = _Chain(self._guess(drawn[which[0]]))
        for _ in range(_MOST_SWEEPS):
            junction_s, settled = chain.begins_s.copy(), chain.settled
            if not settled:
                _sweep(steps, scratch, junction_s)
            elif not self._watch(steps, scratch, junction_s, limit_a, current_a):
                return None
            chain.ended(junction_s)
            if settled and chain.closed:
                return State(float(junction_s[-1]), 0.0, self._effects[-1].age_s, 0.0)
        return None

    def _closes_filament(self, drawn: list[FloatArray], which: NDArray[np.int64]) -> bool:
        lowest_v = [float(f[:, THRESHOLD_V].min()) for f in drawn]
        return any(-v > lowest_v[event] for v, event in zip(self._level_v, which, strict=True))

    def _steps(
        self, drawn: list[FloatArray], which: NDArray[np.int64]
    ) -> list[tuple[Effect, _Factors]]:
        """Each step's effect, and the factors it has in each cycle."""
        cap_s = self._constants.cap_s
        brought = [
            _Factors(f[:, X_SET].copy(), f[:, X_RESET].copy(), cap_s * f[:, X_SET]) for f in drawn
        ]
        return [(e, brought[event]) for e, event in zip(self._effects, which, strict=True)]

    def _guess(self, drawn: FloatArray) -> FloatArray:
        """Where each cycle begins, if only the factor of the event that goes on then counted."""
        written = next(v for v in reversed(self._level_v) if abs(v) >= EVENT_V)
        factor = drawn[:, X_RESET if written > 0.0 else X_SET]
        return self._state.junction_s * (factor / factor[0])

    def _watch(
        self,
        steps: list[tuple[Effect, _Factors]],
        scratch: _Scratch,
        junction_s: FloatArray,
        limit_a: float,
        current_a: FloatArray,
    ) -> bool:
        """A sweep that notes the currents; False where the limit would act."""
        c = self._constants
        for place, (voltage_v, (e, factors)) in enumerate(zip(self._level_v, steps, strict=True)):
            # A positive voltage draws most before it has reset anything.
            most_s = float(junction_s.max()) if voltage_v > 0.0 else 0.0
            scratch.act(e, factors, junction_s)
            scratch.current(c, voltage_v, junction_s, current_a[place])
            peak_a = (
                current(c, State(most_s, 0.0, 0.0, 0.0), voltage_v)
                if voltage_v > 0.0
                else -float(current_a[place].min())
            )
            if peak_a > limit_a:
                return False
        return True


def _sweep(steps: list[tuple[Effect, _Factors]], scratch: _Scratch, junction_s: FloatArray) -> None:
    """Take the junctions of all cycles through the steps, in place."""
    for e, factors in steps:
        scratch.act(e, factors, junction_s)


class _Scratch:
    """Room for the numbers of c cycles while a step acts on them."""

    def __init__(self, count: int) -> None:
        self._first = np.empty(count)
        self._second = np.empty(count)
        self._above = np.empty(count, np.bool_)

    def act(self, e: Effect, factors: _Factors, junction_s: FloatArray) -> None:
        """What `device.advance` does to a junction, to all of them, in place."""
        if e.growth_s > 0.0:
            self._grow(e, factors, junction_s)
        elif e.drawn > 0.0:
            self._reset(e, factors, junction_s)
        elif e.decay != 1.0:
            np.multiply(junction_s, e.decay, out=junction_s)

    def current(
        self, c: Constants, voltage_v: float, junction_s: FloatArray, current_a: FloatArray
    ) -> None:
        """What `device.current` gives without a filament, into `current_a`."""
        conductance_s, divisor = self._first, self._second
        if c.junction_exponent != 1.0:
            junction_s = np.power(junction_s, c.junction_exponent, out=conductance_s)
        np.divide(junction_ohm(c, voltage_v), junction_s, out=conductance_s)
        np.add(conductance_s, c.series_ohm, out=conductance_s)
        np.divide(1.0, conductance_s, out=conductance_s)
        np.add(conductance_s, c.leak_s, out=conductance_s)
        np.multiply(conductance_s, c.lead_ohm, out=divisor)
        np.add(divisor, 1.0, out=divisor)
        np.multiply(conductance_s, voltage_v, out=conductance_s)
        np.divide(conductance_s, divisor, out=current_a)

    def _grow(self, e: Effect, factors: _Factors, junction_s: FloatArray) -> None:
        grown_s = self._first
        if e.decay != 1.0:
            np.multiply(junction_s, e.decay, out=junction_s)
        np.multiply(factors.set_, e.growth_s, out=grown_s)
        np.add(grown_s, junction_s, out=grown_s)
        np.minimum(grown_s, factors.cap_s, out=grown_s)
        np.maximum(junction_s, grown_s, out=junction_s)

    def _reset(self, e: Effect, factors: _Factors, junction_s: FloatArray) -> None:
        floor_s, left_s, above = self._first, self._second, self._above
        np.multiply(factors.reset, e.floor_s, out=floor_s)
        np.maximum(floor_s, LEAST_JUNCTION_S, out=floor_s)
        np.greater(junction_s, floor_s, out=above)
        if above.any():
            np.multiply(floor_s, e.drawn, out=floor_s)
            np.multiply(junction_s, e.left, out=left_s)
            np.add(left_s, floor_s, out=left_s)
        if e.decay != 1.0:
            np.multiply(junction_s, e.decay, out=junction_s)
        if above.all():
            junction_s[:] = left_s
        elif above.any():
            np.copyto(junction_s, left_s, where=above)
