"""Waveforms of the measurements, as pure functions: nothing here knows an instrument."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from drivers.roles import Waveform


def sampled_pulse(level_v: float, width_s: float, samples: int) -> Waveform:
    """One rectangular pulse, read `samples` times evenly spaced, for the integral of V times I."""
    return Waveform(np.full(samples, level_v), width_s / samples)


def read_burst(read_v: float, pairs: int, dwell_s: float) -> Waveform:
    """`pairs` readings at +read_v and -read_v in turn, so that an offset of the source cancels."""
    return Waveform(np.tile([read_v, -read_v], pairs), dwell_s)


def pulse_train(levels_v: ArrayLike, width_s: float, period_s: float) -> Waveform:
    """Pulses that return to 0 V; every top and every 0 V gap is read (the gaps give the offset).

    `levels_v` has shape (n,); the waveform has 2n recorded points: top, gap, top, gap, ...
    """
    tops = np.asarray(levels_v, dtype=np.float64)
    levels = np.column_stack([tops, np.zeros_like(tops)]).ravel()
    return Waveform(levels, np.tile([width_s, period_s - width_s], tops.size))
