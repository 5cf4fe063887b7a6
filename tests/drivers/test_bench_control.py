"""The instruments behind the control port, byte for byte."""

import json
import math

import pytest
import pyvisa
from pymeasure.instruments import Instrument
from pymeasure.test import expected_protocol

from drivers.bench_control import BenchControl, BendingControl
from drivers.errors import InstrumentError

FINE = ("ERROR?", '0,"No error"')
COUNTS = {"closures": 18, "hot_switches": 0, "pulses": 900, "readings": 900, "transactions": 12}


@pytest.mark.parametrize("driver", [BenchControl, BendingControl])
class TestIdentity:
    def test_what_the_bench_says(self, driver: type[Instrument]) -> None:
        with expected_protocol(driver, [("*IDN?", "AG2S,Simulated bench,0,1.0")]) as bench:
            assert bench.identify() == "AG2S,Simulated bench,0,1.0"

    def test_another_instrument_is_refused(self, driver: type[Instrument]) -> None:
        with (
            expected_protocol(driver, [("*IDN?", "LSCI,MODEL336,1,2")]) as bench,
            pytest.raises(InstrumentError, match="LSCI,MODEL336"),
        ):
            bench.identify()


def test_time_passes_by_waiting() -> None:
    exchanges = [("TIME?", "1.5"), ("WAIT 10000.125\n*OPC?", "1"), ("TIME?", "10001.625")]
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


def test_faults_are_ordered_told_and_cleared() -> None:
    order = {"kind": "timeout", "where": "smu", "after": 3, "count": 1}
    nothing = '0,"No error"'
    exchanges = [
        (f"FAULT {json.dumps(order)}", None),
        ("ERROR?", nothing),
        ("FAULT?", json.dumps([{**order, "state": "armed"}])),
        ("FAULT:CLEAR", None),
        ("ERROR?", nothing),
    ]
    with expected_protocol(BenchControl, exchanges) as bench:
        bench.fault("timeout", "smu", after=3, count=1)
        assert bench.faults() == [{**order, "state": "armed"}]
        bench.clear_faults()


def test_a_fault_the_bench_does_not_know_is_an_error() -> None:
    exchanges = [
        ('FAULT {"kind": "rust", "where": "smu"}', None),
        ("ERROR?", "-224,\"FAULT: kind = 'rust' is no fault\""),
    ]
    with (
        expected_protocol(BenchControl, exchanges) as bench,
        pytest.raises(InstrumentError, match="'rust' is no fault"),
    ):
        bench.fault("rust", "smu")


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


@pytest.mark.parametrize(
    ("radius_m", "sent"),
    [
        (0.003, "BEND 0.0030000000000000001"),
        (0.25, "BEND 0.25"),
        (1e-5, "BEND 1.0000000000000001E-05"),
        (math.inf, "BEND INF"),
    ],
)
def test_bending(radius_m: float, sent: str) -> None:
    exchanges = [(sent, None), FINE, ("BEND?", sent.split()[1])]
    with expected_protocol(BendingControl, exchanges) as stage:
        stage.bend(radius_m)


def test_cycling_ends_flat() -> None:
    exchanges = [("BEND:CYCLE 0.0030000000000000001,1000", None), FINE, ("BEND?", "INF")]
    with expected_protocol(BendingControl, exchanges) as stage:
        stage.cycle(3e-3, 1000)


def test_the_radius_is_what_the_bench_says() -> None:
    exchanges = [("BEND?", "0.0030000000000000001"), ("BEND?", "INF")]
    exchanges += [("BEND?", "0.005"), ("BEND?", "INF")]
    with expected_protocol(BendingControl, exchanges) as stage:
        assert stage.radius_m() == 3e-3
        assert stage.radius_m() == math.inf
        assert stage.settings() == {"radius_m": 5e-3}
        assert stage.make_safe() == {"radius_m": None}


@pytest.mark.parametrize("radius_m", [0.0, -3e-3, -math.inf, math.nan])
def test_no_radius_at_all_is_not_sent(radius_m: float) -> None:
    with expected_protocol(BendingControl, []) as stage:
        with pytest.raises(ValueError, match="above 0 m"):
            stage.bend(radius_m)
        with pytest.raises(ValueError, match="above 0 m"):
            stage.cycle(radius_m, 1)


@pytest.mark.parametrize(
    ("radius_m", "cycles"), [(3e-3, 0), (3e-3, -1), (3e-3, 1.5), (math.inf, 1)]
)
def test_cycles_that_are_none_are_not_sent(radius_m: float, cycles: int) -> None:
    with expected_protocol(BendingControl, []) as stage, pytest.raises(ValueError, match="cannot"):
        stage.cycle(radius_m, cycles)


def test_a_refused_bend_raises_in_the_benchs_words() -> None:
    exchanges = [
        ("BEND 1.0000000000000001E-05", None),
        ("ERROR?", '-222,"Data out of range, the film breaks"'),
    ]
    with (
        expected_protocol(BendingControl, exchanges) as stage,
        pytest.raises(InstrumentError, match="error -222, Data out of range, the film breaks"),
    ):
        stage.bend(1e-5)


def test_a_sample_that_is_not_where_it_was_sent() -> None:
    exchanges = [("BEND 0.25", None), FINE, ("BEND?", "INF")]
    with (
        expected_protocol(BendingControl, exchanges) as stage,
        pytest.raises(
            InstrumentError, match=r"reads back inf m instead of 0\.25 m after BEND 0\.25"
        ),
    ):
        stage.bend(0.25)
