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


def excursions(
    peaks_v: ArrayLike, steps: int, dwell_s: float, *, record: ArrayLike = True, repeats: int = 1
) -> Waveform:
    """From 0 V to each peak in turn and back, in `steps` equal steps an edge; ends at 0 V.

    `peaks_v` has shape (n,), or is one peak; the waveform has 2 * steps * n levels a repeat. Two
    peaks of opposite sign make the triangle of one cycle.
    """
    rising = np.arange(1, steps + 1) / steps
    shape = np.concatenate([rising, rising[-2::-1], [0.0]])
    # To the nanovolt, so that a level of 5 mV is found by its value.
    levels = np.round(np.outer(np.atleast_1d(peaks_v), shape).ravel(), 9)
    return Waveform(levels, dwell_s, record, repeats)
