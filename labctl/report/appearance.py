"""How every figure of a report looks, in colours that colour-blind readers tell apart."""

from __future__ import annotations

from io import BytesIO
from typing import Literal

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from labctl.quantities import with_unit

# Okabe and Ito's palette; each series also differs by marker, line, or label, for gray printing.
BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"
SKY, PINK, AMBER = "#56B4E9", "#CC79A7", "#E69F00"
INK, MUTED, FAINT = "#222222", "#767676", "#d9d9d9"

SERIES = (BLUE, ORANGE, GREEN, PINK, AMBER, SKY, INK)
LINES = ("-", "--", ":")
MARKERS = "os^Dv"

SEQUENTIAL = "cividis"
DIVERGING = "PuOr"
DPI = 160
RASTER_FROM = 4_000
"""An SVG with more marks than this holds them as a picture."""
TICK_POINTS = 8
MINOR_PAD = 5.0
"""Points from a minor tick to its label, so that it stands level with those of major ticks."""
MOST_TICKS = {"x": 7, "y": 10}
"""Labels that a logarithmic axis has room for at the usual size of a figure."""


def series_look(index: int) -> tuple[str, str, str]:
    """Colour, line style, and marker of the series with this number, from 0."""
    line = LINES[index // len(SERIES) % len(LINES)]
    return SERIES[index % len(SERIES)], line, MARKERS[index % len(MARKERS)]


def new_figure(width_in: float, height_in: float) -> Figure:
    """A figure of its own canvas (no pyplot state, so that threads and tests do not meet in it)."""
    figure = Figure(figsize=(width_in, height_in), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def plain_axes(axes: Axes, x_label: str, y_label: str) -> Axes:
    """Label both axes and take away the frame that carries no data."""
    axes.set_xlabel(x_label, color=INK)
    axes.set_ylabel(y_label, color=INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=TICK_POINTS, colors=INK)
    axes.grid(axis="y", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    return axes


def log_scale(axes: Axes, unit: str, which: Literal["x", "y"] = "y") -> None:
    """Make an axis logarithmic, each tick with its prefixed unit; call it when all is drawn.

    Less than two decades leave few powers of ten, so the steps 2 and 5 are labelled as well; less
    than a factor of three leaves none of these either, and ticks stand evenly.
    """
    axes.set(**{f"{which}scale": "log"})
    axis = axes.xaxis if which == "x" else axes.yaxis
    low, high = axis.get_view_interval()
    few_decades, hardly_any = high < 100 * low, high < 3 * low
    words = FuncFormatter(lambda value, _: with_unit(value, unit, 6 if hardly_any else 3))
    axis.set_major_formatter(words)
    axis.set_major_locator(
        MaxNLocator(MOST_TICKS[which] - 1) if hardly_any else LogLocator(numticks=MOST_TICKS[which])
    )
    axis.set_minor_locator(LogLocator(subs=(2, 5) if few_decades else range(2, 10)))
    axis.set_minor_formatter(words if few_decades and not hardly_any else NullFormatter())
    axes.tick_params(axis=which, which="minor", labelsize=TICK_POINTS, pad=MINOR_PAD)


def png_bytes(figure: Figure) -> bytes:
    """The figure as a PNG file; the same figure gives the same bytes."""
    stream = BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()


def svg_bytes(figure: Figure) -> bytes:
    """The figure as an SVG file, for papers; the same figure gives the same bytes."""
    stream = BytesIO()
    with rc_context({"svg.hashsalt": "labctl"}):
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return stream.getvalue()
