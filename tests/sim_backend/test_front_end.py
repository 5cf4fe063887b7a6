"""Errors of an SMU channel, layer by layer."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from sim_backend.physics.front_end import FrontEnd, FrontEndParameters, Readings, settling_s

SILENT = FrontEndParameters(
    source_offset_v=0.0,
    source_noise_v=0.0,
    reading_noise=0.0,
    current_floor=0.0,
    meter_offset_v=0.0,
    meter_noise_v=0.0,
)
LONG_S = 1.0


def read(
    front_end: FrontEnd,
    current_a,
    voltage_v: float = 0.02,
    *,
    duration_s: float = LONG_S,
    range_a: float = 1e-3,
    aperture_s: float = 20e-6,
) -> Readings:
    current = np.atleast_1d(np.asarray(current_a, np.float64))
    steps = current.shape
    return front_end.readings(
        current,
        np.full(steps, voltage_v),
        np.full(steps, duration_s),
        np.ones(steps, np.bool_),
        range_a,
        0.2,
        aperture_s,
    )


def only(**errors: float) -> FrontEndParameters:
    return FrontEndParameters(**{**vars(SILENT), **errors})


def test_a_silent_front_end_reads_the_truth():
    readings = read(FrontEnd(1, SILENT), [1e-4, -2e-4])
    assert readings.current_a == pytest.approx([1e-4, -2e-4], rel=1e-4)
    assert readings.voltage_v == pytest.approx([0.02, 0.02])


def test_source_noise_is_worth_its_share_of_the_voltage():
    front_end = FrontEnd(1, only(source_noise_v=70e-6))
    for voltage_v in (1e-3, 0.02):
        readings = read(front_end, np.full(5000, 1e-4), voltage_v)
        assert np.std(readings.current_a) / 1e-4 == pytest.approx(70e-6 / voltage_v, rel=0.05)


def test_reading_noise_is_one_percent_whatever_the_aperture():
    for aperture_s in (20e-6, 20e-3):
        front_end = FrontEnd(1, only(reading_noise=0.01))
        readings = read(front_end, np.full(5000, 1e-4), aperture_s=aperture_s)
        assert np.std(readings.current_a) / 1e-4 == pytest.approx(0.01, rel=0.05)


def test_current_floor_is_a_share_of_the_range():
    for range_a in (1e-6, 1e-3):
        readings = read(FrontEnd(1, only(current_floor=1e-5)), np.zeros(5000), range_a=range_a)
        assert np.std(readings.current_a) == pytest.approx(1e-5 * range_a, rel=0.05)


def test_meter_adds_its_own_offset_and_noise():
    readings = read(FrontEnd(1), np.full(5000, 1e-4))
    assert np.mean(readings.voltage_v) == pytest.approx(0.02 + 40e-6, abs=1e-6)
    assert np.std(readings.voltage_v) == pytest.approx(10e-6, rel=0.05)


def test_what_does_not_fit_its_range_is_lost_and_the_other_quantity_is_not():
    readings = read(FrontEnd(1, SILENT), [1.019e-3, 1.021e-3, -1.03e-3, 0.0])
    assert np.isnan(readings.current_a).tolist() == [False, True, True, False]
    assert readings.voltage_v == pytest.approx([0.02] * 4)
    readings = read(FrontEnd(1, SILENT), [1e-6], voltage_v=0.21)
    assert np.isnan(readings.voltage_v).all()
    assert readings.current_a == pytest.approx([1e-6], rel=1e-4)


@pytest.mark.parametrize(
    ("range_a", "expected_s"),
    [(10e-9, 10e-3), (100e-9, 10e-3), (1e-6, 500e-6), (10e-6, 250e-6), (100e-6, 250e-6),
     (1e-3, 80e-6), (1.0, 80e-6)],
)  # fmt: skip
def test_a_range_settles_within_its_time(range_a: float, expected_s: float):
    assert settling_s(range_a) == expected_s
    share = 0.5
    current_a = share * range_a
    brief_s = expected_s * 1e-6
    settled = read(
        FrontEnd(1, SILENT),
        current_a,
        duration_s=expected_s,
        range_a=range_a,
        aperture_s=brief_s,
    )
    assert 1.0 - settled.current_a[0] / current_a == pytest.approx(1e-3, rel=0.01)
    hasty = read(
        FrontEnd(1, SILENT),
        current_a,
        duration_s=expected_s / 10,
        range_a=range_a,
        aperture_s=brief_s,
    )
    assert 1.0 - hasty.current_a[0] / current_a == pytest.approx(math.exp(-0.6908), rel=0.01)


def test_lag_carries_over_from_step_to_step_and_averages_over_the_aperture():
    lag_s = 500e-6 / math.log(1000.0)
    timing = {"duration_s": lag_s, "range_a": 1e-6}
    sharp = read(FrontEnd(1, SILENT), [5e-7, 0.0], aperture_s=lag_s * 1e-6, **timing)
    left = math.exp(-1.0)
    assert sharp.current_a == pytest.approx([5e-7 * (1 - left), 5e-7 * (1 - left) * left], rel=1e-4)
    mean = read(FrontEnd(1, SILENT), [5e-7], aperture_s=lag_s, **timing)
    assert mean.current_a[0] == pytest.approx(5e-7 * left, rel=1e-6)


def test_only_marked_steps_are_read():
    front_end = FrontEnd(1, SILENT)
    readings = front_end.readings(
        np.array([1e-4, 2e-4, 3e-4]),
        np.full(3, 0.02),
        np.full(3, LONG_S),
        np.array([False, True, False]),
        1e-3,
        0.2,
        20e-6,
    )
    assert readings.current_a == pytest.approx([2e-4])


def test_noise_is_keyed_by_the_readings_number_not_by_how_they_are_asked_for():
    train = np.full(20, 1e-4)
    at_once = read(FrontEnd(3), train).current_a
    one_by_one, kept = [], {}
    for place in range(train.size):
        front_end = FrontEnd(3)
        if kept:
            front_end.restore(json.loads(json.dumps(kept)))
        one_by_one.append(read(front_end, train[place]).current_a[0])
        kept = front_end.snapshot()
    assert np.array(one_by_one) == pytest.approx(at_once, rel=1e-12)
    for other in (FrontEnd(4), FrontEnd(3, channel=1)):
        assert abs(np.corrcoef(read(other, train).current_a, at_once)[0, 1]) < 0.7


def test_an_infinite_error_is_refused():
    with pytest.raises(ValueError, match="reading_noise = inf"):
        FrontEndParameters(reading_noise=math.inf)
