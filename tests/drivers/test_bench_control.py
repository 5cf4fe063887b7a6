"""BenchControl, byte for byte."""

import json

import pytest
import pyvisa
from pymeasure.test import expected_protocol

from drivers.bench_control import BenchControl
from drivers.errors import InstrumentError

COUNTS = {"closures": 18, "hot_switches": 0, "pulses": 900, "readings": 900, "transactions": 12}


def test_identity() -> None:
    with expected_protocol(BenchControl, [("*IDN?", "AG2S,Simulated bench,0,1.0")]) as bench:
        assert bench.identify() == "AG2S,Simulated bench,0,1.0"


def test_another_instrument_is_refused() -> None:
    with (
        expected_protocol(BenchControl, [("*IDN?", "LSCI,MODEL336,1,2")]) as bench,
        pytest.raises(InstrumentError, match="LSCI,MODEL336"),
    ):
        bench.identify()


def test_time_passes_by_waiting() -> None:
    exchanges = [("TIME?", "1.5"), ("WAIT 10000.125", None), ("TIME?", "10001.625")]
    with expected_protocol(BenchControl, exchanges) as bench:
        start = bench.now()
        bench.wait(10000.125)
        assert bench.now() - start == 10000.125


@pytest.mark.parametrize("duration_s", [-1.0, float("nan"), float("inf")])
def test_impossible_waits_are_refused(duration_s: float) -> None:
    with (
        expected_protocol(BenchControl, []) as bench,
        pytest.raises(ValueError, match="0 s or longer"),
    ):
        bench.wait(duration_s)


def test_no_wait_sends_nothing() -> None:
    with expected_protocol(BenchControl, []) as bench:
        bench.wait(0.0)


def test_counts_and_device_record() -> None:
    exchanges = [("COUNT?", json.dumps(COUNTS)), ("COUNT? D07", '{"pulses": 3}')]
    with expected_protocol(BenchControl, exchanges) as bench:
        assert bench.counts() == COUNTS
        assert bench.device_record("D07") == {"pulses": 3}


@pytest.mark.parametrize("reply", ["no such device", "17"])
def test_an_answer_that_is_no_record_is_refused(reply: str) -> None:
    with (
        expected_protocol(BenchControl, [("COUNT? D99", reply)]) as bench,
        pytest.raises(InstrumentError, match=reply),
    ):
        bench.device_record("D99")


def test_an_unknown_device_is_named_by_the_bench() -> None:
    with pytest.raises(InstrumentError, match="error -224, no device D99"):
        BenchControl(SilentAboutDevices()).device_record("D99")


class SilentAboutDevices:
    """An adapter whose bench answers nothing but what went wrong."""

    def __init__(self) -> None:
        self.last = ""

    def write(self, command: str) -> None:
        self.last = command

    def read(self) -> str:
        if self.last == "ERROR?":
            return '-224,"no device D99"'
        raise pyvisa.VisaIOError(pyvisa.constants.StatusCode.error_timeout)


def test_a_new_array() -> None:
    exchanges = [
        ("NEW 7", None),
        ("ERROR?", '0,"No error"'),
        ("SEED?", "7"),
        ("NEW", None),
        ("ERROR?", '-200,"Execution error, no disk"'),
    ]
    with expected_protocol(BenchControl, exchanges) as bench:
        bench.new_array(7)
        assert bench.seed() == 7
        with pytest.raises(InstrumentError, match="error -200, Execution error, no disk"):
            bench.new_array()
