"""What the bench relies on in every temperature controller."""

import json

import pytest

from drivers.roles import Clock, TemperatureController

Stage = tuple[TemperatureController, Clock]


class TestGoing:
    def test_the_setpoint_travels_at_the_rate(self, stage: Stage) -> None:
        controller, clock = stage
        begin_k = controller.setpoint_k()
        controller.go_to(begin_k + 10.0, 20.0)
        clock.wait(15.0)
        assert controller.ramping()
        assert controller.setpoint_k() == pytest.approx(begin_k + 5.0, abs=0.5)

    def test_it_arrives_and_says_so(self, stage: Stage) -> None:
        controller, clock = stage
        target_k = controller.setpoint_k() - 10.0
        controller.go_to(target_k, 20.0)
        assert controller.ramping()
        clock.wait(40.0)
        assert not controller.ramping()
        assert controller.setpoint_k() == pytest.approx(target_k, abs=1e-3)

    def test_staying_is_no_ramp(self, stage: Stage) -> None:
        controller, clock = stage
        controller.go_to(controller.setpoint_k(), 20.0)
        clock.wait(2.0)
        assert not controller.ramping()

    @pytest.mark.parametrize(("setpoint_k", "rate"), [(-1.0, 10.0), (1e4, 10.0), (300.0, 0.0)])
    def test_impossible_destinations(self, stage: Stage, setpoint_k: float, rate: float) -> None:
        controller, _ = stage
        before_k = controller.setpoint_k()
        with pytest.raises(ValueError, match="not in range"):
            controller.go_to(setpoint_k, rate)
        assert controller.setpoint_k() == before_k


class TestReading:
    def test_a_temperature_in_kelvin(self, stage: Stage) -> None:
        assert 1.0 < stage[0].temperature_k() < 500.0

    def test_it_says_what_it_is(self, stage: Stage) -> None:
        assert stage[0].identify()

    def test_its_settings_can_be_stored(self, stage: Stage) -> None:
        assert "setpoint_k" in json.loads(json.dumps(stage[0].settings()))


class TestSafety:
    def test_the_heater_is_off_and_twice(self, stage: Stage) -> None:
        for _ in range(2):
            assert stage[0].make_safe()["heater_range"] == 0
