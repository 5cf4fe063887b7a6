"""Shared statistics: known answers, coverage of the intervals, and what is left undefined."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.analysis.statistics import coefficient_of_variation, fit_line, mean_with_interval
from procedures.findings import plain_records

numbers = st.floats(-1e6, 1e6)


def test_a_line_known_in_closed_form() -> None:
    # By hand: residuals 0.05, -0.1, 0.05, so a variance of 0.015 and one degree of freedom.
    fit = fit_line([1, 2, 3], [1, 2, 3.3])
    assert fit.slope == pytest.approx(1.15)
    assert fit.intercept == pytest.approx(-0.2)
    assert fit.slope_u95 == pytest.approx(12.7062047 * math.sqrt(0.015 / 2))
    assert fit.residuals == pytest.approx([0.05, -0.1, 0.05])


@given(numbers, numbers, st.lists(numbers, min_size=3, max_size=20, unique=True))
def test_points_on_a_line_give_that_line(slope: float, intercept: float, x: list[float]) -> None:
    if np.ptp(x) < 1e-3:
        return
    y = slope * np.array(x) + intercept
    scale = max(1.0, abs(slope), abs(intercept))
    fit = fit_line(x, y)
    assert fit.slope == pytest.approx(slope, abs=1e-5 * scale * (1 + np.abs(x).max() / np.ptp(x)))
    assert len(fit.residuals) == len(x)


def test_the_slopes_interval_covers_the_truth_in_95_percent() -> None:
    draw = np.random.default_rng(1)
    x = np.arange(8.0)
    fits = [fit_line(x, 2 * x + draw.normal(size=8)) for _ in range(500)]
    covered = np.mean([abs(fit.slope - 2) <= fit.slope_u95 for fit in fits])
    assert covered == pytest.approx(0.95, abs=0.025)


def test_the_intervals_of_mean_and_variation_cover_the_truth() -> None:
    draw = np.random.default_rng(2)
    samples = draw.normal(10, 1, size=(500, 30))
    means = [mean_with_interval(row) for row in samples]
    ratios = [coefficient_of_variation(row) for row in samples]
    assert np.mean([abs(m - 10) <= u for m, u in means]) == pytest.approx(0.95, abs=0.025)
    assert np.mean([abs(c - 0.1) <= u for c, u in ratios]) == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize("x", [[], [1.0], [2.0, 2.0], [1.0, math.nan]])
def test_too_few_places_determine_no_line(x: list[float]) -> None:
    fit = fit_line(x, x)
    assert math.isnan(fit.slope)
    assert math.isnan(fit.r_squared)


def test_two_points_have_a_slope_but_no_interval() -> None:
    fit = fit_line([0, 1], [0, 3])
    assert fit.slope == 3
    assert math.isnan(fit.slope_u95)


def test_points_with_nan_are_left_out() -> None:
    assert fit_line([0, 1, 2, math.nan], [0, 1, 2, 9]).slope == pytest.approx(1)
    assert mean_with_interval([1, 3, math.nan])[0] == 2


def test_too_few_values_leave_a_statistic_undefined() -> None:
    assert math.isnan(mean_with_interval([])[0])
    assert mean_with_interval([7.0])[0] == 7
    assert math.isnan(mean_with_interval([7.0])[1])
    assert math.isnan(coefficient_of_variation([5.0])[0])
    assert math.isnan(coefficient_of_variation([1.0, -1.0])[0])


def test_records_hold_none_where_nothing_is_defined() -> None:
    table = pd.DataFrame({"device": ["D01"], "slope": [math.nan], "count": [3]})
    assert plain_records(table) == [{"device": "D01", "slope": None, "count": 3}]
