"""The 2636B on an ideal resistor: settings, readings, and hardware-timed sweeps."""

from __future__ import annotations

import numpy as np
import pytest

from tests.sim_backend.resistor_bench import RESISTANCE_OHM, TspBench

PULSED_SWEEP = """
smua.source.rangev = 0.2 smua.source.limiti = 1e-3
smua.measure.rangei = 1e-6 smua.measure.rangev = 0.2
smua.measure.autozero = smua.AUTOZERO_OFF smua.measure.delay = 0 smua.measure.nplc = 0.01
smua.nvbuffer1.collecttimestamps = 1 smua.nvbuffer1.collectsourcevalues = 1
smua.trigger.source.listv({0.1, 0.0, -0.1, 0.05})
smua.trigger.source.action = smua.ENABLE
smua.trigger.measure.iv(smua.nvbuffer1, smua.nvbuffer2)
smua.trigger.measure.action = smua.ENABLE
smua.trigger.endpulse.action = smua.SOURCE_IDLE
smua.trigger.endsweep.action = smua.SOURCE_IDLE
smua.trigger.count = 4
trigger.timer[1].count = 3 trigger.timer[1].delay = 2e-3 trigger.timer[1].passthrough = true
trigger.timer[1].stimulus = smua.trigger.ARMED_EVENT_ID
trigger.timer[2].delay = 1e-3 - 0.01 / 50 - 60e-6
trigger.timer[2].stimulus = trigger.timer[1].EVENT_ID
trigger.timer[3].delay = 1e-3 trigger.timer[3].stimulus = trigger.timer[1].EVENT_ID
smua.trigger.source.stimulus = trigger.timer[1].EVENT_ID
smua.trigger.measure.stimulus = trigger.timer[2].EVENT_ID
smua.trigger.endpulse.stimulus = trigger.timer[3].EVENT_ID
smua.source.output = 1
"""

STAIRCASE = """
smua.source.rangev = 0.2 smua.measure.rangei = 1e-6 smua.measure.rangev = 0.2
smua.measure.nplc = 0.05 smua.measure.autozero = 0 smua.measure.delay = 0
smua.nvbuffer1.collecttimestamps = 1
smua.trigger.source.listv({0.01, 0.02, 0.03}) smua.trigger.source.action = 1
smua.trigger.measure.i(smua.nvbuffer1) smua.trigger.measure.action = 1
smua.trigger.endpulse.action = smua.SOURCE_HOLD
smua.trigger.count = 3 smua.source.output = 1
"""


@pytest.fixture
def bench() -> TspBench:
    return TspBench()


def set_up(bench: TspBench, lines: str) -> None:
    bench.write(*lines.strip().splitlines())
    assert bench.errors() == 0


# Settings -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "chosen"), [(0.05, 0.2), (0.2, 0.2), (0.202, 0.2), (0.21, 2.0), (-19.0, 20.0)]
)
def test_the_next_full_scale_up_is_chosen(bench: TspBench, asked: float, chosen: float) -> None:
    bench.write(f"smua.source.rangev = {asked}")
    assert bench.value("smua.source.rangev") == chosen
    assert bench.value("smua.source.autorangev") == 0


def test_only_the_meter_has_the_lowest_current_range(bench: TspBench) -> None:
    bench.write("smua.measure.rangei = 1e-10 smua.source.rangei = 1e-10")
    assert bench.value("smua.measure.rangei") == pytest.approx(1e-10)
    assert bench.value("smua.source.rangei") == pytest.approx(1e-9)


@pytest.mark.parametrize(
    ("line", "kept", "code"),
    [
        ("smua.source.rangev = 250", "smua.source.rangev", 5005),
        ("smua.measure.rangei = 2", "smua.measure.rangei", 5005),
        ("smua.source.levelv = 203", "smua.source.levelv", 5005),
        ("smua.source.limiti = 0", "smua.source.limiti", 1101),
        ("smua.source.limiti = 2", "smua.source.limiti", 1102),
        ("smua.measure.nplc = 26", "smua.measure.nplc", 1102),
        ("smua.source.func = 2", "smua.source.func", -224),
        ("smua.nvbuffer1.appendmode = 7", "smua.nvbuffer1.appendmode", -224),
    ],
)
def test_what_is_out_of_range_is_refused_and_nothing_changes(
    bench: TspBench, line: str, kept: str, code: int
) -> None:
    before = bench.value(kept)
    bench.write(line)
    assert bench.error()[0] == code
    assert bench.value(kept) == before


def test_a_fixed_range_must_hold_the_level(bench: TspBench) -> None:
    bench.write("smua.source.rangev = 0.2 smua.source.levelv = 0.202")
    assert bench.errors() == 0
    bench.write("smua.source.levelv = 0.203")
    assert bench.error()[0] == 5005
    assert bench.value("smua.source.levelv") == pytest.approx(0.202)
    bench.write("smua.source.autorangev = 1 smua.source.levelv = 0.5")
    assert bench.value("smua.source.rangev") == 2.0


def test_reset_restores_the_defaults_of_one_channel(bench: TspBench) -> None:
    for channel in ("smua", "smub"):
        bench.write(f"{channel}.source.levelv = 0.1 {channel}.source.output = 1")
        bench.write(f"{channel}.trigger.count = 9")
    bench.write("smua.reset()")
    assert bench.circuit.levels["smua"][0] is None
    assert bench.circuit.levels["smub"][0] == pytest.approx(0.1)
    assert bench.value("smua.trigger.count") == 1
    bench.write("reset()")
    assert bench.value("smub.source.output") == 0


def test_off_modes(bench: TspBench) -> None:
    bench.write("smua.source.levelv = 0.1 smua.source.offmode = smua.OUTPUT_ZERO")
    assert bench.circuit.levels["smua"][0] == 0.0
    bench.write("smua.source.offmode = smua.OUTPUT_HIGH_Z")
    assert bench.circuit.levels["smua"][0] is None


# Single readings ----------------------------------------------------------------------------------


def test_a_reading_takes_its_aperture(bench: TspBench) -> None:
    bench.write("smua.source.levelv = 0.1 smua.source.output = 1 smua.measure.delay = 0")
    current, voltage = bench.query("print(smua.measure.iv())").split("\t")
    assert (float(current), float(voltage)) == pytest.approx((0.1 / RESISTANCE_OHM, 0.1))
    assert bench.clock.now_s == pytest.approx(1 / 50 + 30e-6)
    assert bench.value("smua.measure.r()") == pytest.approx(RESISTANCE_OHM)
    assert bench.value("smua.measure.p()") == pytest.approx(0.1**2 / RESISTANCE_OHM)


def test_while_sourcing_voltage_it_is_read_on_the_range_of_the_source(bench: TspBench) -> None:
    """2600BS-901-01 p 2-84: the measure range is locked, and kept for another function."""
    bench.write("smua.measure.rangev = 0.2 smua.source.rangev = 20 smua.source.levelv = 5")
    bench.write("smua.source.output = 1")
    assert bench.value("smua.measure.v()") == pytest.approx(5.0), "not an overflow at 0.2 V"
    assert bench.value("smua.measure.rangev") == 20.0
    bench.write("smua.source.func = smua.OUTPUT_DCAMPS smua.source.leveli = 1e-6")
    assert bench.value("smua.measure.rangev") == pytest.approx(0.2)
    assert bench.value("smua.measure.v()") == pytest.approx(9.91e37)


def test_while_sourcing_current_it_is_read_on_the_range_of_the_source(bench: TspBench) -> None:
    bench.write("smua.source.func = smua.OUTPUT_DCAMPS smua.source.rangei = 1e-3")
    bench.write("smua.measure.rangei = 1e-9 smua.source.leveli = 1e-6 smua.source.output = 1")
    assert bench.value("smua.measure.i()") == pytest.approx(1e-6)


def test_one_overflow_leaves_the_other_quantity_alone(bench: TspBench) -> None:
    bench.write("smua.measure.rangei = 1e-9 smua.source.levelv = 0.1 smua.source.output = 1")
    assert bench.query("print(smua.measure.iv())").split("\t") == ["9.91000e+37", "1.00000e-01"]
    assert bench.value("smua.measure.r()") == pytest.approx(9.91e37)
    assert bench.value("smua.measure.p()") == pytest.approx(9.91e37)


def test_automatic_range_follows_and_fixed_range_overflows(bench: TspBench) -> None:
    bench.write("smua.source.levelv = 0.1 smua.source.output = 1")
    bench.value("smua.measure.i()")
    assert bench.value("smua.measure.rangei") == pytest.approx(1e-6)
    bench.write("smua.measure.rangei = 1e-8")
    assert bench.value("smua.measure.i()") == pytest.approx(9.91e37)


def test_compliance_is_seen_everywhere(bench: TspBench) -> None:
    bench.write("smua.source.limiti = 5e-8 smua.source.levelv = 0.1 smua.source.output = 1")
    assert bench.query("print(smua.source.compliance)") == "true"
    assert bench.value("status.measurement.instrument.smua.condition") == 2
    bench.value("smua.measure.i(smua.nvbuffer1)")
    assert int(bench.value("smua.nvbuffer1.statuses[1]")) & 64
    bench.write("smua.source.levelv = 0.01")
    assert bench.query("print(smua.source.compliance)") == "false"
    assert bench.value("status.measurement.instrument.smua.condition") == 0


def test_a_current_source_is_limited_by_its_voltage(bench: TspBench) -> None:
    bench.write("smua.source.func = smua.OUTPUT_DCAMPS smua.source.limitv = 1")
    bench.write("smua.source.leveli = -1e-7 smua.source.output = 1")
    assert bench.value("smua.measure.v()") == pytest.approx(-0.1)
    assert bench.query("print(smua.source.compliance)") == "false"
    bench.write("smua.source.leveli = 1e-3")
    assert bench.query("print(smua.source.compliance)") == "true"
    assert bench.value("status.measurement.instrument.smua.condition") == 1


def test_several_readings_go_into_a_buffer(bench: TspBench) -> None:
    bench.write("b = smua.makebuffer(10) b.collecttimestamps = 1 smua.measure.nplc = 0.1")
    bench.write("smua.measure.count = 3 smua.measure.interval = 0.01 smua.measure.delay = 0")
    bench.write("smua.measure.v(b)")
    bench.clock.advance(1)
    assert (bench.value("b.n"), bench.value("b.capacity")) == (3, 10)
    assert bench.numbers("b.timestamps", 3).ravel() == pytest.approx([0, 0.01, 0.02])
    assert bench.query("print(b.measurefunctions[1], b.sourceoutputstates[1])") == "Voltage\tOff"
    bench.write("smua.measure.count = 1 smua.measure.v(b)")
    bench.clock.advance(1)
    assert bench.value("b.n") == 1


def test_buffers_append_fill_up_and_refuse(bench: TspBench) -> None:
    assert bench.value("smua.nvbuffer1.capacity") == 140_000
    bench.write("smua.nvbuffer1.collecttimestamps = 1 smua.nvbuffer1.collectsourcevalues = 1")
    assert bench.value("smua.nvbuffer1.capacity") == 60_000
    bench.write("b = smua.makebuffer(2) b.appendmode = 1")
    bench.write("for i = 1, 3 do smua.measure.v(b) end")
    bench.clock.advance(1)
    assert bench.error()[0] == 4909
    assert bench.value("b.n") == 2
    bench.write("b.collecttimestamps = 1")
    assert bench.error()[0] == -221
    bench.write("print(b[3])")
    assert bench.read() == "nil"
    assert bench.error()[0] == 4900
    bench.write("smua.measure.i('b')")
    assert bench.error()[0] == -104


# Sweeps -------------------------------------------------------------------------------------------


def test_three_timers_make_hardware_timed_pulses(bench: TspBench) -> None:
    set_up(bench, PULSED_SWEEP)
    began_s = bench.clock.now_s
    assert bench.query("smua.trigger.initiate() waitcomplete() print('done')") == "done"
    assert bench.clock.now_s - began_s == pytest.approx(3 * 2e-3 + 1e-3)
    rows = bench.numbers(
        "smua.nvbuffer1.readings, smua.nvbuffer1.sourcevalues, smua.nvbuffer1.timestamps, "
        "smua.nvbuffer2.readings, smua.nvbuffer1.statuses",
        4,
    )
    levels_v = np.array([0.1, 0.0, -0.1, 0.05])
    assert rows[:, 0] == pytest.approx(levels_v / RESISTANCE_OHM)
    assert rows[:, 1] == pytest.approx(levels_v)
    assert rows[:, 2] == pytest.approx([0, 2e-3, 4e-3, 6e-3], abs=1e-9)
    assert rows[:, 3] == pytest.approx(levels_v)
    assert not rows[:, 4].any()
    (played,) = bench.circuit.plays
    assert played.programmed_v == pytest.approx([0.1, 0.1, 0, 0, 0, 0, -0.1, -0.1, 0, 0.05, 0.05])
    middle_s = 1e-3 - 60e-6 - 0.5 * 0.01 / 50
    assert played.durations_s[:3] == pytest.approx([middle_s, 1e-3 - middle_s, 1e-3])
    assert played.pulse_starts.nonzero()[0].tolist() == [0, 3, 6, 9]
    assert bench.circuit.counters["readings"] == 4
    assert bench.circuit.levels["smua"][0] == 0.0
    assert bench.errors() == 0


def test_readings_appear_in_their_time(bench: TspBench) -> None:
    set_up(bench, STAIRCASE)
    bench.write("smua.trigger.initiate()")
    assert bench.value("status.operation.sweeping.condition") == 2
    bench.clock.advance(1.5e-3)
    assert bench.value("smua.nvbuffer1.n") == 1
    bench.clock.advance(10e-3)
    assert bench.value("smua.nvbuffer1.n") == 3
    assert bench.value("status.operation.sweeping.condition") == 0


def test_a_staircase_steps_when_a_reading_is_over(bench: TspBench) -> None:
    set_up(bench, STAIRCASE + "smua.trigger.endsweep.action = smua.SOURCE_HOLD")
    bench.query("smua.trigger.initiate() waitcomplete() print(1)")
    rows = bench.numbers("smua.nvbuffer1, smua.nvbuffer1.timestamps", 3)
    assert rows[:, 0] == pytest.approx([1e-8, 2e-8, 3e-8])
    assert rows[:, 1] == pytest.approx(np.arange(3) * (1e-3 + 30e-6), abs=1e-9)
    assert bench.circuit.levels["smua"][0] == pytest.approx(0.03)
    assert not bench.circuit.plays[0].pulse_starts.any()


def test_the_list_restarts_and_is_cut(bench: TspBench) -> None:
    set_up(bench, STAIRCASE + "smua.trigger.count = 5")
    bench.query("smua.trigger.initiate() waitcomplete() print(1)")
    assert bench.numbers("smua.nvbuffer1", 5).ravel() == pytest.approx(
        [1e-8, 2e-8, 3e-8, 1e-8, 2e-8]
    )


@pytest.mark.parametrize(
    ("command", "levels"),
    [("linearv(0, 0.1, 3)", [0, 0.05, 0.1]), ("logv(0.001, 0.1, 3)", [0.001, 0.01, 0.1])],
)
def test_computed_sweeps(bench: TspBench, command: str, levels: list[float]) -> None:
    set_up(bench, STAIRCASE + f"smua.trigger.source.{command}")
    bench.query("smua.trigger.initiate() waitcomplete() print(1)")
    assert bench.numbers("smua.nvbuffer1", 3).ravel() == pytest.approx(
        np.array(levels) / RESISTANCE_OHM
    )


def test_a_current_sweep_changes_its_limit_at_every_step(bench: TspBench) -> None:
    set_up(
        bench,
        STAIRCASE + "smua.source.func = 0 smua.source.rangei = 1e-6 smua.source.limitv = 1\n"
        "smua.trigger.source.listi({1e-7, -2e-7}) smua.trigger.measure.v(smua.nvbuffer1)\n"
        "smua.trigger.count = 2",
    )
    bench.query("smua.trigger.initiate() waitcomplete() print(1)")
    assert bench.numbers("smua.nvbuffer1", 2).ravel() == pytest.approx([0.1, -0.2])
    assert [played.limit_a for played in bench.circuit.plays] == pytest.approx([1e-7, 2e-7])
    bench.write("smua.trigger.source.limitv = 0.15")
    bench.query("smua.trigger.initiate() waitcomplete() print(1)")
    assert bench.numbers("smua.nvbuffer1.statuses", 2).ravel().astype(int).tolist() == [0, 64]


def test_the_sweep_has_a_limit_of_its_own(bench: TspBench) -> None:
    set_up(bench, STAIRCASE + "smua.trigger.source.limiti = 1.5e-8")
    bench.query("smua.trigger.initiate() waitcomplete() print(1)")
    rows = bench.numbers("smua.nvbuffer1, smua.nvbuffer1.statuses", 3)
    assert rows[:, 0] == pytest.approx([1e-8, 1.5e-8, 1.5e-8])
    assert (rows[:, 1].astype(int) & 64).tolist() == [0, 64, 64]


def test_asynchronous_readings_do_not_hold_up_the_source(bench: TspBench) -> None:
    set_up(
        bench,
        STAIRCASE + "smua.trigger.measure.action = smua.ASYNC smua.measure.count = 5\n"
        "smua.measure.interval = 2e-3 smua.trigger.measure.stimulus = smua.trigger.ARMED_EVENT_ID\n"
        "trigger.timer[1].delay = 4e-3 trigger.timer[1].count = 3\n"
        "trigger.timer[1].stimulus = smua.trigger.ARMED_EVENT_ID\n"
        "smua.trigger.endpulse.stimulus = trigger.timer[1].EVENT_ID",
    )
    bench.query("smua.trigger.initiate() waitcomplete() print(1)")
    rows = bench.numbers("smua.nvbuffer1, smua.nvbuffer1.timestamps", 5)
    assert rows[:, 0] == pytest.approx(np.array([1, 1, 2, 2, 3]) * 1e-8)
    assert rows[:, 1] == pytest.approx(np.arange(5) * 2e-3, abs=1e-9)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("smua.measure.autorangei = 1", -221),
        ("smua.measure.autorangev = 1", -221),
        ("smua.measure.autozero = smua.AUTOZERO_AUTO", -221),
        ("smua.nvbuffer1.collectsourcevalues = 1", -221),
        ("smua.trigger.source.listv({0.3})", 5005),
        ("smua.source.func = 0", -221),
    ],
)
def test_initiate_refuses_what_cannot_be_done(bench: TspBench, line: str, code: int) -> None:
    set_up(bench, STAIRCASE + "smua.trigger.measure.action = smua.ASYNC\n" + line)
    bench.write("smua.trigger.initiate()")
    assert bench.error()[0] == code
    assert bench.value("status.operation.sweeping.condition") == 0
    assert not bench.circuit.plays


def test_a_list_too_fast_for_its_readings_overruns(bench: TspBench) -> None:
    set_up(bench, PULSED_SWEEP.replace("nplc = 0.01", "nplc = 0.2"))
    bench.write("smua.trigger.initiate()")
    bench.clock.advance(1)
    assert int(bench.value("status.operation.trigger_overrun.smua.event")) & 4
    assert bench.value("status.operation.sweeping.condition") == 2, "it misses triggers and waits"
    assert bench.value("smua.nvbuffer1.n") < 4
    assert bench.errors() == 0


def test_enabled_events_show_in_the_status_byte_until_they_are_read(bench: TspBench) -> None:
    set_up(bench, STAIRCASE)
    bench.write("status.operation.enable = status.operation.SWE")
    bench.write("status.operation.sweeping.enable = 2 smua.trigger.initiate()")
    assert bench.instrument.status_byte() == 0x80
    assert bench.value("status.operation.sweeping.event") == 2
    assert bench.value("status.operation.condition") == 0
    assert bench.value("status.operation.event") == 8
    assert bench.instrument.status_byte() == 0


def test_a_timer_triggered_while_it_runs_overruns(bench: TspBench) -> None:
    set_up(bench, PULSED_SWEEP + "trigger.timer[3].delay = 2.5e-3")
    bench.write("smua.trigger.initiate()")
    bench.clock.advance(1.9e-3)
    assert bench.value("status.operation.trigger_overrun.timer.event") == 0
    bench.clock.advance(1e-3)
    assert bench.value("status.operation.trigger_overrun.timer.event") == 8
    assert bench.value("status.operation.trigger_overrun.timer.event") == 0


def test_abort_ends_a_sweep_at_once(bench: TspBench) -> None:
    set_up(bench, PULSED_SWEEP)
    bench.write("smua.trigger.initiate()")
    bench.clock.advance(2.5e-3)
    bench.write("smua.abort()")
    assert bench.value("smua.nvbuffer1.n") == 1
    assert bench.value("status.operation.sweeping.condition") == 0
    assert bench.circuit.plays[0].end_s == pytest.approx(2.5e-3)
    assert bench.circuit.levels["smua"][0] == 0.0
    bench.query("smua.trigger.initiate() waitcomplete() print(1)")
    assert bench.value("smua.nvbuffer1.n") == 4


def test_switching_the_output_off_ends_a_sweep(bench: TspBench) -> None:
    set_up(bench, PULSED_SWEEP)
    bench.write("smua.trigger.initiate()")
    bench.clock.advance(2.5e-3)
    bench.write("smua.source.output = 0")
    assert bench.circuit.plays[0].end_s == pytest.approx(2.5e-3)
    assert bench.circuit.levels["smua"][0] is None


def test_a_second_initiate_is_ignored(bench: TspBench) -> None:
    set_up(bench, STAIRCASE)
    bench.write("smua.trigger.initiate() smua.trigger.initiate()")
    assert bench.error()[0] == -213


def test_trg_steps_a_sweep(bench: TspBench) -> None:
    set_up(bench, STAIRCASE + "smua.trigger.source.stimulus = trigger.EVENT_ID")
    bench.write("smua.trigger.initiate()")
    for step in (1, 2, 3):
        assert bench.value("status.operation.sweeping.condition") == 2
        bench.clock.advance(0.5)
        bench.write("*trg")
        bench.clock.advance(5e-3)
        assert bench.value("smua.nvbuffer1.n") == step
    assert bench.value("status.operation.sweeping.condition") == 0
    rows = bench.numbers("smua.nvbuffer1, smua.nvbuffer1.timestamps", 3)
    assert rows[:, 0] == pytest.approx([1e-8, 2e-8, 3e-8])
    assert rows[:, 1] == pytest.approx([0, 0.505, 1.01], abs=1e-6)


def test_an_unforeseen_trigger_changes_the_rest_only(bench: TspBench) -> None:
    set_up(
        bench,
        STAIRCASE + "trigger.timer[1].delay = 1 trigger.timer[1].count = 3\n"
        "trigger.timer[1].stimulus = smua.trigger.ARMED_EVENT_ID\n"
        "trigger.blender[1].orenable = true\n"
        "trigger.blender[1].stimulus[1] = trigger.timer[1].EVENT_ID\n"
        "trigger.blender[1].stimulus[2] = trigger.generator[1].EVENT_ID\n"
        "smua.trigger.source.stimulus = trigger.blender[1].EVENT_ID",
    )
    bench.write("smua.trigger.initiate()")
    bench.clock.advance(1.5)
    bench.write("trigger.generator[1].assert()")
    bench.clock.advance(2)
    rows = bench.numbers("smua.nvbuffer1, smua.nvbuffer1.timestamps", 3)
    assert rows[:, 0] == pytest.approx([1e-8, 2e-8, 3e-8])
    assert rows[:, 1] == pytest.approx([0, 0.5, 1.0], abs=1e-6)


def test_one_channel_steps_the_other(bench: TspBench) -> None:
    set_up(bench, STAIRCASE)
    set_up(bench, STAIRCASE.replace("smua", "smub").replace("0.03}", "0.07}"))
    bench.write(
        "smub.trigger.source.stimulus = smua.trigger.MEASURE_COMPLETE_EVENT_ID",
        "smub.trigger.initiate() smua.trigger.initiate() waitcomplete() print(1)",
    )
    bench.read()
    assert bench.numbers("smub.nvbuffer1", 3).ravel() == pytest.approx([1e-8, 2e-8, 7e-8])
    assert {played.source for played in bench.circuit.plays} == {"smua", "smub"}


def test_a_script_waits_for_trg(bench: TspBench) -> None:
    bench.write("print(trigger.wait(5))")
    bench.clock.advance(1)
    bench.write("*TRG")
    assert bench.read() == "true"
    assert bench.query("print(trigger.wait(0.5))") == "false"


def test_an_endless_sweep_ends_with_abort(bench: TspBench) -> None:
    set_up(
        bench,
        STAIRCASE + "smua.trigger.count = 0 trigger.timer[1].count = 0\n"
        "trigger.timer[1].delay = 0.1 trigger.timer[1].stimulus = smua.trigger.ARMED_EVENT_ID\n"
        "smua.trigger.source.stimulus = trigger.timer[1].EVENT_ID\n"
        "smua.trigger.measure.action = 0 smua.trigger.initiate()",
    )
    bench.clock.advance(100)
    bench.write("smua.abort()")
    assert bench.value("status.operation.sweeping.condition") == 0
