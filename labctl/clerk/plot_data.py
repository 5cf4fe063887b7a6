"""A procedure's plots as messages for the window, with no more points than a screen can show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from labctl.report.thinning import shown_places
from procedures.plots import Axis, Plot, Series

PlotData = dict[str, Any]
"""A `procedures.plots.Plot` as plain data."""

MOST_OF_SERIES = 4_000
"""Points of one series."""
MOST_OF_PLOT = 20_000
"""Points of all series of a plot together, as long as each keeps the fewest."""
FEWEST_OF_SERIES = 40


def plot_data(plot: Plot) -> PlotData:
    """The plot as data; series that are too long are thinned, their extremes kept."""
    most = most_points(len(plot.series))
    return {
        "name": plot.name,
        "caption": plot.caption,
        "x": axis_data(plot.x),
        "y": axis_data(plot.y),
        "series": [_series_data(thinned(series, most)) for series in plot.series],
    }


def axis_data(axis: Axis) -> dict[str, Any]:
    """An axis as data."""
    return {
        "label": axis.label,
        "unit": axis.unit,
        "scale": axis.scale,
        "categories": list(axis.categories),
    }


def most_points(series: int) -> int:
    """How many points each of so many series may have."""
    return min(MOST_OF_SERIES, max(FEWEST_OF_SERIES, MOST_OF_PLOT // max(1, series)))


def thinned(series: Series, most: int) -> Series:
    """The series with at most about so many points, its extremes among them."""
    if series.x.size <= most:
        return series
    places = shown_places(series, most)
    error = None if series.error is None else series.error[places]
    return Series(series.label, series.x[places], series.y[places], series.style, error)


def thinned_plot(plot: Plot) -> Plot:
    """The plot with as many points as a screen can show, to be kept."""
    most = most_points(len(plot.series))
    return replace(plot, series=tuple(thinned(series, most) for series in plot.series))


def _series_data(series: Series) -> dict[str, Any]:
    return {
        "label": series.label,
        "x": series.x,
        "y": series.y,
        "style": series.style,
        "error": series.error,
    }
