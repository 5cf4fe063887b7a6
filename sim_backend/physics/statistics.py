"""Randomness by counter: every number is a function of its key, so no call order can change it."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

_WORD = 0xFFFFFFFFFFFFFFFF
_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST_MIX = np.uint64(0xBF58476D1CE4E5B9)
_SECOND_MIX = np.uint64(0x94D049BB133111EB)
_TO_UNIT = 2.0**-53


def gauss(seed: int, owner: int, stream: int, numbers: ArrayLike) -> NDArray[np.float64]:
    """Standard normal values of the events `numbers` (any shape) of one stream of one owner."""
    values = gauss_rows(seed, owner, (stream,), np.atleast_1d(numbers))
    return values.reshape(np.shape(numbers))


def gauss_rows(
    seed: int, owner: int, streams: Sequence[int], numbers: ArrayLike
) -> NDArray[np.float64]:
    """Standard normal values of the events `numbers`, shape (n,): a row for each stream.

    Two splitmix64 words per event and Box-Muller (physics.md §1.5).
    """
    counters = np.asarray(numbers, np.uint64)
    keys = np.array([[_key(seed, owner, stream)] for stream in streams], np.uint64)
    first = _mix(keys + _GAMMA * (np.uint64(2) * counters + np.uint64(1)))
    second = _mix(keys + _GAMMA * (np.uint64(2) * counters + np.uint64(2)))
    # The radius needs a value in (0, 1], hence the added one.
    radius = np.sqrt(-2.0 * np.log(((first >> np.uint64(11)) + np.uint64(1)) * _TO_UNIT))
    return radius * np.cos(2.0 * np.pi * ((second >> np.uint64(11)) * _TO_UNIT))


@functools.lru_cache(maxsize=1024)
def _key(seed: int, owner: int, stream: int) -> int:
    """Where the counters of one stream of one owner begin."""
    # Arrays of one, because NumPy's uint64 scalars warn where arrays wrap around silently.
    key = np.zeros(1, np.uint64)
    for part in (seed, owner, stream):
        key = _mix(key + np.array([part & _WORD], np.uint64))
    return int(key[0])


def _mix(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    words = words + _GAMMA
    words = (words ^ (words >> np.uint64(30))) * _FIRST_MIX
    words = (words ^ (words >> np.uint64(27))) * _SECOND_MIX
    return words ^ (words >> np.uint64(31))
