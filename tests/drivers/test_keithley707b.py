"""Keithley 707B, byte for byte."""

import pytest
from pymeasure.test import expected_protocol

from drivers.errors import InstrumentError
from drivers.keithley707b import Keithley707B

CLOSED = 'print(channel.getclose("allslots"))'
OPEN_ALL = (
    'channel.open("allslots")\nwaitcomplete()\n'
    'print(errorqueue.count, channel.getclose("allslots"))'
)
NO_ERROR = "0.000000000e+00"
RULE = "1.000000000e+00"


def connect(crosspoints: str) -> str:
    return (
        "channel.connectrule = channel.BREAK_BEFORE_MAKE\n"
        f'channel.exclusiveclose("{crosspoints}")\n'
        "waitcomplete()\n"
        'print(errorqueue.count, channel.connectrule, channel.getclose("allslots"))'
    )


def test_identity() -> None:
    identity = "Keithley Instruments Inc., Model 707B, 1234567, 01.40a"
    with expected_protocol(Keithley707B, [("*IDN?", identity)]) as matrix:
        assert matrix.identify() == identity


def test_another_instrument_is_refused() -> None:
    with (
        expected_protocol(Keithley707B, [("*IDN?", "Keithley, Model 2636B, 1, 1")]) as matrix,
        pytest.raises(InstrumentError, match="expected a Keithley 707B"),
    ):
        matrix.identify()


@pytest.mark.parametrize("reply", ["1A01;2B12", "2B12,1A01"])
def test_connect_is_one_message_and_one_reply(reply: str) -> None:
    exchanges = [(connect("1A01,2B12"), f"{NO_ERROR}\t{RULE}\t{reply}")]
    with expected_protocol(Keithley707B, exchanges) as matrix:
        matrix.connect(["2B12", "1A01", "2B12"])


def test_connect_to_nothing_opens_all() -> None:
    exchanges = [(connect(""), f"{NO_ERROR}\t{RULE}\tnil")]
    with expected_protocol(Keithley707B, exchanges) as matrix:
        matrix.connect([])


@pytest.mark.parametrize(
    "name", ["7A01", "0A01", "1I01", "1A13", "1A00", "1A1", "1a01", "allslots"]
)
def test_names_that_are_no_crosspoints_are_not_sent(name: str) -> None:
    with expected_protocol(Keithley707B, []) as matrix, pytest.raises(InstrumentError, match=name):
        matrix.connect(["1A01", name])


def test_another_crosspoint_than_asked_for() -> None:
    exchanges = [(connect("1A05"), f"{NO_ERROR}\t{RULE}\t1A01;1A05")]
    with (
        expected_protocol(Keithley707B, exchanges) as matrix,
        pytest.raises(InstrumentError, match="closed are 1A01, 1A05 instead of 1A05"),
    ):
        matrix.connect(["1A05"])


def test_the_rule_must_be_break_before_make() -> None:
    exchanges = [(connect("1A05"), f"{NO_ERROR}\t2.000000000e+00\t1A05")]
    with (
        expected_protocol(Keithley707B, exchanges) as matrix,
        pytest.raises(InstrumentError, match="break before make"),
    ):
        matrix.connect(["1A05"])


def test_the_instruments_own_words() -> None:
    exchanges = [
        (connect("1A05"), f"2.000000000e+00\t{RULE}\tnil"),
        ("for _ = 1, 2 do print(errorqueue.next()) end", None),
        (None, "1.115000000e+03\tForbidden channel\t2.000000000e+01\t1.000000000e+00"),
        (None, "-2.860000000e+02\tTSP runtime error\t2.000000000e+01\t1.000000000e+00"),
    ]
    with (
        expected_protocol(Keithley707B, exchanges) as matrix,
        pytest.raises(InstrumentError, match="Forbidden channel; error -286, TSP runtime error"),
    ):
        matrix.connect(["1A05"])


@pytest.mark.parametrize(
    ("reply", "names"),
    [("nil", ()), ("", ()), ("1C03", ("1C03",)), ("2A01;1C03", ("1C03", "2A01"))],
)
def test_closed(reply: str, names: tuple[str, ...]) -> None:
    with expected_protocol(Keithley707B, [(CLOSED, reply)]) as matrix:
        assert matrix.closed() == names


def test_connect_rule() -> None:
    exchanges = [
        ("print(channel.connectrule)", "2.000000000e+00"),
        ("channel.connectrule = 1", None),
        ("print(errorqueue.count)", NO_ERROR),
    ]
    with expected_protocol(Keithley707B, exchanges) as matrix:
        assert matrix.connect_rule == "make before break"
        matrix.connect_rule = "break before make"
        with pytest.raises(ValueError, match="sideways"):
            matrix.connect_rule = "sideways"


def test_settings() -> None:
    exchanges = [("print(channel.connectrule)", RULE), (CLOSED, "1A01;1B01")]
    with expected_protocol(Keithley707B, exchanges) as matrix:
        assert matrix.settings() == {
            "connect_rule": "break before make",
            "closed": ["1A01", "1B01"],
        }


def test_make_safe_interrupts_opens_and_reads_back() -> None:
    exchanges = [("abort", None), (OPEN_ALL, f"{NO_ERROR}\tnil")]
    with expected_protocol(Keithley707B, exchanges) as matrix:
        assert matrix.make_safe() == {"closed": [], "errors": []}
        assert matrix.adapter.connection.clear.called


def test_make_safe_tells_of_a_relay_that_sticks() -> None:
    exchanges = [("abort", None), (OPEN_ALL, f"{NO_ERROR}\t1A05")]
    with (
        expected_protocol(Keithley707B, exchanges) as matrix,
        pytest.raises(InstrumentError, match="closed are 1A05 instead of none"),
    ):
        matrix.make_safe()
