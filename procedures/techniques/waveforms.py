"""Waveforms of the measurements, as pure functions: nothing here knows an instrument."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from drivers.roles import Waveform


def sampled_pulse(level_v: float, width_s: float, samples: int) -> Waveform:
    """One rectangular pulse, read `samples` times evenly spaced, for the integral of V times I."""
    return Waveform(np.full(samples, level_v), width_s / samples)


def timed_pulse(
    level_v: float,
    width_s: float,
    samples: int,
    *,
    shortest_s: float,
    tick_s: float,
    rests: int = 0,
) -> Waveform:
    """One rectangular pulse of `width_s`, exact to `tick_s`, read at most `samples` times.

    No level is held for less than `shortest_s`. `rests` readings at 0 V come before it.
    """
    ticks = round(width_s / tick_s)
    most = _most_parts(width_s, samples, shortest_s)
    even = [parts for parts in range(most, most // 2, -1) if ticks % parts == 0]
    # Sources step through unequal dwells less quickly, so that there are half as many of them.
    parts = even[0] if even else max(1, most // 2)
    share, longer = divmod(ticks, parts)
    dwell_s = np.full(rests + parts, share * tick_s)
    dwell_s[rests : rests + longer] += tick_s
    return Waveform(np.r_[np.zeros(rests), np.full(parts, level_v)], dwell_s)


def evenly_read_width(width_s: float, samples: int, shortest_s: float, tick_s: float) -> float:
    """The nearest width (s) that `timed_pulse` can read as often as such a pulse can be read."""
    parts = _most_parts(width_s, samples, shortest_s)
    return round(width_s / parts / tick_s) * parts * tick_s


def _most_parts(width_s: float, samples: int, shortest_s: float) -> int:
    return max(1, min(samples, int(width_s / shortest_s * (1 + 1e-9))))


def repeated_pulse(level_v: float, width_s: float, period_s: float, count: int) -> Waveform:
    """`count` equal pulses that return to 0 V; only their tops are read."""
    return Waveform([level_v, 0.0], [width_s, period_s - width_s], [True, False], repeats=count)


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
