"""The resident script of the 2636B, run in Lua against tables that stand for the instrument."""

from importlib import resources

import pytest
from lupa import lua51

STAND_IN = """
local function buffer()
    local new = {n = 0, readings = {}, timestamps = {}, statuses = {}}
    function new.clear() new.n = 0 end
    function new.clearcache() end
    return new
end
smua = {
    OUTPUT_DCVOLTS = 1, OUTPUT_ON = 1, OUTPUT_OFF = 0, AUTORANGE_OFF = 0, FILTER_OFF = 0,
    AUTOZERO_OFF = 0, AUTOZERO_ONCE = 1, DISABLE = 0, ENABLE = 1, ASYNC = 2,
    SOURCE_IDLE = 0, SOURCE_HOLD = 1,
    source = {func = 1, output = 0, levelv = 0.3}, measure = {filter = {}},
    nvbuffer1 = buffer(), nvbuffer2 = buffer(), aborted = 0, initiated = 0,
    trigger = {
        ARMED_EVENT_ID = 48, arm = {}, source = {}, measure = {}, endpulse = {}, endsweep = {},
    },
}
function smua.abort() smua.aborted = smua.aborted + 1 end
function smua.trigger.initiate() smua.initiated = smua.initiated + 1 end
function smua.trigger.source.listv(list) smua.listed = list end
function smua.trigger.measure.iv() end
trigger = {timer = {}}
for index = 1, 4 do
    trigger.timer[index] = {EVENT_ID = 100 + index, reset = function() end}
end
format = {REAL64 = 3, ASCII = 1, LITTLEENDIAN = 1}
errorqueue = {count = 0}
localnode = {linefreq = 50}
status = {operation = {sweeping = {condition = 0}}}
printed, blocks = {}, {}
function print(...) table.insert(printed, table.concat({...}, " ")) end
function printbuffer(first, last, ...) table.insert(blocks, {first, last, ...}) end
function waitcomplete() smua.waited = true end
"""
RUN = (
    "{{levels=3,holds={holds},count={count},gap={gap},lead=8e-5,readings={readings},"
    "rangev=0.2,rangei=1e-4,limiti=1e-3,aperture=2e-5}}"
)


@pytest.fixture
def lua() -> lua51.LuaRuntime:
    runtime = lua51.LuaRuntime()
    runtime.execute(STAND_IN)
    runtime.execute(resources.files("drivers").joinpath("keithley2636b.tsp").read_text("utf-8"))
    return runtime


def start(
    lua: lua51.LuaRuntime, *, holds: str, gap: float = 0, count: int = 6, readings: int = 1
) -> str:
    run = RUN.format(holds=holds.count(",") + 1, count=count, gap=gap, readings=readings)
    lua.execute(f"ag2s.start(smua, {{0.1, 0.2, 0.1}}, {{{holds}}}, {run}, nil)")
    return lua.eval("printed[table.getn(printed)]")


def start_sparse(lua: lua51.LuaRuntime, *, intervals: str, first: float, total: int) -> str:
    run = RUN.format(holds=1, count=6, gap=0, readings=1)[:-1]
    run += f",first={first},total={total},intervals={intervals.count('0.')}}}"
    lua.execute(f"ag2s.start(smua, {{0.1, 0.2, 0.1}}, {{0.001}}, {run}, {{{intervals}}})")
    return lua.eval("printed[table.getn(printed)]")


def delays(lua: lua51.LuaRuntime, timer: int) -> list[float]:
    return list(lua.eval(f"trigger.timer[{timer}].delaylist").values())


def test_a_staircase_holds_its_levels_and_measures_before_their_end(lua: lua51.LuaRuntime) -> None:
    assert start(lua, holds="0.001, 0.002, 0.003") == "0 playing"
    assert delays(lua, 1) == [0.001, 0.002, 0.003]
    assert delays(lua, 2) == pytest.approx([0.00092, 0.00192, 0.00292])
    assert delays(lua, 3) == pytest.approx([0.000999, 0.001999, 0.002999])
    assert lua.eval("trigger.timer[1].count") == 5
    assert lua.eval("smua.trigger.endpulse.action") == lua.eval("smua.SOURCE_HOLD")
    assert lua.eval("smua.trigger.measure.action") == lua.eval("smua.ENABLE")
    assert lua.eval("smua.trigger.source.stimulus") == lua.eval("trigger.timer[1].EVENT_ID")
    assert lua.eval("smua.initiated") == 1


def test_pulses_return_to_zero_after_their_width(lua: lua51.LuaRuntime) -> None:
    assert start(lua, holds="0.001", gap=0.002, readings=2) == "0 playing"
    assert delays(lua, 1) == pytest.approx([0.003])
    assert delays(lua, 2) == pytest.approx([0.00092])
    assert delays(lua, 3) == [0.001]
    assert lua.eval("smua.trigger.endpulse.action") == lua.eval("smua.SOURCE_IDLE")
    assert lua.eval("smua.trigger.measure.action") == lua.eval("smua.ASYNC")
    assert lua.eval("smua.measure.count") == 2
    assert lua.eval("smua.measure.interval") == 0.002


def test_a_sparse_staircase_measures_at_intervals_of_its_own(lua: lua51.LuaRuntime) -> None:
    assert start_sparse(lua, intervals="0.001, 0.002", first=0.002, total=4) == "0 playing"
    assert delays(lua, 1) == [0.001]
    assert delays(lua, 3) == pytest.approx([0.000999])
    assert delays(lua, 4) == pytest.approx([0.00192])
    assert lua.eval("trigger.timer[4].stimulus") == lua.eval("smua.trigger.ARMED_EVENT_ID")
    assert delays(lua, 2) == [0.001, 0.002]
    assert lua.eval("trigger.timer[2].count") == 3
    assert lua.eval("trigger.timer[2].passthrough")
    assert lua.eval("trigger.timer[2].stimulus") == lua.eval("trigger.timer[4].EVENT_ID")
    assert lua.eval("smua.trigger.measure.stimulus") == lua.eval("trigger.timer[2].EVENT_ID")
    assert lua.eval("smua.trigger.measure.action") == lua.eval("smua.ASYNC")
    assert lua.eval("smua.measure.count") == 1
    assert lua.eval("smua.trigger.endpulse.action") == lua.eval("smua.SOURCE_HOLD")


def test_a_single_reading_needs_no_interval(lua: lua51.LuaRuntime) -> None:
    assert start_sparse(lua, intervals="0.003", first=0.002, total=1) == "0 playing"
    assert lua.eval("smua.trigger.measure.stimulus") == lua.eval("trigger.timer[4].EVENT_ID")
    assert lua.eval("smua.trigger.measure.action") == lua.eval("smua.ASYNC")


def test_without_readings_nothing_waits_for_a_measurement(lua: lua51.LuaRuntime) -> None:
    assert start_sparse(lua, intervals="", first=0, total=0) == "0 playing"
    assert lua.eval("smua.trigger.measure.action") == lua.eval("smua.DISABLE")
    assert lua.eval("smua.trigger.measure.stimulus") == 0


def test_intervals_that_lost_a_value_do_not_play(lua: lua51.LuaRuntime) -> None:
    run = RUN.format(holds=1, count=6, gap=0, readings=1)[:-1] + ",first=0,total=4,intervals=2}"
    lua.execute(f"ag2s.start(smua, {{0.1, 0.2, 0.1}}, {{0.001}}, {run}, {{0.001}})")
    assert "number of intervals reads back 1 instead of 2" in lua.eval("printed[1]")


def test_a_single_point_needs_no_period(lua: lua51.LuaRuntime) -> None:
    assert start(lua, holds="0.001", count=1) == "0 playing"
    assert lua.eval("smua.trigger.source.stimulus") == lua.eval("smua.trigger.ARMED_EVENT_ID")
    assert lua.eval("trigger.timer[1].stimulus") is None


def test_the_level_found_goes_to_zero(lua: lua51.LuaRuntime) -> None:
    start(lua, holds="0.001")
    assert lua.eval("smua.source.levelv") == 0
    assert lua.eval("smua.source.output") == 1


@pytest.mark.parametrize(
    ("place", "setting", "words"),
    [
        ("source", "rangev", "source.rangev reads back 7 instead of 0.2"),
        ("source", "limiti", "source.limiti reads back 7 instead of 0.001"),
        ("measure", "rangei", "measure.rangei reads back 7 instead of 0.0001"),
        ("measure", "nplc", "measure.nplc reads back 7 instead of 0.001"),
        ("source", "levelv", "source.levelv reads back 7 instead of 0"),
        ("source", "output", "the output does not switch on"),
    ],
)
def test_nothing_plays_on_a_setting_that_did_not_take(
    lua: lua51.LuaRuntime, place: str, setting: str, words: str
) -> None:
    lua.execute(
        f"local real = smua.{place} smua.{place} = setmetatable({{}}, {{"
        f"__index = function(_, key) if key == '{setting}' then return 7 end return real[key] end,"
        "__newindex = function(_, key, value) real[key] = value end})"
    )
    assert words in start(lua, holds="0.001")
    assert lua.eval("smua.initiated") == 0


def test_nothing_plays_while_an_error_waits(lua: lua51.LuaRuntime) -> None:
    lua.execute("errorqueue.count = 2")
    assert start(lua, holds="0.001") == "2 not started"
    assert lua.eval("smua.initiated") == 0


def test_a_list_that_lost_a_value_does_not_play(lua: lua51.LuaRuntime) -> None:
    run = RUN.format(holds=1, count=6, gap=0, readings=1)
    lua.execute(f"ag2s.start(smua, {{0.1, 0.2}}, {{0.001}}, {run}, nil)")
    assert "length of the list reads back 2 instead of 3" in lua.eval("printed[1]")


def fill(lua: lua51.LuaRuntime, count: int) -> None:
    lua.execute(
        f"smua.nvbuffer1.n, smua.nvbuffer2.n = {count}, {count} "
        f"for index = 1, {count} do smua.nvbuffer1.readings[index] = index "
        "smua.nvbuffer2.readings[index] = -index smua.nvbuffer1.timestamps[index] = index / 10 "
        "smua.nvbuffer1.statuses[index] = 64 end"
    )


def test_new_readings_are_sent_straight_from_the_buffer(lua: lua51.LuaRuntime) -> None:
    start(lua, holds="0.001")
    fill(lua, 5)
    lua.execute("ag2s.finish(smua, 2)")
    assert lua.eval("smua.waited")
    assert lua.eval("printed[2]") == "0 5 0 0"
    sent = lua.eval("blocks[1]")
    assert [sent[1], sent[2]] == [2, 5]
    assert [sent[column][2] for column in (3, 4, 5, 6)] == [2, -2, 0.2, 64]
    assert lua.eval("format.data") == lua.eval("format.ASCII")
    lua.execute("ag2s.fetch(smua, 6)")
    assert lua.eval("table.getn(blocks)") == 1


def test_the_script_keeps_to_lua_5_0() -> None:
    script = resources.files("drivers").joinpath("keithley2636b.tsp").read_text("utf-8")
    code = "\n".join(line.split("--")[0] for line in script.splitlines())
    assert "#" not in code
    assert "%" not in code
    assert script.isascii()
