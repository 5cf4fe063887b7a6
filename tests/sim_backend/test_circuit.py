"""Sources, matrix, and sample together, in simulated time."""

from __future__ import annotations

import json

import numpy as np
import pytest

from sim_backend.circuit import Circuit
from sim_backend.clock import VirtualClock
from sim_backend.physics.array import DotArray
from sim_backend.physics.front_end import FrontEnd, FrontEndParameters
from sim_backend.sequence import Steps
from sim_backend.wiring import Wiring

FIRST = frozenset({"1A01", "2B12"})
SECOND = frozenset({"1A02", "2B12"})
ENOUGH_A = 0.1
SILENT = FrontEndParameters(source_offset_v=0.0)
NO_DRIFT = {"interface_drift_exponent": 0.0, "filament_drift_exponent": 0.0}


def once(levels, duration_s, pulse_starts=None, repeats: int = 1) -> Steps:
    """Steps of which nobody reads any."""
    levels = np.asarray(levels, np.float64)
    durations = np.array(np.broadcast_to(duration_s, levels.shape), np.float64)
    nothing = np.zeros(levels.shape, np.bool_)
    return Steps(
        levels, durations, nothing if pulse_starts is None else pulse_starts, nothing, repeats
    )


class Setup:
    """A circuit with its clock and sample, both sources wired in."""

    def __init__(self, seed: int = 1, errors: FrontEndParameters = SILENT, **overrides: float):
        self.clock = VirtualClock()
        self.sample = DotArray("dot18", overrides, seed)
        self.temperature_k = 300.0
        wiring = Wiring.default(self.sample.names)
        self.circuit = Circuit(self.clock, self.sample, wiring, lambda: self.temperature_k)
        for name in ("smua", "smub"):
            self.circuit.add_source(name, FrontEnd(seed, errors))

    def play(self, levels, duration_s, limit_a: float = ENOUGH_A, **options):
        return self.circuit.play("smua", [once(levels, duration_s, **options)], limit_a)

    def finish(self) -> None:
        self.clock.advance(1e3)


def ready(closed: frozenset[str] = FIRST, **options) -> Setup:
    setup = Setup(**options)
    setup.circuit.set_closed(closed)
    setup.circuit.set_source("smua", 0.0, ENOUGH_A)
    return setup


def test_default_wiring_runs_along_both_cards():
    wiring = Wiring.default(f"D{n:02d}" for n in range(1, 19))
    assert wiring.devices["D12"] == "1:12"
    assert wiring.devices["D13"] == "2:01"
    assert wiring.connected("smua", {"2A01", "2B12"}) == ("D13",)
    assert wiring.sources_on("2D12") == ("smub",)
    with pytest.raises(ValueError, match="at most 23"):
        Wiring.default(f"D{n:02d}" for n in range(1, 25))
    with pytest.raises(ValueError, match="'1A5' is no crosspoint"):
        wiring.sources_on("1A5")


@pytest.mark.parametrize(
    ("closed", "devices"),
    [
        ({"1A01"}, ()),
        ({"2B12"}, ()),
        ({"1A01", "1B12"}, ()),
        ({"1C01", "2B12"}, ()),
        ({"1A01", "2D12"}, ()),
        ({"1A01", "2B12"}, ("D01",)),
        ({"1A01", "1A05", "2B12"}, ("D01", "D05")),
    ],
)
def test_current_needs_both_crosspoints_of_one_source(closed, devices):
    setup = ready(frozenset(closed))
    setup.circuit.set_source("smua", 0.02, ENOUGH_A)
    current_a, voltage_v, limited = setup.circuit.measure("smua")
    expected_a = sum(setup.sample.conductance_s(name, 0.02) * 0.02 for name in devices)
    assert current_a == pytest.approx(expected_a, rel=1e-9)
    assert (voltage_v, limited) == (0.02, False)


def test_an_output_that_is_off_is_an_open_circuit():
    setup = ready()
    setup.circuit.set_source("smua", None, ENOUGH_A)
    assert setup.circuit.measure("smua") == (0.0, 0.0, False)


def test_limit_holds_the_terminal_voltage_down():
    setup = ready()
    setup.circuit.set_source("smua", 0.2, 1e-7)
    current_a, voltage_v, limited = setup.circuit.measure("smua")
    assert limited
    assert current_a == pytest.approx(1e-7, rel=1e-9)
    assert 0.0 < voltage_v < 0.2


def test_a_limit_of_zero_leaves_no_voltage():
    setup = ready()
    played = setup.play([0.2, -0.5], 1e-3, 0.0)
    assert np.abs(played.current_a.flat()).max() < 1e-18
    assert played.limited.flat().all()


def test_the_source_offset_reaches_the_terminals():
    setup = ready(errors=FrontEndParameters(source_offset_v=90e-6))
    assert setup.circuit.measure("smua")[1] == pytest.approx(90e-6)
    played = setup.play([0.01], 1e-3)
    assert played.voltage_v.flat() == pytest.approx([0.01009])


def test_a_level_acts_for_as_long_as_it_is_held():
    held, played = ready(), ready()
    held.circuit.set_source("smua", -0.2, ENOUGH_A)
    held.clock.advance(2e-3)
    held.circuit.set_source("smua", 0.0, ENOUGH_A)
    played.play([-0.2], 2e-3)
    played.finish()
    played.circuit.snapshot()
    held.finish()
    held.circuit.snapshot()
    expected_s = played.sample.conductance_s("D01")
    assert expected_s > 1.5e-5
    assert held.sample.conductance_s("D01") == pytest.approx(expected_s, rel=1e-9)


def test_a_level_acts_before_and_after_a_sequence_but_not_during():
    setup = ready()
    setup.circuit.set_source("smua", -0.05, ENOUGH_A)
    setup.clock.advance(1e-3)
    setup.play([0.0, -0.02], 1e-3)
    setup.clock.advance(5e-3)
    setup.circuit.set_source("smua", 0.0, ENOUGH_A)
    assert setup.circuit.record("D01")["seconds_under_voltage"] == pytest.approx(5e-3)


def test_nobody_looking_changes_nothing():
    watched, alone = ready(), ready()
    for setup in (watched, alone):
        setup.circuit.set_source("smua", -0.15, ENOUGH_A)
        for _ in range(20):
            setup.clock.advance(1e-3)
            if setup is watched:
                setup.circuit.measure("smua")
        setup.circuit.set_source("smua", 0.0, ENOUGH_A)
    expected_s = alone.sample.conductance_s("D01")
    assert watched.sample.conductance_s("D01") == pytest.approx(expected_s, rel=1e-12)


def test_played_ends_on_time_and_then_tells():
    setup = ready()
    ended_s = []
    setup.circuit.on_played = lambda: ended_s.append(setup.clock.now_s)
    setup.clock.advance(1.0)
    played = setup.play([-0.2, 0.0, -0.02], [1e-3, 1e-3, 1e-3])
    fresh_s = setup.sample.conductance_s("D01")
    assert (played.start_s, played.end_s) == pytest.approx((1.0, 1.003))
    setup.clock.advance(2e-3)
    assert ended_s == []
    setup.finish()
    assert ended_s == pytest.approx([1.003])
    assert setup.sample.conductance_s("D01") > 5 * fresh_s
    assert played.current_a.flat()[-1] / -0.02 == pytest.approx(
        setup.sample.conductance_s("D01", -0.02), rel=1e-3
    )


@pytest.mark.parametrize("stopped_after_s", [0.4e-3, 1e-3, 1.7e-3, 2.5e-3])
def test_stop_equals_a_shorter_play(stopped_after_s: float):
    levels, dwell_s = [-0.2, 0.2, -0.2], 1e-3
    stopped, shorter = ready(), ready()
    played = stopped.play(levels, dwell_s)
    stopped.clock.advance(stopped_after_s)
    stopped.circuit.stop("smua")
    whole = int(stopped_after_s / dwell_s + 1e-9)
    rest_s = stopped_after_s - whole * dwell_s
    durations = [dwell_s] * whole + ([rest_s] if rest_s > 1e-9 else [])
    shorter.play(levels[: len(durations)], durations)
    shorter.clock.advance(stopped_after_s)
    assert played.end_s == pytest.approx(stopped_after_s)
    assert stopped.sample.state("D01") == pytest.approx(shorter.sample.state("D01"), rel=1e-9)
    assert stopped.circuit.record("D01") == pytest.approx(shorter.circuit.record("D01"), rel=1e-9)
    stopped.finish()
    assert stopped.circuit.counters["pulses"] == len(durations)


def test_switching_the_output_off_stops_what_plays():
    setup = ready()
    played = setup.play([-0.2], 1.0)
    setup.clock.advance(1e-3)
    setup.circuit.set_source("smua", None, ENOUGH_A)
    assert played.end_s == pytest.approx(1e-3)
    assert setup.sample.conductance_s("D01") < 3e-5


def test_a_relay_that_moves_in_a_waveform_moves_the_rest_of_it():
    setup = ready(**NO_DRIFT)
    played = setup.play([-0.2] * 4, 1e-3)
    planned_a = played.current_a.flat()
    setup.clock.advance(2.5e-3)
    setup.circuit.set_closed(SECOND)
    left_a = played.current_a.flat()
    assert left_a.size == 2, "the step under way and the one after it"
    assert abs(left_a[-1]) < 0.7 * abs(planned_a[-1])
    setup.finish()
    first, second = (setup.circuit.record(name) for name in ("D01", "D02"))
    assert first["seconds_under_voltage"] == pytest.approx(2.5e-3)
    assert second["seconds_under_voltage"] == pytest.approx(1.5e-3)
    grown = [setup.sample.state(n).junction_s for n in ("D01", "D02")]
    rates = [setup.sample.parameters(n).set_rate_s_per_s for n in ("D01", "D02")]
    assert grown[0] / rates[0] > 1.3 * grown[1] / rates[1] > 1.3e-3
    assert setup.circuit.counters["hot_switches"] == 2
    assert setup.circuit.counters["pulses"] == 1


def test_a_pulse_that_a_relay_cuts_counts_once():
    setup = ready()
    setup.play([-0.02], 1e-3)
    setup.clock.advance(0.5e-3)
    setup.circuit.set_closed(FIRST | {"1C03"})
    setup.finish()
    assert setup.circuit.counters["pulses"] == 1


def test_a_pulse_that_goes_on_in_another_sequence_counts_once():
    setup = ready()
    setup.play([-0.02, -0.02], 1e-3)
    setup.clock.advance(0.5e-3)
    setup.play([-0.02, 0.0, -0.02], 1e-3)
    setup.clock.advance(1.0)
    assert setup.circuit.counters["pulses"] == 2
    for _ in range(3):
        setup.play([-0.02], 1e-3)
        setup.clock.advance(1.0)
    assert setup.circuit.counters["pulses"] == 5, "between them the source is at 0 V"


@pytest.mark.parametrize("first_v", [-0.02, 0.0, 0.02])
def test_pulses_of_a_sequence_that_comes_again(first_v: float):
    """What precedes its first repeat may be different from what precedes the others."""
    setup, spelled_out = ready(), ready()
    pattern = [-0.02, 0.02, 0.0, 0.01, -0.01]
    setup.circuit.play("smua", [once([first_v], 1e-3), once(pattern, 1e-3, repeats=7)], ENOUGH_A)
    spelled_out.play([first_v, *pattern * 7], 1e-3)
    for each in (setup, spelled_out):
        each.finish()
    assert setup.circuit.counters == spelled_out.circuit.counters
    assert setup.circuit.record("D01") == pytest.approx(spelled_out.circuit.record("D01"))


@pytest.mark.parametrize("stopped_after_s", [0.4e-3, 1e-3, 20e-3, 47.3e-3, 60e-3, 199.9999e-3])
def test_a_sequence_that_comes_again_is_cut_anywhere(stopped_after_s: float):
    levels, dwell_s, times = [-0.2, -0.02, 0.2, 0.05], 1e-3, 50
    stopped, spelled_out = ready(), ready()
    stopped.circuit.play("smua", [once(levels, dwell_s, repeats=times)], ENOUGH_A)
    spelled_out.play(levels * times, dwell_s)
    for each in (stopped, spelled_out):
        each.clock.advance(stopped_after_s)
        assert each.circuit.measure("smua")[2] is False
        each.circuit.stop("smua")
    expected = spelled_out.sample.state("D01")
    assert stopped.sample.state("D01") == pytest.approx(expected, rel=1e-11)
    assert stopped.circuit.record("D01") == pytest.approx(spelled_out.circuit.record("D01"))
    assert stopped.circuit.counters == spelled_out.circuit.counters


def test_opening_the_return_path_ends_the_current():
    setup = ready()
    played = setup.play([-0.02] * 4, 1e-3)
    assert played.current_a.flat().all()
    setup.clock.advance(1.5e-3)
    setup.circuit.set_closed(frozenset({"1A01"}))
    assert played.current_a.flat().tolist() == [0.0, 0.0, 0.0]


def test_closures_and_hot_switches_are_counted():
    setup = Setup()
    counters = setup.circuit.counters
    setup.circuit.set_closed(FIRST)
    assert (counters["closures"], counters["hot_switches"]) == (2, 0)
    setup.circuit.set_source("smua", 0.5e-3, ENOUGH_A)
    setup.circuit.set_closed(SECOND)
    assert (counters["closures"], counters["hot_switches"]) == (3, 0)
    setup.circuit.set_source("smua", 1.5e-3, ENOUGH_A)
    setup.circuit.set_closed(FIRST)
    assert (counters["closures"], counters["hot_switches"]) == (4, 2)
    setup.circuit.set_closed(FIRST | {"1C03"})
    assert counters["hot_switches"] == 2
    setup.circuit.set_source("smua", 0.0, ENOUGH_A)
    setup.play([0.0], 1.0)
    setup.circuit.set_closed(frozenset())
    assert counters["hot_switches"] == 4


def test_pulses_are_excursions_or_marked_steps():
    setup = ready()
    setup.play([0.0, -0.2, -0.1, 0.0, 0.1, -0.1, 0.0], 1e-3)
    setup.finish()
    assert setup.circuit.counters["pulses"] == 3
    marks = np.array([True, False, True, False])
    setup.play([0.0, 0.0, 0.02, 0.0], 1e-3, pulse_starts=marks)
    setup.finish()
    assert setup.circuit.counters["pulses"] == 5
    setup.circuit.set_source("smua", 0.1, ENOUGH_A)
    setup.circuit.set_source("smua", 0.2, ENOUGH_A)
    assert setup.circuit.counters["pulses"] == 6
    assert setup.circuit.record("D01")["pulses"] == 6
    assert setup.circuit.record("D02")["pulses"] == 0


def test_record_holds_what_a_device_went_through():
    setup = ready()
    played = setup.play([-0.2, 0.0, 0.1, 0.0], [1e-3, 5e-3, 2e-3, 5e-3])
    setup.finish()
    record = setup.circuit.record("D01")
    assert (record["min_v"], record["max_v"]) == (-0.2, 0.1)
    assert record["seconds_under_voltage"] == pytest.approx(3e-3)
    current_a = played.current_a.flat()
    charge_c = abs(current_a[0]) * 1e-3 + abs(current_a[2]) * 2e-3
    assert record["charge_c"] == pytest.approx(charge_c)


def test_two_sources_play_on_devices_of_their_own():
    setup = Setup()
    setup.circuit.set_closed(frozenset({"1A01", "2B12", "1C02", "2D12"}))
    pulse = [once([-0.2], 1e-3)]
    both = [setup.circuit.play(name, pulse, ENOUGH_A) for name in ("smua", "smub")]
    setup.finish()
    assert both[0].current_a.flat() != both[1].current_a.flat()
    assert setup.circuit.record("D01")["pulses"] == setup.circuit.record("D02")["pulses"] == 1


def test_a_cold_sample_does_not_switch():
    setup = ready()
    setup.temperature_k = 150.0
    before_s = setup.sample.conductance_s("D01")
    setup.play([-0.2], 10e-3)
    setup.finish()
    assert setup.sample.conductance_s("D01") == pytest.approx(before_s, rel=1e-2)


def test_snapshot_and_restore_go_on_as_if_nothing_had_been():
    setup, other = ready(), ready()
    setup.play([-0.2, 0.0], 1e-3)
    setup.clock.advance(1.0)
    setup.circuit.count_readings(7)
    kept = json.loads(json.dumps(setup.circuit.snapshot()))
    other.clock.advance(1.0)
    other.circuit.restore(kept)
    for each in (setup, other):
        each.play([-0.2, 0.0], 1e-3)
        each.finish()
    assert other.circuit.snapshot() == setup.circuit.snapshot()
    assert other.circuit.counters["readings"] == 7


def test_a_running_sequence_is_not_part_of_a_snapshot():
    setup = ready()
    before = setup.sample.state("D01")
    setup.play([-0.2], 1.0)
    setup.clock.advance(0.5)
    kept = setup.circuit.snapshot()["sample"]["D01"]["state"]
    assert kept["junction_s"] == pytest.approx(before.junction_s)


def excursions(setup: Setup, device: str = "D01") -> tuple[float, float]:
    record = setup.circuit.record(device)
    return record["excursions_above"], record["excursions_below"]


@pytest.mark.parametrize(
    ("levels", "repeats", "above", "below"),
    [
        ([0.0, 0.2, 0.0], 1, 1, 0),
        ([0.05, 0.15, 0.2, 0.15, 0.05, -0.2], 1, 1, 1),
        ([0.2, 0.3], 5, 1, 0),
        ([0.2, 0.0], 5, 5, 0),
        ([0.2, -0.2], 5, 5, 5),
        ([0.0, 0.2, 0.05, 0.2, 0.0], 3, 6, 0),
        ([0.1, -0.1, 0.025], 7, 0, 0),
    ],
)
def test_excursions_beyond_a_tenth_of_a_volt(levels, repeats: int, above: int, below: int):
    setup = ready()
    setup.play(levels, 1e-3, repeats=repeats)
    setup.finish()
    assert excursions(setup) == (above, below)
    assert excursions(setup, "D02") == (0, 0)


def test_an_excursion_that_is_cut_or_goes_on_counts_once():
    setup = ready()
    setup.play([0.2, 0.2], 1.0)
    setup.clock.advance(0.5)
    setup.circuit.stop("smua")
    assert excursions(setup) == (1, 0)
    setup.play([0.3, 0.2], 1.0)
    setup.clock.advance(1.5)
    setup.circuit.set_closed(FIRST | SECOND)
    setup.finish()
    assert excursions(setup) == (1, 0)
    # The other device was joined to a level that was there already.
    assert excursions(setup, "D02") == (0, 0)
    setup.play([0.0, 0.2], 1.0)
    setup.finish()
    assert excursions(setup) == (2, 0)


def test_levels_that_are_held_count_when_they_are_set():
    setup = ready()
    for level_v in (0.2, 0.3, -0.2, 0.0, -0.2):
        setup.circuit.set_source("smua", level_v, ENOUGH_A)
        setup.clock.advance(1.0)
    assert excursions(setup) == (1, 2)
    setup.circuit.set_source("smua", None, ENOUGH_A)
    setup.circuit.set_source("smua", -0.2, ENOUGH_A)
    assert excursions(setup) == (1, 3)


def test_a_level_that_takes_over_after_a_sequence_counts():
    setup = ready()
    setup.play([0.05], 1.0)
    setup.circuit.set_source("smua", 0.2, ENOUGH_A)
    setup.finish()
    assert excursions(setup) == (1, 0)


def test_a_relay_that_sticks_moves_in_its_own_time_only():
    setup = ready()
    setup.circuit.stick("1A01", closed=False)
    assert setup.circuit.closed == {"2B12"}
    setup.circuit.set_closed(SECOND)
    setup.circuit.set_closed(FIRST)
    assert setup.circuit.closed == {"2B12"}
    setup.circuit.stick("1A01", closed=None)
    assert setup.circuit.closed == FIRST
    setup.circuit.stick("1A02", closed=True)
    setup.circuit.set_closed(frozenset())
    assert setup.circuit.closed == {"1A02"}
    setup.circuit.stick("1A02", closed=None)
    assert setup.circuit.closed == frozenset()
