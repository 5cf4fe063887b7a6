"""What a waveform does between two visits to 0 V: how long, how strong, how often."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from drivers.roles import FloatArray, Waveform


@dataclass(frozen=True, kw_only=True)
class Excursions:
    """A waveform's excursions from 0 V, its repeats included.

    A *pulse* is an excursion to one side: adjacent levels of one sign, across the seam between
    repeats as well.
    """

    pulses: int
    """How many there are."""
    longest_away_s: float
    """Longest time continuously away from 0 V, on whichever side (s)."""
    largest_flux_vs: float
    """Largest integral of the voltage's magnitude over one pulse (V s); its energy cannot exceed
    this times the compliance."""

    def energy_bound_j(self, limit_a: float) -> float:
        """The most energy one pulse can bring with the current limited to `limit_a`."""
        return limit_a * self.largest_flux_vs


def excursions(waveform: Waveform) -> Excursions:
    """Count and measure the excursions of one waveform."""
    return _measured(waveform.levels_v.tobytes(), waveform.dwell_s.tobytes(), waveform.repeats)


# By content: a plan makes the same few waveforms hundreds of times.
@lru_cache(maxsize=256)
def _measured(levels: bytes, dwells: bytes, repeats: int) -> Excursions:
    levels_v, dwell_s = np.frombuffer(levels), np.frombuffer(dwells)
    signs = np.sign(levels_v)
    seamless = signs[0] == signs[-1] != 0
    begins = (signs != 0) & (signs != np.concatenate([[0.0], signs[:-1]]))
    each = int(np.count_nonzero(begins))
    # Where the last pulse of a repeat goes on into the next one, both are one.
    pulses = each * repeats - (repeats - 1 if seamless else 0)
    return Excursions(
        pulses=pulses,
        longest_away_s=_longest(np.abs(signs), dwell_s, repeats),
        largest_flux_vs=_longest(signs, np.abs(levels_v) * dwell_s, repeats),
    )


def _longest(kinds: FloatArray, amounts: FloatArray, repeats: int) -> float:
    """Largest sum of `amounts` over a run of one kind that is not 0, repeats joined at the seam."""
    starts = np.flatnonzero(np.concatenate([[True], kinds[1:] != kinds[:-1]]))
    sums = np.add.reduceat(amounts, starts)
    sums[kinds[starts] == 0] = 0.0
    if kinds[0] == 0 or kinds[0] != kinds[-1] or repeats == 1:
        return float(sums.max())
    if len(starts) == 1:
        return float(sums[0]) * repeats
    return float(max(sums.max(), sums[-1] + sums[0]))
