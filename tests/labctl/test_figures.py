"""Figures of a report: each can be drawn from anything, and the same data give the same file."""

from __future__ import annotations

import numpy as np
import pytest

from labctl.report.appearance import png_bytes, svg_bytes
from labctl.report.convolution_figures import (
    drift_chart,
    error_histogram,
    image_panels,
    measured_against_software,
)
from labctl.report.encoding_figures import (
    PulseSteps,
    conductance_map,
    energy_chart,
    energy_comparison,
    pulse_power_chart,
    target_chart,
)
from labctl.report.readings_figure import readings_chart
from labctl.report.thinning import LARGEST_POINTS
from tests.labctl.pictures import size_of
from tests.labctl.synthetic_runs import (
    DEVICES,
    held_conductances,
)

KERNEL = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])
NOTHING = np.full((30, 30), np.nan)
STEPS = PulseSteps(np.array([1e-4, 2e-4]), np.array([1e-8, 1e-6]))

FIGURES = {
    "panels": lambda: image_panels(np.zeros((32, 32)), *[np.zeros((30, 30))] * 3),
    "panels of nothing": lambda: image_panels(np.zeros((32, 32)), *[NOTHING] * 3),
    "histogram": lambda: error_histogram([[1, -2], [np.nan, 0]]),
    "histogram of nothing": lambda: error_histogram(NOTHING),
    "scatter": lambda: measured_against_software([[0, 10]], [[1, 300]]),
    "drift": lambda: drift_chart({"D01": [1.0, 0.9, np.nan], "D02": [np.nan] * 3}),
    "no drift": lambda: drift_chart({}),
    "map": lambda: conductance_map(DEVICES, held_conductances(), KERNEL),
    "map with a hole": lambda: conductance_map(DEVICES, [np.nan, *held_conductances()[1:]], KERNEL),
    "map of nothing": lambda: conductance_map(DEVICES, np.full(18, np.nan), KERNEL),
    "targets": lambda: target_chart(["D01", "D02"], [1e-5, 1e-8], [1.1e-5, np.nan], 0.02),
    "no targets": lambda: target_chart(["D01"], [1e-8], [np.nan], 0.02),
    "power": lambda: pulse_power_chart({"D01": STEPS, "D02": STEPS}, {"D02": STEPS}),
    "no pulses": lambda: pulse_power_chart({}, {}),
    "energies": lambda: energy_chart(["D01", "D02"], [1e-9, 0], [0, 2e-9]),
    "both arrays": lambda: energy_comparison(["ITM", "FTM"], {"a": [1e-9, 3e-7], "b": [1, 2]}),
    "readings": lambda: readings_chart(np.arange(3.0), [0, 0, 0], [np.nan, 0.0, -1e-9]),
}  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_can_be_drawn(name: str) -> None:
    width, height = size_of(png_bytes(FIGURES[name]()))
    assert width > 400
    assert height > 300


def test_error_map_is_symmetric_about_zero() -> None:
    error = np.zeros((30, 30))
    error[3, 4] = -17
    figure = image_panels(np.zeros((32, 32)), error, error, error)
    (shown,) = figure.axes[3].get_images()
    assert shown.get_clim() == (-17, 17)


@pytest.mark.parametrize("times", [2, 2.5, 10])
def test_many_readings_are_thinned_without_a_period(times: float) -> None:
    many = np.arange(int(times * LARGEST_POINTS), dtype=float)
    upper, _ = readings_chart(many, many, many).axes
    shown = np.asarray(upper.get_lines()[0].get_xdata())
    assert 0.6 * LARGEST_POINTS < shown.size <= LARGEST_POINTS
    for part in np.array_split(shown, 20):
        assert 0.4 < np.mean(part % 2) < 0.6


def test_the_same_figure_gives_the_same_file() -> None:
    first, again = (FIGURES["targets"]() for _ in range(2))
    assert png_bytes(first) == png_bytes(again)
    assert svg_bytes(first) == svg_bytes(again)


def test_many_readings_do_not_make_a_huge_file() -> None:
    many = np.arange(2.0 * LARGEST_POINTS)
    assert len(svg_bytes(readings_chart(many, many, many))) < 400_000
