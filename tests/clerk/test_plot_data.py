"""Plots as messages: all that a procedure says of them, and no more points than can be seen."""

from __future__ import annotations

import numpy as np
import pytest

from labctl.clerk.messages import pack
from labctl.clerk.plot_data import (
    FEWEST_OF_SERIES,
    MOST_OF_PLOT,
    MOST_OF_SERIES,
    plot_data,
    thinned_plot,
)
from procedures.plots import Axis, Plot, Series, Style


def plot_of(*series: Series) -> Plot:
    return Plot(
        name="on_off",
        caption="What is seen",
        x=Axis(label="Device", categories=("D01", "D02")),
        y=Axis(label="Conductance", unit="S", scale="log"),
        series=series,
    )


def test_a_plot_says_everything_a_procedure_says() -> None:
    data = plot_data(plot_of(Series("ON", [0, 1], [1.0, np.nan], "both", [0.1, 0.2])))
    assert data | {"series": []} == {
        "name": "on_off", "caption": "What is seen", "series": [],
        "x": {"label": "Device", "unit": "", "scale": "linear", "categories": ["D01", "D02"]},
        "y": {"label": "Conductance", "unit": "S", "scale": "log", "categories": []},
    }  # fmt: skip
    series = data["series"][0]
    assert (series["label"], series["style"]) == ("ON", "both")
    np.testing.assert_array_equal(series["x"], [0.0, 1.0])
    np.testing.assert_array_equal(series["y"], [1.0, np.nan])
    np.testing.assert_array_equal(series["error"], [0.1, 0.2])
    pack(data)


@pytest.mark.parametrize("style", ["points", "line", "both"])
def test_a_long_series_is_thinned_and_keeps_its_extremes(style: Style) -> None:
    x = np.arange(1_000_000.0)
    y = np.sin(x)
    y[[333_333, 777_777]] = (-9.0, 8.0)
    series = plot_data(plot_of(Series("", x, y, style, 0 * y)))["series"][0]
    assert MOST_OF_SERIES / 2 < series["x"].size <= MOST_OF_SERIES + 2
    assert series["error"].size == series["x"].size
    assert (series["y"].min(), series["y"].max()) == (-9.0, 8.0)
    assert series["x"][series["y"].argmax()] == 777_777
    assert (np.diff(series["x"]) > 0).all()


@pytest.mark.parametrize("count", [1, 7, 100, 2000])
def test_many_series_share_what_a_plot_may_have(count: int) -> None:
    long = Series("", np.arange(5000.0), np.arange(5000.0))
    data = plot_data(plot_of(*[long] * count))
    points = [series["x"].size for series in data["series"]]
    assert sum(points) <= max(MOST_OF_PLOT, FEWEST_OF_SERIES * count) + 2 * count
    assert min(points) >= FEWEST_OF_SERIES


def test_a_thinned_plot_is_not_thinned_again() -> None:
    y = np.random.default_rng(1).normal(size=50_000)
    once = thinned_plot(plot_of(Series("", np.arange(y.size), y, "line")))
    np.testing.assert_array_equal(plot_data(once)["series"][0]["y"], once.series[0].y)
