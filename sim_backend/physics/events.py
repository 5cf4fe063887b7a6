"""Switching events: which one a step belongs to, and the factors that each draws."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from sim_backend.physics.device import EVENT_V
from sim_backend.physics.parameters import DeviceParameters
from sim_backend.physics.statistics import gauss_rows

FloatArray = NDArray[np.float64]

_SET, _RESET, _FILAMENT, _THRESHOLD = range(4)
"""Streams of random numbers; their order is part of what a seed means."""


def factors_between(
    seed: int, device: int, p: DeviceParameters, first: int, last: int
) -> FloatArray:
    """One row of factors for each event of a device from `first` to `last`."""
    if first == last:
        return _factors_of_one(seed, device, p, first)
    return _factors(seed, device, p, first, last)


def _factors(seed: int, device: int, p: DeviceParameters, first: int, last: int) -> FloatArray:
    """One row of factors for each event of a device from `first` to `last`."""
    streams = (_SET, _RESET, _FILAMENT, _THRESHOLD)
    draw = gauss_rows(seed, device, streams, np.arange(first, last + 1))
    return np.column_stack(
        (
            np.exp(p.set_spread * draw[_SET]),
            np.exp(p.reset_spread * draw[_RESET]),
            np.exp(p.filament_spread * draw[_FILAMENT]),
            p.threshold_voltage_v + p.threshold_spread_v * draw[_THRESHOLD],
        )
    )


@functools.lru_cache(maxsize=256)
def _factors_of_one(seed: int, device: int, p: DeviceParameters, event: int) -> FloatArray:
    """The row of one event, shape (1, 4), which stays in force through all reads after it."""
    return _factors(seed, device, p, event, event)


def number_events(level_v: FloatArray, number: int, sign: int) -> tuple[NDArray[np.int64], int]:
    """The event each step belongs to, shape (n,), and the sign of the one that is still going on.

    `number` and `sign` are those of the event before; sign 0 means that it is over. Below 0.1 V
    the factors of the latest event stay in force (physics.md §1.5).
    """
    signs = np.where(np.abs(level_v) >= EVENT_V, np.sign(level_v), 0.0).astype(np.int64)
    before = np.concatenate(([sign], signs[:-1]))
    begins = (signs != 0) & (signs != before)
    return number + np.cumsum(begins), int(signs[-1]) if signs.size else sign
