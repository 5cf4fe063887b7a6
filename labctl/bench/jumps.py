"""Where a conductance rises as only a filament makes it rise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from drivers.roles import FloatArray, Waveform
from labctl.bench.reading_block import ReadingBlock

SWITCHING_V = 0.1
"""Nothing moves in a device below it (physics.md §1.5)."""
COMPARABLE_V = 10e-3
"""Neighbours so close in voltage differ by less than half a decade at the interface, whose growth
rises e-fold in 14 mV and is linear in time (physics.md §1.2); a filament comes at once."""
SMALLEST_FILAMENT_S = 3.87e-5
"""Half of 2e²/h: no filament is thinner (physics.md §1.3)."""
RESOLVED_S = 1e-9
"""What a reading below this was, nobody can tell: the leakage is 0.2 nS (physics.md §1.6)."""


@dataclass(frozen=True)
class Jump:
    """A rise of the conductance from one reading to the next."""

    place: int
    """Of the reading after it, within the block."""
    decades: float
    allowed_decades: float


def first_jump(block: ReadingBlock, before: ReadingBlock | None, decades: float) -> Jump | None:
    """The first rise by more than `decades` between neighbours; None when there is none.

    `before` is the block that came before this one, of whatever application. Levels held longer
    than the one before them may rise in proportion.
    """
    points, levels_v, conductance_s = block.points, block.trace.set_v, block.conductance_s
    if np.abs(levels_v).max() < SWITCHING_V:
        return None
    if before is not None and block.goes_on(before):
        points = np.concatenate([points[:1] - 1, points])
        levels_v = np.concatenate([before.trace.set_v[-1:], levels_v])
        conductance_s = np.concatenate([before.conductance_s[-1:], conductance_s])
    before_s, after_s = np.maximum(conductance_s[:-1], RESOLVED_S), conductance_s[1:]
    held_longer = _held_longer(block.application.waveform)
    allowed = 10**decades * held_longer[points[1:] % held_longer.size]
    close = np.abs(np.diff(levels_v)) <= COMPARABLE_V * (1 + 1e-9)
    close &= np.abs(levels_v[1:]) >= SWITCHING_V
    thick = after_s >= SMALLEST_FILAMENT_S
    jumps = np.flatnonzero(close & thick & (after_s > allowed * before_s))
    if not jumps.size:
        return None
    first = int(jumps[0])
    return Jump(
        place=first + len(block.trace) - after_s.size,
        decades=math.log10(after_s[first] / before_s[first]),
        allowed_decades=math.log10(allowed[first]),
    )


@lru_cache(maxsize=64)
def _held_longer(waveform: Waveform) -> FloatArray:
    """By how much longer each recorded level is held than the recorded one before it, at least 1.

    Shape (recorded points of one repeat,). Infinite where levels that were not recorded lie
    between the two, 0 V left out.
    """
    places = np.flatnonzero(waveform.record)
    before = np.roll(places, 1)
    levels_v, dwell_s = waveform.levels_v, waveform.dwell_s
    stress = np.concatenate([[0], np.cumsum((levels_v != 0) & ~waveform.record)])
    between = stress[places] - stress[before + 1]
    if places.size:
        between[0] += stress[-1]
    return np.where(between == 0, np.maximum(dwell_s[places] / dwell_s[before], 1.0), np.inf)
