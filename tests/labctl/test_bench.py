"""The one door: what happens behind it, in which order, and what is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import InstrumentError
from drivers.roles import Sensing, Waveform
from labctl.bench.bench import Bench, split
from labctl.bench.clock import Stopped
from labctl.bench.playback import QUIET_S, Event, timetable
from labctl.errors import BadInput, LimitRefused, UnsafeState
from procedures.base import Application, Purpose
from procedures.columns import APPLICATION, ELAPSED, PHASE
from tests.labctl.benches import Rows, bench_on
from tests.labctl.fakes import CAPABILITIES, Rig, make_rig

SENSING = Sensing(range_a=1e-3, limit_a=1e-3)


@dataclass
class StopAfter:
    """Asks for a stop when the clock has passed an instant."""

    rig: Rig
    time_s: float
    paused: bool = False

    def stop_asked(self) -> bool:
        return self.rig.clock.time_s > self.time_s

    def wait_while_paused(self, patience_s: float) -> bool:
        return False

    def rests(self, resting: bool) -> None:
        pass


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return make_rig(tmp_path)


def bench_of(rig: Rig, rows: Rows | None = None, **options: Any) -> Bench:
    devices = options.pop("devices", ("D01", "D02"))
    return bench_on(rig.station, devices, rows, **options)


def application(device: str = "D01", **changes: Any) -> Application:
    waveform = changes.pop("waveform", Waveform([0.1, 0.2, 0.0], 1e-3))
    base = Application(device=device, waveform=waveform, sensing=SENSING, purpose=Purpose.READ)
    return replace(base, **changes)


def test_the_door_connects_plays_and_records_in_this_order(rig: Rig) -> None:
    rows = Rows()
    trace = bench_of(rig, rows).apply(application())
    assert rig.diary == ["close 1A01 2B12", "play 3 points"]
    assert rows.frame["Device"].tolist() == ["D01"] * 3
    np.testing.assert_array_equal(rows.frame["Set voltage (V)"], [0.1, 0.2, 0.0])
    np.testing.assert_array_equal(rows.frame["Current (A)"], trace.current_a)


def test_time_counts_from_the_start_of_the_run(rig: Rig) -> None:
    bench = bench_of(rig)
    rig.clock.time_s += 5.0
    started_s = bench.clock.now()
    trace = bench.apply(application())
    # at_zero and the temperature take a millisecond each before the waveform begins.
    np.testing.assert_allclose(trace.time_s, started_s + 2e-3 + np.array([1e-3, 2e-3, 3e-3]))


def test_relays_stay_while_the_device_stays(rig: Rig) -> None:
    bench = bench_of(rig)
    for device in ("D01", "D01", "D02", "D01"):
        bench.apply(application(device))
    assert [line for line in rig.diary if line.startswith("close")] == [
        "close 1A01 2B12",
        "close 1A02 2B12",
        "close 1A01 2B12",
    ]
    assert bench.counters()["closures"] == 3


def test_a_crosspoint_closed_before_is_no_new_closure(rig: Rig) -> None:
    rig.matrix.now_closed = ("1A01",)
    bench = bench_of(rig)
    bench.apply(application())
    assert bench.counters()["closures"] == 0


def test_no_relay_moves_under_voltage(rig: Rig) -> None:
    rig.smu.standing_v = 0.1
    with pytest.raises(UnsafeState, match="not at 0 V"):
        bench_of(rig).apply(application())
    assert rig.diary == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"waveform": Waveform([0.1, 0.51], 1e-3)}, "0.51 V is above the limit of 0.5 V"),
        ({"waveform": Waveform([-0.61], 1e-3)}, "-0.61 V is below the limit of -0.6 V"),
        ({"sensing": Sensing(range_a=1e-3, limit_a=11e-3)}, "0.011 A is above the limit of 0.01 A"),
        ({"sensing": Sensing(range_a=1e-3, limit_a=float("nan"))}, "nan A is not within"),
    ],
)
def test_limits_come_before_everything(rig: Rig, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(LimitRefused, match=words) as refused:
        bench_of(rig).apply(application(**changes))
    assert "station 'bench in memory'" in str(refused.value)
    assert rig.diary == []
    assert rig.smu.messages == 0


def test_an_unwired_device_is_refused_with_the_nearest_name(rig: Rig) -> None:
    with pytest.raises(BadInput, match=r"D1.*did you mean 'D01'"):
        bench_of(rig).apply(application("D1"))
    with pytest.raises(BadInput, match="'D9'"):
        bench_of(rig, devices=("D9",))


def test_without_a_matrix_there_is_one_device(rig: Rig) -> None:
    rig.station.instruments = replace(rig.station.instruments, matrix=None)
    with pytest.raises(BadInput, match="no switch matrix"):
        bench_of(rig)
    bench = bench_of(rig, devices=("D02",))
    bench.apply(application("D02"))
    with pytest.raises(UnsafeState, match="D02 is connected"):
        bench.apply(application("D01"))
    assert rig.diary == ["play 3 points"]


def test_columns_of_the_procedure_and_of_the_bench_stand_in_every_row(rig: Rig) -> None:
    rows = Rows()
    bench = bench_of(rig, rows, columns=(PHASE, APPLICATION, ELAPSED))
    bench.apply(application(columns={PHASE.header: np.array(["a", "b", "c"])}))
    bench.apply(application(columns={PHASE.header: "d"}))
    assert rows.frame["Phase"].tolist() == ["a", "b", "c", "d", "d", "d"]
    assert rows.frame["Application"].tolist() == [0, 0, 0, 1, 1, 1]
    np.testing.assert_allclose(rows.frame["Elapsed (s)"], [1e-3, 2e-3, 3e-3] * 2)


def test_too_many_points_are_split_between_repeats(rig: Rig) -> None:
    rows = Rows()
    bench = bench_of(rig, rows, columns=(PHASE, APPLICATION))
    waveform = Waveform([0.1, -0.1, 0.0], 1e-3, [True, True, False], repeats=70)
    phases = np.array([f"p{k}" for k in range(140)])
    trace = bench.apply(application(waveform=waveform, columns={PHASE.header: phases}))
    assert rig.diary[1:] == ["play 150 points", "play 60 points"]
    assert rows.frame["Phase"].tolist() == phases.tolist()
    assert rows.frame["Application"].tolist() == [0] * 100 + [1] * 40
    assert (np.diff(trace.time_s) > 0).all()
    assert bench.applications == {"read": 2}


def test_points_that_are_not_kept_come_back_and_are_not_written(rig: Rig) -> None:
    rows = Rows()
    bench = bench_of(rig, rows, columns=(PHASE,))
    waveform = Waveform([0.1, -0.1], 1e-3, repeats=70)
    phases = np.array([f"p{k}" for k in range(140)])
    keep = np.isin(np.arange(140), [3, 120, 139])
    trace = bench.apply(application(waveform=waveform, columns={PHASE.header: phases}, keep=keep))
    assert len(trace) == 140
    assert rows.frame["Phase"].tolist() == ["p3", "p120", "p139"]
    assert rows.frame["Time (s)"].tolist() == trace.time_s[keep].tolist()
    nothing = np.zeros(140, bool)
    bench.apply(application(waveform=waveform, columns={PHASE.header: phases}, keep=nothing))
    assert len(rows.frame) == 3


@given(
    record=st.lists(st.booleans(), min_size=1, max_size=40),
    repeats=st.integers(1, 500),
    room=st.integers(1, 300),
    most=st.integers(1, 900),
)
def test_split_loses_nothing_and_never_cuts_a_repeat(
    record: list[bool], repeats: int, room: int, most: int
) -> None:
    capabilities = replace(CAPABILITIES, max_points=room, max_levels_played=most)
    parts = list(split(Waveform(np.ones(len(record)), 1e-3, record, repeats), capabilities))
    assert sum(part.repeats for part in parts) == repeats
    assert all(part.levels_v.size == len(record) for part in parts)
    for part in parts:
        fits = part.recorded_points <= room and part.points <= most
        assert fits or part.repeats == 1


def test_the_end_is_waited_for_where_a_stop_can_interrupt(rig: Rig) -> None:
    bench = bench_of(rig, requests=StopAfter(rig, 1005.0))
    with pytest.raises(Stopped):
        bench.apply(application(waveform=Waveform([0.1], 10.0)))
    # The source had taken a millisecond to start.
    np.testing.assert_allclose(rig.clock.waits[-1], 10.0 - 1e-3)


def test_missing_readings_are_an_error_and_the_rest_is_kept(rig: Rig) -> None:
    rows = Rows()
    rig.smu.lost_readings = 1
    with pytest.raises(InstrumentError, match=r"delivered 2 readings .* records 3"):
        bench_of(rig, rows).apply(application())
    assert len(rows.frame) == 2


def _long_rows(folder: Path, interval: str) -> tuple[pd.DataFrame, list[float], list[str]]:
    folder.mkdir()
    rig = make_rig(folder, replacing=('fetch_interval = "inf"', f'fetch_interval = "{interval}"'))
    rows = Rows()
    bench = bench_of(rig, rows)
    for device in ("D01", "D02"):
        bench.apply(application(device, waveform=Waveform([0.1, 0.2], [0.5, 0.5], repeats=35)))
    return rows.frame, rig.thermometer.readings, rig.diary


@pytest.mark.parametrize("interval", ["0.3 s", "1 s", "7 s", "100 s"])
def test_rows_do_not_depend_on_the_fetch_interval(tmp_path: Path, interval: str) -> None:
    whole, thermometer_s, _ = _long_rows(tmp_path / "whole", "inf")
    parts, other_s, diary = _long_rows(tmp_path / "parts", interval)
    pd.testing.assert_frame_equal(parts, whole, rtol=0, atol=1e-9)
    np.testing.assert_allclose(other_s, thermometer_s, atol=1e-9)
    assert ("fetch" in diary) == (interval != "100 s")


def test_a_row_carries_the_latest_temperature_of_a_10_s_grid(tmp_path: Path) -> None:
    frame, readings_s, _ = _long_rows(tmp_path / "x", "1 s")
    first = frame[frame["Device"] == "D01"]
    assert len(readings_s) == 8
    steps = first["Temperature (K)"].diff().fillna(0.0).to_numpy().nonzero()[0]
    # The readings at 10, 20, 30 s belong to the rows from 10, 20, 30 s on.
    np.testing.assert_array_equal(steps, [19, 39, 59])


def test_temperature_is_nan_without_a_controller(rig: Rig) -> None:
    rows = Rows()
    rig.station.instruments = replace(rig.station.instruments, temperature=None)
    bench_of(rig, rows).apply(application())
    assert rows.frame["Temperature (K)"].isna().all()


@given(
    duration_s=st.floats(1e-3, 200.0),
    interval_s=st.floats(0.05, 300.0),
    grid_s=st.sampled_from([10.0, float("inf")]),
)
def test_timetable_is_ordered_and_keeps_clear_of_fixed_instants(
    duration_s: float, interval_s: float, grid_s: float
) -> None:
    table = list(timetable(duration_s, interval_s, grid_s))
    instants = [at_s for at_s, _ in table]
    assert instants == sorted(instants)
    grid = [at_s for at_s, event in table if event is Event.TEMPERATURE]
    assert grid == [k * 10.0 for k in range(1, 21) if grid_s == 10.0 and k * 10.0 < duration_s]
    for at_s, event in table:
        later = [fixed_s for fixed_s in (*grid, duration_s) if fixed_s > at_s]
        assert event is Event.TEMPERATURE or min(later) - at_s >= QUIET_S


def test_read_counters_count_from_the_mark(rig: Rig) -> None:
    bench = bench_of(rig)
    bench.apply(application("D01"))
    assert bench.counters()["read"] is None
    bench.mark_read_phase()
    bench.apply(application("D02"))
    bench.apply(application("D01"))
    counters = bench.counters()
    read = counters["read"]
    assert counters["closures"] == 3
    assert isinstance(read, dict)
    assert read["closures"] == 2
    # at_zero, start, finish: three messages of two transactions each.
    assert (counters["visa_transactions"], read["visa_transactions"]) == (18, 12)
    assert counters["hot_switches"] is None
    assert counters["pulses_seen"] is None


def test_the_simulated_bench_is_asked_for_what_it_saw(rig: Rig) -> None:
    seen = {"hot_switches": 4, "pulses": 100}
    rig.station.instruments = replace(rig.station.instruments, witness=lambda: dict(seen))
    bench = bench_of(rig)
    seen["pulses"] = 117
    assert bench.counters()["pulses_seen"] == 17
    assert bench.counters()["hot_switches"] == 0


def test_a_stop_ends_a_waveform_while_it_plays_and_keeps_its_readings(tmp_path: Path) -> None:
    rig = make_rig(tmp_path, replacing=('fetch_interval = "inf"', 'fetch_interval = "1 s"'))
    rows = Rows()
    bench = bench_of(rig, rows, requests=StopAfter(rig, 1004.7))
    waveform = Waveform(np.full(10, 0.1), 1.0)
    with pytest.raises(Stopped):
        bench.apply(application(waveform=waveform))
    written = len(rows.frame)
    rig.clock.time_s += 2.0
    state = bench.make_safe()
    assert state.verified
    assert len(rows.frame) > written
    assert rig.diary[-3:] == ["source safe", "relays open", "fetch"]


def test_safe_state_tries_every_step_and_tells_all_failures(rig: Rig) -> None:
    rig.smu.unsafe = rig.matrix.unsafe = True
    state = bench_of(rig).make_safe()
    assert rig.diary == ["source safe", "relays open"]
    assert not state.verified
    assert len(state.failures) == 2
    assert state.as_record()["temperature"] == {"setpoint_k": 300.0}


def test_after_the_safe_state_the_relays_are_closed_anew(rig: Rig) -> None:
    bench = bench_of(rig)
    bench.apply(application())
    bench.make_safe()
    bench.apply(application())
    assert rig.diary.count("close 1A01 2B12") == 2
    assert bench.counters()["closures"] == 2
