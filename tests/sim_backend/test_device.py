"""The device against the paper's figures and against itself, without instrument noise."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim_backend.physics.array import DotArray
from sim_backend.physics.device import (
    BOLTZMANN_EV_PER_K,
    State,
    TemperatureOutOfModel,
    advance,
    constants,
)
from sim_backend.physics.parameters import DeviceParameters
from sim_backend.physics.repeats import Levels

QUIET = {
    "set_spread": 0.0,
    "reset_spread": 0.0,
    "filament_spread": 0.0,
    "threshold_spread_v": 0.0,
}
NO_DRIFT = {"interface_drift_exponent": 0.0, "filament_drift_exponent": 0.0}
MEAN_FACTORS = (1.0, 1.0, 1.0, 0.4)
ENOUGH_A = 0.1


class Ends(NamedTuple):
    """Values at the end of each step, shape (n,)."""

    current_a: np.ndarray
    voltage_v: np.ndarray
    limited: np.ndarray


class OneDevice:
    """A single device with a time of its own."""

    def __init__(self, seed: int = 1, **overrides: float) -> None:
        self.array = DotArray("single", overrides, seed)
        self.now_s = 0.0

    def apply(
        self, level_v, duration_s, limit_a: float = ENOUGH_A, temperature_k: float = 300.0
    ) -> Ends:
        levels = np.atleast_1d(np.asarray(level_v, np.float64))
        durations = np.array(np.broadcast_to(duration_s, levels.shape), np.float64)
        played = self.array.play(
            ("D01",),
            [Levels(levels, durations)],
            limit_a,
            start_s=self.now_s,
            temperature_k=temperature_k,
        )
        self.array.commit(played)
        self.now_s = played.end_s
        (outcome,) = played.outcomes
        return Ends(outcome.current_a[0], outcome.voltage_v[0], outcome.limited[0])

    def conductance_s(self, temperature_k: float = 300.0, voltage_v: float = 0.005) -> float:
        return self.array.conductance_s("D01", voltage_v, temperature_k)

    @property
    def state(self) -> State:
        return self.array.state("D01")


def ramp(peak_v: float, step_v: float) -> np.ndarray:
    """Levels from one step to the peak and back to 0 V."""
    up = np.arange(1, round(abs(peak_v) / step_v) + 1) * math.copysign(step_v, peak_v)
    return np.concatenate((up, up[-2::-1], [0.0]))


def set_loop(device: OneDevice) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Voltage, conductance at the end of the step, and filament while ramping to -0.5 V."""
    levels = -np.arange(1, 101) * 5e-3
    conductance, filament = [], []
    for level in levels:
        outcome = device.apply(level, 20e-3)
        conductance.append(outcome.current_a[-1] / level)
        filament.append(device.state.filament_s)
    return levels, np.array(conductance), np.array(filament)


def test_filament_closes_abruptly_at_the_threshold_after_the_interface():
    device = OneDevice(**QUIET)
    device.apply(ramp(0.5, 5e-3), 20e-3)
    before_s = device.conductance_s()
    levels, conductance, filament = set_loop(device)
    closed = int(np.flatnonzero(filament > 0.0)[0])
    assert levels[closed] == pytest.approx(-0.405)
    decades = np.diff(np.log10(conductance))
    assert decades[closed - 1] >= 1.0
    assert np.delete(decades, closed - 1).max() <= 0.3
    assert math.log10(conductance[closed - 1] / before_s) >= 2.0
    device.apply(0.0, 1.0)
    assert 5e5 < device.conductance_s() / before_s < 2e6


def test_threshold_varies_from_event_to_event_by_8_mv():
    thresholds = []
    for seed in range(25):
        levels, _, filament = set_loop(OneDevice(seed))
        thresholds.append(-levels[np.flatnonzero(filament > 0.0)[0]])
    assert np.mean(thresholds) == pytest.approx(0.403, abs=0.005)
    assert 0.004 < np.std(thresholds) < 0.013


def test_small_loop_has_no_jump_and_no_filament():
    device = OneDevice(**QUIET)
    device.apply(ramp(0.2, 5e-3), 1.5e-3)
    levels = ramp(-0.2, 5e-3)[:40]
    outcome = device.apply(levels, 1.5e-3)
    decades = np.diff(np.log10(outcome.current_a / levels))
    assert decades.max() < 0.3
    assert device.state.filament_s == 0.0


@pytest.mark.parametrize(
    ("limit_a", "expected_s"),
    [(0.05e-3, 1.0e-4), (0.1e-3, 1.0e-4), (0.2e-3, 1.8e-4), (1e-3, 2.1e-3), (2e-3, 4.5e-3),
     (4e-3, 9.1e-3)],
)  # fmt: skip
def test_current_limit_sets_the_conductance(limit_a: float, expected_s: float):
    device = OneDevice(**QUIET)
    outcome = device.apply(ramp(-0.5, 5e-3), 20e-3, limit_a)
    assert device.conductance_s() == pytest.approx(expected_s, rel=0.025)
    assert (device.state.filament_s > 0.0) == (limit_a > 0.15e-3)
    assert np.abs(outcome.current_a).max() == pytest.approx(limit_a, rel=1e-9)
    assert outcome.limited.any()
    assert np.all(np.abs(outcome.voltage_v[outcome.limited]) < 0.5)


def test_a_limited_pulse_meets_no_filament_the_ramp_would_not_have_made():
    device = OneDevice(**QUIET)
    device.apply(-0.5, 20e-3, 0.1e-3)
    assert device.state.filament_s == 0.0


def test_interface_saturates_at_1e_4_s():
    device = OneDevice(**QUIET)
    device.apply(-0.2, 1.0)
    assert device.conductance_s() == pytest.approx(1.0e-4, rel=0.02)


def test_pulses_add_up_and_conductance_grows_linearly():
    once, often = OneDevice(**QUIET), OneDevice(**QUIET)
    once.apply(-0.2, 5e-3)
    grown = []
    for _ in range(10):
        often.apply([-0.2, 0.0], [0.5e-3, 1e-6])
        grown.append(often.conductance_s())
    assert grown[-1] == pytest.approx(once.conductance_s(), rel=1e-3)
    time_s = np.arange(1, 11) * 0.5e-3
    assert np.corrcoef(time_s, grown)[0, 1] ** 2 > 0.995


def encoding_energy_j(level_v: float, target_s: float) -> tuple[float, float]:
    """Energy and time of a pulse that takes a fresh device to a conductance."""
    device = OneDevice(**QUIET)
    step_s, steps, energy_j = 2e-6, 0, 0.0
    while device.conductance_s() < target_s:
        outcome = device.apply(level_v, step_s)
        energy_j += level_v * outcome.current_a[0] * step_s
        steps += 1
    return energy_j, steps * step_s


def test_encoding_energies_are_the_papers():
    itm_j, itm_s = encoding_energy_j(-0.2, 1e-5)
    ftm_j, ftm_s = encoding_energy_j(-0.5, 1e-3)
    assert itm_j == pytest.approx(9.95e-10, rel=0.05)
    assert itm_s == pytest.approx(0.98e-3, rel=0.02)
    assert 240 < ftm_j / itm_j < 360
    assert ftm_s == pytest.approx(1.22e-3, rel=0.05)


def test_reads_disturb_the_interface_by_polarity_and_leave_the_filament():
    for level_v, expected in ((-25.5e-3, 0.73e-2), (25.5e-3, -0.11e-2)):
        device = OneDevice(**QUIET, **NO_DRIFT)
        device.apply([-0.2, 0.0], [0.98e-3, 1.0])
        before_s = device.conductance_s()
        device.apply(np.full(16_200, level_v), 1e-3)
        disturbed = device.conductance_s() / before_s - 1.0
        assert disturbed == pytest.approx(expected, abs=0.03e-2)
    filamentary = OneDevice(**QUIET, **NO_DRIFT)
    filamentary.apply([-0.5, 0.0], [1.2e-3, 1.0])
    before_s = filamentary.state.filament_s
    filamentary.apply(np.full(1000, -25.5e-3), 1e-3)
    assert filamentary.state.filament_s == before_s > 0.0


def test_states_are_retained_for_10000_s():
    for level_v, duration_s in ((-0.2, 8e-3), (0.2, 20e-3), (-0.5, 1.2e-3)):
        device = OneDevice(**QUIET)
        device.apply(level_v, duration_s)
        before_s = device.conductance_s()
        device.apply(-5e-3 if level_v != 0.2 else 0.0, 1e4)
        assert 0.90 < device.conductance_s() / before_s < 0.995


def test_off_state_creeps_up_under_a_constant_read_voltage():
    device = OneDevice(**QUIET, **NO_DRIFT)
    device.apply(0.2, 20e-3)
    before_s = device.conductance_s()
    device.apply(-5e-3, 1e4)
    assert device.conductance_s() / before_s == pytest.approx(1.069, abs=0.02)


def test_interface_follows_arrhenius_with_its_own_barrier():
    device = OneDevice(**QUIET)
    device.apply(-0.2, 1.0)
    temperature_k = np.arange(150.0, 301.0, 10.0)
    resistance = np.array([1.0 / device.conductance_s(t) for t in temperature_k])
    assert np.all(np.diff(resistance) < 0.0)
    slope_ev, _ = np.polyfit(
        1.0 / temperature_k, np.log(resistance * temperature_k) * BOLTZMANN_EV_PER_K, 1
    )
    barrier_ev = BOLTZMANN_EV_PER_K * 300.0 * math.log(3.28e-2 / device.state.junction_s)
    assert slope_ev == pytest.approx(barrier_ev, rel=0.05)


def test_filament_resistance_grows_linearly_with_temperature():
    device = OneDevice(**QUIET)
    device.apply(ramp(-0.5, 5e-3), 20e-3)
    temperature_k = np.arange(150.0, 301.0, 10.0)
    resistance = np.array([1.0 / device.conductance_s(t) for t in temperature_k])
    slope, _ = np.polyfit(temperature_k, resistance, 1)
    assert np.corrcoef(temperature_k, resistance)[0, 1] ** 2 > 0.99
    assert 1e-3 < slope / resistance[-1] < 4e-3


def test_cold_devices_do_not_switch_and_hot_ones_switch_faster():
    def grown_s(temperature_k: float) -> float:
        device = OneDevice(**QUIET)
        before_s = device.state.junction_s
        device.apply(-0.2, 0.1e-3, temperature_k=temperature_k)
        return device.state.junction_s - before_s

    assert grown_s(200.0) / grown_s(300.0) == pytest.approx(1.3e-5, rel=0.05)
    assert grown_s(350.0) / grown_s(300.0) == pytest.approx(25.0, rel=0.05)


def test_temperature_beyond_the_model_warns_then_refuses():
    device = OneDevice()
    with pytest.warns(RuntimeWarning, match="calibrated up to 400 K"):
        device.apply(0.1, 1e-3, temperature_k=420.0)
    with pytest.raises(TemperatureOutOfModel, match=r"441 K.*440 K"):
        device.apply(0.1, 1e-3, temperature_k=441.0)


def test_an_event_starts_the_drift_anew():
    device = OneDevice(**QUIET)
    device.apply([-0.2, 0.0], [2e-3, 1000.0])
    device.apply(-0.2, 1e-3)
    assert device.state.junction_age_s == 0.0
    before_s = device.state.junction_s
    device.apply(0.0, 9.0)
    assert device.state.junction_s / before_s == pytest.approx(10.0**-0.003, rel=1e-9)


def test_reset_dissolves_the_filament_without_a_remnant():
    device = OneDevice(**QUIET)
    device.apply(-0.5, 1e-3)
    assert device.state.filament_s > 0.0
    device.apply(ramp(0.2, 5e-3), 20e-3)
    assert device.state.filament_s > device.array.parameters("D01").quantum_conductance_s
    device.apply(0.5, 1.2e-3)
    assert device.state.filament_s == 0.0


def test_deep_reset_survives_the_way_back_to_0_v():
    device = OneDevice(**QUIET)
    device.apply(-0.2, 8e-3)
    device.apply(ramp(0.5, 5e-3), 20e-3)
    assert device.conductance_s() == pytest.approx(1.0e-8, rel=0.05)


@given(
    level_v=st.floats(-0.6, 0.6),
    share=st.floats(0.01, 0.99),
    duration_s=st.floats(1e-6, 10.0),
    junction_s=st.floats(1e-8, 1e-4),
    filament_s=st.sampled_from((0.0, 1e-4, 5e-3)),
    age_s=st.floats(0.0, 1e4),
)
@settings(max_examples=200, deadline=None)
def test_splitting_a_step_changes_nothing(
    *, level_v, share, duration_s, junction_s, filament_s, age_s
):
    c = constants(DeviceParameters(), 300.0)
    start = State(junction_s, filament_s, age_s, age_s)
    whole = advance(c, start, MEAN_FACTORS, level_v, duration_s)
    half = advance(c, start, MEAN_FACTORS, level_v, share * duration_s)
    halves = advance(c, half, MEAN_FACTORS, level_v, (1.0 - share) * duration_s)
    # Where a weak positive voltage and drift compete, the drift's rate is an average.
    precision = 1e-2 if 0.02 < level_v < 0.1 else 1e-6
    assert halves.junction_s == pytest.approx(whole.junction_s, rel=precision)
    assert halves.filament_s == pytest.approx(whole.filament_s, rel=1e-9)
    assert halves.junction_age_s == pytest.approx(whole.junction_age_s)


@given(share=st.floats(0.01, 0.99), limit_a=st.sampled_from((5e-5, 2e-4, 1e-3)))
@settings(max_examples=6, deadline=None)
def test_splitting_a_limited_step_changes_little(share, limit_a):
    whole, cut = OneDevice(**QUIET), OneDevice(**QUIET)
    whole.apply(-0.5, 2e-3, limit_a)
    cut.apply([-0.5, -0.5], [share * 2e-3, (1.0 - share) * 2e-3], limit_a)
    assert cut.conductance_s() == pytest.approx(whole.conductance_s(), rel=5e-3)


def test_absurd_voltages_stay_finite():
    device = OneDevice()
    for level_v in (200.0, -200.0):
        outcome = device.apply(level_v, 1.0, 1e-3)
        assert np.isfinite(outcome.current_a).all()
        assert abs(outcome.current_a[0]) <= 1e-3 * (1 + 1e-9)


def test_perturbed_parameters_show():
    def threshold_v(**overrides: float) -> float:
        levels, _, filament = set_loop(OneDevice(**{**QUIET, **overrides}))
        return -levels[np.flatnonzero(filament > 0.0)[0]]

    def saturated_s(**overrides: float) -> float:
        device = OneDevice(**{**QUIET, **overrides})
        device.apply(-0.2, 1.0)
        return device.conductance_s()

    assert threshold_v(threshold_voltage_v=0.33) == pytest.approx(0.335, abs=1e-6)
    assert saturated_s(cap_conductance_s=5e-5) == pytest.approx(1 / (1 / 5e-5 + 2e3), rel=0.01)
    fast = OneDevice(**QUIET, set_rate_s_per_s=19.18e-3)
    fast.apply(-0.2, 0.49e-3)
    assert fast.conductance_s() == pytest.approx(1e-5, rel=0.03)
