"""How every figure of a report looks, in colours that colour-blind readers tell apart."""

from __future__ import annotations

from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter

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
    axes.tick_params(labelsize=8, colors=INK)
    axes.grid(axis="y", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    return axes


def log_scale(axes: Axes, unit: str) -> None:
    """Make the y axis logarithmic with prefixed units; call it when everything is drawn.

    Less than two decades leave few powers of ten, so the steps 2 and 5 are labelled as well.
    """
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(EngFormatter(unit))
    low, high = axes.get_ylim()
    few_decades = high < 100 * low
    axes.yaxis.set_minor_locator(LogLocator(subs=(2, 5) if few_decades else range(2, 10)))
    axes.yaxis.set_minor_formatter(EngFormatter(unit) if few_decades else NullFormatter())
    axes.tick_params(axis="y", which="minor", labelsize=8)


def png_bytes(figure: Figure) -> bytes:
    """The figure as a PNG file; the same figure gives the same bytes."""
    stream = BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()
