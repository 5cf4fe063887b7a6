"""Randomness by counter: every number is a function of its key, so no call order can change it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

_WORD = 0xFFFFFFFFFFFFFFFF
_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST_MIX = np.uint64(0xBF58476D1CE4E5B9)
_SECOND_MIX = np.uint64(0x94D049BB133111EB)
_TO_UNIT = 2.0**-53


def gauss(seed: int, owner: int, stream: int, numbers: ArrayLike) -> NDArray[np.float64]:
    """Standard normal values of the events `numbers` (any shape) of one stream of one owner.

    Two splitmix64 words per event and Box-Muller (physics.md §1.5).
    """
    counters = np.atleast_1d(np.asarray(numbers, np.uint64))
    key = _mix(_mix(_mix(_word(seed)) + _word(owner)) + _word(stream))
    first = _mix(key + _GAMMA * (np.uint64(2) * counters + np.uint64(1)))
    second = _mix(key + _GAMMA * (np.uint64(2) * counters + np.uint64(2)))
    # The radius needs a value in (0, 1], hence the added one.
    radius = np.sqrt(-2.0 * np.log(((first >> np.uint64(11)) + np.uint64(1)) * _TO_UNIT))
    values = radius * np.cos(2.0 * np.pi * ((second >> np.uint64(11)) * _TO_UNIT))
    return values.reshape(np.shape(numbers))


def _word(value: int) -> NDArray[np.uint64]:
    # An array of one, because NumPy's uint64 scalars warn where arrays wrap around silently.
    return np.array([value & _WORD], np.uint64)


def _mix(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    words = words + _GAMMA
    words = (words ^ (words >> np.uint64(30))) * _FIRST_MIX
    words = (words ^ (words >> np.uint64(27))) * _SECOND_MIX
    return words ^ (words >> np.uint64(31))
