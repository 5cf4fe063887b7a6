"""Hardware-timed steps of a source, and what came of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim_backend.physics.array import INSTANT_S

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(eq=False)
class Played:
    """True values at the end of each step, shape (n,); steps to come change when a relay moves."""

    start_s: float
    end_s: float
    current_a: FloatArray
    voltage_v: FloatArray
    """At the source's terminals."""
    limited: BoolArray
    on_changed: Callable[[], None] = lambda: None
    """Called when the values to come have changed."""


@dataclass(frozen=True, eq=False)
class Steps:
    """Programmed levels held for durations, each array of shape (n,); `begins` marks pulses."""

    programmed_v: FloatArray
    durations_s: FloatArray
    begins: BoolArray

    @staticmethod
    def starting_from(
        before_v: float,
        programmed_v: FloatArray,
        durations_s: FloatArray,
        pulse_starts: BoolArray | None = None,
    ) -> Steps:
        """Steps after a level; an excursion from 0 V to one side begins a pulse, once."""
        signs = np.sign(programmed_v)
        before = np.concatenate(([np.sign(before_v)], signs[:-1]))
        begins = (signs != 0.0) & (signs != before)
        if pulse_starts is not None:
            begins = begins | pulse_starts
        return Steps(programmed_v, durations_s, begins)

    @property
    def duration_s(self) -> float:
        """Time from the first step's start to the last one's end."""
        return float(self.durations_s.sum())

    def split(self, after_s: float) -> tuple[Steps, Steps]:
        """What was played `after_s` into the steps, and what is left; a step may be cut in two."""
        ends_s = np.cumsum(self.durations_s)
        whole = int(np.searchsorted(ends_s, after_s + INSTANT_S, side="right"))
        begun_s = after_s - (float(ends_s[whole - 1]) if whole else 0.0)
        if whole == self.durations_s.size or begun_s <= INSTANT_S:
            return self._part(0, whole), self._part(whole, None)
        played, left = self._part(0, whole + 1), self._part(whole, None)
        played.durations_s[-1] = begun_s
        left.durations_s[0] -= begun_s
        left.begins[0] = False
        return played, left

    def _part(self, first: int, stop: int | None) -> Steps:
        chosen = slice(first, stop)
        return Steps(
            self.programmed_v[chosen].copy(),
            self.durations_s[chosen].copy(),
            self.begins[chosen].copy(),
        )
