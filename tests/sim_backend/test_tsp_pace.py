"""Loops of scripts take simulated time: polling ends, and what never ends can be stopped."""

from __future__ import annotations

import pytest

from sim_backend.instruments.tsp.pace import paced
from tests.sim_backend.resistor_bench import TspBench

SWEEP = """
    smua.source.output = 1 smua.measure.rangei = 1e-3 smua.measure.nplc = 1
    smua.trigger.source.linearv(0, 1, {points}) smua.trigger.source.action = 1
    smua.trigger.measure.i(smua.nvbuffer1) smua.trigger.measure.action = 1
    smua.trigger.count = {points} smua.trigger.initiate()
""".replace("\n", " ")


@pytest.fixture
def bench() -> TspBench:
    return TspBench()


@pytest.mark.parametrize("points", [10, 1000])
@pytest.mark.parametrize(
    "poll",
    [
        "while status.operation.sweeping.condition > 0 do end",
        "repeat until status.operation.sweeping.condition == 0",
        "while true do if smua.nvbuffer1.n == smua.trigger.count then break end end",
    ],
)
def test_polling_a_sweep_ends_with_the_sweep(bench: TspBench, points: int, poll: str) -> None:
    bench.write(f"{SWEEP.format(points=points)} {poll} print('over')")
    assert bench.read() == "over"
    assert bench.clock.now_s == pytest.approx(points * 0.02003, rel=0.02, abs=2e-3)
    assert bench.value("smua.nvbuffer1.n") == points
    assert bench.errors() == 0


def test_polling_the_stopwatch_ends(bench: TspBench) -> None:
    bench.write("timer.reset() while timer.measure.t() < 60 do end print('over')")
    assert bench.read() == "over"
    assert bench.clock.now_s == pytest.approx(60, rel=0.02)


def test_a_loop_that_only_computes_is_not_hurried(bench: TspBench) -> None:
    assert bench.query("local sum = 0 for i = 1, 50000 do sum = sum + 1 end print(sum)") == (
        "5.00000e+04"
    )
    assert bench.clock.now_s == pytest.approx(0.5, rel=0.01)


def test_a_loop_that_measures_takes_the_time_of_the_measurements(bench: TspBench) -> None:
    bench.write("smua.measure.rangei = 1e-3")
    bench.write("for i = 1, 300 do smua.measure.i() end print('over')")
    bench.read()
    per_reading_s = bench.clock.now_s / 300
    bench.write("smua.measure.i() print('over')")
    start_s = bench.clock.now_s
    bench.read()
    assert per_reading_s == pytest.approx(bench.clock.now_s - start_s, rel=1e-6)


@pytest.mark.parametrize("stop", ["abort", "clear"])
def test_an_endless_loop_can_be_stopped(bench: TspBench, stop: str) -> None:
    bench.write("while true do end print('never')")
    with pytest.raises(TimeoutError):
        bench.read(patience_s=2.0)
    if stop == "abort":
        bench.write("abort")
    else:
        bench.instrument.device_clear()
    assert bench.error() == (-286, "TSP Runtime Error at line 1: User Abort")
    assert bench.query("print('alive')") == "alive"


def test_a_loop_goes_on_inside_pcall(bench: TspBench) -> None:
    bench.write("print(pcall(function() for i = 1, 1000 do end return 5 end))")
    assert bench.read() == "true\t5.00000e+00"
    assert bench.clock.now_s > 0


@pytest.mark.parametrize(
    "source",
    [
        "print('do', \"while x do\")",
        "x = [[ do repeat ]] y = [==[ ]] do ]==]",
        "-- while true do",
        "--[[ for a in b\n do ]] x = 1",
        "undo = 1 redo = t.todo",
        r"s = 'it\'s a do'",
    ],
)
def test_only_keywords_begin_a_loop(source: str) -> None:
    assert paced(source) == source


def test_lines_keep_their_numbers(bench: TspBench) -> None:
    bench.write("loadandrunscript", "for i = 1, 3 do", "end", "nothing.there = 1", "endscript")
    assert "line 3" in bench.error()[1]


def test_the_hook_is_not_among_the_globals(bench: TspBench) -> None:
    bench.write(
        "found = 'no' for name in pairs(_G) do if name == '__pass' then found = 'yes' end end"
    )
    assert bench.query("print(found)") == "no"
