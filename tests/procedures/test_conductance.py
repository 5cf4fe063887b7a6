"""Slopes and energies, held against closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.analysis.conductance import pulse_energy, slope_conductance
from procedures.techniques.waveforms import read_burst


@given(st.floats(1e-9, 1e-2), st.floats(-1e-3, 1e-3))
def test_an_offset_cancels_in_a_burst(conductance_s: float, offset_v: float) -> None:
    volts = read_burst(5e-3, 10, 1e-3).recorded_levels_v()
    amps = conductance_s * (volts + offset_v)
    assert slope_conductance(volts, amps) == pytest.approx(conductance_s, rel=1e-9)


def test_an_overflow_is_not_averaged_away() -> None:
    assert np.isnan(slope_conductance([5e-3, -5e-3], [np.nan, -1e-6]))


@given(st.integers(2, 40), st.floats(1e-5, 1.0), st.floats(0.0, 1e-4), st.floats(0.0, 1e-1))
def test_the_energy_of_a_rising_current_is_exact(
    samples: int, width_s: float, start_a: float, slope: float
) -> None:
    elapsed_s = (np.arange(samples) + 0.3) / samples * width_s
    current_a = start_a + slope * elapsed_s
    energy_j = pulse_energy(elapsed_s, np.full(samples, -0.2), -current_a, width_s)
    exact_j = 0.2 * (start_a * width_s + slope * width_s**2 / 2)
    assert energy_j == pytest.approx(exact_j, rel=1e-9, abs=1e-30)


def test_one_sample_stands_for_the_whole_pulse() -> None:
    assert pulse_energy([5e-5], [-0.2], [-1e-5], 1e-4) == pytest.approx(2e-10)
