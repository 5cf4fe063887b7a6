"""The gate: a temperature counts only when it has stayed and stopped moving."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.errors import MeasurementStopped
from procedures.techniques.settling import POLL_S, StabilityGate, settle
from tests.procedures.fake_bench import FakeClock
from tests.procedures.thermal_bench import SlowStage


def gate(**changes: float) -> StabilityGate:
    usual = {
        "band_k": 0.1,
        "slope_k_per_min": 0.03,
        "dwell_s": 120.0,
        "timeout_s": 3600.0,
        "rate_k_per_min": 5.0,
    }
    return StabilityGate(**{**usual, **changes})


@given(
    setpoint_k=st.floats(4.0, 440.0),
    lag_s=st.floats(3.0, 60.0),
    rate=st.floats(2.0, 50.0),
    dwell_s=st.floats(60.0, 600.0),
)
@settings(max_examples=15, deadline=None)
def test_the_sample_is_where_the_stage_says(
    setpoint_k: float, lag_s: float, rate: float, dwell_s: float
) -> None:
    clock = FakeClock()
    stage = SlowStage(clock, stage_lag_s=lag_s)
    list(settle(stage, clock, setpoint_k, gate(rate_k_per_min=rate, dwell_s=dwell_s)))
    stage.temperature_k()
    assert stage.kelvin == pytest.approx(setpoint_k, abs=0.1)
    assert stage.sample_k == pytest.approx(stage.kelvin, abs=0.02)


def test_it_looks_in_single_waits_of_the_clock() -> None:
    clock = FakeClock()
    looks = list(settle(SlowStage(clock), clock, 200.0, gate()))
    assert clock.time_s == pytest.approx((len(looks) - 1) * POLL_S)
    assert clock.time_s > 100.0 / 5.0 * 60.0 + 120.0


def test_a_longer_dwell_is_kept() -> None:
    spent_s = []
    for dwell_s in (60.0, 600.0):
        clock = FakeClock()
        list(settle(SlowStage(clock), clock, 290.0, gate(dwell_s=dwell_s, slope_k_per_min=10.0)))
        spent_s.append(clock.time_s)
    assert spent_s[1] - spent_s[0] >= 500.0


def test_a_narrow_band_waits_longer() -> None:
    spent_s = []
    for band_k in (5.0, 0.01):
        clock = FakeClock()
        wide = gate(band_k=band_k, slope_k_per_min=10.0, rate_k_per_min=100.0, dwell_s=10.0)
        list(settle(SlowStage(clock, stage_lag_s=60.0), clock, 250.0, wide))
        spent_s.append(clock.time_s)
    assert spent_s[0] < 200.0
    assert spent_s[1] > 400.0


def test_a_slope_alone_keeps_the_gate_shut() -> None:
    class Creeping(SlowStage):
        def temperature_k(self) -> float:
            return 250.0 + 0.05 / 60 * self.clock.time_s

        def ramping(self) -> bool:
            return False

    clock = FakeClock()
    shut = gate(band_k=1.0, slope_k_per_min=0.03, timeout_s=600.0)
    with pytest.raises(MeasurementStopped, match=r"moves by 0\.05 K/min \(limit 0\.03 K/min\)"):
        list(settle(Creeping(clock), clock, 250.0, shut))
    open_again = gate(band_k=1.0, slope_k_per_min=0.06, timeout_s=600.0)
    list(settle(Creeping(FakeClock()), clock, 250.0, open_again))


def test_a_stage_that_never_gets_there_stops_the_measurement() -> None:
    clock = FakeClock()
    with pytest.raises(MeasurementStopped) as stopped:
        list(settle(SlowStage(clock, stuck=True), clock, 250.0, gate(timeout_s=900.0)))
    words = str(stopped.value)
    assert "did not settle at 250 K" in words
    assert "stands at 300.000 K" in words
    assert "has been 50 K off (band 0.1 K)" in words
    assert 600.0 + 900.0 < clock.time_s <= 600.0 + 900.0 + 2 * POLL_S


def test_a_setpoint_that_never_arrives_stops_it_too() -> None:
    class Endless(SlowStage):
        def ramping(self) -> bool:
            return True

    clock = FakeClock()
    with pytest.raises(MeasurementStopped, match="the set-point was still moving"):
        list(settle(Endless(clock), clock, 290.0, gate(timeout_s=100.0)))
