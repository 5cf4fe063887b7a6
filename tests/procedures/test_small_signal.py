"""Small currents: the range follows them, both ways."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.base import Purpose
from procedures.columns import PHASE
from procedures.errors import MeasurementStopped
from procedures.techniques.small_signal import (
    HEADROOM,
    WIDEST_RANGE,
    SmallSignalRead,
    read_small_signal,
)
from tests.procedures.fake_bench import CAPABILITIES, FakeBench, FakeDevice


def bench(conductance_s: float) -> FakeBench:
    return FakeBench({"D01": FakeDevice(0.0, conductance_s, stuck=True)})


@given(current_a=st.floats(1e-16, 1.0))
def test_a_read_settles_and_holds_its_current(current_a: float) -> None:
    read = SmallSignalRead.of(CAPABILITIES, current_a, 5e-3)
    range_a = read.sensing.range_a
    largest_a = CAPABILITIES.current_ranges_a[-1]
    assert range_a >= min(HEADROOM * current_a, largest_a)
    assert read.waveform.dwell_s[0] >= CAPABILITIES.settling_s[range_a] + read.sensing.aperture_s
    smaller = [r for r in CAPABILITIES.current_ranges_a if r < range_a]
    assert range_a <= WIDEST_RANGE * current_a or not smaller


@given(
    exponent=st.floats(-10.5, -2.0), expected=st.floats(-14.0, -1.0), read_v=st.floats(1e-3, 45e-3)
)
@settings(max_examples=30, deadline=None)
def test_any_conductance_is_found_from_any_guess(
    exponent: float, expected: float, read_v: float
) -> None:
    there = bench(10**exponent)
    found_s = read_small_signal(there, "D01", 10**expected, read_v, {PHASE.header: "x"})
    assert found_s == pytest.approx(10**exponent, rel=0.01)
    assert {a.purpose for a in there.applications} == {Purpose.READ}
    assert {a.columns[PHASE.header] for a in there.applications} == {"x"}


def test_a_good_guess_takes_one_reading() -> None:
    there = bench(1e-5)
    read_small_signal(there, "D01", 1.5e-5, 5e-3, {})
    assert len(there.applications) == 1


def test_an_offset_of_the_source_cancels() -> None:
    there = bench(1e-5)
    there.offset_v = 1e-3
    assert read_small_signal(there, "D01", 1e-5, 5e-3, {}) == pytest.approx(1e-5, rel=0.005)


def test_a_short_is_told() -> None:
    with pytest.raises(MeasurementStopped, match=r"D01: more than 0\.01 A at 0\.005 V"):
        read_small_signal(bench(10.0), "D01", 1e-5, 5e-3, {})


def test_a_dead_device_ends_on_the_smallest_range() -> None:
    there = bench(0.0)
    assert math.isclose(read_small_signal(there, "D01", 1e-5, 5e-3, {}), 0.0, abs_tol=1e-12)
    assert there.applications[-1].sensing.range_a == CAPABILITIES.current_ranges_a[0]
