"""The figure every run has: measured voltage and current against time."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter
from numpy.typing import ArrayLike

from labctl.report.appearance import (
    BLUE,
    ORANGE,
    RASTER_FROM,
    log_scale,
    new_figure,
    plain_axes,
)
from labctl.report.thinning import LARGEST_POINTS, spread_out


def readings_chart(time_s: ArrayLike, voltage_v: ArrayLike, current_a: ArrayLike) -> Figure:
    """Voltage above, magnitude of the current below (logarithmic); all of shape (n,)."""
    columns = [np.asarray(column, float) for column in (time_s, voltage_v, current_a)]
    shown = spread_out(columns[0].size, LARGEST_POINTS)
    time, voltage, current = (column[shown] for column in columns)
    figure = new_figure(7.2, 3.8)
    upper, lower = figure.subplots(2, 1, sharex=True)
    dense = time.size > RASTER_FROM
    plain_axes(upper, "", "voltage").plot(time, voltage, ".", ms=1.5, color=BLUE, rasterized=dense)
    upper.yaxis.set_major_formatter(EngFormatter("V"))
    magnitude = np.abs(current)
    seen = np.isfinite(magnitude) & (magnitude > 0)
    plain_axes(lower, "time of the run's clock (s)", "|current|")
    lower.plot(time[seen], magnitude[seen], ".", ms=1.5, color=ORANGE, rasterized=dense)
    log_scale(lower, "A")
    return figure
