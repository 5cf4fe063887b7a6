"""Cycles are numbered exactly, stored as asked, and end with the life of the device."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.base import Purpose
from procedures.columns import CURRENT, CYCLE, DEVICE, PHASE, SET_VOLTAGE
from procedures.endurance import Endurance
from procedures.errors import ParameterError
from procedures.techniques.stored_cycles import storage
from tests.procedures.cycling_bench import CyclingBench, States, scattered, steady, stuck_from
from tests.procedures.fake_bench import CAPABILITIES, recorded, run

GOOD = steady(7e-5, 8e-7)
STUCK_ON = steady(7e-5, 7e-5)
STUCK_OFF = steady(8e-7, 8e-7)


def measured(procedure: Endurance, **states: States) -> tuple[CyclingBench, dict]:
    bench = CyclingBench(states=states)
    return bench, run(procedure, bench)


def played_cycles(bench: CyclingBench, device: str) -> list[int]:
    """Number of every cycle that was applied to a device, as its application calls it."""
    numbers = []
    for application in bench.applications:
        if application.device == device:
            numbers += np.unique(application.columns[CYCLE.header]).tolist()
    return numbers


STORES = st.one_of(
    st.just("all"),
    st.integers(1, 40).map(lambda n: f"every {n}"),
    st.integers(1, 30).map(lambda n: f"log {n}"),
)


@settings(max_examples=40, deadline=None)
@given(st.integers(40, 900), STORES, st.sets(st.integers(1, 1000), max_size=8))
def test_every_cycle_is_played_once_and_stored_as_asked(
    cycles: int, store: str, full: set[int]
) -> None:
    procedure = Endurance(cycles=cycles, store=store, full_cycles=full or "none", steps=40)
    bench, results = measured(procedure, D01=GOOD)
    assert played_cycles(bench, "D01") == list(range(1, cycles + 1))
    rows = recorded(procedure, bench)
    kept = set((1 + np.flatnonzero(storage(store).kept(1, cycles, cycles))).tolist())
    kept |= {number for number in full if number <= cycles}
    for phase in ("on", "off"):
        numbers = rows.loc[rows[PHASE.header] == phase, CYCLE.header].tolist()
        assert numbers == sorted(kept)
    whole = rows.loc[rows[PHASE.header] == "waveform", CYCLE.header]
    assert set(whole) == {number for number in full if number <= cycles}
    assert (whole.value_counts() == 4 * 40 - 2).all()
    assert results["not_sampled"] == pytest.approx(1 - len(kept) / results["cycles"])


def test_every_cycle_of_every_device_gives_two_rows_in_turn() -> None:
    procedure = Endurance(cycles=500, full_cycles="none")
    bench, results = measured(procedure, D01=GOOD, D02=GOOD, D03=GOOD)
    rows = recorded(procedure, bench)
    assert len(rows) == 2 * 500 * 3
    assert rows[PHASE.header].tolist() == ["on", "off"] * 1500
    assert rows[CYCLE.header].tolist() == [*np.repeat(np.arange(1, 501), 2)] * 3
    assert rows[DEVICE.header].tolist() == ["D01"] * 1000 + ["D02"] * 1000 + ["D03"] * 1000
    assert results["stored_cycles"] == 1500
    assert results["not_sampled"] == 0


@pytest.mark.parametrize(
    "values",
    [{}, {"amplitude": 0.15, "steps": 90}, {"shape": "square"}, {"shape": "pulse"}],
    ids=str,
)
def test_reads_follow_the_peaks_inside_the_waveform(values: dict) -> None:
    procedure = Endurance(cycles=3, full_cycles="1-3", **values)
    procedure.check()
    cycle = procedure.one_cycle()
    on, off = cycle.reads
    set_ends = np.flatnonzero(cycle.levels_v == -procedure.amplitude)[-1]
    reset_ends = np.flatnonzero(cycle.levels_v == procedure.amplitude)[-1]
    assert set_ends < on < reset_ends < off
    assert (cycle.levels_v[set_ends:on] <= 0).all()
    assert (cycle.levels_v[reset_ends:off] >= 0).all()
    assert cycle.levels_v[[on, off]].tolist() == [-5e-3, 5e-3]
    assert cycle.dwell_s.sum() == pytest.approx(procedure.period, rel=1e-3)


def test_the_default_triangle_is_that_of_fig_2a() -> None:
    cycle = Endurance().one_cycle()
    assert cycle.levels_v.size == 320
    assert set(np.round(np.abs(np.diff(cycle.levels_v)), 9)) == {2.5e-3}
    assert set(cycle.dwell_s) == {0.766e-3}


def test_conductance_is_current_over_requested_voltage_offset_included() -> None:
    _, results = measured(Endurance(cycles=50), D01=steady(7e-5, 8e-7))
    assert results["on_mean_s"] == pytest.approx(7e-5 * (1 - 90e-6 / 5e-3), rel=1e-9)
    assert results["off_mean_s"] == pytest.approx(8e-7 * (1 + 90e-6 / 5e-3), rel=1e-9)


def test_applications_fit_the_buffer_and_are_stress() -> None:
    bench, _ = measured(Endurance(cycles=19_000, full_cycles="1-1000"), D01=GOOD)
    sizes = [application.waveform.recorded_points for application in bench.applications]
    assert max(sizes) <= CAPABILITIES.max_points
    assert {application.purpose for application in bench.applications} == {Purpose.STRESS}


def test_only_cycles_recorded_in_full_leave_the_range_of_the_reads() -> None:
    bench, results = measured(Endurance(cycles=200, full_cycles="1-2, 100"), D01=GOOD)
    by_range = {1e-6: 0, 1e-4: 0}
    for application in bench.applications:
        by_range[application.sensing.range_a] += application.waveform.repeats
    assert by_range == {1e-6: 197, 1e-4: 3}
    assert results["coarse_cycles"] == 3


def test_a_read_range_that_does_not_settle_in_time_goes_up() -> None:
    bench, _ = measured(Endurance(cycles=50, period=0.1, full_cycles="none"), D01=GOOD)
    assert {application.sensing.range_a for application in bench.applications} == {1e-5}


def test_cycles_recorded_in_full_stay_on_the_range_of_the_peaks_or_say_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench, _ = measured(Endurance(cycles=2, shape="pulse"), D01=GOOD)
    assert {application.sensing.range_a for application in bench.applications} == {1e-4}
    assert not caplog.messages
    short = Endurance(cycles=2, shape="pulse", pulse_width=1e-4, min_ratio=0)
    bench, _ = measured(short, D01=GOOD)
    assert {application.sensing.range_a for application in bench.applications} == {1e-3}
    assert "full_cycles=none" in caplog.text


@pytest.mark.parametrize(
    ("stuck", "kind"), [(STUCK_ON, "stuck ON"), (STUCK_OFF, "stuck OFF")], ids=["on", "off"]
)
@pytest.mark.parametrize("store", ["all", "every 50", "log 5"])
def test_a_device_that_fails_is_left_and_the_next_one_follows(
    stuck: States, kind: str, store: str
) -> None:
    procedure = Endurance(cycles=5000, store=store)
    bench, results = measured(procedure, D01=stuck_from(777, GOOD, stuck), D02=GOOD)
    first, second = results["endurance"]
    assert bench.seen["D01"] <= 2 * 777 + procedure.failures
    assert first["cycles"] <= bench.seen["D01"]
    assert first["failure"] == kind
    assert first["good_until_cycle"] < 777 <= first["first_failure_cycle"]
    assert second["first_failure_cycle"] is None
    assert second["cycles"] == 5000
    assert results["failed_devices"] == 1
    if store == "all":
        assert results["first_failure_cycle"] == 777


def test_a_closing_window_is_told_from_a_stuck_device() -> None:
    closing = stuck_from(300, GOOD, steady(3e-5, 1e-5))
    _, results = measured(Endurance(cycles=1000), D01=closing)
    assert results["endurance"][0]["failure"] == "window"
    assert results["first_failure_cycle"] == 300


def test_a_device_beyond_the_range_is_stuck_on() -> None:
    _, results = measured(Endurance(cycles=1000), D01=stuck_from(300, GOOD, steady(1e-2, 1e-2)))
    row = results["endurance"][0]
    assert (row["failure"], row["first_failure_cycle"]) == ("stuck ON", 300)
    assert row["overflows"] == 2 * row["failing_cycles"] > 0
    assert results["on_mean_s"] == pytest.approx(7e-5, rel=0.02)


@pytest.mark.parametrize("store", ["all", "every 100"])
def test_fewer_failing_cycles_than_asked_for_do_not_end_it(store: str) -> None:
    hiccup = stuck_from(501, GOOD, STUCK_ON, last=509)
    _, results = measured(Endurance(cycles=3000, store=store), D01=hiccup)
    assert results["cycles"] == 3000
    assert results["failed_devices"] == 0
    assert (results["failure_chance_at_most"] is None) == (store == "all")


def test_a_device_that_recovers_while_it_is_looked_at_goes_on() -> None:
    passing = stuck_from(500, GOOD, STUCK_ON, last=520)
    bench, results = measured(Endurance(cycles=3000, store="every 100"), D01=passing)
    assert played_cycles(bench, "D01") == list(range(1, 3001))
    assert results["failed_devices"] == 0


@pytest.mark.parametrize("store", ["all", "every 50"])
def test_a_bench_that_looks_every_second_stops_within_two(store: str) -> None:
    procedure = Endurance(cycles=20_000, store=store)
    bench = CyclingBench(states={"D01": stuck_from(5000, GOOD, STUCK_ON)}, fetch_s=1.0)
    results = run(procedure, bench)
    assert bench.seen["D01"] <= 5000 + 2 * procedure.failures + 2 / procedure.period
    rows = recorded(procedure, bench)
    last = rows.loc[rows[PHASE.header] == "on", CYCLE.header].max()
    assert results["endurance"][0]["cycles"] == last
    assert bench.seen["D01"] - last <= 1
    for application, seen in zip(bench.applications, bench.seen_before, strict=True):
        assert application.columns[CYCLE.header][0] == seen + 1
    assert results["first_failure_cycle"] >= 5000
    assert (rows[PHASE.header] != "waveform").sum() < 4 * last


def test_what_is_played_at_once_changes_no_reading() -> None:
    frames = []
    for full in ("none", "300, 301"):
        procedure = Endurance(cycles=1000, full_cycles=full)
        bench = CyclingBench(states={"D01": scattered(7e-5, 8e-7)})
        run(procedure, bench)
        rows = recorded(procedure, bench)
        frames.append(rows[rows[PHASE.header] != "waveform"])
    columns = [PHASE.header, CYCLE.header, SET_VOLTAGE.header, CURRENT.header]
    assert (frames[0][columns].to_numpy() == frames[1][columns].to_numpy()).all()


def test_the_plan_is_what_is_applied() -> None:
    procedure = Endurance(cycles=2500, full_cycles="1-5, 900", store="every 10")
    bench, _ = measured(procedure, D01=GOOD, D02=GOOD)
    planned = [one.application for one in procedure.plan(["D01", "D02"], CAPABILITIES)]
    assert len(planned) == len(bench.applications)
    for plan, done in zip(planned, bench.applications, strict=True):
        assert plan.device == done.device
        assert plan.sensing == done.sensing
        assert plan.waveform.duration_s == done.waveform.duration_s


@pytest.mark.parametrize(
    ("amplitude_v", "steps"), [(0.2, 80), (0.15, 90), (0.18, 72), (0.183, 183), (0.1, 80)]
)
def test_steps_are_those_nearest_to_the_wanted_of_which_one_is_read(
    amplitude_v: float, steps: int
) -> None:
    cycle = Endurance(amplitude=amplitude_v, period=0.5).one_cycle()
    assert cycle.levels_v.size == 4 * steps
    np.testing.assert_allclose(cycle.levels_v[list(cycle.reads)], [-0.005, 0.005])
    assert np.abs(cycle.levels_v).max() == amplitude_v


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"read_voltage": 0.0037}, "of which the amplitude is a multiple"),
        ({"read_voltage": 0.1, "amplitude": 0.1}, "not below the amplitude"),
        ({"period": 0.02}, "would last"),
        ({"shape": "square", "period": 2e-3}, "flat top"),
        ({"shape": "pulse", "pulse_width": 0.2}, "make the period longer"),
        ({"store": "every 2000"}, "keeps none"),
    ],
    ids=str,
)
def test_cycles_that_cannot_be_played_are_refused(values: dict, said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        Endurance(**values).check()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("store", "sometimes"),
        ("store", "every 0"),
        ("store", "log 5000"),
        ("full_cycles", "5-1"),
        ("full_cycles", "0"),
        ("full_cycles", "1-20000"),
        ("full_cycles", "1, two"),
        ("cycles", 0),
        ("cycles", 1e8),
        ("shape", "sine"),
    ],
)
def test_parameters_that_mean_nothing_are_refused(name: str, value: object) -> None:
    with pytest.raises(ParameterError, match=name):
        Endurance(**{name: value})


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [("every cycle", "all"), ("10", "every 10"), ("every 1", "all"), ("LOG", "log 20")],
)
def test_storage_is_understood_as_people_write_it(given_text: str, kept: str) -> None:
    assert Endurance(store=given_text).store == kept


@given(st.sets(st.integers(1, 10_000), max_size=60))
def test_cycle_numbers_survive_being_written(numbers: set[int]) -> None:
    procedure = Endurance(full_cycles=numbers or "none")
    text = str(procedure.parameter_objects()["full_cycles"])
    assert Endurance(full_cycles=text).full_cycles == tuple(sorted(numbers))
