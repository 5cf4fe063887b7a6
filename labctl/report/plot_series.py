"""The marks of a procedure's plot: points, lines, bars, and their uncertainties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from labctl.report.appearance import INK, LINES, RASTER_FROM, SEQUENTIAL, SERIES, series_look
from labctl.report.plot_axes import AxisView
from labctl.report.thinning import LARGEST_POINTS, shown_places
from procedures.plots import FloatArray, Plot, Series

FEWEST_POINTS = 400
"""That every series keeps, however many there are."""
MOST_LOOKS = len(SERIES) * len(LINES)
"""With more series than there are looks, colours run along a scale in the order of the series."""
MARKERS_UP_TO = 1_000
"""A line through more points has no markers of its own."""
SCALE_END = 0.88
"""Where on the scale of colours the last series stands: beyond, they are too light for paper."""
HATCHES = ("", "////", "....", "xxxx")


@dataclass(frozen=True)
class Marks:
    """One series in the units of the figure, thinned; all of shape (n,)."""

    series: Series
    x: FloatArray
    y: FloatArray
    error: FloatArray | None
    colour: str
    line: str
    marker: str


def marks_of(plot: Plot, x: AxisView, y: AxisView) -> list[Marks]:
    """Every series as it is to be drawn."""
    most = max(FEWEST_POINTS, LARGEST_POINTS // max(1, len(plot.series)))
    return [
        _marks(series, x, y, most, _look(index, len(plot.series)))
        for index, series in enumerate(plot.series)
    ]


def draw_marks(axes: Axes, marks: Sequence[Marks]) -> None:
    """Draw all series, the later above the earlier; bars stand side by side."""
    bars = [mark for mark in marks if mark.series.style == "bars"]
    slot = _bar_slot(bars)
    for place, mark in enumerate(bars):
        width = slot / len(bars)
        _draw_bars(
            axes, mark, width, (place - (len(bars) - 1) / 2) * width, HATCHES[place % len(HATCHES)]
        )
    for mark in marks:
        if mark.series.style != "bars":
            _draw_curve(axes, mark)


def _look(index: int, count: int) -> tuple[str, str, str]:
    if count <= MOST_LOOKS:
        return series_look(index)
    colour = mpl.colormaps[SEQUENTIAL](SCALE_END * index / (count - 1))
    return to_hex(colour), LINES[0], "o"


def _marks(
    series: Series, x: AxisView, y: AxisView, most: int, look: tuple[str, str, str]
) -> Marks:
    shown = shown_places(series, most)
    error = None if series.error is None else np.abs(y.factor * series.error[shown])
    return Marks(series, x.drawn(series.x[shown]), y.drawn(series.y[shown]), error, *look)


def _draw_curve(axes: Axes, mark: Marks) -> None:
    style = mark.series.style
    with_line = style in ("line", "both")
    with_marker = style == "points" or (style == "both" and mark.x.size <= MARKERS_UP_TO)
    axes.plot(
        mark.x, mark.y, color=mark.colour, linestyle=mark.line if with_line else "none",
        linewidth=1.1, marker=mark.marker if with_marker else "", markersize=_size(mark.x.size),
        label=mark.series.label, rasterized=mark.x.size > RASTER_FROM,
    )  # fmt: skip
    if mark.error is None:
        return
    if with_line:
        axes.fill_between(
            mark.x, mark.y - mark.error, mark.y + mark.error, color=mark.colour, alpha=0.2,
            linewidth=0,
        )  # fmt: skip
    else:
        axes.errorbar(
            mark.x, mark.y, mark.error, fmt="none", ecolor=mark.colour, elinewidth=0.9, capsize=2
        )


def _draw_bars(axes: Axes, mark: Marks, width: float, shift: float, hatch: str) -> None:
    axes.bar(
        mark.x + shift, mark.y, 0.9 * width, yerr=mark.error, color=mark.colour, hatch=hatch,
        edgecolor="white", linewidth=0, ecolor=INK, capsize=2, label=mark.series.label,
    )  # fmt: skip


def _bar_slot(bars: Sequence[Marks]) -> float:
    """Room of one group of bars, in units of the x axis."""
    places = np.unique(np.concatenate([mark.x for mark in bars])) if bars else np.empty(0)
    places = places[np.isfinite(places)]
    return 0.8 * float(np.min(np.diff(places), initial=np.inf)) if places.size > 1 else 0.8


def _size(count: int) -> float:
    """Markers shrink as they get many."""
    return float(np.clip(5.0 - 1.6 * np.log10(max(count, 10) / 10), 1.2, 4.5))
