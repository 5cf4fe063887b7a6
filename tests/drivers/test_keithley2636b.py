"""Keithley 2636B, byte for byte."""

import struct
from importlib import resources
from unittest.mock import MagicMock, PropertyMock, call

import numpy as np
import pytest
import pyvisa
from pymeasure.test import expected_protocol

from drivers.errors import InstrumentError, WaveformRefused
from drivers.keithley2636b import Keithley2636B
from drivers.roles import Flag, Sensing, Waveform

SENSING = Sensing(range_a=5e-5, limit_a=1e-3)
RUN = "lead=8e-05,readings={},rangev=0.2,rangei=0.0001,limiti=0.001,aperture=2e-05"
SCRIPT = resources.files("drivers").joinpath("keithley2636b.tsp").read_text("utf-8")
LOAD = (
    f"loadscript AG2S\n{SCRIPT}endscript\nAG2S()\nprint(errorqueue.count, ag2s)",
    "0.00000e+00\ttable: 0x0815",
)
PLAYING = "0.00000e+00\tplaying"
TRAIN = Waveform([0.1, 0.0, 0.2, 0.0], [1e-3, 2e-3] * 2, [True, False] * 2)
START_TRAIN = (
    "ag2s.start(smua, {0.1,0.2}, {0.001}, {levels=2,holds=1,count=2,gap=0.002,"
    f'{RUN.format(1)},tag=""}}, nil)'
)
MAKE_SAFE = (
    "smua.abort()\nsmua.source.levelv = 0\nsmua.source.output = 0\nformat.data = format.ASCII\n"
    "print(errorqueue.count, smua.source.output, smua.source.levelv)"
)
HELD = 'print(ag2s and ag2s.tag or "nil")'


def status(count: int, level_v: float = 0.0, errors: int = 0, sweeping: int = 0) -> str:
    return f"{errors:.5e}\t{count:.5e}\t{level_v:.5e}\t{sweeping:.5e}"


def block(*rows: tuple[float, float, float, float]) -> bytes:
    values = [value for row in rows for value in row]
    return b"#0" + struct.pack(f"<{len(values)}d", *values) + b"\n"


PROPERTIES = [
    ("source_function", "print(smua.source.func)", "1.00000e+00", "voltage"),
    ("level_v", "print(smua.source.levelv)", "2.55000e-02", 0.0255),
    ("range_v", "print(smua.source.rangev)", "2.00000e-01", 0.2),
    ("limit_a", "print(smua.source.limiti)", "1.00000e-03", 1e-3),
    ("range_a", "print(smua.measure.rangei)", "1.00000e-09", 1e-9),
    ("nplc", "print(smua.measure.nplc)", "1.00000e-03", 1e-3),
    ("output_enabled", "print(smua.source.output)", "1.00000e+00", True),
    ("sense_mode", "print(smua.sense)", "1.00000e+00", "remote"),
    ("in_compliance", "print(smua.source.compliance)", "true", True),
    ("line_frequency_hz", "print(localnode.linefreq)", "5.00000e+01", 50.0),
    ("error_count", "print(errorqueue.count)", "3.00000e+00", 3),
]
ASSIGNMENTS = [
    ("source_function", "voltage", "smua.source.func = 1"),
    ("level_v", -0.0000255, "smua.source.levelv = -2.55e-05"),
    ("range_v", 0.2, "smua.source.rangev = 0.2"),
    ("limit_a", 5e-7, "smua.source.limiti = 5e-07"),
    ("range_a", 1e-9, "smua.measure.rangei = 1e-09"),
    ("nplc", 0.001, "smua.measure.nplc = 0.001"),
    ("output_enabled", True, "smua.source.output = 1"),
    ("sense_mode", "local", "smua.sense = 0"),
]
OUT_OF_RANGE = [
    ("level_v", 21.0),
    ("level_v", float("nan")),
    ("range_v", 0.3),
    ("limit_a", 2.0),
    ("range_a", 2e-9),
    ("nplc", 0.0),
    ("output_enabled", "yes"),
    ("sense_mode", "far"),
]


@pytest.mark.parametrize(("name", "query", "reply", "value"), PROPERTIES)
def test_get(name: str, query: str, reply: str, value: object) -> None:
    with expected_protocol(Keithley2636B, [(query, reply)]) as smu:
        assert getattr(smu, name) == value


@pytest.mark.parametrize(("name", "value", "command"), ASSIGNMENTS)
def test_set(name: str, value: object, command: str) -> None:
    exchanges = [(command, None), ("print(errorqueue.count)", "0.00000e+00")]
    with expected_protocol(Keithley2636B, exchanges) as smu:
        setattr(smu, name, value)


@pytest.mark.parametrize(("name", "value"), OUT_OF_RANGE)
def test_out_of_range_is_not_sent(name: str, value: object) -> None:
    with expected_protocol(Keithley2636B, []) as smu, pytest.raises(ValueError, match="not in"):
        setattr(smu, name, value)


def test_a_refused_setting_raises_in_the_instruments_words() -> None:
    exchanges = [
        ("smua.source.limiti = 1.5", None),
        ("print(errorqueue.count)", "1.00000e+00"),
        ("for _ = 1, 1 do print(errorqueue.next()) end", None),
        (None, "1.10200e+03\tParameter too big\t2.00000e+01\t1.00000e+00"),
    ]
    with (
        expected_protocol(Keithley2636B, exchanges) as smu,
        pytest.raises(InstrumentError, match="error 1102, Parameter too big"),
    ):
        smu.limit_a = 1.5


def test_identity() -> None:
    identity = "Keithley Instruments Inc., Model 2636B, 1398687, 3.0.0"
    with expected_protocol(Keithley2636B, [("*IDN?", identity)]) as smu:
        assert smu.identify() == identity


def test_channel_b() -> None:
    exchanges = [("print(smub.source.levelv)", "0.00000e+00")]
    with expected_protocol(Keithley2636B, exchanges, channel="b") as smu:
        assert smu.level_v == 0.0


def test_settings() -> None:
    query = (
        "print(smua.source.levelv, smua.source.rangev, smua.source.limiti, smua.measure.rangei, "
        "smua.measure.nplc, smua.source.output, smua.source.func, smua.sense, localnode.linefreq)"
    )
    reply = "\t".join(f"{value:.5e}" for value in (0.1, 0.2, 1e-3, 1e-4, 0.001, 1, 1, 0, 50))
    with expected_protocol(Keithley2636B, [(query, reply)]) as smu:
        found = smu.settings()
    assert found["channel"] == "smua"
    assert (found["level_v"], found["range_a"], found["line_frequency_hz"]) == (0.1, 1e-4, 50.0)


def test_a_pulse_train_is_two_transactions_to_start_and_three_to_finish() -> None:
    reading = (1e-5, 0.1001, 0.0, 0.0)
    second = (2e-5, 0.2001, 3e-3, 64.0)
    exchanges = [
        LOAD,
        (START_TRAIN, PLAYING),
        ("ag2s.finish(smua, 1)", status(2)),
        (None, block(reading, second)),
        (START_TRAIN, PLAYING),
    ]
    with expected_protocol(Keithley2636B, exchanges) as smu:
        smu.start(TRAIN, SENSING)
        trace = smu.finish()
        smu.start(TRAIN, SENSING)
    np.testing.assert_array_equal(trace.set_v, [0.1, 0.2])
    np.testing.assert_array_equal(trace.current_a, [1e-5, 2e-5])
    np.testing.assert_array_equal(trace.voltage_v, [0.1001, 0.2001])
    np.testing.assert_allclose(trace.time_s, [0.92e-3, 3.92e-3])
    np.testing.assert_array_equal(trace.flags, [0, Flag.COMPLIANCE])


def test_recorded_gaps_are_a_second_reading_of_each_pulse() -> None:
    waveform = Waveform([0.1, 0.0], [1e-3, 2e-3], repeats=3)
    start = (
        "ag2s.start(smua, {0.1}, {0.001}, {levels=1,holds=1,count=3,gap=0.002,"
        f'{RUN.format(2)},tag=""}}, nil)'
    )
    with expected_protocol(Keithley2636B, [LOAD, (start, PLAYING)]) as smu:
        smu.start(waveform, SENSING)


def test_a_staircase_is_read_only_where_it_is_recorded_and_fetched_in_parts() -> None:
    waveform = Waveform([0.1, 0.2, -0.1], [1e-3, 2e-3, 3e-3], [True, False, True], repeats=2)
    start = (
        "ag2s.start(smua, {0.1,0.2,-0.1}, {0.001,0.002,0.003}, {levels=3,holds=3,count=6,gap=0,"
        f'{RUN.format(1)},first=0.001,intervals=2,total=4,tag=""}}, {{0.005,0.001}})'
    )
    exchanges = [
        LOAD,
        (start, PLAYING),
        ("ag2s.fetch(smua, 1)", status(1, sweeping=2)),
        (None, block((1e-5, 0.1, 0.0, 0.0))),
        ("ag2s.fetch(smua, 2)", status(1, sweeping=2)),
        ("ag2s.finish(smua, 2)", status(4)),
        (None, block((3e-5, -0.1, 5e-3, 0.0), (4e-5, 0.1, 6e-3, 0.0), (9.91e37, -0.1, 11e-3, 0.0))),
    ]
    with expected_protocol(Keithley2636B, exchanges) as smu:
        smu.start(waveform, SENSING)
        first, none, rest = smu.fetch(), smu.fetch(), smu.finish()
    assert (len(first), len(none), len(rest)) == (1, 0, 3)
    np.testing.assert_array_equal(first.set_v, [0.1])
    np.testing.assert_array_equal(rest.set_v, [-0.1, 0.1, -0.1])
    np.testing.assert_array_equal(rest.current_a, [3e-5, 4e-5, np.nan])
    np.testing.assert_array_equal(rest.flags, [0, 0, Flag.OVERFLOW])
    np.testing.assert_allclose(rest.time_s, [5.92e-3, 6.92e-3, 11.92e-3])


def test_a_staircase_of_which_nothing_is_recorded() -> None:
    start = (
        "ag2s.start(smua, {0.1,0.2}, {0.001}, {levels=2,holds=1,count=6,gap=0,"
        f'{RUN.format(1)},first=0,intervals=0,total=0,tag=""}}, {{}})'
    )
    exchanges = [LOAD, (start, PLAYING), ("ag2s.finish(smua, 1)", status(0))]
    with expected_protocol(Keithley2636B, exchanges) as smu:
        smu.start(Waveform([0.1, 0.2], 1e-3, False, 3), SENSING)
        assert len(smu.finish()) == 0


def test_a_long_list_goes_in_several_messages() -> None:
    levels_v = np.arange(1, 2001) * 1e-4
    waveform = Waveform(
        np.column_stack([levels_v, 0 * levels_v]).ravel(), 1e-3, [True, False] * 2000
    )
    smu = Keithley2636B(Recorder())
    smu.start(waveform, SENSING)
    first, *more, last = smu.adapter.lines[1:]
    assert first.startswith("ag2s.levels = {0.0001,")
    assert all(line.startswith("ag2s.extend(ag2s.levels, {") for line in more)
    assert last.startswith("ag2s.start(smua, ag2s.levels, {0.001}, {levels=2000,")
    assert max(map(len, (first, *more, last))) <= 8000
    sent = ",".join(line.split("{")[1].split("}")[0] for line in (first, *more))
    np.testing.assert_allclose([float(number) for number in sent.split(",")], levels_v)


def test_all_lists_of_a_long_staircase_go_ahead() -> None:
    levels_v = np.round(0.1 * np.sin(np.arange(1500)), 9)
    dwell_s = np.where(levels_v > 0, 1e-3, 2e-3)
    smu = Keithley2636B(Recorder())
    smu.start(Waveform(levels_v, dwell_s, levels_v < 0), SENSING)
    lines = smu.adapter.lines[1:]
    assert lines[-1].startswith("ag2s.start(smua, ag2s.levels, ag2s.holds, {levels=1500,holds=1500")
    assert lines[-1].endswith("}, ag2s.intervals)")
    assert max(map(len, lines)) <= 8000


class Recorder:
    """An adapter that keeps what is written and answers that all is well."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, command: str) -> None:
        self.lines.append(command)

    def read(self) -> str:
        return PLAYING


def test_what_cannot_be_played_is_refused_before_anything_is_sent() -> None:
    with (
        expected_protocol(Keithley2636B, []) as smu,
        pytest.raises(WaveformRefused, match="30 V"),
    ):
        smu.start(Waveform([30.0], 1e-3), SENSING)


def test_a_setting_that_reads_back_otherwise_stops_the_start_and_the_script_goes_again() -> None:
    exchanges = [
        LOAD,
        (START_TRAIN, "1.00000e+00\tmeasure.rangei reads back 0.001 instead of 0.0001"),
        ("for _ = 1, 1 do print(errorqueue.next()) end", None),
        (None, "5.00700e+03\tOperation not allowed\t2.00000e+01\t1.00000e+00"),
        LOAD,
        (START_TRAIN, PLAYING),
    ]
    with expected_protocol(Keithley2636B, exchanges) as smu:
        with pytest.raises(InstrumentError, match=r"instead of 0\.0001; error 5007, Operation not"):
            smu.start(TRAIN, SENSING)
        smu.start(TRAIN, SENSING)


def test_a_script_that_does_not_load() -> None:
    with (
        expected_protocol(Keithley2636B, [(LOAD[0], "0.00000e+00\tnil")]) as smu,
        pytest.raises(InstrumentError, match="did not load"),
    ):
        smu.start(TRAIN, SENSING)


@pytest.mark.parametrize(
    ("taken", "level_v", "words"),
    [(1, 0.0, "1 of 2 readings"), (2, 0.2, r"reads back 0\.2 V instead of 0 V")],
)
def test_an_end_that_is_no_end(taken: int, level_v: float, words: str) -> None:
    exchanges = [
        LOAD,
        (START_TRAIN, PLAYING),
        ("ag2s.finish(smua, 1)", status(taken, level_v)),
        (None, block(*[(1e-5, 0.1, 0.0, 0.0)] * taken)),
    ]
    with expected_protocol(Keithley2636B, exchanges) as smu:
        smu.start(TRAIN, SENSING)
        with pytest.raises(InstrumentError, match=words):
            smu.finish()


def test_finish_waits_as_long_as_the_waveform_takes() -> None:
    exchanges = [LOAD, (START_TRAIN, PLAYING), ("ag2s.finish(smua, 1)", status(2))]
    exchanges += [(None, block(*[(1e-5, 0.1, 0.0, 0.0)] * 2))]
    time_out_ms = PropertyMock(return_value=2000)
    with expected_protocol(Keithley2636B, exchanges) as smu:
        type(smu.adapter.connection).timeout = time_out_ms
        smu.start(TRAIN, SENSING)
        smu.finish()
    assert time_out_ms.call_args_list == [call(), call(pytest.approx(5009.0)), call(2000)]


def test_an_error_during_the_waveform_leaves_the_connection_as_it_was() -> None:
    exchanges = [LOAD, (START_TRAIN, PLAYING), ("ag2s.finish(smua, 1)", status(1, errors=1))]
    exchanges += [
        (None, block((1e-5, 0.1, 0.0, 0.0))),
        ("for _ = 1, 1 do print(errorqueue.next()) end", None),
        (None, "1.00000e+00\tOver temperature\t2.00000e+01\t1.00000e+00"),
    ]
    attributes = {"timeout": 2000, "read_termination": "\n"}
    with expected_protocol(Keithley2636B, exchanges, connection_attributes=attributes) as smu:
        smu.start(TRAIN, SENSING)
        with pytest.raises(InstrumentError, match="Over temperature"):
            smu.finish()
        assert smu.adapter.connection.timeout == 2000
        assert smu.adapter.connection.read_termination == "\n"


def test_a_reply_that_never_comes_is_an_error_of_the_instrument() -> None:
    adapter = Silent()
    with pytest.raises(InstrumentError, match="TSP runtime error"):
        Keithley2636B(adapter).start(TRAIN, SENSING)
    assert "abort" in adapter.lines


class Silent:
    """An adapter whose instrument answers only to questions about its errors."""

    def __init__(self) -> None:
        self.connection = MagicMock()
        self.lines: list[str] = []

    def write(self, command: str) -> None:
        self.lines.append(command)

    def read(self) -> str:
        if self.lines[-1] == "print(errorqueue.count)":
            return "1.00000e+00"
        if "errorqueue.next" in self.lines[-1]:
            return "-2.86000e+02\tTSP runtime error\t2.00000e+01\t1.00000e+00"
        raise pyvisa.VisaIOError(pyvisa.constants.StatusCode.error_timeout)


def test_nothing_started_nothing_fetched() -> None:
    with expected_protocol(Keithley2636B, []) as smu:
        assert len(smu.fetch()) == 0
        assert len(smu.finish()) == 0


@pytest.mark.parametrize(
    ("output", "level_v", "sweeping", "at_zero"),
    [
        (0, 0.5, 0, True),
        (1, 0.0, 0, True),
        (1, 0.0, 4, True),
        (1, 0.0, 2, False),
        (1, 0.1, 0, False),
    ],
)
def test_at_zero(output: int, level_v: float, sweeping: int, at_zero: bool) -> None:
    query = "print(smua.source.output, smua.source.levelv, status.operation.sweeping.condition)"
    reply = f"{output:.5e}\t{level_v:.5e}\t{sweeping:.5e}"
    with expected_protocol(Keithley2636B, [(query, reply)]) as smu:
        assert smu.at_zero() is at_zero


def test_make_safe_interrupts_and_reads_back() -> None:
    exchanges = [
        ("abort", None),
        (MAKE_SAFE, "1.00000e+00\t0.00000e+00\t0.00000e+00"),
        ("for _ = 1, 1 do print(errorqueue.next()) end", None),
        (None, "-4.10000e+02\tQuery interrupted\t1.00000e+01\t1.00000e+00"),
    ]
    with expected_protocol(Keithley2636B, exchanges) as smu:
        assert smu.make_safe() == {
            "level_v": 0.0,
            "output": "off",
            "errors": ["error -410, Query interrupted"],
        }
        assert smu.adapter.connection.clear.called


@pytest.mark.parametrize("reply", ["0.0\t1.0\t0.0", "0.0\t0.0\t0.2"])
def test_an_output_that_is_not_safe(reply: str) -> None:
    with (
        expected_protocol(Keithley2636B, [("abort", None), (MAKE_SAFE, reply)]) as smu,
        pytest.raises(InstrumentError, match="switch it off at the instrument"),
    ):
        smu.make_safe()


def test_the_tag_goes_with_the_waveform_and_is_told_to_whoever_asks() -> None:
    start = START_TRAIN.replace('tag=""', 'tag="120000-endurance-D01-a1b2/3.1"')
    exchanges = [LOAD, (start, PLAYING), (HELD, "120000-endurance-D01-a1b2/3.1")]
    with expected_protocol(Keithley2636B, exchanges) as smu:
        smu.start(TRAIN, SENSING, tag="120000-endurance-D01-a1b2/3.1")
        assert smu.held_tag() == "120000-endurance-D01-a1b2/3.1"


def test_a_tag_that_lua_would_read_otherwise_is_not_sent() -> None:
    with expected_protocol(Keithley2636B, [LOAD]) as smu, pytest.raises(ValueError, match="tag"):
        smu.start(TRAIN, SENSING, tag='a" b')


def test_without_the_resident_script_nothing_is_remembered() -> None:
    with expected_protocol(Keithley2636B, [(HELD, "nil")]) as smu:
        assert smu.held_tag() is None


def test_readings_of_a_waveform_that_another_connection_started() -> None:
    waveform = Waveform([0.1, 0.2, -0.1], [1e-3, 2e-3, 3e-3], [True, False, True], repeats=2)
    exchanges = [
        ("ag2s.fetch(smua, 1)", status(3, sweeping=2)),
        (None, block((1e-5, 0.1, 0.0, 0.0), (3e-5, -0.1, 5e-3, 0.0), (4e-5, 0.1, 6e-3, 0.0))),
    ]
    with expected_protocol(Keithley2636B, exchanges) as smu:
        trace = smu.recover(waveform, SENSING)
    np.testing.assert_array_equal(trace.set_v, [0.1, -0.1, 0.1])
    np.testing.assert_array_equal(trace.current_a, [1e-5, 3e-5, 4e-5])
    np.testing.assert_allclose(trace.time_s, [0.92e-3, 5.92e-3, 6.92e-3])


def test_a_level_that_was_left_on_is_brought_down_in_small_steps() -> None:
    exchanges = [
        ("abort", None),
        ("smua.abort()\nprint(smua.source.output, smua.source.levelv)", "1.0\t-2.5e-02"),
        ("smua.source.levelv = -0.0166666667", None),
        ("smua.source.levelv = -0.00833333333", None),
        ("smua.source.levelv = 0", None),
        ("print(errorqueue.count)", "0.0"),
    ]
    with expected_protocol(Keithley2636B, exchanges) as smu:
        assert smu.ramp_to_zero() == -0.025


def test_the_level_of_an_output_that_is_off_is_left_as_it_is() -> None:
    found = ("smua.abort()\nprint(smua.source.output, smua.source.levelv)", "0.0\t0.3")
    with expected_protocol(Keithley2636B, [("abort", None), found]) as smu:
        assert smu.ramp_to_zero() == 0.3
