"""What the meter sees of a sequence: the steps it reads, and those it still feels then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim_backend.sequence import Series, Steps, places_of

SHORTEST_S = 1e-9
"""Instants closer together than this are one."""


class Felt(NamedTuple):
    """The steps that matter to a meter, each of shape (n,), in the order of time."""

    places: NDArray[np.int64]
    """Which steps they are, counted through all repeats."""
    durations_s: NDArray[np.float64]
    """For how long the meter integrates and settles on each."""
    reads: NDArray[np.bool_]


def felt(course: Sequence[Steps], aperture_s: float, memory_s: float) -> Felt:
    """The steps that are read, and those that end less than `memory_s` before one that is."""
    parts = [part for steps in course for part in _felt_parts(steps, memory_s)]
    places = places_of([steps for steps, _ in parts], [mask for _, mask in parts])
    seen = [
        np.broadcast_to(durations_s, (steps.repeats, durations_s.size))
        for steps, durations_s in zip(course, _seen_durations_s(course, aperture_s), strict=True)
    ]
    return Felt(places, Series(seen).at(places), Series.of(course, "reads").at(places))


def _seen_durations_s(course: Sequence[Steps], aperture_s: float) -> list[NDArray[np.float64]]:
    """The meter goes on integrating for half an aperture after the instant it stands for."""
    seen, over_s = [], 0.0
    for steps in course:
        begins_s = over_s if steps.repeats == 1 else aperture_s / 2 * float(steps.reads[-1])
        ends_s = np.cumsum(steps.durations_s) + np.where(steps.reads, aperture_s / 2, 0.0)
        edges_s = np.maximum.accumulate(np.concatenate(([begins_s], ends_s)))
        seen.append(np.maximum(np.diff(edges_s), SHORTEST_S))
        over_s = float(edges_s[-1]) - steps.period_s
    return seen


def _felt_parts(steps: Steps, memory_s: float) -> list[tuple[Steps, NDArray[np.bool_]]]:
    """The repeats in two parts, each with the steps that matter there.

    In the last repeats every step may matter to a reading that follows them.
    """
    last = int(min(steps.repeats, memory_s // steps.period_s + 1))
    parts = [(replace(steps, repeats=last), np.ones(steps.reads.shape, np.bool_))]
    if steps.repeats > last:
        before = replace(steps, repeats=steps.repeats - last), _before_read(steps, memory_s)
        parts.insert(0, before)
    return parts


def _before_read(steps: Steps, memory_s: float) -> NDArray[np.bool_]:
    """The steps that matter to a reading in the same repeat or in the next."""
    read = np.flatnonzero(steps.reads)
    if not read.size:
        return steps.reads
    ends_s = np.cumsum(steps.durations_s)
    starts_s = (ends_s - steps.durations_s)[read]
    following_s = np.append(starts_s, starts_s[0] + ends_s[-1])
    next_read = np.searchsorted(read, np.arange(ends_s.size), side="right")
    return steps.reads | (following_s[next_read] - ends_s < memory_s)
