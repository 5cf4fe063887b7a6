"""The 707B: which relays move, when, and what it answers and refuses."""

from __future__ import annotations

import pytest

from sim_backend.instruments.keithley707b.instrument import SETTLING_S, Keithley707B
from tests.sim_backend.resistor_bench import TspBench


@pytest.fixture
def bench() -> TspBench:
    return TspBench("707B")


def closed(bench: TspBench) -> str:
    return bench.query("print(channel.getclose('allslots'))")


def settle(bench: TspBench, *lines: str) -> None:
    bench.write(*lines)
    assert bench.query("*OPC?") == "1"


def test_identity_and_precision(bench: TspBench) -> None:
    assert bench.query("*IDN?").startswith("Keithley Instruments Inc., Model 707B, ")
    assert bench.query("print(1)") == "1.000000000e+00"
    assert bench.query("print(slot[1].idn)").startswith("7174A,8x12 ")
    assert bench.query("print(slot[3].idn)") == "Empty Slot"
    assert bench.query("print(channel.gettype('1A01'))") == "1"


def test_close_appends_and_open_opens(bench: TspBench) -> None:
    assert closed(bench) == "nil"
    settle(bench, 'channel.close("2B12; 1A07")', "channel.close('1A01')")
    assert closed(bench) == "1A01;1A07;2B12"
    assert bench.query("print(channel.getclose('slot2'))") == "2B12"
    assert bench.query("print(channel.getstate('1A01,1A02'))") == "1,0"
    settle(bench, "channel.open('1A01:1A08')")
    assert closed(bench) == "2B12"
    settle(bench, "channel.open('allslots')")
    assert closed(bench) == "nil"


def test_a_range_runs_through_rows(bench: TspBench) -> None:
    settle(bench, "channel.close('1A11:1B02')")
    assert closed(bench) == "1A11;1A12;1B01;1B02"


@pytest.mark.parametrize(
    "command",
    [
        "channel.close('1A01,slot1')",
        "channel.close('allslots')",
        "channel.close('1A01,3A01')",
        "channel.close('1A01,1A13')",
        "channel.close('1A01,1I01')",
        "channel.close('1A05:1A01')",
        "channel.close('1A01,1A02:1A04')",
        "channel.close('1A01,nowhere')",
        "channel.exclusiveclose('1A03')",
        "channel.close(nil)",
        "channel.close()",
        "channel.open(channel.getclose('slot1'))",
    ],
)
def test_a_refused_command_moves_nothing(bench: TspBench, command: str) -> None:
    settle(bench, "channel.setforbidden('1A03')", "channel.close('2B12')")
    bench.write(command)
    bench.clock.advance(1)
    assert bench.errors() == 1
    assert closed(bench) == "2B12"


def test_exclusive_close_breaks_before_it_makes(bench: TspBench) -> None:
    settle(bench, "channel.close('1A01,2B12')")
    began_s = bench.clock.now_s
    settle(bench, "channel.exclusiveclose('1A02,2B12')")
    history = [(time_s - began_s, set(relays)) for time_s, relays in bench.circuit.relay_history]
    assert history[-2:] == [
        (pytest.approx(0.0), {"2B12"}),
        (pytest.approx(SETTLING_S), {"1A02", "2B12"}),
    ]
    assert bench.clock.now_s - began_s == pytest.approx(2 * SETTLING_S)
    settle(bench, "channel.exclusiveclose('')")
    assert closed(bench) == "nil"


@pytest.mark.parametrize(
    ("rule", "between"),
    [("MAKE_BEFORE_BREAK", {"1A01", "1A02"}), ("OFF", {"1A02"})],
)
def test_other_connect_rules(bench: TspBench, rule: str, between: set[str]) -> None:
    settle(bench, "channel.close('1A01')", f"channel.connectrule = channel.{rule}")
    moves = len(bench.circuit.relay_history)
    settle(bench, "channel.exclusiveclose('1A02')")
    assert set(bench.circuit.relay_history[moves][1]) == between
    assert closed(bench) == "1A02"


def test_one_relay_after_the_other(bench: TspBench) -> None:
    settle(bench, "channel.connectsequential = 1", "channel.close('1A01:1A03')")
    assert bench.clock.now_s == pytest.approx(3 * SETTLING_S)


def test_exclusive_slot_close_leaves_other_slots(bench: TspBench) -> None:
    settle(bench, "channel.close('1A01,2B12')", "channel.exclusiveslotclose('1A02')")
    assert closed(bench) == "1A02;2B12"


def test_user_delays_add_to_closing_only(bench: TspBench) -> None:
    bench.write("channel.setdelay('1A03,1A05', 0.5)")
    assert bench.query("print(channel.getdelay('1A03,1A04'))") == "5.000000000e-01,0.000000000e+00"
    settle(bench, "channel.close('1A03')")
    assert bench.clock.now_s == pytest.approx(SETTLING_S + 0.5)
    settle(bench, "channel.open('1A03')")
    assert bench.clock.now_s == pytest.approx(2 * SETTLING_S + 0.5)


def test_closures_are_counted(bench: TspBench) -> None:
    for _ in range(2):
        settle(bench, "channel.close('1A01')", "channel.close('1A01')", "channel.open('1A01')")
    assert bench.query("print(channel.getcount('1A01,1B02'))") == "2,0"


def test_forbidden_channels(bench: TspBench) -> None:
    bench.write("channel.setforbidden('1A05,1A02')")
    assert bench.query("print(channel.getforbidden('allslots'))") == "1A02;1A05"
    bench.write("channel.clearforbidden('slot1')")
    assert bench.query("print(channel.getforbidden('allslots'))") == "nil"


def test_patterns_stand_for_their_channels(bench: TspBench) -> None:
    bench.write("channel.pattern.setimage('1B02,1B04', 'P')")
    settle(bench, "channel.close('P')")
    assert closed(bench) == "1B02;1B04"
    settle(bench, "channel.close('2A01')", "channel.pattern.snapshot('Q')")
    assert bench.query("print(channel.pattern.getimage('Q'))") == "1B02,1B04,2A01"
    assert bench.query("print(channel.pattern.catalog())") == "P,Q"
    bench.write("channel.setforbidden('2A01')")
    assert bench.query("print(channel.pattern.catalog())") == "P"
    bench.write("channel.pattern.delete('Q')")
    assert bench.errors() == 1


def test_reset_opens_everything(bench: TspBench) -> None:
    settle(bench, "channel.close('1A01,2A01')", "channel.connectrule = 2", "channel.reset('slot1')")
    assert closed(bench) == "2A01"
    settle(bench, "reset()")
    assert closed(bench) == "nil"
    assert bench.value("channel.connectrule") == 1


def test_messages_wait_for_the_relays(bench: TspBench) -> None:
    bench.write("channel.close('1A01')", "print('closed')")
    bench.clock.advance(SETTLING_S * 0.9)
    assert not bench.instrument.output
    bench.clock.advance(SETTLING_S)
    assert bench.read() == "closed"


def test_a_source_measure_unit_drives_it_over_tsp_link() -> None:
    bench = TspBench()
    bench.instrument.attach_node(2, Keithley707B(bench.clock, bench.circuit))
    bench.write("print(tsplink.reset())")
    assert float(bench.read()) == 2
    bench.write("node[2].channel.exclusiveclose('1A05') print(node[2].channel.getclose('slot1'))")
    assert bench.read() == "1A05"
    assert bench.clock.now_s == pytest.approx(SETTLING_S)
    bench.write("node[2].channel.close('9Z99')")
    assert bench.errors() == 1
    assert bench.query("print(node[2].localnode.model, localnode.model)") == "707B\t2636B"


@pytest.mark.parametrize("name", ["1A01", "", "slot1", "allslots", "two words", "P" * 20])
def test_a_pattern_cannot_take_the_name_of_something_else(bench: TspBench, name: str) -> None:
    bench.write(f'channel.pattern.setimage("1B02", "{name}")')
    assert bench.error()[0] == 1115
    bench.write(f'channel.pattern.snapshot("{name}")')
    assert bench.error()[0] == 1115
    assert bench.query("print(channel.pattern.catalog())") == "nil"


def test_a_nil_list_is_called_nil(bench: TspBench) -> None:
    bench.write('channel.open(channel.getclose("allslots"))')
    assert bench.error() == (-104, "Data type error: expected a channel list, got nil")
