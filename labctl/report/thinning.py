"""Which of many points to draw, so that the picture is the same and the file is small."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from procedures.plots import Series

LARGEST_POINTS = 40_000
"""Of all series of a figure together; with more the file would grow, the picture not change."""
GOLDEN_RATIO = 0.6180339887498949

Places = NDArray[np.int64]


def shown_places(series: Series, most: int) -> Places:
    """About `most` places of a series, in order; its lowest and highest value are among them."""
    if series.style in ("line", "both"):
        return outline(series.y, most)
    chosen = spread_out(series.y.size, most)
    if chosen.size == series.y.size or not np.isfinite(series.y).any():
        return chosen
    # What lies farthest out is what a person looks for.
    return np.unique([*chosen, np.nanargmin(series.y), np.nanargmax(series.y)])


def spread_out(size: int, most: int) -> Places:
    """At most `most` of `size` places, in order, evenly spread and without a period.

    Multiples of the golden ratio lie evenly and have none; every n-th point would show only the
    tops of a pulse train, or only its gaps.
    """
    if size <= most:
        return np.arange(size)
    places = np.modf(GOLDEN_RATIO * np.arange(most))[0]
    return np.unique((size * places).astype(np.int64))


def outline(values: ArrayLike, most: int) -> Places:
    """At most `most` places of a line, in order: of every stretch its ends, its top, its bottom.

    `values`: shape (n,). A line through them covers the same ink as one through all; where a
    stretch holds nan, one of them stays, so that the line is broken there as it was.
    """
    line = np.asarray(values, np.float64)
    if line.size <= most:
        return np.arange(line.size)
    edges = np.linspace(0, line.size, max(most // 5, 1) + 1).astype(np.int64)
    starts = edges[:-1]
    stretch = np.repeat(np.arange(starts.size), np.diff(edges))
    order = np.lexsort((line, stretch))
    sorted_gap = np.isnan(line[order])
    sizes = np.diff(edges) - np.add.reduceat(sorted_gap, starts)
    # nan sorts last: behind the numbers of its own stretch.
    top = order[np.minimum(starts + np.maximum(sizes - 1, 0), edges[1:] - 1)]
    gap = order[edges[1:] - 1]
    return np.unique(np.concatenate([starts, edges[1:] - 1, order[starts], top, gap]))
