"""Cycle-to-cycle statistics whose intervals hold when neighbouring cycles resemble each other."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from drivers.roles import Flag
from procedures.analysis.endurance_failures import read_conductances
from procedures.analysis.statistics import student_factor
from procedures.columns import CURRENT, CYCLE, DEVICE, FLAGS, PHASE, SET_VOLTAGE, TIME

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
MOST_BLOCKS = 50
FEWEST_BLOCKS = 5


@dataclass(frozen=True, eq=False)
class DeviceCycles:
    """The stored cycles of one device, in rising order; all arrays have shape (n,)."""

    device: str
    cycle: IntArray
    on_s: FloatArray
    """inf where the reading overflowed, as in `off_s`."""
    off_s: FloatArray
    time_s: FloatArray
    """When ON was read."""
    is_coarse: NDArray[np.bool_]
    """Read on the range of the peaks: the cycle was recorded in full."""
    played: int
    """The last cycle of which anything was recorded."""
    uncertain: int
    """Cycles that an interruption may have cut off, or kept from being played."""

    @property
    def is_valid(self) -> NDArray[np.bool_]:
        """Cycles of which neither reading overflowed."""
        return np.isfinite(self.on_s) & np.isfinite(self.off_s)

    @property
    def overflows(self) -> int:
        """Reads that did not fit their range."""
        return int(np.isinf(self.on_s).sum() + np.isinf(self.off_s).sum())


@dataclass(frozen=True)
class Spread:
    """How one quantity is distributed over cycles; nan where too few define it."""

    mean: float
    mean_u95: float
    sd: float
    cv: float
    """Standard deviation over mean."""
    cv_u95: float


def device_cycles(frame: pd.DataFrame) -> list[DeviceCycles]:
    """The stored cycles of every device of a run, in the order in which they were measured.

    A cycle of which only one state was read, because the run ended or was interrupted in it, is
    left out.
    """
    places, devices = pd.factorize(frame[DEVICE.header])
    phase = frame[PHASE.header]
    is_known = (frame[FLAGS.header].to_numpy() & Flag.UNCERTAIN) == 0
    rows = {name: is_known & (phase == name).to_numpy() for name in ("on", "off", "waveform")}
    columns = {c: frame[c.header].to_numpy() for c in (CYCLE, SET_VOLTAGE, CURRENT, TIME, FLAGS)}
    cycle = columns[CYCLE]

    def conductances_s(at: IntArray) -> FloatArray:
        return read_conductances(*(columns[c][at] for c in (SET_VOLTAGE, CURRENT, FLAGS)))

    found = []
    for place, device in enumerate(devices):
        is_mine = places == place
        on, off, rest = (np.flatnonzero(is_mine & rows[name]) for name in rows)
        common, of_on, of_off = np.intersect1d(cycle[on], cycle[off], return_indices=True)
        on, off = on[of_on], off[of_off]
        found.append(
            DeviceCycles(
                device=str(device),
                cycle=common,
                on_s=conductances_s(on),
                off_s=conductances_s(off),
                time_s=columns[TIME][on],
                is_coarse=np.isin(common, np.unique(cycle[rest])),
                played=int(cycle[is_mine].max()),
                uncertain=np.unique(cycle[is_mine & ~is_known]).size,
            )
        )
    return found


def spread(values: ArrayLike) -> Spread:
    """Mean, standard deviation, and C_v of values in the order of cycles, shape (n,), finite.

    The intervals are those of a jackknife that leaves out one block of neighbouring cycles at a
    time: they need neither independent cycles nor a normal distribution, only that cycles further
    apart than a block (the square root of n, a fiftieth of all at most) have nothing in common.
    """
    sums = _block_sums(np.asarray(values, np.float64))
    mean, mean_u95 = _jackknife(sums, _mean)
    cv, cv_u95 = _jackknife(sums, _variation)
    return Spread(mean, mean_u95, abs(mean) * cv, cv, cv_u95)


def ratio_of_means(above: ArrayLike, below: ArrayLike) -> tuple[float, float]:
    """Mean over mean, and the half-width of its 95 % interval as in `spread`; shapes (n,)."""
    columns = [_block_sums(np.asarray(values, np.float64)) for values in (above, below)]
    return _jackknife(np.hstack(columns), lambda sums: sums[..., 1] / sums[..., 4])


def share_within(values: ArrayLike, centre: float, half_width: float) -> float:
    """Share of the values, shape (n,), within `half_width` of `centre`, the ends counted in.

    nan and inf are outside; nan without any value.
    """
    array = np.asarray(values, np.float64)
    return float(np.mean(np.abs(array - centre) <= half_width)) if array.size else math.nan


def _block_sums(values: FloatArray) -> FloatArray:
    """Count, sum, and sum of squares of each block of neighbours, shape (blocks, 3)."""
    count = values.size
    blocks = max(1, min(count, MOST_BLOCKS, max(FEWEST_BLOCKS, math.isqrt(count))))
    parts = np.array_split(values, blocks)
    return np.array([[part.size, part.sum(), part @ part] for part in parts], np.float64)


def _jackknife(
    sums: FloatArray, statistic: Callable[[FloatArray], FloatArray]
) -> tuple[float, float]:
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = sums.sum(axis=0)
        value = float(statistic(whole))
        without = statistic(whole - sums)
    blocks = len(sums)
    variance = (blocks - 1) * float(np.mean((without - without.mean()) ** 2))
    return value, student_factor(blocks - 1) * math.sqrt(variance)


def _mean(sums: FloatArray) -> FloatArray:
    return sums[..., 1] / sums[..., 0]


def _variation(sums: FloatArray) -> FloatArray:
    count, mean = sums[..., 0], _mean(sums)
    variance = np.maximum(sums[..., 2] / count - mean**2, 0.0) * count / (count - 1)
    return np.sqrt(variance) / np.abs(mean)
