"""Colour scales of images, all of them safe for the colour-blind."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

Kind = Literal["gray", "sequential", "diverging"]
STEPS = 256


def colour_table(kind: Kind) -> NDArray[np.uint8]:
    """The scale as RGBA, shape (256, 4)."""
    if kind == "gray":
        level = np.arange(STEPS, dtype=np.uint8)
        return np.column_stack([level, level, level, np.full(STEPS, 255, np.uint8)])
    name = "CET-CBD1" if kind == "diverging" else "viridis"
    table = pg.colormap.get(name).getLookupTable(nPts=STEPS, alpha=True)
    return np.asarray(table, np.uint8)


def coloured(
    values: NDArray[np.float64],
    low: float,
    high: float,
    table: NDArray[np.uint8],
    log: bool = False,
) -> NDArray[np.uint8]:
    """Every value in its colour, shape (rows, columns, 4); nan is transparent.

    With `log`, values that have no logarithm are transparent as well.
    """
    if log:
        values = np.log10(np.where(values > 0, values, np.nan))
        low, high = np.log10(low), np.log10(high)
    span = high - low
    place = (values - low) / span if span > 0 else np.full(values.shape, 0.5)
    known = np.isfinite(values)
    index = np.clip(np.where(known, place, 0.0) * (STEPS - 1) + 0.5, 0, STEPS - 1)
    colours = table[index.astype(np.intp)]
    colours[~known] = 0
    return colours
