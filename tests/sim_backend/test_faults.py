"""Faults that are ordered: they begin when they should, do what they say, and end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pyvisa
from pyvisa.constants import StatusCode

from tests.sim_backend.whole_bench import WholeBench, in_process, served

D01, D02, BOTTOM = "1A01", "1A02", "2B12"


@pytest.fixture
def bench(world_file: Path) -> Iterator[WholeBench]:
    with in_process(world_file) as bench:
        yield bench


def status_of(error: pytest.ExceptionInfo[pyvisa.VisaIOError]) -> int:
    return error.value.error_code


class TestAnswers:
    def test_none_comes_once_and_then_they_do_again(self, bench: WholeBench) -> None:
        bench.fault("timeout", "smu", after=2, count=1)
        assert [bench.smu.query("print(1)") for _ in range(2)] == ["1.00000e+00"] * 2
        with pytest.raises(pyvisa.VisaIOError) as error:
            bench.smu.query("print(1)")
        assert status_of(error) == StatusCode.error_timeout
        assert bench.smu.query("print(2)") == "2.00000e+00"
        assert bench.ask("FAULT?")[0]["state"] == "over"

    def test_a_garbled_answer_is_as_long_and_no_number(self, bench: WholeBench) -> None:
        bench.fault("garbled", "temperature", count=1)
        garbled = bench.stage.query("KRDG? A")
        right = bench.stage.query("KRDG? A")
        assert len(garbled) == len(right)
        with pytest.raises(ValueError, match="convert"):
            float(garbled)
        assert float(right) == pytest.approx(300, abs=1)

    def test_of_a_truncated_answer_half_comes(self, bench: WholeBench) -> None:
        bench.fault("truncated", "smu", count=1)
        with pytest.warns(UserWarning, match="termination"):
            assert bench.smu.query("print(0.123456)") == "1.234"
        assert bench.smu.query("print(0.123456)") == "1.23456e-01"

    def test_another_instrument_is_not_affected(self, bench: WholeBench) -> None:
        bench.fault("timeout", "smu")
        assert bench.matrix.query("*OPC?") == "1"

    def test_at_a_time(self, bench: WholeBench) -> None:
        bench.fault("timeout", "smu", at_s=5.0, count=1)
        assert bench.smu.query("print(1)") == "1.00000e+00"
        bench.control.write("WAIT 5")
        with pytest.raises(pyvisa.VisaIOError):
            bench.smu.query("print(1)")


class TestLostConnection:
    def test_nothing_gets_through_until_it_is_back(self, bench: WholeBench) -> None:
        bench.send("smua.source.levelv = 0.1 smua.source.output = 1")
        bench.fault("lost", "smu", count=3)
        for _ in range(3):
            with pytest.raises(pyvisa.VisaIOError) as error:
                bench.smu.query("print(1)")
            assert status_of(error) == StatusCode.error_connection_lost
        # The instrument has noticed nothing.
        assert bench.smu.query("print(smua.source.output)") == "1.00000e+00"

    def test_no_device_clear_gets_through_either(self, bench: WholeBench) -> None:
        bench.smu.write("repeat delay(1) until false")
        bench.fault("lost", "smu", count=2)
        for reach in (bench.smu.clear, bench.smu.read_stb):
            with pytest.raises(pyvisa.VisaIOError) as error:
                reach()
            assert status_of(error) == StatusCode.error_connection_lost
        bench.smu.clear()
        assert bench.smu.query("print(1)") == "1.00000e+00"

    def test_it_is_lost_while_somebody_waits(self, bench: WholeBench) -> None:
        bench.fault("lost", "smu", at_s=0.5, for_s=10.0)
        with pytest.raises(pyvisa.VisaIOError) as error:
            bench.smu.query("delay(1) print(1)")
        assert status_of(error) == StatusCode.error_connection_lost

    def test_an_answer_that_was_not_read_yet_is_lost(self, bench: WholeBench) -> None:
        bench.fault("lost", "smu", after=1, for_s=1.0)
        bench.smu.write("print(1)")
        with pytest.raises(pyvisa.VisaIOError) as error:
            bench.smu.read()
        assert status_of(error) == StatusCode.error_connection_lost
        bench.control.write("WAIT 1")
        assert bench.smu.query("print(2)") == "2.00000e+00"

    def test_messages_of_the_others_bring_it_back_as_well(self, bench: WholeBench) -> None:
        bench.fault("lost", "smu", count=2)
        bench.matrix.query("*OPC?")
        with pytest.raises(pyvisa.VisaIOError):
            bench.smu.write("print(1)")
        assert bench.smu.query("print(1)") == "1.00000e+00"


class TestReset:
    def test_the_source_loses_everything_in_the_middle_of_a_sweep(self, bench: WholeBench) -> None:
        bench.connect(D01, BOTTOM)
        bench.send("mine = 5")
        bench.start("-0.1", points=100, dwell_s=0.1)
        now_s = float(bench.control.query("TIME?"))
        bench.fault("reset", "smu", at_s=now_s + 2.0)
        bench.control.write("WAIT 4")
        asked = "print(mine, smua.source.output, smua.nvbuffer1.n, errorqueue.count)"
        assert bench.smu.query(asked) == "nil\t0.00000e+00\t0.00000e+00\t0.00000e+00"
        record = bench.ask("COUNT? D01")
        assert record["seconds_under_voltage"] == pytest.approx(2.0, abs=0.1)
        assert record["excursions_below"] == 0
        assert bench.smu.query('print(node[2].channel.getclose("allslots"))') == f"{D01};{BOTTOM}"

    def test_the_matrix_opens_its_relays(self, bench: WholeBench) -> None:
        bench.connect(D01, BOTTOM)
        bench.fault("reset", "matrix")
        assert bench.matrix.query('print(channel.getclose("allslots"))') == "nil"
        bench.connect(D01)
        assert bench.smu.query('print(node[2].channel.getclose("allslots"))') == D01

    def test_the_heater_goes_off(self, bench: WholeBench) -> None:
        bench.stage.write("SETP 1,350;RANGE 1,3")
        bench.fault("reset", "temperature")
        assert int(bench.stage.query("RANGE? 1")) == 0

    def test_what_was_asked_when_it_happens_is_not_answered(self, bench: WholeBench) -> None:
        bench.fault("reset", "temperature", after=1)
        with pytest.raises(pyvisa.VisaIOError) as error:
            bench.stage.query("RANGE? 1")
        assert status_of(error) == StatusCode.error_timeout

    def test_messages_behind_it_in_the_same_breath_are_gone(self, bench: WholeBench) -> None:
        bench.fault("reset", "smu", after=1)
        bench.smu.write("mine = 1\nmine = 2")
        assert bench.smu.query("print(mine)") == "nil"


class TestReadings:
    @pytest.mark.parametrize(
        ("kind", "current", "voltage"), [("overflow", 9.91e37, None), ("nan", 9.91e37, 9.91e37)]
    )
    def test_readings_that_are_none(
        self, bench: WholeBench, kind: str, current: float, voltage: float | None
    ) -> None:
        bench.connect(D01, BOTTOM)
        bench.fault(kind, "smu", after=3, count=2)
        bench.start("0.02", points=8, dwell_s=0.01)
        bench.smu.query("waitcomplete() print(1)")
        spoilt = [3, 4]
        currents = bench.readings("smua.nvbuffer1.readings")
        voltages = bench.readings("smua.nvbuffer2.readings")
        assert [k for k, value in enumerate(currents) if value == current] == spoilt
        assert [k for k, value in enumerate(voltages) if value == voltage] == (
            [] if voltage is None else spoilt
        )

    def test_compliance(self, bench: WholeBench) -> None:
        bench.connect(D01, BOTTOM)
        bench.fault("compliance", "smu", after=5)
        bench.start("-0.02", points=8, dwell_s=0.01)
        bench.smu.query("waitcomplete() print(1)")
        statuses = bench.readings("smua.nvbuffer1.statuses")
        assert [int(status) & 64 for status in statuses] == [0] * 5 + [64] * 3
        assert bench.readings("smua.nvbuffer1.readings")[5:] == [-1e-2] * 3

    def test_numbers_hold_when_a_sweep_is_worked_out_anew(self, bench: WholeBench) -> None:
        """A relay moves in between: the readings to come are taken back and made again."""
        bench.connect(D01, BOTTOM)
        bench.fault("overflow", "smu", after=12, count=1)
        bench.start("0.02", points=20, dwell_s=0.01)
        bench.connect(D01, D02, BOTTOM)
        bench.smu.query("waitcomplete() print(1)")
        currents = bench.readings("smua.nvbuffer1.readings")
        assert [k for k, value in enumerate(currents) if value > 1e37] == [12]

    def test_from_a_time_on(self, bench: WholeBench) -> None:
        bench.connect(D01, BOTTOM)
        now_s = float(bench.control.query("TIME?"))
        bench.fault("overflow", "smu", at_s=now_s + 1.0, count=1)
        bench.start("0.02", points=20, dwell_s=0.1)
        bench.control.write("WAIT 3")
        currents = bench.readings("smua.nvbuffer1.readings")
        assert [8 <= k <= 11 for k, value in enumerate(currents) if value > 1e37] == [True]

    def test_a_single_measurement(self, bench: WholeBench) -> None:
        bench.send("smua.source.output = 1")
        bench.fault("overflow", "smu", count=1)
        assert bench.smu.query("print(smua.measure.i())") == "9.91000e+37"
        assert float(bench.smu.query("print(smua.measure.i())")) < 1


class TestRelays:
    CLOSED = 'print(channel.getclose("allslots"))'

    def current_a(self, bench: WholeBench) -> float:
        bench.send("smua.source.levelv = 0.02 smua.source.output = 1")
        return float(bench.smu.query("print(smua.measure.i())"))

    def test_stuck_open_shows_in_the_current_only(self, bench: WholeBench) -> None:
        bench.connect(D01, BOTTOM)
        before_a = self.current_a(bench)
        bench.fault("stuck_open", D01)
        assert abs(self.current_a(bench)) < before_a / 100
        assert bench.matrix.query(self.CLOSED) == f"{D01};{BOTTOM}"
        bench.control.write("FAULT:CLEAR")
        assert self.current_a(bench) == pytest.approx(before_a, rel=0.1)

    def test_stuck_closed_adds_a_device(self, bench: WholeBench) -> None:
        bench.connect(D02, BOTTOM)
        bench.fault("stuck_closed", D01)
        self.current_a(bench)
        bench.control.write("WAIT 1")
        assert bench.matrix.query(self.CLOSED) == f"{D02};{BOTTOM}"
        assert bench.ask("COUNT? D01")["seconds_under_voltage"] > 0.9
        bench.control.write("FAULT:CLEAR")
        before = bench.ask("COUNT? D01")
        bench.control.write("WAIT 1")
        assert bench.ask("COUNT? D01") == before


class TestStage:
    def kelvin(self, bench: WholeBench, wait_s: float) -> float:
        bench.control.write(f"WAIT {wait_s}")
        return float(bench.stage.query("KRDG? A"))

    def test_it_drifts_and_comes_back(self, bench: WholeBench) -> None:
        bench.stage.write("SETP 1,300;RANGE 1,3")
        bench.fault("drift", "cryostat", rate_k_per_min=6.0, for_s=600.0)
        assert self.kelvin(bench, 60.0) == pytest.approx(306.0, abs=0.1)
        assert self.kelvin(bench, 60.0) == pytest.approx(312.0, abs=0.1)
        bench.control.write("FAULT:CLEAR")
        assert self.kelvin(bench, 0.2) == pytest.approx(312.0, abs=0.2)
        assert self.kelvin(bench, 600.0) == pytest.approx(300.0, abs=0.1)

    def test_it_never_settles(self, bench: WholeBench) -> None:
        bench.stage.write("SETP 1,300;RANGE 1,3")
        bench.fault("never_settles", "cryostat", amplitude_k=2.0, period_s=40.0)
        found = [self.kelvin(bench, 10.0) for _ in range(8)]
        assert found == pytest.approx([302.0, 300.0, 298.0, 300.0] * 2, abs=0.2)


class TestOrders:
    @pytest.mark.parametrize(
        ("order", "words"),
        [
            ({"kind": "timout", "where": "smu"}, "did you mean 'timeout'"),
            ({"kind": "timeout", "where": "control"}, "must be smu or matrix or temperature"),
            ({"kind": "timeout", "where": "smu", "for_s": 1}, "unknown key 'for_s'"),
            ({"kind": "timeout", "where": "smu", "after": -1}, "whole number of 0 or more"),
            ({"kind": "timeout", "where": "smu", "after": 1, "at_s": 1}, "not both"),
            ({"kind": "stuck_open", "where": "3A01"}, "crosspoint"),
            ({"kind": "drift", "where": "cryostat", "rate_k_per_min": "1"}, "finite number"),
            ([], "no table"),
        ],
    )
    def test_what_is_no_fault_is_told(self, bench: WholeBench, order: Any, words: str) -> None:
        bench.control.write(f"FAULT {json.dumps(order)}")
        code, text = bench.error().split(",", 1)
        assert code == "-224"
        assert words in text
        assert bench.ask("FAULT?") == []

    def test_a_fault_that_is_no_json(self, bench: WholeBench) -> None:
        bench.control.write("FAULT timeout smu")
        assert bench.error().startswith("-104,")

    def test_they_are_told_with_their_state(self, bench: WholeBench) -> None:
        bench.fault("timeout", "smu", after=1)
        bench.fault("reset", "matrix")
        assert bench.ask("FAULT?") == [
            {"kind": "timeout", "where": "smu", "after": 1, "state": "armed"},
            {"kind": "reset", "where": "matrix", "after": 0, "state": "over"},
        ]
        bench.control.write("FAULT:CLEAR")
        assert bench.ask("FAULT?") == []
        assert [bench.smu.query("print(1)") for _ in range(3)] == ["1.00000e+00"] * 3

    def test_from_the_world_file_and_anew_with_a_new_array(self, world_file: Path) -> None:
        world_file.write_text(
            '[[faults]]\nkind = "timeout"\nwhere = "smu"\nafter = 1\ncount = 1\n', encoding="utf-8"
        )
        with in_process(world_file) as bench:
            for _ in range(2):
                assert bench.smu.query("print(1)") == "1.00000e+00"
                with pytest.raises(pyvisa.VisaIOError):
                    bench.smu.query("print(1)")
                assert bench.smu.query("print(1)") == "1.00000e+00"
                bench.control.write("NEW 3")

    def test_a_wrong_one_in_the_world_file_is_told(self, world_file: Path) -> None:
        world_file.write_text('[[faults]]\nkind = "lost"\nwhere = "cryostat"\n', encoding="utf-8")
        with pytest.raises(ValueError, match=r"\[\[faults\]\]: where = 'cryostat'"):
            pyvisa.ResourceManager(f"{world_file}@ag2s")


def test_a_served_instrument_is_lost_and_comes_back(world_file: Path) -> None:
    """Its socket is closed, who connects is refused, and the same port answers afterwards."""
    with served(world_file) as bench:
        bench.fault("lost", "smu", for_s=10.0)
        for session in (bench.smu, bench.at("smu")):
            session.timeout = 200
            with pytest.raises((OSError, pyvisa.VisaIOError)):
                session.query("print(1)")
        assert bench.matrix.query("*OPC?") == "1"
        assert bench.control.query("WAIT 10\n*OPC?") == "1"
        assert bench.at("smu").query("print(2)") == "2.00000e+00"
