"""Judging half loops of devices whose switching is known because the test made it up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.analysis.switching import (
    Curve,
    abrupt_rise,
    nonlinearity,
    regime,
    reset_peak,
    set_crossing,
)
from procedures.techniques.waveforms import excursions

STEP_V, STEPS = 5e-3, 100


def half_loop(peak_v: float, before_s: float, after_s: float, switch_v: float) -> Curve:
    """An ohmic device that goes from one conductance to another where |V| reaches a value."""
    levels_v = excursions(peak_v, STEPS, 1e-3).levels_v
    switched = np.maximum.accumulate(np.abs(levels_v) >= switch_v)
    current_a = levels_v * np.where(switched, after_s, before_s)
    return Curve.at_bias(levels_v, levels_v, current_a, 1e-12)


@given(
    switch_v=st.floats(0.02, 0.48),
    before_s=st.floats(1e-8, 1e-5),
    decades=st.floats(0.4, 4),
    sign=st.sampled_from([-1, 1]),
)
def test_where_an_abrupt_set_happens_lies_within_its_interval(
    switch_v: float, before_s: float, decades: float, sign: int
) -> None:
    curve = half_loop(sign * 0.5, before_s, before_s * 10**decades, switch_v)
    step = abrupt_rise(curve, 0.9 * decades)
    crossing = set_crossing(curve)
    assert step is not None
    assert crossing is not None
    assert step.decades == pytest.approx(decades)
    assert abs(step.middle_v - switch_v) <= step.middle_v_u95 + 1e-9
    assert abs(crossing.middle_v - switch_v) <= crossing.middle_v_u95 + 1e-9
    assert abrupt_rise(curve, 1.1 * decades) is None
    assert reset_peak(curve) is None


@given(switch_v=st.floats(0.02, 0.48), decades=st.floats(0.4, 4))
def test_a_reset_is_where_the_current_was_largest(switch_v: float, decades: float) -> None:
    curve = half_loop(0.5, 1e-3, 1e-3 / 10**decades, switch_v)
    peak = reset_peak(curve)
    assert abrupt_rise(curve, 0.3) is None
    assert set_crossing(curve) is None
    # Unless the low state at the turn carries more than the high state ever did.
    if 0.5 / 10**decades < switch_v - 2 * STEP_V:
        assert peak is not None
        assert peak.middle_v == pytest.approx(switch_v - STEP_V / 2, abs=STEP_V)


def test_a_device_that_does_not_switch_has_no_switching_voltages() -> None:
    curve = half_loop(0.5, 1e-4, 1e-4, 0.3)
    assert set_crossing(curve) is None
    assert reset_peak(curve) is None
    assert abrupt_rise(curve, 0.01) is None


def test_the_voltage_itself_makes_no_steps() -> None:
    """From 5 to 10 mV the current of any resistor doubles."""
    curve = half_loop(-0.5, 1e-4, 1e-4, 0.3)
    assert max(step.decades for step in curve.steps()) == pytest.approx(0, abs=1e-9)


def test_noise_below_what_is_resolved_is_no_step() -> None:
    levels_v = excursions(-0.5, STEPS, 1e-3).levels_v
    noise_a = 1e-9 * np.random.default_rng(1).standard_normal(levels_v.size)
    assert Curve.at_bias(levels_v, levels_v, noise_a, 1e-8).steps() == []
    assert Curve.at_bias(levels_v, levels_v, noise_a, 1e-12).steps() != []


def test_readings_that_overflow_are_left_out() -> None:
    levels_v = excursions(-0.5, STEPS, 1e-3).levels_v
    current_a = 1e-3 * levels_v
    current_a[[3, 120, 150]] = np.nan
    curve = Curve.at_bias(levels_v, levels_v, current_a, 1e-12)
    assert max(step.decades for step in curve.steps()) == pytest.approx(0, abs=1e-9)
    assert set_crossing(curve) is None
    assert nonlinearity(curve, 1e-3) == pytest.approx(1)


def test_a_loop_that_was_cut_short_has_a_step_but_no_crossing() -> None:
    whole = half_loop(-0.5, 1e-6, 1e-3, 0.4)
    cut = Curve(whole.set_v[:85], whole.conductance_s[:85], whole.bias_s[:85])
    assert set_crossing(cut) is None
    assert abrupt_rise(cut, 2) == abrupt_rise(whole, 2)
    assert nonlinearity(cut, 1e-3) == pytest.approx(1)


@given(after_s=st.floats(1e-5, 1e-2), scale_v=st.floats(0.03, 0.08), noise=st.floats(0, 0.01))
def test_a_barrier_is_told_from_a_metal_by_its_curvature(
    after_s: float, scale_v: float, noise: float
) -> None:
    levels_v = excursions(-0.2, 40, 1e-3).levels_v
    factor = 1 + noise * np.random.default_rng(1).standard_normal(levels_v.size)
    barrier_a = after_s * scale_v * np.sinh(levels_v / scale_v) * factor
    barrier = Curve.at_bias(levels_v, levels_v, barrier_a, 1e-12)
    metal = Curve.at_bias(levels_v, levels_v, after_s * levels_v * factor, 1e-12)
    assert regime(nonlinearity(barrier, after_s), after_s, after_s / 10) == "interface"
    found = regime(nonlinearity(metal, after_s), after_s, after_s / 10)
    assert found == ("filament" if after_s > 7.75e-5 else "unknown")
    assert regime(nonlinearity(barrier, after_s), after_s, after_s) == "unknown"


def test_compliance_does_not_hide_a_filament() -> None:
    """Requested 0.5 V, but the source gave only what 1 mA makes of 10 mS."""
    levels_v = excursions(-0.5, STEPS, 1e-3).levels_v
    volts = np.clip(levels_v, -0.1, 0.1)
    curve = Curve.at_bias(levels_v, volts, 10e-3 * volts, 1e-9)
    assert regime(nonlinearity(curve, 10e-3), 10e-3, 1e-6) == "filament"
    assert curve.bias_s[curve.turn] == pytest.approx(10e-3)
    assert curve.conductance_s[curve.turn] == pytest.approx(2e-3)
