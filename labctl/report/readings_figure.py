"""The figure every run has: measured voltage and current against time."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter
from numpy.typing import ArrayLike, NDArray

from labctl.report.appearance import BLUE, ORANGE, log_scale, new_figure, plain_axes

LARGEST_POINTS = 40_000
"""More are thinned: the page would grow, the picture would not change."""
GOLDEN_RATIO = 0.6180339887498949


def readings_chart(time_s: ArrayLike, voltage_v: ArrayLike, current_a: ArrayLike) -> Figure:
    """Voltage above, magnitude of the current below (logarithmic); all of shape (n,)."""
    columns = [np.asarray(column, float) for column in (time_s, voltage_v, current_a)]
    shown = _shown(columns[0].size)
    time, voltage, current = (column[shown] for column in columns)
    figure = new_figure(7.2, 3.8)
    upper, lower = figure.subplots(2, 1, sharex=True)
    plain_axes(upper, "", "voltage").plot(time, voltage, ".", ms=1.5, color=BLUE)
    upper.yaxis.set_major_formatter(EngFormatter("V"))
    magnitude = np.abs(current)
    seen = np.isfinite(magnitude) & (magnitude > 0)
    plain_axes(lower, "time of the run's clock (s)", "|current|")
    lower.plot(time[seen], magnitude[seen], ".", ms=1.5, color=ORANGE)
    log_scale(lower, "A")
    return figure


def _shown(size: int) -> NDArray[np.int64]:
    """Which of `size` readings to show, in order.

    Multiples of the golden ratio lie evenly and have no period; every n-th reading would show only
    the tops of a pulse train, or only its gaps.
    """
    if size <= LARGEST_POINTS:
        return np.arange(size)
    places = np.modf(GOLDEN_RATIO * np.arange(LARGEST_POINTS))[0]
    return np.unique((size * places).astype(np.int64))
