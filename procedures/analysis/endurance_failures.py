"""When a device counts as failed: criteria on its ON and OFF conductance, n cycles in a row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from drivers.roles import Flag

FloatArray = NDArray[np.float64]
KINDS = ("", "stuck ON", "stuck OFF", "window")
"""By code, as `Criteria.failing` gives them; where several hold, the first counts."""


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """A cycle fails when one of these holds; a limit of 0 is never reached."""

    min_ratio: float
    """Window: ON is less than this many times OFF."""
    stuck_on_s: float
    """Stuck ON: after the reset, the conductance is still this or more."""
    stuck_off_s: float
    """Stuck OFF: after the set, the conductance is this or less."""
    in_a_row: int
    """The device has failed after so many failing cycles in a row."""

    def failing(self, on_s: ArrayLike, off_s: ArrayLike) -> NDArray[np.int8]:
        """Code of what is wrong with each cycle, 0 for nothing; all arrays have shape (n,).

        A conductance too high for the range is inf.
        """
        on, off = np.asarray(on_s, np.float64), np.asarray(off_s, np.float64)
        codes = np.zeros(on.shape, np.int8)
        codes[on < self.min_ratio * np.where(np.isinf(off), 0.0, off)] = 3
        if self.stuck_off_s > 0:
            codes[on <= self.stuck_off_s] = 2
        if self.stuck_on_s > 0:
            codes[off >= self.stuck_on_s] = 1
        return codes

    def first_failure(self, codes: NDArray[np.int8]) -> int | None:
        """Place of the first cycle of the first `in_a_row` failing ones; None without."""
        edges, runs = _runs(codes, 0)
        long = np.flatnonzero(runs >= self.in_a_row)
        return int(edges[long[0]]) + 1 if long.size else None


class FailureRun:
    """Follows one device from application to application: how long it has been failing."""

    def __init__(self, criteria: Criteria) -> None:
        self._criteria = criteria
        self._failing = 0
        self.ended = False
        """Whether the device has failed."""

    def ends(self, on_s: FloatArray, off_s: FloatArray) -> bool:
        """Whether the device has failed with these cycles (shape (n,)) that followed."""
        return bool(self._runs(on_s, off_s).max() >= self._criteria.in_a_row)

    def add(self, on_s: FloatArray, off_s: FloatArray) -> None:
        """Take these cycles (shape (n,)) in."""
        self.ended = self.ends(on_s, off_s)
        self._failing = int(self._runs(on_s, off_s)[-1])

    def restart(self) -> None:
        """Forget the failing cycles so far."""
        self._failing, self.ended = 0, False

    def _runs(self, on_s: FloatArray, off_s: FloatArray) -> NDArray[np.intp]:
        return _runs(self._criteria.failing(on_s, off_s), self._failing)[1]


def read_conductances(set_v: ArrayLike, current_a: ArrayLike, flags: ArrayLike) -> FloatArray:
    """Current over requested voltage, no offset removed, shape (n,).

    inf where the reading overflowed, nan where no voltage was applied or nobody read: a cycle
    that is not known (`Flag.UNCERTAIN`) fails no criterion.
    """
    volts = np.asarray(set_v, np.float64)
    amps = np.asarray(current_a, np.float64)
    conductance_s = np.full(amps.shape, np.nan)
    np.divide(amps, volts, out=conductance_s, where=volts != 0)
    uncertain = np.asarray(flags) & Flag.UNCERTAIN != 0
    conductance_s[np.isnan(amps) & ~uncertain] = np.inf
    return conductance_s


def _runs(codes: NDArray[np.int8], before: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The place before each run of failing cycles, and its length; `before` go ahead of all."""
    good = np.flatnonzero(codes == 0)
    edges = np.concatenate([[-1 - before], good, [codes.size]])
    return edges[:-1], np.diff(edges) - 1
