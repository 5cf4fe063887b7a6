"""One figure from one plot of a procedure, in the look of the report."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from labctl.report.appearance import MUTED, TICK_POINTS, new_figure, plain_axes
from labctl.report.plot_axes import CHARACTERS_PER_IN, AxisView
from labctl.report.plot_series import Marks, draw_marks, marks_of
from procedures.plots import Plot

NARROW_IN, WIDE_IN = 4.8, 7.2
"""Two narrow figures stand side by side on the page, and one on a phone can be read."""
HEIGHT_IN = 3.2
Y_LABELS_IN = 1.0
"""What the labels of the y axis take of the width."""
WIDE_FROM = 12
"""With more categories or entries of the legend than this the figure is wide."""
MOST_NAMED = 24
"""With more series, the legend names only some of them."""
NAMED_OF_MANY = 8
LEGEND_ROW_IN = 0.19
LEGEND_MARK_POINTS = 4.0
LEGEND_MARK_CHARACTERS = 8
"""Room for the line and marker of a legend's entry and the gap behind it."""


def plot_figure(plot: Plot) -> Figure:
    """Draw it: readable ticks, legend below the axes, long series thinned."""
    x = AxisView.of(plot.x, "x", [series.x for series in plot.series])
    y = AxisView.of(plot.y, "y", [series.y for series in plot.series])
    marks = marks_of(plot, x, y)
    named = _named(marks)
    width_in = WIDE_IN if max(len(plot.x.categories), len(named)) > WIDE_FROM else NARROW_IN
    columns = _legend_columns([mark.series.label for mark in named], width_in)
    rows = -(-len(named) // columns)
    names_in = _names_height(x, width_in)
    figure = new_figure(width_in, HEIGHT_IN + LEGEND_ROW_IN * rows + names_in)
    axes = plain_axes(figure.subplots(), "", "")
    if not any(np.isfinite(mark.x + mark.y).any() for mark in marks):
        axes.text(0.5, 0.5, "no values", transform=axes.transAxes, ha="center", color=MUTED)
        marks, named = [], []
    draw_marks(axes, marks)
    if y.axis.scale == "log" and marks:
        axes.set_yscale("log")
        axes.set_ylim(_log_limits(marks))
    for view in (x, y):
        view.finish(axes, width_in - Y_LABELS_IN)
    _add_legend(figure, axes, named, columns, width_in)
    return figure


def _named(marks: Sequence[Marks]) -> list[Marks]:
    """Series in the legend: all that have a label, or some of very many, the ends among them."""
    labelled = [mark for mark in marks if mark.series.label]
    if len(labelled) <= MOST_NAMED:
        return labelled
    places = np.linspace(0, len(labelled) - 1, NAMED_OF_MANY).round().astype(int)
    return [labelled[place] for place in places]


def _legend_columns(labels: Sequence[str], width_in: float) -> int:
    room = CHARACTERS_PER_IN * width_in
    longest = min(max(map(len, labels), default=1) + LEGEND_MARK_CHARACTERS, room)
    return max(1, min(len(labels), int(room // longest)))


def _names_height(x: AxisView, width_in: float) -> float:
    """How much higher the figure must be for the upright names of its categories."""
    names, upright = x.names(width_in - Y_LABELS_IN)
    return max(map(len, names)) / CHARACTERS_PER_IN if upright else 0.0


def _log_limits(marks: Sequence[Marks]) -> tuple[float, float]:
    """Limits around all values and what of their uncertainties is above zero."""
    ends = [mark.y for mark in marks]
    ends += [mark.y + sign * mark.error for mark in marks if mark.error is not None
             for sign in (-1, 1)]  # fmt: skip
    values = np.concatenate(ends)
    values = values[np.isfinite(values) & (values > 0)]
    low, high = float(values.min()), float(values.max())
    if any(mark.series.style == "bars" for mark in marks):
        # Bars on a logarithmic axis begin somewhere: at a whole decade well below the smallest.
        low = 10.0 ** np.floor(np.log10(low / 2))
    margin = (high / low) ** 0.06 if high > low else 3.0
    return low / margin, high * margin


def _add_legend(
    figure: Figure, axes: Axes, named: Sequence[Marks], columns: int, width_in: float
) -> None:
    """Below the axes, where it covers no data."""
    if not named:
        return
    handles, labels = axes.get_legend_handles_labels()
    by_label = dict(zip(labels, handles, strict=True))
    room = int(CHARACTERS_PER_IN * width_in) - LEGEND_MARK_CHARACTERS
    legend = figure.legend(
        [by_label[mark.series.label] for mark in named],
        [fill(mark.series.label, room) for mark in named],
        loc="outside lower center", ncols=columns, frameon=False, fontsize=TICK_POINTS,
        columnspacing=1.5,
    )  # fmt: skip
    for handle in legend.legend_handles:
        if isinstance(handle, Line2D):
            handle.set_markersize(LEGEND_MARK_POINTS)
