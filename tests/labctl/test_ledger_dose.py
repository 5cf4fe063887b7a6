"""Doses: from waveforms before, and from readings after, against devices whose answer is known."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.roles import FloatArray, Trace, Waveform
from labctl.ledger.dose import Dose, Received
from procedures.base import Purpose
from tests.labctl.ledger_lines import RESISTANCE_OHM, readings

VOLTS = st.one_of(st.just(0.0), st.floats(0.01, 1.0), st.floats(-1.0, -0.01))
STEPS = st.lists(st.tuples(VOLTS, st.floats(1e-4, 1.0), st.booleans()), min_size=1, max_size=12)


@st.composite
def waveforms(draw: st.DrawFn) -> Waveform:
    levels_v, dwell_s, record = zip(*draw(STEPS), strict=True)
    return Waveform(levels_v, dwell_s, record, repeats=draw(st.integers(1, 4)))


def received(waveform: Waveform, trace: Trace, purpose: Purpose = Purpose.STRESS) -> Received:
    return Received.of(waveform, trace, purpose, Dose.of(waveform))


@given(waveforms())
def test_charge_and_energy_of_a_resistor(waveform: Waveform) -> None:
    dose = received(waveform, readings(waveform))
    charge_c = energy_j = recorded_s = 0.0
    for _ in range(waveform.repeats):
        steps = zip(waveform.levels_v, waveform.dwell_s, waveform.record, strict=True)
        for level_v, held_s, read in steps:
            if read and level_v:
                charge_c += abs(level_v) / RESISTANCE_OHM * held_s
                energy_j += level_v**2 / RESISTANCE_OHM * held_s
                recorded_s += held_s
    assert dose.charge_c == pytest.approx(charge_c)
    assert dose.energy_j == pytest.approx(energy_j)
    under_voltage_s = Dose.of(waveform).under_voltage_s
    if under_voltage_s:
        assert dose.recorded == pytest.approx(recorded_s / under_voltage_s)
    assert 0 <= dose.recorded <= 1


@given(waveforms(), st.floats(1e-12, 1e-3))
def test_a_constant_current_moves_charge_for_as_long_as_it_is_read(
    waveform: Waveform, current_a: float
) -> None:
    trace = readings(waveform)
    trace = replace(trace, current_a=np.full(len(trace), -current_a))
    dose = received(waveform, trace)
    recorded_s = dose.recorded * Dose.of(waveform).under_voltage_s
    if Dose.of(waveform).under_voltage_s:
        assert dose.charge_c == pytest.approx(current_a * recorded_s)


@given(waveforms(), st.integers(0, 50))
def test_an_overflowed_reading_counts_as_not_read(waveform: Waveform, which: int) -> None:
    trace = readings(waveform)
    if not len(trace):
        return
    current_a = trace.current_a.copy()
    current_a[which % len(trace)] = math.nan
    less = received(waveform, replace(trace, current_a=current_a))
    whole = received(waveform, trace)
    assert math.isfinite(less.charge_c)
    assert math.isfinite(less.energy_j)
    assert less.charge_c <= whole.charge_c
    assert less.recorded <= whole.recorded


@given(waveforms())
def test_a_dose_is_that_of_the_levels_played_out(waveform: Waveform) -> None:
    dose = Dose.of(waveform)
    levels_v = np.tile(waveform.levels_v, waveform.repeats)
    dwell_s = np.tile(waveform.dwell_s, waveform.repeats)
    assert dose.min_v == min(0.0, levels_v.min())
    assert dose.max_v == max(0.0, levels_v.max())
    assert dose.duration_s == pytest.approx(dwell_s.sum())
    assert dose.under_voltage_s == pytest.approx(dwell_s[levels_v != 0].sum())
    assert dose.pulses == _pulses(levels_v)


@given(waveforms(), st.integers(0, 60))
def test_cut_short_reaches_to_the_next_reading_at_most(waveform: Waveform, came: int) -> None:
    came = min(came, waveform.recorded_points)
    cut = Dose.until_cut(waveform, came)
    if came == waveform.recorded_points:
        assert cut == Dose.of(waveform)
        return
    read_at = np.flatnonzero(np.tile(waveform.record, waveform.repeats))
    played = slice(0, read_at[came] + 1)
    levels_v = np.tile(waveform.levels_v, waveform.repeats)[played]
    dwell_s = np.tile(waveform.dwell_s, waveform.repeats)[played]
    assert cut.min_v == min(0.0, levels_v.min())
    assert cut.max_v == max(0.0, levels_v.max())
    assert cut.duration_s == pytest.approx(dwell_s.sum())
    assert cut.under_voltage_s == pytest.approx(dwell_s[levels_v != 0].sum())
    assert cut.repeats == math.ceil(levels_v.size / waveform.levels_v.size)
    assert cut.pulses == _pulses(levels_v)


def test_a_staircase_cut_short_never_saw_its_peak() -> None:
    staircase = Waveform([-0.1, -0.2, -0.3, -0.4, -0.5], 1e-3)
    assert Dose.until_cut(staircase, 2).min_v == -0.3


def test_the_state_of_a_read_is_its_slope_and_no_offset_touches_it() -> None:
    burst = Waveform([5e-3, -5e-3] * 10, 1e-3)
    trace = readings(burst)
    offset = replace(trace, current_a=trace.current_a + 2e-9)
    dose = received(burst, offset, Purpose.READ)
    assert dose.state_s == pytest.approx(1 / RESISTANCE_OHM)
    assert (dose.last_v, dose.last_a) == (-5e-3, pytest.approx(-3e-9))


def test_stress_tells_its_last_reading_under_voltage_and_no_conductance() -> None:
    pulse = Waveform([-0.2, 0.1, 0.0], 1e-3)
    dose = received(pulse, readings(pulse))
    assert (dose.last_v, dose.last_a) == (0.1, pytest.approx(1e-7))
    assert dose.state_s is None


def test_nothing_was_read_under_voltage() -> None:
    silent = Waveform([-0.2, 0.0], 1e-3, [False, True])
    dose = received(silent, readings(silent))
    assert (dose.points, dose.recorded, dose.charge_c) == (1, 0.0, 0.0)
    assert (dose.last_v, dose.last_a, dose.state_s) == (None, None, None)


def test_a_reading_without_its_voltage_counts_as_not_read() -> None:
    pulse = Waveform([-0.2, 0.1], 1e-3)
    trace = replace(readings(pulse), voltage_v=np.array([-0.2, math.nan]))
    dose = received(pulse, trace)
    assert dose.energy_j == pytest.approx(0.2**2 / RESISTANCE_OHM * 1e-3)
    assert (dose.last_v, dose.recorded) == (-0.2, 0.5)


def test_the_measured_extremes_are_those_of_the_readings() -> None:
    pulse = Waveform([-0.2, 0.1], 1e-3)
    trace = replace(readings(pulse), voltage_v=np.array([-0.15, math.nan]))
    dose = received(pulse, trace)
    assert (dose.measured_min_v, dose.measured_max_v) == (-0.15, -0.15)


def _pulses(levels_v: FloatArray) -> int:
    sides = [0.0, *np.sign(levels_v)]
    return sum(now not in (0.0, before) for before, now in pairwise(sides))
