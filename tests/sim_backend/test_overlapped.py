"""Measurements that run beside the script, and elements of buffers while they fill."""

from __future__ import annotations

import pytest

from tests.sim_backend.resistor_bench import TspBench

READING_S = 0.02003


@pytest.fixture
def bench() -> TspBench:
    bench = TspBench()
    bench.write("smua.source.output = 1 smua.source.levelv = 0.1 smua.measure.rangei = 1e-3")
    bench.write("smua.measure.count = 10 smua.nvbuffer1.collecttimestamps = 1")
    return bench


def test_the_script_goes_on_meanwhile(bench: TspBench) -> None:
    bench.write("smua.measure.overlappediv(smua.nvbuffer1, smua.nvbuffer2)")
    assert bench.query("print(smua.nvbuffer1.n, status.operation.measuring.condition)") == (
        "0.00000e+00\t2.00000e+00"
    )
    assert bench.query("*OPC?") == "1"
    assert bench.clock.now_s == pytest.approx(10 * READING_S)
    assert bench.value("status.operation.measuring.condition") == 0
    assert bench.value("smua.nvbuffer2[10]") == pytest.approx(0.1)
    assert bench.errors() == 0


@pytest.mark.parametrize("quantity", ["i", "v", "r", "p"])
def test_every_quantity_has_its_command(bench: TspBench, quantity: str) -> None:
    bench.write(f"smua.measure.overlapped{quantity}(smua.nvbuffer1) waitcomplete()")
    bench.clock.advance(1.0)
    assert bench.value("smua.nvbuffer1.n") == 10
    assert bench.errors() == 0


def test_both_channels_measure_at_once(bench: TspBench) -> None:
    bench.write("smub.measure.count = 5")
    bench.write("smua.measure.overlappedi(smua.nvbuffer1)")
    bench.write("smub.measure.overlappedi(smub.nvbuffer1)")
    bench.write("waitcomplete() print(smua.nvbuffer1.n, smub.nvbuffer1.n)")
    assert bench.read() == "1.00000e+01\t5.00000e+00"
    assert bench.clock.now_s == pytest.approx(10 * READING_S)


def test_abort_ends_it(bench: TspBench) -> None:
    bench.write("smua.measure.overlappedi(smua.nvbuffer1)")
    bench.clock.advance(3.5 * READING_S)
    bench.write("smua.abort()")
    assert bench.query("*OPC?") == "1"
    assert bench.value("smua.nvbuffer1.n") == 3


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("smua.measure.overlappedi()", -109),
        ("smua.measure.overlappediv(smua.nvbuffer1)", -109),
        ("smua.measure.overlappedi(5)", -104),
        (
            "smua.measure.overlappedi(smua.nvbuffer1) smua.measure.overlappedv(smua.nvbuffer2)",
            -213,
        ),
    ],
)
def test_what_it_refuses(bench: TspBench, line: str, code: int) -> None:
    bench.write(line)
    assert bench.error()[0] == code


def test_elements_of_a_buffer_that_fills(bench: TspBench) -> None:
    bench.write("smua.measure.overlappedi(smua.nvbuffer1)")
    bench.clock.advance(2.5 * READING_S)
    assert bench.value("smua.nvbuffer1.readings[2]") == pytest.approx(1e-7)
    assert bench.value("smua.nvbuffer1.readings.getreading(1)") == pytest.approx(1e-7)
    assert bench.value("smua.nvbuffer1.timestamps[2]") == pytest.approx(READING_S, abs=1e-6)
    for expression in ("readings[3]", "readings[0]", "sourcevalues[1]"):
        assert bench.query(f"print(smua.nvbuffer1.{expression})") == "nil"
        assert bench.error()[0] == 4900
