"""The outline of a signal holds every sample, and does not depend on how the samples came."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from labctl.clerk.envelope import NARROWEST, Envelope

STRETCHES = 16

TIMES = npst.arrays(np.float64, st.integers(1, 200), elements=st.floats(0.0, 1e6, width=32))
VALUES = st.floats(-1e3, 1e3, width=32) | st.just(float("nan"))


@st.composite
def samples(draw: st.DrawFn, *, rising: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Times and values of one length; equal times are likely."""
    x = draw(TIMES)
    y = draw(npst.arrays(np.float64, x.size, elements=VALUES))
    return (np.sort(x) if rising else x), y


def envelope_of(x: np.ndarray, y: np.ndarray, cuts: list[int] | None = None) -> Envelope:
    made = Envelope(STRETCHES)
    for part in np.split(np.arange(x.size), sorted(cuts or [])):
        made.add(x[part], y[part])
    return made


@given(samples(), st.lists(st.integers(0, 200), max_size=5))
def test_it_does_not_matter_how_the_samples_are_cut(
    given_: tuple[np.ndarray, np.ndarray], cuts: list[int]
) -> None:
    x, y = given_
    whole, parts = envelope_of(x, y), envelope_of(x, y, [min(cut, x.size) for cut in cuts])
    np.testing.assert_array_equal(whole.line(), parts.line())


@given(samples())
def test_every_sample_lies_within(given_: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = given_
    at, value = envelope_of(x, y).line()
    assert at.size <= 2 * STRETCHES
    assert (np.diff(at) >= 0).all()
    width = NARROWEST
    while (x[-1] - x[0]) / width >= STRETCHES:
        width *= 2
    for time_s, sample in zip(x[~np.isnan(y)], y[~np.isnan(y)], strict=True):
        near = np.abs(at - time_s) <= width
        assert np.nanmin(value[near]) <= sample <= np.nanmax(value[near])


@given(samples(rising=False))
def test_extremes_are_kept_whatever_the_order(given_: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = given_
    _, value = envelope_of(x, y).line()
    if np.isnan(y).all():
        assert np.isnan(value).all()
    else:
        assert (np.nanmin(value), np.nanmax(value)) == (np.nanmin(y), np.nanmax(y))


def test_few_samples_are_drawn_as_they_are() -> None:
    x, y = np.array([0.0, 1.0, 2.5, 4.0]), np.array([3.0, np.nan, -1.0, 2.0])
    made = Envelope()
    made.add(x, y)
    np.testing.assert_array_equal(made.line(), (x, y))


def test_stretches_are_half_used_at_least_however_long_it_gets() -> None:
    made = Envelope(STRETCHES)
    for block in np.arange(10_000.0).reshape(100, 100):
        made.add(block, np.sin(block))
    at, _ = made.line()
    assert STRETCHES / 2 <= at.size / 2 <= STRETCHES
    assert (at[0], at[-1]) == (0.0, 9999.0)


def test_a_gap_breaks_the_line_and_infinity_counts_as_one() -> None:
    made = Envelope(STRETCHES)
    made.add([0.0, 1.0, 2.0, 3.0], [1.0, np.nan, np.inf, 2.0])
    _, y = made.line()
    np.testing.assert_array_equal(y, [1.0, np.nan, np.nan, 2.0])


@pytest.mark.parametrize("x", [[], [np.nan, np.inf]])
def test_samples_without_a_place_are_left_out(x: list[float]) -> None:
    made = Envelope(STRETCHES)
    made.add(x, [1.0] * len(x))
    assert made.line()[0].size == 0


def test_the_first_width_is_a_power_of_two() -> None:
    assert np.frexp(NARROWEST)[0] == 0.5
