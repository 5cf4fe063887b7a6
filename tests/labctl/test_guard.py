"""The guard trips at what a filament does, and at nothing that an interface does."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.roles import Flag, Sensing, Trace, Waveform
from labctl.bench.guard import Guard
from labctl.bench.limits import Limits
from labctl.config import Action, StationConfig, read_station_file
from labctl.errors import GuardTripped
from procedures.base import Application, Purpose
from procedures.columns import CYCLE
from procedures.regime import Regime
from tests.labctl.fakes import CAPABILITIES, STATION

ON_S, FILAMENT_S = 1e-4, 5e-3
SWEEP = Waveform(np.concatenate([np.arange(-0.005, -0.2, -0.005), [0.0]]), 20e-3)
READ = Waveform([5e-3, -5e-3], 1e-3, repeats=10)


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> StationConfig:
    path = tmp_path_factory.mktemp("guard") / "bench.toml"
    path.write_text(STATION.replace('id = "R3"', 'id = "R3"\nregime = "interface"'), "utf-8")
    return read_station_file(path)


def guard_of(
    station: StationConfig,
    regime: str = Regime.INTERFACE,
    *,
    controlled: bool = False,
    **guard: Any,
) -> Guard:
    changed = replace(station, guard=replace(station.guard, **guard))
    limits = Limits.effective(changed, CAPABILITIES, regime=regime)
    return Guard(changed, limits, regime, controlled=controlled)


def application(
    waveform: Waveform = SWEEP,
    purpose: Purpose = Purpose.STRESS,
    device: str = "D01",
    columns: Mapping[str, Any] | None = None,
) -> Application:
    sensing = Sensing(range_a=1e-3, limit_a=10e-3)
    return Application(
        device=device, waveform=waveform, sensing=sensing, purpose=purpose, columns=columns or {}
    )


def trace_of(waveform: Waveform, conductance_s: Any, flags: int = 0) -> Trace:
    set_v = waveform.recorded_levels_v()
    return Trace(
        np.arange(set_v.size) * 0.02,
        set_v,
        set_v,
        set_v * conductance_s,
        np.full(set_v.size, flags, np.uint8),
    )


def play(
    guard: Guard,
    conductance_s: Any,
    what: Application | None = None,
    *,
    flags: int = 0,
    temperature_k: float = math.nan,
) -> None:
    what = what or application()
    trace = trace_of(what.waveform, conductance_s, flags)
    guard.inspect(what, 7, 0, trace, np.array(temperature_k))


def jump_at(place: int, after_s: float = FILAMENT_S, before_s: float = ON_S) -> np.ndarray:
    points = SWEEP.recorded_points
    return np.where(np.arange(points) < place, before_s, after_s)


def test_a_filament_is_an_event_with_its_place_and_time(station: StationConfig) -> None:
    cycles = np.repeat([3, 4], SWEEP.recorded_points // 2)
    with pytest.raises(GuardTripped, match=r"D01: the conductance jumped.*at 0\.6 s.*cycle 4") as t:
        play(guard_of(station), jump_at(30), application(columns={CYCLE.header: cycles}))
    event = t.value.event
    assert event["kind"] == "jump"
    assert (event["device"], event["application"], event["repeat"]) == ("D01", 7, 0)
    assert (event["cycle"], event["time_s"]) == (4.0, pytest.approx(0.6))
    assert event["value"] == pytest.approx(math.log10(50))
    assert (event["threshold"], event["unit"]) == (0.5, "decades")
    assert event["set_by"] == "guard of station 'bench in memory'"
    assert event["quarantine"]


@pytest.mark.parametrize("cut", range(28, 34))
def test_a_jump_is_seen_however_blocks_are_cut(station: StationConfig, cut: int) -> None:
    guard, what = guard_of(station, conductance_max_s=1.0), application()
    whole = trace_of(SWEEP, jump_at(30))
    parts = [part_of(whole, slice(0, cut)), part_of(whole, slice(cut, None))]
    if cut < 31:
        guard.inspect(what, 7, 0, parts.pop(0), np.array(300.0))
    with pytest.raises(GuardTripped) as tripped:
        guard.inspect(what, 7, 0 if cut >= 31 else cut, parts[0], np.array(300.0))
    assert tripped.value.event["time_s"] == pytest.approx(0.6)


def part_of(trace: Trace, part: slice) -> Trace:
    return Trace(*(getattr(trace, name)[part] for name in vars(trace)))


def test_another_application_is_no_neighbour(station: StationConfig) -> None:
    guard = guard_of(station, conductance_max_s=1.0)
    play(guard, 1e-6, application(Waveform([-0.2], 1e-3)))
    play(guard, 1e-4, application(Waveform([-0.2], 1e-3)))
    # Not even when the first reading of the other one is lost.
    other, lost = Waveform([-0.2], 1e-3, repeats=3), slice(1, None)
    guard.inspect(application(other), 9, 1, part_of(trace_of(other, 4e-4), lost), np.array(300.0))


def test_an_event_names_the_repeat_it_was_in(station: StationConfig) -> None:
    cycle = Waveform([-0.2, 0.2, 0.0], 1e-3, [True, True, False], repeats=4)
    values_s = np.where(np.arange(8) < 5, ON_S, FILAMENT_S)
    with pytest.raises(GuardTripped) as tripped:
        play(guard_of(station), values_s, application(cycle))
    assert tripped.value.event["repeat"] == 2


@pytest.mark.parametrize(
    ("waveform", "conductance_s"),
    [
        # From step to step of 20 mV the interface may grow by more than a jump.
        (Waveform(-np.arange(0.1, 0.3, 0.02), 1e-3), 1e-6 * 4.0 ** np.arange(10)),
        # Between its two readings an unrecorded pulse set the device.
        (Waveform([-0.11, -0.2, -0.11], 1e-3, [True, False, True]), np.array([1e-6, 2e-4])),
        # The same across the seam between repeats.
        (Waveform([-0.2, -0.11], 1e-3, [False, True], repeats=2), np.array([1e-6, 2e-4])),
        # The second level is held ten times as long, and growth is linear in time.
        (Waveform([-0.2, -0.2], [1e-3, 1e-2]), np.array([2e-5, 2e-4])),
        # Below 0.1 V nothing switches: what jumps there is noise.
        (Waveform([-0.09, -0.09], 1e-3), np.array([1e-6, 2e-4])),
        # So thin is no filament.
        (Waveform([-0.2, -0.2], 1e-3), np.array([1e-6, 3.8e-5])),
        # What falls is no filament that forms.
        (Waveform([0.2, 0.2], 1e-3), np.array([2e-4, 1e-7])),
        # A change of sides.
        (Waveform([0.1, -0.1], 1e-3), np.array([1e-6, 2e-4])),
    ],
)
def test_what_is_no_jump(
    station: StationConfig, waveform: Waveform, conductance_s: np.ndarray
) -> None:
    play(guard_of(station, conductance_max_s=1.0), conductance_s, application(waveform))


@pytest.mark.parametrize(
    ("waveform", "conductance_s"),
    [
        (Waveform([-0.2, -0.2], 1e-3), np.array([5e-5, 2e-4])),
        (Waveform([-0.19, -0.2], 1e-3), np.array([1e-9, 4e-5])),
        (Waveform([-0.2, 0.0, -0.2], 1e-3, [True, False, True]), np.array([5e-5, 2e-4])),
        (Waveform([-0.2, 0.0], 1e-3, [True, False], repeats=2), np.array([5e-5, 2e-4])),
        (Waveform([-0.2, -0.2], [1e-3, 1e-2]), np.array([1e-5, 4e-4])),
        (Waveform([0.2, 0.2], 1e-3), np.array([5e-5, 2e-4])),
    ],
)
def test_what_is_a_jump(
    station: StationConfig, waveform: Waveform, conductance_s: np.ndarray
) -> None:
    with pytest.raises(GuardTripped, match="jumped"):
        play(guard_of(station, conductance_max_s=1.0), conductance_s, application(waveform))


@given(
    start_s=st.floats(1e-8, 1e-5),
    rate=st.floats(1e-6, 1.0),
    step_v=st.floats(1e-3, 10e-3),
    dwell_s=st.floats(1e-4, 0.1),
)
def test_growth_of_the_interface_never_trips(
    station: StationConfig, start_s: float, rate: float, step_v: float, dwell_s: float
) -> None:
    """Linear in time, e-fold in 14 mV, up to the cap, read with 1 % noise (physics.md §1.2)."""
    levels_v = -np.arange(step_v, 0.345, step_v)
    per_step_s = rate * dwell_s * np.exp((np.abs(levels_v) - 0.2) / 14e-3)
    grown_s = np.minimum(start_s + np.cumsum(per_step_s), 1.5e-4)
    noise = np.random.default_rng(1).normal(1, 0.01, levels_v.size)
    play(guard_of(station), grown_s * noise, application(Waveform(levels_v, dwell_s)))


def test_a_device_that_leaves_the_range_stops_and_is_put_aside(station: StationConfig) -> None:
    guard, read = guard_of(station), application(READ, Purpose.READ)
    play(guard, ON_S, read)
    with pytest.raises(GuardTripped, match="above what the interface reaches") as tripped:
        play(guard, FILAMENT_S, read)
    assert tripped.value.event["kind"] == "conductance"
    assert tripped.value.event["threshold"] == 3e-4
    assert tripped.value.event["quarantine"]


def test_a_device_found_out_of_range_is_only_noted_once(station: StationConfig) -> None:
    guard, read = guard_of(station), application(READ, Purpose.READ)
    for _ in range(3):
        play(guard, FILAMENT_S, read)
    assert [(note.kind, note.device, note.action) for note in guard.notes] == [
        ("conductance", "D01", Action.NOTE)
    ]
    assert not guard.notes[0].quarantine
    play(guard, ON_S, read)
    with pytest.raises(GuardTripped):
        play(guard, FILAMENT_S, read)


def test_a_device_may_be_seen_within_and_out_of_range_in_one_block(
    station: StationConfig,
) -> None:
    guard = guard_of(station, actions={**station.guard.actions, "jump": Action.OFF})
    values_s = jump_at(30)
    values_s[0] = FILAMENT_S
    with pytest.raises(GuardTripped) as tripped:
        play(guard, values_s)
    assert tripped.value.event["time_s"] == pytest.approx(0.6)


def test_the_range_is_that_of_each_device(station: StationConfig) -> None:
    guard = guard_of(station)
    play(guard, ON_S, application(READ, Purpose.READ, "D01"))
    play(guard, FILAMENT_S, application(READ, Purpose.READ, "D02"))
    assert [note.device for note in guard.notes] == ["D02"]


def test_at_high_voltage_the_interface_reaches_further(station: StationConfig) -> None:
    guard, pulse = guard_of(station), application(Waveform([0.3, 0.3], 1e-3))
    play(guard, ON_S, pulse)
    play(guard, 9.9e-4, application(Waveform([0.3], 1e-3)))
    with pytest.raises(GuardTripped) as tripped:
        play(guard, 1.01e-3, application(Waveform([0.3], 1e-3)))
    assert tripped.value.event["threshold"] == 1e-3


def test_a_warm_interface_reads_more(station: StationConfig) -> None:
    guard, read = guard_of(station), application(READ, Purpose.READ)
    play(guard, ON_S, read)
    play(guard, 9e-4, read, temperature_k=400.0)
    with pytest.raises(GuardTripped):
        play(guard, 9e-4, read, temperature_k=349.0)


def test_currents_lost_in_the_noise_of_their_range_are_no_conductance(
    station: StationConfig,
) -> None:
    guard, what = guard_of(station), application(READ, Purpose.READ)
    wide = replace(what, sensing=Sensing(range_a=1.0, limit_a=1.0))
    play(guard, ON_S, what)
    play(guard, 5e-3, wide)
    with pytest.raises(GuardTripped):
        play(guard, 5e-2, wide)


@pytest.mark.parametrize(
    ("flag", "kind"), [(Flag.COMPLIANCE, "compliance"), (Flag.OVERFLOW, "overflow")]
)
def test_flags_stop_what_stresses_and_are_noted_of_readings(
    station: StationConfig, flag: Flag, kind: str
) -> None:
    guard = guard_of(station)
    play(guard, ON_S, application(READ, Purpose.READ), flags=flag)
    assert [note.kind for note in guard.notes] == [kind]
    with pytest.raises(GuardTripped) as tripped:
        play(guard, ON_S, flags=flag)
    assert tripped.value.event["kind"] == kind
    assert not tripped.value.event["quarantine"]


def test_a_reading_that_is_no_number_is_an_overflow(station: StationConfig) -> None:
    values_s = np.full(SWEEP.recorded_points, ON_S)
    values_s[5] = math.nan
    with pytest.raises(GuardTripped, match=r"no number.*at 0\.1 s"):
        play(guard_of(station), values_s)


def test_a_current_at_its_limit_may_overflow(station: StationConfig) -> None:
    guard = guard_of(station, Regime.FILAMENT)
    play(guard, ON_S, flags=Flag.COMPLIANCE | Flag.OVERFLOW)
    assert guard.notes == []


def test_in_the_filament_regime_filaments_are_no_event(station: StationConfig) -> None:
    guard = guard_of(station, Regime.FILAMENT)
    play(guard, jump_at(30), flags=Flag.COMPLIANCE)
    with pytest.raises(GuardTripped, match="measuring range"):
        play(guard, ON_S, flags=Flag.OVERFLOW)


def test_a_sample_without_a_regime_has_no_events_of_it(station: StationConfig) -> None:
    other = replace(station, sample=replace(station.sample, regime=None))
    play(guard_of(other), jump_at(30), flags=Flag.COMPLIANCE)


def test_a_temperature_that_is_lost_stops_where_there_is_a_controller(
    station: StationConfig,
) -> None:
    play(guard_of(station), ON_S, temperature_k=math.nan)
    with pytest.raises(GuardTripped, match="not known any more"):
        play(guard_of(station, controlled=True), ON_S, temperature_k=math.nan)


@pytest.mark.parametrize("regime", Regime)
def test_a_stage_outside_its_limits_stops(station: StationConfig, regime: str) -> None:
    for inside_k in (2.01, 300.0, 441.9):
        play(guard_of(station, regime), ON_S, temperature_k=inside_k)
    for outside_k, limit_k in ((1.99, 4.0), (442.1, 440.0)):
        with pytest.raises(GuardTripped, match="stage is outside") as tripped:
            play(guard_of(station, regime), ON_S, temperature_k=outside_k)
        assert tripped.value.event["threshold"] == limit_k


def test_what_is_only_to_be_noted_stops_nothing_and_is_noted_once(station: StationConfig) -> None:
    note = {**station.guard.actions, "jump": Action.NOTE, "conductance": Action.OFF}
    guard = guard_of(station, actions=note)
    play(guard, jump_at(30))
    play(guard, jump_at(30))
    assert [(event.kind, event.quarantine) for event in guard.notes] == [("jump", False)]


def test_nothing_is_put_aside_where_the_station_says_so(station: StationConfig) -> None:
    with pytest.raises(GuardTripped) as tripped:
        play(guard_of(station, quarantine=False), jump_at(30))
    assert not tripped.value.event["quarantine"]


def test_the_first_event_of_a_block_is_told(station: StationConfig) -> None:
    trace = trace_of(SWEEP, jump_at(20))
    trace.flags[10] = Flag.COMPLIANCE
    with pytest.raises(GuardTripped, match="compliance"):
        guard_of(station).inspect(application(), 0, 0, trace, np.array(300.0))


def test_no_readings_are_no_event(station: StationConfig) -> None:
    guard_of(station, controlled=True).inspect(
        application(), 0, 0, Trace.empty(), np.array(math.nan)
    )
