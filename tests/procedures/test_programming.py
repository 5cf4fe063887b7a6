"""The controller reaches its target on devices that scatter, and says so when it cannot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.errors import MeasurementStopped
from procedures.techniques.growth import SET_PULSES, GrowthRate, next_width_s
from procedures.techniques.programming import DeviceProgrammer
from procedures.techniques.reading import read_conductance, settled_sensing
from tests.procedures.fake_bench import CAPABILITIES, FakeBench, FakeDevice

SHORTEST_S = 1e-4


def programmed(bench: FakeBench, target_s: float | None) -> float:
    programmer = DeviceProgrammer(bench, "D01", target_s, "ITM")
    programmer.program(0.02)
    return programmer.verify()


@pytest.mark.parametrize("target_s", [1e-5, 2e-5, 5e-5, 7e-5])
@pytest.mark.parametrize("speed", [0.3, 1.0, 3.0])
def test_a_target_is_reached_whatever_the_rate_of_the_device(target_s: float, speed: float) -> None:
    for seed in range(5):
        bench = FakeBench({"D01": FakeDevice(9.59e-3 * speed)}, seed=seed)
        assert programmed(bench, target_s) == pytest.approx(target_s, rel=0.02)
        assert bench.fakes["D01"].conductance_s == pytest.approx(target_s, rel=0.02)


def test_no_target_means_the_high_resistance_state() -> None:
    bench = FakeBench({"D01": FakeDevice(9.59e-3)})
    assert programmed(bench, None) < 5e-8
    assert all(a.waveform.min_v > -0.1 for a in bench.applications)


def test_a_device_that_erases_slowly_is_erased_again() -> None:
    bench = FakeBench({"D01": FakeDevice(9.59e-3, conductance_s=1e-5, left_by_erase=0.1)})
    assert programmed(bench, None) < 5e-8
    assert sum(application.waveform.max_v == 0.5 for application in bench.applications) == 3


def test_a_stuck_device_is_given_up_with_its_name() -> None:
    bench = FakeBench({"D01": FakeDevice(9.59e-3, conductance_s=3e-5, stuck=True)})
    with pytest.raises(MeasurementStopped, match=r"D01: not at its target after 30 erasures"):
        programmed(bench, 1e-5)


def test_a_device_that_does_not_set_is_not_pulsed_for_ever() -> None:
    bench = FakeBench({"D01": FakeDevice(1e-9)})
    with pytest.raises(MeasurementStopped, match="D01: stays at"):
        programmed(bench, 1e-5)


def test_an_overflow_is_read_again_on_a_larger_range() -> None:
    bench = FakeBench({"D01": FakeDevice(9.59e-3, conductance_s=5e-3)})
    assert read_conductance(bench, "D01", 1e-8, {}) == pytest.approx(5e-3, rel=0.01)
    ranges = [application.sensing.range_a for application in bench.applications]
    assert ranges == sorted(ranges)
    assert len(ranges) > 1


def test_a_short_circuit_is_reported() -> None:
    bench = FakeBench({"D01": FakeDevice(9.59e-3, conductance_s=100.0)})
    with pytest.raises(MeasurementStopped, match="shorted"):
        read_conductance(bench, "D01", 1e-5, {})


@given(st.floats(1e-9, 5e-6), st.floats(2e-4, 1e-2))
def test_the_chosen_range_holds_the_current_and_settles(current_a: float, dwell_s: float) -> None:
    sensing = settled_sensing(CAPABILITIES, current_a, dwell_s, 1e-3)
    assert sensing.range_a >= current_a
    assert CAPABILITIES.settling_s[sensing.range_a] <= dwell_s


@given(st.floats(1e-7, 1e-4), st.booleans())
def test_a_pulse_is_never_shorter_than_legal_nor_longer_than_the_gap(
    gap_s: float, known: bool
) -> None:
    rate = GrowthRate(SET_PULSES["ITM"])
    if known:
        rate.learn(5e-6, 5e-4, first=False)
    landing_s = 1e-7
    width_s = next_width_s(gap_s, rate, SHORTEST_S, landing_s, first=False)
    if width_s is None:
        assert gap_s < rate.further_s_per_s * SHORTEST_S - landing_s
        return
    assert width_s >= SHORTEST_S
    grown_s = rate.further_s_per_s * width_s
    assert grown_s <= gap_s + landing_s
    left_s = gap_s - grown_s
    assert left_s <= landing_s or left_s >= rate.further_s_per_s * SHORTEST_S


def test_the_jump_of_a_new_filament_is_no_rate() -> None:
    rate = GrowthRate(SET_PULSES["FTM"])
    rate.learn(3e-4, 1e-4, first=True)
    assert not rate.known
    assert rate.further_s_per_s == SET_PULSES["FTM"].rate_s_per_s
    assert rate.onset_s == pytest.approx(3e-4 - 0.66e-4)
    rate.learn(1e-4, 1e-4, first=False)
    assert rate.further_s_per_s == pytest.approx(1.0)


def test_growth_that_slows_near_the_target_is_learnt_apart_from_the_first_pulse() -> None:
    rate = GrowthRate(SET_PULSES["ITM"])
    rate.learn(4e-5, 4e-3, first=True)
    for _ in range(5):
        rate.learn(8e-7, 1e-4, first=False)
    assert rate.first_s_per_s == pytest.approx(1e-2)
    assert rate.further_s_per_s == pytest.approx(8e-3, rel=0.02)
