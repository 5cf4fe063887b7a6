"""Plots of procedures as figures: everything can be read, nothing lies over anything else."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from labctl.report.appearance import RASTER_FROM, png_bytes, svg_bytes
from labctl.report.plot_axes import AxisView
from labctl.report.plot_figure import plot_figure
from labctl.report.thinning import LARGEST_POINTS, outline, spread_out
from procedures.plots import Axis, Plot, Series

NAN = float("nan")
TIME = Axis(label="Time", unit="s")
LOG_TIME = Axis(label="Time", unit="s", scale="log")
CURRENT = Axis(label="Current", unit="A")
LOG_S = Axis(label="Conductance", unit="S", scale="log")
DEVICES = Axis(label="Device", categories=tuple(f"D{k:02d}" for k in range(1, 19)))
SMALLEST_AXES_IN = 2.0
RATIO = Axis(label="Change", unit="%")
X = np.arange(1.0, 19.0)


def plot(x: Axis, y: Axis, *series: Series) -> Plot:
    return Plot(name="p", caption="c", x=x, y=y, series=series)


def many(count: int, style: Any = "both") -> list[Series]:
    return [Series(f"D{k:02d}", X, k + X, style) for k in range(1, count + 1)]


PLOTS = {
    "points": plot(TIME, CURRENT, Series("a", X, 1e-6 * X)),
    "line with band": plot(TIME, CURRENT, Series("a", X, X, "line", 0.1 * X)),
    "both on log axes": plot(LOG_TIME, LOG_S, Series("a", X, X, "both", 2 * X)),
    "bars": plot(DEVICES, RATIO, Series("a", X - 1, 0.01 * X, "bars", 0.002 * X)),
    "bars side by side": plot(DEVICES, LOG_S, *[Series(n, X - 1, X, "bars") for n in "abc"]),
    "ten devices": plot(LOG_TIME, LOG_S, *many(10)),
    "twenty devices": plot(TIME, CURRENT, *many(20, "points")),
    "a hundred cycles": plot(TIME, CURRENT, *many(100, "line")),
    "long labels": plot(TIME, CURRENT, *[Series("word " * 30 + n, X, X) for n in "ab"]),
    "long names": plot(
        Axis(label="x", categories=tuple(f"a_device_of_long_name_{k}" for k in range(18))),
        CURRENT,
        Series("", X - 1, X),
    ),
    "hardly any span": plot(LOG_TIME, LOG_S, Series("a", [1, 1.02], [1.01e-5, 1.03e-5])),
    "one point": plot(LOG_TIME, LOG_S, Series("a", [1.0], [1e-5])),
    "all the same": plot(TIME, CURRENT, Series("a", X, 0 * X)),
    "names on y": plot(CURRENT, DEVICES, Series("a", X, X - 1)),
    "nan, inf, and below zero": plot(LOG_TIME, LOG_S, Series("a", X[:4], [NAN, np.inf, -1, 2])),
    "no values": plot(LOG_TIME, LOG_S, Series("a", [1.0], [NAN]), Series("b", [], [], "bars")),
    "no series": plot(TIME, CURRENT),
}  # fmt: skip


@cache
def drawn(name: str) -> Figure:
    figure = plot_figure(PLOTS[name])
    png_bytes(figure)
    return figure


def extent(figure: Figure, artist: Any) -> Bbox:
    return artist.get_window_extent(figure.canvas.get_renderer())  # type: ignore[attr-defined]


def texts(figure: Figure) -> list[Text]:
    axes = figure.axes[0]
    labels = [axes.xaxis.label, axes.yaxis.label]
    ticks = [
        *axes.get_xticklabels(), *axes.get_yticklabels(),
        *axes.get_xticklabels(minor=True), *axes.get_yticklabels(minor=True),
    ]  # fmt: skip
    legends = [text for legend in figure.legends for text in legend.get_texts()]
    return [text for text in (*labels, *ticks, *legends) if text.get_text()]


def inside(axes: Any, axis: Any, text: Text) -> bool:
    """Whether a tick label is at a tick that is shown; matplotlib keeps others beyond the ends."""
    low, high = sorted(axis.get_view_interval())
    place = text.get_position()[0 if axis is axes.xaxis else 1]
    return low <= place <= high


@pytest.mark.parametrize("name", PLOTS)
def test_nothing_leaves_the_figure_or_covers_the_data(name: str) -> None:
    figure = drawn(name)
    axes = figure.axes[0]
    width, height = figure.canvas.get_width_height()
    ticks = {
        id(text): axis
        for axis in (axes.xaxis, axes.yaxis)
        for text in (*axis.get_ticklabels(), *axis.get_ticklabels(minor=True))
    }
    for text in texts(figure):
        if id(text) in ticks and not inside(axes, ticks[id(text)], text):
            continue
        box = extent(figure, text)
        assert box.x0 >= -1, text
        assert box.y0 >= -1, text
        assert box.x1 <= width + 1, text
        assert box.y1 <= height + 1, text
    assert extent(figure, axes).height > SMALLEST_AXES_IN * figure.dpi
    for legend in figure.legends:
        assert not extent(figure, legend).overlaps(extent(figure, axes))


@pytest.mark.parametrize("name", PLOTS)
def test_labels_of_ticks_stand_apart_and_say_different_things(name: str) -> None:
    figure = drawn(name)
    axes = figure.axes[0]
    for axis in (axes.xaxis, axes.yaxis):
        labels = [
            text
            for text in (*axis.get_ticklabels(), *axis.get_ticklabels(minor=True))
            if text.get_text() and inside(axes, axis, text)
        ]
        assert len(labels) > 1, axis
        assert len({text.get_text() for text in labels}) == len(labels)
        boxes = [extent(figure, text) for text in labels]
        for number, box in enumerate(boxes):
            assert not any(box.overlaps(other) for other in boxes[:number])


@pytest.mark.parametrize("name", ["line with band", "bars side by side", "a hundred cycles"])
def test_the_same_plot_gives_the_same_files(name: str) -> None:
    first, again = plot_figure(PLOTS[name]), plot_figure(PLOTS[name])
    assert png_bytes(first) == png_bytes(again)
    assert svg_bytes(first) == svg_bytes(again)


@pytest.mark.parametrize(
    ("axis", "values", "label", "factor"),
    [
        (CURRENT, [1e-6, -3e-5], "Current (µA)", 1e6), (CURRENT, [0.0], "Current (A)", 1.0),
        (CURRENT, [NAN, np.inf, 2e-9], "Current (nA)", 1e9), (TIME, [50.0], "Time (s)", 1.0),
        (TIME, [1e-3], "Time (ms)", 1e3), (TIME, [900.0], "Time (min)", 1 / 60),
        (TIME, [9e3], "Time (h)", 1 / 3600), (TIME, [1e6], "Time (d)", 1 / 86400),
        (RATIO, [0.02], "Change (%)", 100.0), (LOG_S, [1e-6], "Conductance", 1.0),
        (Axis(label="R", unit="ohm"), [2e5], "R (kΩ)", 1e-3),
        (Axis(label="T", unit="K"), [2e5], "T (K)", 1.0),
        (Axis(label="n"), [1e7], "n", 1.0),
    ],
)  # fmt: skip
def test_an_axis_counts_in_the_prefix_that_suits(
    axis: Axis, values: list[float], label: str, factor: float
) -> None:
    view = AxisView.of(axis, "y", [np.array(values)])
    assert view.label == label
    assert view.factor == pytest.approx(factor)


def test_every_series_looks_different() -> None:
    lines = drawn("twenty devices").axes[0].get_lines()
    assert len({(line.get_color(), line.get_marker()) for line in lines}) == 20
    colours = {line.get_color() for line in drawn("a hundred cycles").axes[0].get_lines()}
    assert len(colours) == 100


def test_a_legend_of_many_names_some_and_both_ends() -> None:
    (legend,) = drawn("a hundred cycles").legends
    names = [text.get_text() for text in legend.get_texts()]
    assert len(names) == 8
    assert {names[0], names[-1]} == {"D01", "D100"}


def test_bars_of_one_place_do_not_overlap() -> None:
    bars = [patch.get_bbox() for patch in drawn("bars side by side").axes[0].patches]  # type: ignore[attr-defined]
    bars.sort(key=lambda box: box.x0)
    assert all(left.x1 <= right.x0 + 1e-9 for left, right in pairwise(bars))


def test_a_pulse_train_is_thinned_without_showing_only_its_tops() -> None:
    size = 5 * LARGEST_POINTS
    train = np.arange(size) % 2 * 1.0
    train[777] = 9.0
    figure = plot_figure(plot(TIME, CURRENT, Series("a", np.arange(size), train)))
    shown = np.asarray(figure.axes[0].get_lines()[0].get_ydata())
    assert shown.size <= LARGEST_POINTS + 2
    assert 0.4 < np.mean(shown == 0.0) < 0.6
    assert shown.max() == 9.0


def test_a_dense_series_does_not_make_a_huge_file() -> None:
    dense = Series("a", np.arange(RASTER_FROM + 1), np.sin(np.arange(RASTER_FROM + 1)))
    assert len(svg_bytes(plot_figure(plot(TIME, CURRENT, dense)))) < 200_000


@given(st.integers(1, 3_000), st.integers(1, 400))
def test_spread_out_places_are_in_order_and_evenly_spread(size: int, most: int) -> None:
    places = spread_out(size, most)
    assert 0 < places.size <= min(size, most)
    assert places[0] >= 0
    assert places[-1] < size
    assert np.all(np.diff(places) > 0)
    assert np.max(np.diff(places), initial=1) <= max(1, 4 * size / most)


@given(
    st.lists(st.sampled_from([-1.0, 0.0, 2.5, NAN]) | st.floats(-5, 5), min_size=1, max_size=300),
    st.integers(5, 60),
)
def test_an_outline_keeps_ends_extremes_and_gaps(values: list[float], most: int) -> None:
    line = np.array(values)
    places = outline(line, most)
    assert places.size <= max(most, line.size if line.size <= most else 0)
    assert np.all(np.diff(places) > 0)
    assert (places[0], places[-1]) == (0, line.size - 1)
    kept = line[places]
    assert np.isnan(kept).any() == np.isnan(line).any()
    if not np.isnan(line).all():
        assert (np.nanmin(kept), np.nanmax(kept)) == (np.nanmin(line), np.nanmax(line))
