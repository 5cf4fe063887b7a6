"""Whatever a program sends, the instrument answers as one: an error in its queue, or nothing."""

from __future__ import annotations

import pytest

from tests.sim_backend.resistor_bench import TspBench

REFUSED = [
    (b"print(setmetatable({}, {__tostring = function() return 1 end}))", -286),
    (b"print(trigger.blender[1].stimulus[7].x)", -286),
    (b"smua.trigger.source.listv({a = 1, 2})", -104),
    (b"smua.trigger.source.listv({1, 'a'})", -104),
    (b"smua.trigger.source.linearv(1, 2, 1e9)", 1102),
    (b"smua.trigger.count = 1e300", 1102),
    (b"script.new(5)", -286),
    (b"print(('x'):rep(1e9))", -286),
    (b"print(smua.nvbuffer1[0/0])", 4900),
    (b"print(smua.nvbuffer1[-1])", 4900),
    (b"x = " + b"{" * 400, -285),
    (b"print(\x00)", -285),
    (b"\xff\xfe", -285),
    ("µV = 1 Ω".encode(), -285),
    (b"a" * 200_000, -285),
    (b"?", -285),
    (b"*", -113),
    ("*ESE ²".encode(), -222),
    (b"endscript", -285),
    (b"error({})", -286),
    (b"error(nil)", -286),
    (b"node[7].x = 1", -286),
]


@pytest.fixture
def bench() -> TspBench:
    return TspBench()


@pytest.mark.parametrize(("message", "code"), REFUSED)
def test_what_makes_no_sense_is_an_error_of_the_instrument(
    bench: TspBench, message: bytes, code: int
) -> None:
    bench.instrument.receive(message + b"\n", end=True)
    bench.instrument.output.clear()
    assert bench.error()[0] == code
    assert bench.query("print('alive')") == "alive"


@pytest.mark.parametrize("message", [b"", b"\n", b"\r\n", b"\n\n\n", b"  \t \n", b";\n"])
def test_nothing_said_is_nothing_done(bench: TspBench, message: bytes) -> None:
    bench.instrument.receive(message, end=True)
    assert not bench.instrument.output
    bench.query("print(errorqueue.next())")
    assert bench.query("print('alive')") == "alive"


def test_unknown_blender_inputs_are_nil(bench: TspBench) -> None:
    assert bench.query("print(trigger.blender[1].stimulus[4])") == "0.00000e+00"
    assert bench.query("print(trigger.blender[1].stimulus[7])") == "nil"
    assert bench.query("print(trigger.blender[1].stimulus[0/0])") == "nil"
