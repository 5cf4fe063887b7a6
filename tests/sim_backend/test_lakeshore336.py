"""The simulated Lake Shore 336 against instruments.md §8.1: wire, loops, limits, and status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import pyvisa

from sim_backend.clock import VirtualClock
from sim_backend.instruments.lakeshore336.instrument import LakeShore336
from sim_backend.physics.cryostat import Cryostat
from sim_backend.world_file import DEFAULT_ADDRESSES


class Stage:
    """A controller on its cryostat, with a clock to turn."""

    def __init__(self, seed: int = 1) -> None:
        self.clock = VirtualClock()
        self.cryostat = Cryostat(seed, lambda: self.clock.now_s)
        self.controller = LakeShore336(self.clock, self.cryostat)
        self.tell("*CLS")

    def tell(self, message: str, terminator: str = "\n") -> None:
        self.controller.receive((message + terminator).encode("ascii"), end=True)
        assert not self.controller.output, f"{message} was answered"

    def ask(self, message: str, terminator: str = "\n") -> str:
        self.controller.receive((message + terminator).encode("ascii"), end=True)
        (answer,) = self.controller.output
        self.controller.output.clear()
        assert answer.endswith(b"\r\n")
        return answer[:-2].decode("ascii")


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("*IDN?", "LSCI,MODEL336,LSA12AB/1234567,2.9"),
        ("SETP? 1", "+300.000"),
        ("PID? 1", "+50.0,+20.0,+0.0"),
        ("RAMP? 1", "0,+0.000"),
        ("RAMPST? 1", "0"),
        ("RANGE? 1", "0"),
        ("OUTMODE? 1", "1,1,0"),
        ("OUTMODE? 3", "0,0,0"),
        ("HTRSET? 1", "1,2,0,1"),
        ("HTR? 1", "+0.005"),
        ("HTRST? 2", "0"),
        ("RDGST? A", "0"),
        ("RDGST? B", "1"),
        ("KRDG? B", "+0.000"),
        ("INTYPE? A", "1,1,0,0,1"),
        ("TLIMIT? A", "+0.000"),
        ("ALARMST? A", "0,0"),
        ("CRVHDR? 2", "DT-670,STANDARD C,2,+500.000,1"),
        ("CRVPT? 21,1", "+0.00000,+0.00000"),
        ("*TST?", "0"),
        ("*OPC?", "1"),
    ],
)
def test_it_wakes_up_with_its_defaults(stage: Stage, query: str, answer: str) -> None:
    assert stage.ask(query) == answer


@pytest.mark.parametrize(
    ("command", "query", "answer"),
    [
        ("RAMP 1,1,2.5", "RAMP? 1", "1,+2.500"),
        ("PID 2,100.25,0.1,200", "PID? 2", "+100.2,+0.1,+200.0"),
        ("HTRSET 1,2,0,1.141,2", "HTRSET? 1", "2,0,1.141,2"),
        ("OUTMODE 1, 3, 1, 0", "OUTMODE? 1", "3,1,0"),
        ("TLIMIT A,350", "TLIMIT? A", "+350.000"),
        ("ALARM A,1,320,210,3,0,1,1", "ALARM? A", "1,+320.000,+210.000,+3.000,0,1,1"),
        ('INNAME A,"stage"', "INNAME? A", "stage"),
        ("FILTER a,1,10,2", "FILTER? A", "1,10,2"),
        ("CRVPT 21,1,1.6,4.0", "CRVPT? 21,1", "+1.60000,+4.00000"),
        ("MOUT 3,12.5", "AOUT? 3", "+12.500"),
        ("RANGE 1,3", "RANGE? 1", "3"),
        ("*ESE 60", "*ESE?", "60"),
        ("OPSTE 8", "OPSTE?", "8"),
    ],
)
def test_a_setting_is_answered_as_it_was_set(
    stage: Stage, command: str, query: str, answer: str
) -> None:
    stage.tell(command)
    assert stage.ask(query) == answer
    assert stage.ask("*ESR?") == "0"


@pytest.mark.parametrize("query", ["KRDG? A", "KRDG?A", "krdg? a", "  KRDG?  A  "])
@pytest.mark.parametrize("terminator", ["\n", "\r\n", ""])
def test_readings_are_asked_for_in_many_ways(stage: Stage, query: str, terminator: str) -> None:
    answer = stage.ask(query, terminator)
    assert answer.startswith("+")
    assert len(answer) == len("+300.000")
    assert float(answer) == pytest.approx(300.0, abs=0.05)


def test_all_inputs_are_read_at_once(stage: Stage) -> None:
    readings = [float(text) for text in stage.ask("KRDG? 0").split(",")]
    assert readings == [pytest.approx(300.0, abs=0.05), 0.0, 0.0, 0.0]
    celsius = float(stage.ask("CRDG? A"))
    assert celsius == pytest.approx(readings[0] - 273.15, abs=0.0011)
    assert float(stage.ask("SRDG? A")) == pytest.approx(0.5597, abs=0.001)


def test_commands_and_answers_are_joined_by_semicolons(stage: Stage) -> None:
    assert stage.ask("SETP 1,50;*ESR?") == "0"
    assert stage.ask("PID? 1;RANGE? 1;;*ESR?") == "+50.0,+20.0,+0.0;0;0"


def test_an_empty_line_is_ignored(stage: Stage) -> None:
    stage.tell("")
    assert stage.ask("*ESR?") == "0"


@pytest.mark.parametrize("command", ["SYST:ERR?", "FLY", "FLY? 1", "?", "KRDG A", "HEATER 1,1"])
def test_an_unknown_command_sets_bit_5_and_answers_nothing(stage: Stage, command: str) -> None:
    stage.tell(command)
    assert stage.ask("*ESR?") == "32"
    assert stage.ask("*ESR?") == "0"


@pytest.mark.parametrize(
    "command",
    [
        *("SETP 1,nan", "SETP 1,-5", "SETP 5,100", "SETP 1", "SETP", "SETP 1,100,3"),
        *("RANGE 1,4", "RANGE 3,2", "RAMP 1,1,101", "RAMP 3,1,5", "PID 1,0,20,0"),
        *("OUTMODE 1,6,1,0", "HTRSET 1,1,1,2,0,1", "KRDG? E", "SETP?", "*ESE 256", "*SRE x"),
    ],
)
def test_an_impossible_parameter_sets_bit_4_and_changes_nothing(stage: Stage, command: str) -> None:
    before = stage.controller.snapshot()
    stage.tell(command)
    assert stage.ask("*ESR?") == "16"
    assert stage.controller.snapshot() == before


def test_power_up_is_told_once() -> None:
    clock = VirtualClock()
    fresh = LakeShore336(clock, Cryostat(1, lambda: clock.now_s))
    fresh.receive(b"*ESR?\n*ESR?\n", end=True)
    assert list(fresh.output) == [b"4\r\n"], "the first answer, 128, was interrupted"


def test_a_new_message_interrupts_an_unread_answer(stage: Stage) -> None:
    stage.controller.receive(b"*IDN?\n", end=True)
    assert stage.ask("*ESR?") == "4"


def test_the_set_point_is_shown_half_a_second_late(stage: Stage) -> None:
    stage.tell("SETP 1,250")
    assert stage.ask("SETP? 1") == "+300.000"
    stage.clock.advance(0.51)
    assert stage.ask("SETP? 1") == "+250.000"


def test_the_stage_moves_only_when_the_heater_is_on(stage: Stage) -> None:
    stage.tell("SETP 1,250")
    stage.clock.advance(1000)
    assert float(stage.ask("KRDG? A")) == pytest.approx(300.0, abs=0.05)
    stage.tell("RANGE 1,3")
    stage.clock.advance(1000)
    assert float(stage.ask("KRDG? A")) == pytest.approx(250.0, abs=0.05)
    assert stage.cryostat.sample_temperature_k() == pytest.approx(250.0, abs=1e-3)
    assert 0 < float(stage.ask("HTR? 1")) < 100


@pytest.mark.parametrize("off", ["RANGE 1,0", "OUTMODE 1,0,1,0", "OUTMODE 1,1,2,0", "*RST"])
def test_without_control_the_stage_drifts_to_ambient_in_600_s(stage: Stage, off: str) -> None:
    stage.tell("SETP 1,250;RANGE 1,3")
    stage.clock.advance(2000)
    stage.tell(off)
    stage.clock.advance(600)
    assert stage.cryostat.stage_temperature_k() == pytest.approx(300 - 50 / 2.71828, abs=1e-3)
    assert stage.ask("HTR? 1") == "+0.005"


def test_a_ramp_takes_its_time_and_tells_when_it_is_done(stage: Stage) -> None:
    stage.tell("RAMP 1,1,10;RANGE 1,3;SETP 1,280;OPSTE 8;*SRE 128")
    stage.clock.advance(119.9)
    assert stage.ask("RAMPST? 1") == "1"
    assert stage.controller.status_byte() == 0
    assert float(stage.ask("KRDG? A")) == pytest.approx(280.0 + 0.1 / 6 + 4.0, abs=0.1)
    stage.clock.advance(0.2)
    assert stage.ask("RAMPST? 1") == "0"
    assert stage.controller.status_byte() == 128 + 64
    assert stage.ask("OPSTR?") == "8"
    assert stage.controller.status_byte() == 0


def test_a_ramp_starts_from_where_the_set_point_is(stage: Stage) -> None:
    stage.tell("RAMP 1,1,60;RANGE 1,3;SETP 1,200")
    stage.clock.advance(50)
    stage.tell("SETP 1,300")
    stage.clock.advance(49.9)
    assert stage.ask("RAMPST? 1") == "1"
    stage.clock.advance(0.2)
    assert stage.ask("RAMPST? 1") == "0"


def test_rate_0_and_ramping_off_jump(stage: Stage) -> None:
    stage.tell("RAMP 1,1,0;SETP 1,200")
    assert stage.ask("RAMPST? 1") == "0"
    stage.tell("RAMP 1,1,1;SETP 1,300")
    assert stage.ask("RAMPST? 1") == "1"
    stage.tell("RAMP 1,0,1")
    assert stage.ask("RAMPST? 1") == "0"


def test_above_the_limit_all_outputs_shut_down_unasked(stage: Stage) -> None:
    stage.tell("TLIMIT A,320;RANGE 1,3;RANGE 3,1;SETP 1,350")
    stage.clock.advance(400)
    assert stage.ask("RANGE? 1;RANGE? 3") == "0;0"
    assert stage.cryostat.stage_temperature_k() < 320.0


def test_a_limit_lifted_in_time_does_nothing(stage: Stage) -> None:
    stage.tell("TLIMIT A,320;RANGE 1,3;SETP 1,350;TLIMIT A,0")
    stage.clock.advance(1000)
    assert stage.cryostat.stage_temperature_k() == pytest.approx(350.0, abs=1e-3)


def test_an_alarm_is_latched_until_reset(stage: Stage) -> None:
    stage.tell("ALARM A,1,310,100,0,1;RANGE 1,3;SETP 1,320")
    stage.clock.advance(500)
    assert stage.ask("ALARMST? A") == "1,0"
    assert int(stage.ask("OPST?")) & 1
    stage.tell("SETP 1,290")
    stage.clock.advance(500)
    assert stage.ask("ALARMST? A") == "1,0"
    stage.tell("ALMRST")
    assert stage.ask("ALARMST? A") == "0,0"


def test_extremes_of_the_readings_given_out(stage: Stage) -> None:
    first = stage.ask("KRDG? A")
    stage.tell("RANGE 1,3;SETP 1,290")
    stage.clock.advance(1000)
    last = stage.ask("KRDG? A")
    assert stage.ask("MDAT? A") == f"{last},{first}"
    stage.tell("MNMXRST")
    assert stage.ask("MDAT? A") == f"{last},{last}"


def test_the_status_byte_sums_up_what_is_enabled(stage: Stage) -> None:
    stage.tell("*ESE 32;*SRE 32;FLY")
    assert stage.controller.status_byte() == 32 + 64
    assert stage.ask("*STB?") == "96"
    stage.tell("*CLS")
    assert stage.controller.status_byte() == 0


def test_it_keeps_working_for_the_next_process(stage: Stage) -> None:
    stage.tell("TLIMIT A,340;RAMP 1,1,6;RANGE 1,3;SETP 1,330")
    stage.clock.advance(100)
    later = Stage()
    later.clock.advance(100)
    later.cryostat.restore(json.loads(json.dumps(stage.cryostat.snapshot())))
    later.controller.restore(json.loads(json.dumps(stage.controller.snapshot())))
    for twin in (stage, later):
        assert twin.ask("RAMPST? 1;RANGE? 1;TLIMIT? A") == "1;3;+340.000"
        twin.clock.advance(250)
    assert later.ask("KRDG? A;RAMPST? 1;OPSTR?") == stage.ask("KRDG? A;RAMPST? 1;OPSTR?")


def test_qcodes_driver_works_but_for_its_known_defect(world_file: Path) -> None:
    lakeshore = pytest.importorskip("qcodes.instrument_drivers.Lakeshore")
    manager = pyvisa.ResourceManager(f"{world_file}@ag2s")
    controller = lakeshore.LakeshoreModel336(
        "stage", DEFAULT_ADDRESSES["temperature"], visalib=f"{world_file}@ag2s"
    )
    try:
        assert controller.get_idn()["model"] == "336"
        assert controller.A.temperature() == pytest.approx(300.0, abs=0.05)
        assert controller.output_1.setpoint() == 300.0
        # The driver expects the 335's five fields of HTRSET (instruments.md §6, defect 3).
        with pytest.raises(KeyError, match="output_display"):
            controller.output_1.output_max_current()
    finally:
        controller.close()
        manager.close()
