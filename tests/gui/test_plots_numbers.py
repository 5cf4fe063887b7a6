"""Numbers on axes: prefixes, minus signs, round ticks, at any scale."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.gui.plots.si_text import MINUS, power_text, si_text, unit_for
from labctl.gui.plots.ticks import MOST_TICKS, category_ticks, linear_ticks, log_ticks


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1.2e-5, "S", "12 µS"),
        (-0.35, "V", f"{MINUS}350 mV"),
        (0.0, "A", "0 A"),
        (0.99996, "V", "1 V"),
        (1500.0, "s", "25 min"),
        (90.0, "s", "90 s"),
        (0.123, "%", "12.3 %"),
        (1e6, "", "1×10⁶"),
        (295.13, "K", "295.1 K"),
        (4.7e6, "ohm", "4.7 MΩ"),
        (1e-30, "A", "1e-12 aA".replace("-", MINUS)),
        (float("nan"), "V", "no value"),
        (float("-inf"), "V", f"{MINUS}∞"),
    ],
)
def test_a_value_is_told_with_its_unit(value: float, unit: str, text: str) -> None:
    assert si_text(value, unit) == text


@given(st.floats(min_value=1e-17, max_value=9e14), st.sampled_from(["V", "A", "S", "Ω", "J"]))
def test_a_told_value_is_the_value(value: float, unit: str) -> None:
    number, prefixed = si_text(value, unit, 6).split(" ")
    factor = unit_for(unit, float(f"{value:.5e}")).factor
    assert prefixed.endswith(unit)
    assert float(number) / factor == pytest.approx(value, rel=1e-5)
    assert 0.999 <= float(number) < 1000 or value >= 1e15


ranges = st.tuples(
    st.floats(min_value=-1e9, max_value=1e9, allow_nan=False),
    st.floats(min_value=1e-12, max_value=1e9),
)


@given(ranges, st.integers(2, 12))
def test_ticks_of_an_axis_are_few_and_inside(where: tuple[float, float], most: int) -> None:
    low, span = where
    high = low + span
    if not high - low > 1e-9 * max(abs(low), abs(high)):
        return
    ticks = linear_ticks(low, high, most, unit_for("V", max(abs(low), abs(high))))
    assert len(ticks.texts) == len(ticks.major) <= 2 * most + 2
    assert len(ticks.minor) <= MOST_TICKS
    slack = 1e-6 * (high - low)
    assert all(low - slack <= tick <= high + slack for tick in ticks.major)
    assert len(set(ticks.texts)) == len(ticks.texts)


@given(st.floats(min_value=1e-3, max_value=1e3), st.integers(1, 8))
def test_an_axis_never_has_a_single_number(span: float, most: int) -> None:
    assert len(linear_ticks(-0.44 * span, 0.44 * span, most, unit_for("V", span)).major) >= 2


def test_the_texts_of_ticks_are_the_ticks() -> None:
    ticks = linear_ticks(-0.4, 0.4, 5, unit_for("V", 0.4))
    assert ticks.texts == (f"{MINUS}400", f"{MINUS}200", "0", "200", "400")
    assert ticks.major == pytest.approx((-0.4, -0.2, 0, 0.2, 0.4))


def test_powers_of_ten_carry_their_unit() -> None:
    ticks = log_ticks(-9.2, -5.8, 6, "A")
    assert ticks.texts == ("1 nA", "10 nA", "100 nA", "1 µA")
    assert ticks.major == (-9, -8, -7, -6)
    assert all(-9.2 <= tick <= -5.8 for tick in ticks.minor)


@given(
    st.floats(min_value=-250, max_value=250),
    st.floats(min_value=1e-4, max_value=40),
    st.integers(2, 12),
)
def test_a_logarithmic_axis_has_ticks_at_any_zoom(low: float, span: float, most: int) -> None:
    ticks = log_ticks(low, low + span, most, "")
    assert 1 <= len(ticks.major) <= 2 * most + 10
    assert all(low - 1e-6 <= tick <= low + span + 1e-6 for tick in ticks.major)
    assert all(math.isfinite(tick) for tick in ticks.minor)


def test_a_logarithmic_axis_within_a_decade_counts_1_2_5() -> None:
    assert log_ticks(-5.4, -4.2, 6, "S").texts == ("5 µS", "10 µS", "20 µS", "50 µS")


def test_names_are_thinned_and_broken_before_they_overlap() -> None:
    names = [f"D{number:02d}" for number in range(1, 19)]
    assert category_ticks(names, -0.6, 17.6, 18, 4).texts == tuple(names)
    assert category_ticks(names, -0.6, 17.6, 6, 4).texts == (
        "D01",
        "D04",
        "D07",
        "D10",
        "D13",
        "D16",
    )
    ticks = category_ticks(["after the pulse"], -0.6, 0.6, 1, 9)
    assert ticks.texts == ("after the\npulse",)


def test_powers() -> None:
    assert power_text(-12) == "10⁻¹²"
