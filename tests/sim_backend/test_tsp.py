"""The TSP engine: real Lua, sandboxed, in simulated time."""

from __future__ import annotations

import numpy as np
import pytest

from tests.sim_backend.resistor_bench import TspBench


@pytest.fixture
def bench() -> TspBench:
    return TspBench()


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("print(1)", "1.00000e+00"),
        ("print(1, 'a b', true, nil)", "1.00000e+00\ta b\ttrue\tnil"),
        ("print()", ""),
        ("print(delay(0))", ""),
        ("print((nil))", "nil"),
        ("print(table.getn({1, 2, 3}))", "3.00000e+00"),
        ("print(math.mod(7, 4))", "3.00000e+00"),
        ("*IDN?", "Keithley Instruments Inc., Model 2636B, 1398687, 3.2.2"),
        ("*TST?", "0"),
        ("*OPC?", "1"),
        ("print(localnode.model, localnode.linefreq)", "2636B\t5.00000e+01"),
        ("print(node[1].localnode.model)", "2636B"),
        ("printnumber(1, 2)", "1.00000e+00, 2.00000e+00"),
        ("printbuffer(2, 3, {5, 6, 7})", "6.00000e+00, 7.00000e+00"),
        ("print(errorqueue.next())", "0.00000e+00\tQueue Is Empty\t0.00000e+00\t0.00000e+00"),
        ("print(getmetatable(smua.nvbuffer1).luatype)", "reading_buffer"),
        ("print(getmetatable(smua.nvbuffer1.readings).luatype)", "synchronous_table"),
        ("print(type(getmetatable(smua.source).Getters.levelv))", "function"),
        ("print(type(getmetatable(smua.source).Setters.levelv))", "function"),
        ("print(type(getmetatable(smua).Objects.source))", "table"),
        ("print(type(smua.measure.i))", "function"),
    ],
)
def test_a_line_prints_what_the_instrument_prints(bench: TspBench, line: str, answer: str) -> None:
    assert bench.query(line) == answer
    assert bench.errors() == 0


def test_tables_and_functions_print_their_kind(bench: TspBench) -> None:
    assert bench.query("print(smua)").startswith("table: 0x")
    assert bench.query("print(delay)").startswith("function: ")


def test_every_print_is_a_message_of_its_own(bench: TspBench) -> None:
    bench.write("print(1) print(2)")
    assert [bench.read(), bench.read()] == ["1.00000e+00", "2.00000e+00"]


def test_precision_and_its_limits(bench: TspBench) -> None:
    assert bench.query("format.asciiprecision = 3 print(math.pi)") == "3.14e+00"
    bench.write("format.asciiprecision = 6")
    bench.write("format.asciiprecision = 17")
    assert bench.error()[0] == 1102
    assert bench.query("reset() print(math.pi)") == "3.14159e+00"


@pytest.mark.parametrize(
    ("settings", "dtype"),
    [
        ("format.data = format.REAL32", "<f4"),
        ("format.data = format.SREAL", "<f4"),
        ("format.data = format.REAL64", "<f8"),
        ("format.data = format.REAL", "<f8"),
        ("format.data = format.REAL64 format.byteorder = format.BIGENDIAN", ">f8"),
    ],
)
def test_binary_blocks_interleave_their_columns(bench: TspBench, settings: str, dtype: str) -> None:
    bench.write(settings, "printbuffer(1, 2, {1, 2}, {10, 20})")
    block = bench.read_raw()
    assert block == b"#0" + np.array([1, 10, 2, 20], dtype=dtype).tobytes() + b"\n"


def test_the_sandbox_holds_no_way_out(bench: TspBench) -> None:
    names = "python os io require package loadfile dofile load loadstring debug coroutine"
    for name in names.split():
        assert bench.query(f"print(type({name}))") == "nil"
    assert bench.query("print(string.dump)") == "nil"
    for table in ("_G", "getmetatable(smua.source)", "getmetatable(smua.nvbuffer1).Objects"):
        kinds = bench.query(
            f"t = '' for _, v in pairs({table}) do t = t .. ' ' .. type(v) end print(t)"
        )
        assert "userdata" not in kinds.split()


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("x ==", -285, "TSP Syntax Error at line 1: "),
        ("nothing.there = 1", -286, "TSP Runtime Error at line 1: attempt to index global"),
        ("smua.source.nonsense = 1", -286, "TSP Runtime Error at line 1: attribute 'nonsense'"),
        ("error('mine')", -286, "mine"),
        ("smua.source.levelv = 'high'", -104, "expected a number"),
        ("smua.source.levelv = 0/0", -222, "out of range"),
        ("delay()", -109, "Missing parameter"),
        ("delay(-1)", 1101, "too small"),
        ("errorqueue.clear(1)", -108, "not allowed"),
        ("printbuffer(1, 3, {1, 2})", 4900, "index 3"),
        ("*NONSENSE", -113, "*NONSENSE"),
        ("*ESE 256", -222, "256"),
    ],
)
def test_errors_carry_the_instruments_codes(
    bench: TspBench, line: str, code: int, words: str
) -> None:
    bench.write(line)
    found, message = bench.error()
    assert found == code
    assert words in message
    assert bench.errors() == 0


def test_a_refused_command_does_not_stop_the_script(bench: TspBench) -> None:
    assert bench.query("smua.source.levelv = 500 print('on')") == "on"
    assert bench.errors() == 1


def test_the_error_queue_overflows_with_a_note(bench: TspBench) -> None:
    bench.write("for i = 1, 150 do delay(-1) end")
    assert bench.errors() == 100
    bench.write("for i = 1, 99 do errorqueue.next() end")
    assert bench.error() == (-350, "Queue overflow")


def test_scripts_are_loaded_named_and_run(bench: TspBench) -> None:
    bench.write("loadscript twice\r", "function double(x)\r", "return 2 * x end\r", "endscript")
    bench.write("twice()")
    assert bench.value("double(4)") == 8
    bench.write("loadscript shout", "print('one')", "endscript", "shout()", "shout.run()")
    assert [bench.read(), bench.read()] == ["one", "one"]
    bench.write("loadandrunscript", "print('now')", "endscript", "run()")
    assert [bench.read(), bench.read()] == ["now", "now"]
    bench.write("loadandrunscript named", "print('named')", "endscript")
    assert bench.read() == "named"


def test_one_message_may_hold_a_whole_script(bench: TspBench) -> None:
    bench.write("loadandrunscript\r\nfor i = 1, 2 do\r\nprint(i)\r\nend\r\nendscript")
    assert [bench.read(), bench.read()] == ["1.00000e+00", "2.00000e+00"]


def test_a_script_with_a_mistake_is_refused_whole(bench: TspBench) -> None:
    bench.write("loadscript wrong", "print(1)", "x ==", "endscript")
    code, message = bench.error()
    assert code == -285
    assert "line 3" in message or "line 2" in message
    assert bench.query("print(wrong)") == "nil"


def test_delay_takes_simulated_time_and_others_wait_their_turn(bench: TspBench) -> None:
    bench.write("print('before') delay(2) print('after')", "print('next')")
    assert bench.read() == "before"
    assert not bench.instrument.output
    bench.clock.advance(1.999)
    assert not bench.instrument.output
    bench.clock.advance(0.002)
    assert [bench.read(), bench.read()] == ["after", "next"]


def test_waiting_works_inside_functions_and_protected_calls(bench: TspBench) -> None:
    bench.write("function f() delay(1) return 7 end print(pcall(f))")
    assert bench.read() == "true\t7.00000e+00"
    assert bench.clock.now_s == pytest.approx(1.0)
    assert bench.query("print(pcall(function() delay(1) error('no', 0) end))") == "false\tno"


@pytest.mark.parametrize("how", ["abort", "clear"])
def test_a_waiting_script_is_stopped_in_the_middle(bench: TspBench, how: str) -> None:
    bench.write("while true do delay(0.1) count = (count or 0) + 1 end")
    bench.clock.advance(1.05)
    if how == "abort":
        bench.write("abort")
    else:
        bench.instrument.device_clear()
    assert bench.clock.next_due_s() is None
    code, message = bench.error()
    assert (code, "User Abort" in message) == (-286, True)
    assert bench.value("count") == 10


def test_device_clear_forgets_messages_and_answers(bench: TspBench) -> None:
    bench.write("print(1) delay(5)", "print(2)", "loadscript half")
    bench.instrument.device_clear()
    bench.clock.advance(10)
    assert not bench.instrument.output
    assert bench.value("3") == 3


def test_abort_without_a_script_is_no_error(bench: TspBench) -> None:
    bench.write("abort")
    assert bench.errors() == 0


@pytest.mark.parametrize(
    "body",
    [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "local function f() return f() end f()",
        "while true do local x = smua.source.levelv end",
    ],
)
def test_a_script_that_runs_on_without_waiting_is_stopped(bench: TspBench, body: str) -> None:
    bench.write(body)
    bench.clock.advance(1e5)
    code, message = bench.error()
    assert code == -286
    assert "ran on without end" in message
    assert bench.value("1") == 1


def test_memory_is_limited(bench: TspBench) -> None:
    bench.write("t = {} for i = 1, 1e6 do t[i] = string.rep('x', 1e5) .. i end")
    assert bench.error()[0] == -286
    bench.write("t = nil")
    assert bench.value("1") == 1


def test_completion_waits_for_a_running_script(bench: TspBench) -> None:
    bench.write("delay(3)", "*OPC?")
    assert bench.read() == "1"
    assert bench.clock.now_s == pytest.approx(3.0)


def test_standard_events_and_the_status_byte(bench: TspBench) -> None:
    instrument = bench.instrument
    bench.write("*CLS", "*ESE 32", "*SRE 32", "x ==")
    assert instrument.status_byte() == 0x20 | 0x04 | 0x40
    assert bench.query("*ESR?") == "32"
    assert bench.query("*ESE?") == "32"
    bench.write("errorqueue.clear()")
    assert instrument.status_byte() == 0
    bench.write("*SRE 16", "print(1)")
    assert instrument.status_byte() == 0x10 | 0x40
    assert bench.read() == "1.00000e+00"
    assert instrument.status_byte() == 0
    bench.write("status.request_enable = 32 status.standard.enable = status.standard.OPC", "*OPC")
    assert instrument.status_byte() == 0x20 | 0x40
    assert bench.query("print(status.standard.event)") == "1.00000e+00"


def test_the_stopwatch_counts_simulated_seconds(bench: TspBench) -> None:
    bench.write("timer.reset() delay(1.5)")
    bench.clock.advance(2)
    assert bench.value("timer.measure.t()") == 2.0
