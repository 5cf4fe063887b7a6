"""Lake Shore 336, byte for byte."""

import pytest
from pymeasure.test import expected_protocol

from drivers.errors import InstrumentError
from drivers.lakeshore336 import LakeShore336

GO = "*CLS;RAMP 1,1,2.5;RANGE 1,3;SETP 1,150;RAMP? 1;RANGE? 1;*ESR?"
RAMPING = "RAMPST? 1;SETP? 1"


class Seconds:
    """A clock set by hand."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


PROPERTIES = [
    ("temperature", "KRDG? A", "+77.350", 77.35),
    ("reading_status", "RDGST? A", "000", 0),
    ("setpoint", "SETP? 1", "+100.000", 100.0),
    ("ramp", "RAMP? 1", "1,+2.500", [1.0, 2.5]),
    ("ramp_active", "RAMPST? 1", "1", True),
    ("heater_range", "RANGE? 1", "2", "medium"),
    ("heater_output", "HTR? 1", "+045.3", 45.3),
    ("pid", "PID? 1", "+50.0,+20.0,+0.0", [50.0, 20.0, 0.0]),
    ("heater_setup", "HTRSET? 1", "1,2,+0.000,1", [1.0, 2.0, 0.0, 1.0]),
    ("output_mode", "OUTMODE? 1", "1,1,0", [1.0, 1.0, 0.0]),
    ("temperature_limit", "TLIMIT? A", "+350.00", 350.0),
    ("event_status", "*ESR?", "128", 128),
]
ASSIGNMENTS = [
    ("setpoint", 0.000123456, "SETP 1,0.000123456"),
    ("ramp", (1, 0.5), "RAMP 1,1,0.5"),
    ("ramp", (0, 0.0), "RAMP 1,0,0"),
    ("heater_range", "high", "RANGE 1,3"),
    ("pid", (50, 20, 0), "PID 1,50,20,0"),
    ("heater_setup", (1, 0, 0.9, 2), "HTRSET 1,1,0,0.9,2"),
    ("output_mode", (1, 1, 0), "OUTMODE 1,1,1,0"),
    ("temperature_limit", 350, "TLIMIT A,350"),
]
OUT_OF_RANGE = [
    ("setpoint", -1.0),
    ("setpoint", float("nan")),
    ("ramp", (1, -0.1)),
    ("ramp", (1, 100.1)),
    ("ramp", (2, 1.0)),
    ("heater_range", "full"),
    ("pid", (50, 20)),
    ("heater_setup", (3, 0, 0.9, 2)),
    ("temperature_limit", 2000.0),
]


@pytest.mark.parametrize(("name", "query", "reply", "value"), PROPERTIES)
def test_get(name: str, query: str, reply: str, value: object) -> None:
    with expected_protocol(LakeShore336, [(query, reply)]) as controller:
        assert getattr(controller, name) == value


@pytest.mark.parametrize(("name", "value", "command"), ASSIGNMENTS)
def test_set(name: str, value: object, command: str) -> None:
    with expected_protocol(LakeShore336, [(command, None), ("*ESR?", "0")]) as controller:
        setattr(controller, name, value)


@pytest.mark.parametrize(("name", "value"), OUT_OF_RANGE)
def test_out_of_range_is_not_sent(name: str, value: object) -> None:
    with expected_protocol(LakeShore336, []) as controller, pytest.raises(ValueError, match=r"."):
        setattr(controller, name, value)


def test_a_refused_setting_raises_in_words() -> None:
    with (
        expected_protocol(LakeShore336, [("TLIMIT A,350", None), ("*ESR?", "48")]) as controller,
        pytest.raises(InstrumentError, match="execution error, command error"),
    ):
        controller.temperature_limit = 350


def test_identity() -> None:
    identity = "LSCI,MODEL336,LSA12AB/1234567,2.9"
    with expected_protocol(LakeShore336, [("*IDN?", identity)]) as controller:
        assert controller.identify() == identity


def test_another_model_is_refused() -> None:
    with (
        expected_protocol(LakeShore336, [("*IDN?", "LSCI,MODEL335,1,1")]) as controller,
        pytest.raises(InstrumentError, match="MODEL335"),
    ):
        controller.identify()


def test_sensor_and_output_are_options() -> None:
    exchanges = [("KRDG? C;RDGST? C", "+4.200;0"), ("SETP? 2", "+4.200")]
    with expected_protocol(LakeShore336, exchanges, sensor="C", output=2) as controller:
        assert controller.temperature_k() == 4.2
        assert controller.setpoint_k() == 4.2


@pytest.mark.parametrize("options", [{"sensor": "E"}, {"output": 3}, {"heater": "off"}])
def test_no_such_sensor_or_output(options: dict) -> None:
    with pytest.raises(ValueError, match="not in the discrete set"):
        LakeShore336(None, **options)


@pytest.mark.parametrize(
    ("status", "words"),
    [(1, "invalid reading"), (48, "under range, temperature over"), (128, "units over range")],
)
def test_a_reading_that_is_not_valid(status: int, words: str) -> None:
    with (
        expected_protocol(LakeShore336, [("KRDG? A;RDGST? A", f"+0.000;{status}")]) as controller,
        pytest.raises(InstrumentError, match=words),
    ):
        controller.temperature_k()


def test_going_somewhere() -> None:
    clock = Seconds()
    exchanges = [
        (GO, "1,+2.500;3;0"),
        (RAMPING, "0;+300.000"),
        (RAMPING, "1;+225.000"),
        (RAMPING, "0;+150.000"),
    ]
    with expected_protocol(LakeShore336, exchanges, now_s=clock) as controller:
        controller.go_to(150.0, 2.5)
        clock.now_s = 0.4
        assert controller.ramping(), "a stale read-back is no arrival"
        clock.now_s = 1800.0
        assert controller.ramping()
        clock.now_s = 3600.0
        assert not controller.ramping()


def test_the_heater_goes_on_in_the_range_of_the_station() -> None:
    go = "*CLS;RAMP 2,1,5;RANGE 2,1;SETP 2,77;RAMP? 2;RANGE? 2;*ESR?"
    with expected_protocol(
        LakeShore336, [(go, "1,+5.000;1;0")], output=2, heater="low"
    ) as controller:
        controller.go_to(77.0, 5.0)


def test_a_setpoint_that_never_arrives() -> None:
    clock = Seconds()
    exchanges = [(GO, "1,+2.500;3;0"), (RAMPING, "0;+300.000")]
    with expected_protocol(LakeShore336, exchanges, now_s=clock) as controller:
        controller.go_to(150.0, 2.5)
        clock.now_s = 1.1
        with pytest.raises(InstrumentError, match=r"\+300.000 K instead of 150 K"):
            controller.ramping()


def test_without_a_request_only_the_instrument_counts() -> None:
    with expected_protocol(LakeShore336, [(RAMPING, "0;+300.000")]) as controller:
        assert not controller.ramping()


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("1,+2.500;3;16", "execution error"),
        ("1,+9.000;3;0", "instead of 1,2.5"),
        ("0,+2.500;3;0", "0,"),
        ("1,+2.500;0;0", "heater range of output 1 reads back 0 instead of 3"),
    ],
)
def test_a_refused_ramp(reply: str, words: str) -> None:
    with (
        expected_protocol(LakeShore336, [(GO, reply)]) as controller,
        pytest.raises(InstrumentError, match=words),
    ):
        controller.go_to(150.0, 2.5)


@pytest.mark.parametrize(("setpoint_k", "rate"), [(-1.0, 1.0), (2000.0, 1.0), (150.0, 0.01)])
def test_impossible_destinations_are_not_sent(setpoint_k: float, rate: float) -> None:
    with (
        expected_protocol(LakeShore336, []) as controller,
        pytest.raises(ValueError, match="not in range"),
    ):
        controller.go_to(setpoint_k, rate)


def test_settings() -> None:
    query = "SETP? 1;RAMP? 1;RANGE? 1;PID? 1;HTRSET? 1;OUTMODE? 1;TLIMIT? A"
    reply = "+300.000;0,+1.000;1;+50.0,+20.0,+0.0;1,2,+0.000,1;1,1,0;+350.00"
    with expected_protocol(LakeShore336, [(query, reply)]) as controller:
        found = controller.settings()
    assert found["setpoint_k"] == 300.0
    assert found["pid"] == [50.0, 20.0, 0.0]
    assert found["temperature_limit_k"] == 350.0
    assert (found["sensor"], found["output"]) == ("A", 1)


def test_make_safe_switches_the_heater_off() -> None:
    with expected_protocol(LakeShore336, [("RANGE 1,0;RANGE? 1", "0")]) as controller:
        assert controller.make_safe() == {"heater_range": 0}


def test_a_heater_that_stays_on() -> None:
    with (
        expected_protocol(LakeShore336, [("RANGE 1,0;RANGE? 1", "3")]) as controller,
        pytest.raises(InstrumentError, match="heater range of output 1 reads back 3"),
    ):
        controller.make_safe()


def test_an_answer_with_values_missing() -> None:
    with (
        expected_protocol(LakeShore336, [("KRDG? A;RDGST? A", "+4.200")]) as controller,
        pytest.raises(InstrumentError, match="2 values expected"),
    ):
        controller.temperature_k()
