"""A plot as a table: full precision, a decimal point, SI base units in the header."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection

import numpy as np

from labctl.gui.plots.plot_data import AxisData, PlotData, drawn

Range = tuple[float, float]


def csv_text(
    plot: PlotData, hidden: Collection[str], seen: tuple[Range, Range], log: tuple[bool, bool]
) -> tuple[str, int]:
    """What is shown as comma-separated values, and how many points that is.

    A row is one point of a series that is not `hidden`, within the range that is `seen` of x and
    of y (coordinates of the canvas, as `log` says).
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["series", plot.x.title, plot.y.title, f"uncertainty of {plot.y.title}, half-width"]
    )
    count = 0
    for series in plot.series:
        if series.label and series.label in hidden:
            continue
        x, y = drawn(series.x, log[0]), drawn(series.y, log[1])
        (left, right), (bottom, top) = seen
        inside = (x >= left) & (x <= right) & (y >= bottom) & (y <= top)
        errors = np.full(x.size, np.nan) if series.error is None else series.error
        for place in np.flatnonzero(inside):
            writer.writerow(
                [
                    series.label,
                    _cell(series.x[place], plot.x),
                    _cell(series.y[place], plot.y),
                    "" if np.isnan(errors[place]) else repr(float(errors[place])),
                ]
            )
            count += 1
    return out.getvalue(), count


def _cell(value: float, axis: AxisData) -> str:
    place = round(value)
    if axis.categories and place == value and 0 <= place < len(axis.categories):
        return axis.categories[place]
    return repr(float(value))
