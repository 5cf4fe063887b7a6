"""What the bench relies on in every source-measure unit."""

import json

import numpy as np
import pytest

from drivers.errors import WaveformRefused
from drivers.roles import Sensing, SourceMeasureUnit, Trace, Waveform

SENSING = Sensing(range_a=1e-4, limit_a=1e-3)
WAVEFORMS = {
    "staircase": Waveform([0.05, 0.1, 0.15, 0.1, 0.05, 0.0, -0.1], 1e-3),
    "unequal dwells": Waveform([0.05, 0.1, -0.1], [1e-3, 2e-3, 5e-3], repeats=3),
    "masked staircase": Waveform([0.1, 0.2, 0.1, -0.1], 1e-3, [False, True, False, True], 5),
    "first level only": Waveform([0.1, 0.2, -0.1], 1e-3, [True, False, False], 3),
    "last level only": Waveform([0.1, 0.2, -0.1], [1e-3, 2e-3, 5e-3], [False, False, True], 3),
    "one reading of many levels": Waveform([0.1, 0.2, -0.1], 1e-3, [False, True, False]),
    "nothing recorded": Waveform([0.1, 0.2, -0.1], 1e-3, False, 3),
    "more levels than readings fit": Waveform([0.1, -0.1], 1e-3, [True, False], 700),
    "one point": Waveform([0.1], 10e-3),
    "one pulse": Waveform([0.1, 0.0], 1e-3, [True, False]),
    "pulses": Waveform([0.1, 0.0, 0.2, 0.0, 0.0, 0.0], 1e-3, [True, False] * 3, 4),
    "pulses and their gaps": Waveform([0.1, 0.0, 0.2, 0.0], [1e-3, 3e-3] * 2, repeats=4),
    "rare pulses and their gaps": Waveform([0.1, 0.0], [1e-3, 2.0], repeats=3),
    "a larger range": Waveform([0.5, -1.0, 0.001], 1e-3),
    "held": Waveform([0.005], 5e-3, repeats=20),
}
every_waveform = pytest.mark.parametrize("waveform", WAVEFORMS.values(), ids=WAVEFORMS)


def play(smu: SourceMeasureUnit, waveform: Waveform) -> Trace:
    smu.start(waveform, SENSING)
    return smu.finish()


class TestIdentity:
    def test_it_says_what_it_is(self, smu: SourceMeasureUnit) -> None:
        assert smu.identify()

    def test_its_settings_can_be_stored(self, smu: SourceMeasureUnit) -> None:
        assert json.loads(json.dumps(smu.settings()))

    def test_its_limits_make_sense(self, smu: SourceMeasureUnit) -> None:
        limits = smu.capabilities()
        assert list(limits.current_ranges_a) == sorted(limits.current_ranges_a)
        assert limits.current_ranges_a[-1] >= limits.max_current_a
        assert set(limits.settling_s) == set(limits.current_ranges_a)
        assert limits.max_points > 0


class TestPlaying:
    @every_waveform
    def test_every_recorded_point_comes_back_once(
        self, smu: SourceMeasureUnit, waveform: Waveform
    ) -> None:
        trace = play(smu, waveform)
        np.testing.assert_array_equal(trace.set_v, waveform.recorded_levels_v())
        for column in (trace.time_s, trace.voltage_v, trace.current_a, trace.flags):
            assert column.shape == (waveform.recorded_points,)
        assert trace.flags.dtype == np.uint8

    @every_waveform
    def test_each_reading_falls_near_the_end_of_its_dwell(
        self, smu: SourceMeasureUnit, waveform: Waveform
    ) -> None:
        dwell_s = np.tile(waveform.dwell_s, waveform.repeats)
        end_s = np.cumsum(dwell_s)
        recorded = np.tile(waveform.record, waveform.repeats)
        late_s = play(smu, waveform).time_s - end_s[recorded]
        assert (late_s <= 2e-6).all()
        assert (late_s >= -200e-6).all()

    @every_waveform
    def test_the_measured_voltage_follows(self, smu: SourceMeasureUnit, waveform: Waveform) -> None:
        trace = play(smu, waveform)
        np.testing.assert_allclose(trace.voltage_v, trace.set_v, atol=5e-3)

    @every_waveform
    def test_afterwards_it_stands_at_zero_with_nothing_left(
        self, smu: SourceMeasureUnit, waveform: Waveform
    ) -> None:
        play(smu, waveform)
        assert smu.at_zero()
        assert len(smu.fetch()) == 0

    @every_waveform
    def test_parts_fetched_on_the_way_join_to_the_whole(
        self, smu: SourceMeasureUnit, waveform: Waveform
    ) -> None:
        smu.start(waveform, SENSING)
        whole = Trace.join([smu.fetch(), smu.fetch(), smu.finish()])
        np.testing.assert_array_equal(whole.set_v, waveform.recorded_levels_v())
        assert (np.diff(whole.time_s) > 0).all()

    @pytest.mark.parametrize("record", [[1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 1], [1, 1, 1, 0]])
    @pytest.mark.parametrize("dwell_s", [1e-3, [1e-3, 0.4e-3, 2.5e-3, 0.7e-3]])
    def test_what_is_not_recorded_changes_nothing_else(
        self, smu: SourceMeasureUnit, record: list[int], dwell_s: float | list[float]
    ) -> None:
        whole, part = (
            play(smu, Waveform([0.1, -0.1, 0.2, -0.2], dwell_s, mask, 50))
            for mask in (True, record)
        )
        recorded = np.tile(np.array(record, np.bool_), 50)
        np.testing.assert_allclose(part.time_s, whole.time_s[recorded], rtol=0, atol=1e-9)
        np.testing.assert_allclose(part.voltage_v, whole.voltage_v[recorded], atol=5e-3)

    def test_a_long_list_arrives_whole(self, smu: SourceMeasureUnit) -> None:
        levels_v = np.round(0.1 * np.sin(np.arange(900)), 9)
        trace = play(smu, Waveform(levels_v, 1e-3))
        np.testing.assert_array_equal(trace.set_v, levels_v)
        np.testing.assert_allclose(trace.voltage_v, levels_v, atol=5e-3)

    def test_one_application_follows_another(self, smu: SourceMeasureUnit) -> None:
        for waveform in WAVEFORMS.values():
            assert len(play(smu, waveform)) == waveform.recorded_points


class TestRefusing:
    def test_a_voltage_beyond_its_limit(self, smu: SourceMeasureUnit) -> None:
        beyond_v = 1.1 * smu.capabilities().max_voltage_v
        with pytest.raises(WaveformRefused):
            smu.start(Waveform([beyond_v], 1e-3), SENSING)
        assert smu.at_zero()

    def test_more_readings_than_it_holds(self, smu: SourceMeasureUnit) -> None:
        too_many = smu.capabilities().max_points + 1
        with pytest.raises(WaveformRefused):
            smu.start(Waveform([0.1, 0.2], 1e-3, [True, False], too_many), SENSING)
        assert smu.at_zero()

    def test_more_levels_than_it_plays(self, smu: SourceMeasureUnit) -> None:
        too_many = smu.capabilities().max_levels_played + 1
        with pytest.raises(WaveformRefused):
            smu.start(Waveform([0.1], 1e-3, False, too_many), SENSING)
        assert smu.at_zero()


class TestSafety:
    def test_before_anything(self, smu: SourceMeasureUnit) -> None:
        assert json.loads(json.dumps(smu.make_safe()))
        assert smu.at_zero()

    def test_while_it_plays_and_twice(self, smu: SourceMeasureUnit) -> None:
        smu.start(Waveform([0.1, -0.1], 1.0, repeats=50), SENSING)
        for _ in range(2):
            smu.make_safe()
            assert smu.at_zero()

    def test_it_plays_again_afterwards(self, smu: SourceMeasureUnit) -> None:
        smu.start(Waveform([0.1, -0.1], 1.0, repeats=50), SENSING)
        smu.make_safe()
        assert len(play(smu, WAVEFORMS["pulses"])) == 12
