"""The outline of a signal that grows: lowest and highest value of every stretch, as it comes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

STRETCHES = 2000
"""At most; between half as many and so many are in use once the first were full."""
NARROWEST = 2.0**-20
"""Width of a stretch at first. A power of two, so that doubled widths divide without rounding and
a sample falls into the same stretch whenever it comes."""


class Envelope:
    """Lowest and highest y of every stretch of a growing x; nan counts as no value.

    Stretches double in width when they are full, so that memory and the cost of reading it out do
    not grow, and adding costs what the new samples cost. How the samples are cut into blocks
    makes no difference. Samples before the first count to the first stretch.
    """

    def __init__(self, stretches: int = STRETCHES) -> None:
        self._width = NARROWEST
        self._origin: float | None = None
        self._first, self._last, self._low, self._high = np.full((4, stretches), np.nan)

    def add(self, x: ArrayLike, y: ArrayLike) -> None:
        """Add samples, both of shape (n,); those without a finite x are left out."""
        at, value = np.asarray(x, np.float64), np.asarray(y, np.float64)
        is_placed = np.isfinite(at)
        if not is_placed.all():
            at, value = at[is_placed], value[is_placed]
        if not at.size:
            return
        if self._origin is None:
            self._origin = float(at[0])
        self._widen((float(at.max()) - self._origin) / self._width)
        place = np.maximum((at - self._origin) / self._width, 0.0).astype(np.int64)
        if (place[1:] < place[:-1]).any():
            order = np.argsort(place, kind="stable")
            place, at, value = place[order], at[order], value[order]
        self._merge(place, at, np.where(np.isfinite(value), value, np.nan))

    def line(self) -> tuple[FloatArray, FloatArray]:
        """The outline as x and y, both of shape (m,), at most twice the number of stretches.

        A stretch of one value is one point, exactly; a stretch of nan alone is nan.
        """
        used = np.flatnonzero(~np.isnan(self._first))
        x = np.column_stack([self._first[used], self._last[used]]).ravel()
        y = np.column_stack([self._low[used], self._high[used]]).ravel()
        again = np.zeros(x.size, np.bool_)
        is_flat = (y[0::2] == y[1::2]) | np.isnan(y[0::2])
        again[1::2] = (x[0::2] == x[1::2]) & is_flat
        return x[~again], y[~again]

    def _merge(self, place: NDArray[np.int64], x: FloatArray, y: FloatArray) -> None:
        """Take in samples whose places rise."""
        starts = np.flatnonzero(np.diff(place, prepend=-1))
        at = place[starts]
        for kept, values, further in (
            (self._first, x, np.fmin), (self._last, x, np.fmax),
            (self._low, y, np.fmin), (self._high, y, np.fmax),
        ):  # fmt: skip
            kept[at] = further(kept[at], further.reduceat(values, starts))

    def _widen(self, last: float) -> None:
        """Double the stretches until the place `last` is among them."""
        doublings = 0
        while last >= self._first.size:
            last, doublings = last / 2, doublings + 1
        if not doublings:
            return
        self._width *= 2.0**doublings
        place = np.arange(self._first.size) >> doublings
        starts = np.flatnonzero(np.diff(place, prepend=-1))
        for kept, further in (
            (self._first, np.fmin), (self._last, np.fmax),
            (self._low, np.fmin), (self._high, np.fmax),
        ):  # fmt: skip
            folded = further.reduceat(kept, starts)
            kept[: starts.size] = folded
            kept[starts.size :] = np.nan
