"""Drift of a device while it is read, told apart from what the picture does to its readings."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

BLOCKS = 10


def block_ratios(
    set_v: ArrayLike, current_a: ArrayLike, blocks: int = BLOCKS
) -> NDArray[np.float64]:
    """Conductance in each of `blocks` equal parts of the readings, relative to all of them.

    `set_v`, `current_a`: shape (n,), in the order of reading, the offset taken off. Each part is
    judged against the device's own curve (a linear and a cubic term fitted to all readings):
    devices conduct better at higher voltage, so a picture that is brighter at its top than at its
    bottom would pass for a drift. Returns shape (blocks,); nan for a part without voltage.
    """
    volts = np.asarray(set_v, dtype=np.float64)
    amps = np.asarray(current_a, dtype=np.float64)
    if not volts.any():
        return np.full(blocks, np.nan)
    terms = np.column_stack([volts, volts**3 / np.abs(volts).max() ** 2])
    curve_a = terms @ np.linalg.lstsq(terms, amps, rcond=None)[0]
    parts = zip(np.array_split(curve_a, blocks), np.array_split(amps, blocks), strict=True)
    return np.array([curve @ part / (curve @ curve or np.nan) for curve, part in parts])
