"""The cryostat against the numbers of physics.md §1.4 and a numerical solution of its equations."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from sim_backend.clock import VirtualClock
from sim_backend.physics.cryostat import AMBIENT_K, SENSOR_NOISE_K, Cryostat


def make(seed: int = 1) -> tuple[VirtualClock, Cryostat]:
    clock = VirtualClock()
    return clock, Cryostat(seed, lambda: clock.now_s)


def test_it_starts_at_ambient_and_stays_there() -> None:
    clock, cryostat = make()
    clock.advance(1e4)
    assert cryostat.stage_temperature_k() == pytest.approx(AMBIENT_K, abs=1e-12)
    assert cryostat.sample_temperature_k() == pytest.approx(AMBIENT_K, abs=1e-12)


def test_a_step_of_10_k_overshoots_by_0_94_k_and_settles_in_183_s() -> None:
    clock, cryostat = make()
    cryostat.hold(310.0)
    stage_k = []
    for _ in range(4000):
        clock.advance(0.1)
        stage_k.append(cryostat.stage_temperature_k())
    overshoot_k = max(stage_k) - 310.0
    outside = np.abs(np.array(stage_k) - 310.0) > 0.05
    assert overshoot_k == pytest.approx(0.948, abs=0.005)
    assert 0.1 * (np.flatnonzero(outside)[-1] + 1) == pytest.approx(183, abs=15)


@pytest.mark.parametrize(("rate_k_per_min", "lag_k"), [(2.0, 0.267), (10.0, 1.333)])
def test_the_sample_lags_a_ramping_stage(rate_k_per_min: float, lag_k: float) -> None:
    clock, cryostat = make()
    cryostat.ramp(300.0, 350.0, rate_k_per_min / 60)
    clock.advance(250.0)
    behind_k = cryostat.stage_temperature_k() - cryostat.sample_temperature_k()
    assert behind_k == pytest.approx(lag_k, abs=0.002)


def test_ramp_hold_and_drift_follow_the_differential_equations() -> None:
    clock, cryostat = make()
    cryostat.ramp(300.0, 270.0, 0.25)  # arrives after 120 s
    clock.advance(300.0)
    cryostat.release()
    clock.advance(200.0)

    def slope(time_s: float, state: np.ndarray) -> list[float]:
        stage_k, rate, sample_k = state
        if time_s < 300.0:
            target_k = max(300.0 - 0.25 * time_s, 270.0)
            bend = 0.05**2 * (target_k - stage_k) - 2 * 0.6 * 0.05 * rate
            return [rate, bend, (stage_k - sample_k) / 8.0]
        return [(300.0 - stage_k) / 600.0, 0.0, (stage_k - sample_k) / 8.0]

    state = np.array([300.0, 0.0, 300.0])
    for begin_s, end_s in ((0.0, 120.0), (120.0, 299.9999999), (300.0, 500.0)):
        state = solve_ivp(slope, (begin_s, end_s), state, rtol=1e-10, atol=1e-10).y[:, -1]
    assert cryostat.stage_temperature_k() == pytest.approx(state[0], abs=1e-5)
    assert cryostat.sample_temperature_k() == pytest.approx(state[2], abs=1e-5)


def test_asking_often_changes_nothing() -> None:
    results = []
    for questions in (1, 997):
        clock, cryostat = make()
        cryostat.ramp(300.0, 250.0, 0.5)
        for step in range(questions):
            clock.advance_to(400.0 * (step + 1) / questions)
            cryostat.sensor_temperature_k()
            cryostat.sample_temperature_k()
        results.append((cryostat.sensor_temperature_k(), cryostat.sample_temperature_k()))
    assert results[0] == results[1]


def test_a_reading_holds_for_a_tenth_of_a_second_and_is_noisy_by_10_mk() -> None:
    clock, cryostat = make()
    clock.advance(0.01)
    first = cryostat.sensor_temperature_k()
    clock.advance(0.05)
    assert cryostat.sensor_temperature_k() == first
    readings = []
    for tick in range(1, 3001):
        clock.advance_to(tick * 0.1 + 0.01)
        readings.append(cryostat.sensor_temperature_k())
    assert np.std(readings) == pytest.approx(SENSOR_NOISE_K, rel=0.06)
    assert np.mean(readings) == pytest.approx(AMBIENT_K, abs=1e-3)


def test_the_seed_decides_the_noise() -> None:
    assert make(1)[1].sensor_temperature_k() == make(1)[1].sensor_temperature_k()
    assert make(1)[1].sensor_temperature_k() != make(2)[1].sensor_temperature_k()


def test_a_restored_cryostat_goes_on_exactly() -> None:
    clock, cryostat = make()
    cryostat.ramp(300.0, 320.0, 0.1)
    clock.advance(77.7)
    twin = Cryostat(1, lambda: clock.now_s)
    twin.restore(json.loads(json.dumps(cryostat.snapshot())))
    clock.advance(500.0)
    assert twin.sample_temperature_k() == cryostat.sample_temperature_k()
    assert twin.stage_temperature_k() == cryostat.stage_temperature_k()


def test_it_foresees_when_a_temperature_is_crossed() -> None:
    clock, cryostat = make()
    cryostat.ramp(300.0, 320.0, 10 / 60)
    crossing_s = cryostat.crosses_s(310.0)
    assert crossing_s is not None
    clock.advance_to(crossing_s)
    assert cryostat.stage_temperature_k() == pytest.approx(310.0, abs=1e-6)


def test_the_overshoot_after_a_ramp_crosses_too_and_nothing_else() -> None:
    _, cryostat = make()
    cryostat.ramp(300.0, 320.0, 1.0)
    crossing_s = cryostat.crosses_s(320.5)
    assert crossing_s is not None
    assert crossing_s > 20.0
    assert cryostat.crosses_s(323.0) is None
