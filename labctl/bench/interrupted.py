"""What is left of an application that was interrupted: stress is never played again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from drivers.roles import FloatArray, Trace, Waveform
from procedures.base import Purpose


class Witness(Enum):
    """What the source can still say about a waveform."""

    NEVER_BEGUN = "the source never heard of it"
    HELD = "the source still had all it measured"
    LOST = "the source has forgotten it"


@dataclass(frozen=True, eq=False)
class Rescued:
    """What was learnt from the source after an interruption."""

    witness: Witness
    trace: Trace
    """All readings of the interrupted waveform; `time_s` from its start."""


@dataclass(frozen=True)
class Rest:
    """How an interrupted application goes on."""

    uncertain_upto: int
    """Points up to this one that did not come may or may not have been applied."""
    repeats: int
    """Repeats still to be played, all of them new to the device if it is stress."""
    skip: int = 0
    """Readings at the beginning of those that are known already."""


def what_is_left(waveform: Waveform, purpose: Purpose, points: int, witness: Witness) -> Rest:
    """The rest of `waveform` after the first `points` recorded points have been accounted for.

    Of stress, the repeat in which the source was interrupted counts as applied, and so do all
    others when nobody can tell how far it came. A reading goes on where it ended.
    """
    each = waveform.recorded_points // waveform.repeats
    whole, part = divmod(points, each) if each else (0, 0)
    if witness is Witness.NEVER_BEGUN or purpose is Purpose.READ:
        return Rest(points, waveform.repeats - whole, part)
    if witness is Witness.HELD and each:
        if points == waveform.recorded_points:
            return Rest(points, 0)
        return Rest((whole + 1) * each, waveform.repeats - whole - 1)
    return Rest(waveform.recorded_points, 0)


def nominal_times_s(waveform: Waveform, first: int, upto: int) -> FloatArray:
    """When recorded points from `first` to before `upto` end, from the start of the waveform."""
    ends_s = np.cumsum(waveform.dwell_s)[waveform.record]
    repeat, point = np.divmod(np.arange(first, upto), max(1, ends_s.size))
    return repeat * float(waveform.dwell_s.sum()) + ends_s[point]
