"""Retention on devices that fade by a known law: read when due, fitted, and compared."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.base import Purpose
from procedures.columns import BEND_RADIUS, CURRENT, DEVICE, DUE, PHASE, REPEAT, STATE
from procedures.errors import MeasurementStopped, ParameterError
from procedures.retention import Retention
from procedures.techniques.holding import Vigil, share_out
from procedures.techniques.states import MadeState, device_state
from tests.procedures.fading_bench import FadingBench
from tests.procedures.fake_bench import CAPABILITIES, FakeDevice, recorded, run

NAMES = ["D01", "D02", "D03"]


def bench(**extra: object) -> FadingBench:
    exponents = dict(zip(NAMES, (0.003, 0.02, -0.01), strict=True))
    return FadingBench({name: FakeDevice(9.59e-3) for name in NAMES}, exponents=exponents, **extra)


def holding(**extra: object) -> Retention:
    return Retention(states="10 uS, 20 uS, 40 uS", times="log(10, 1e4, 12)", **extra)


@dataclass(frozen=True)
class Done:
    """One run of three devices, for the tests that only look at it."""

    bench: FadingBench
    procedure: Retention
    results: dict[str, Any]
    frame: pd.DataFrame


@pytest.fixture(scope="module")
def done() -> Done:
    there, procedure = bench(), holding()
    results = run(procedure, there)
    return Done(there, procedure, results, recorded(procedure, there))


def test_each_decay_is_found_within_its_interval(done: Done) -> None:
    results = done.results
    for row in results["retention"]:
        truth = done.bench.exponents[row["device"]]
        assert row["exponent"] == pytest.approx(truth, abs=2 * row["exponent_u95"])
        assert row["exponent_u95"] < 2e-3
        assert row["kept"] - 1 == pytest.approx(math.expm1(-truth * math.log(1e3)), abs=0.05)
    assert results["smallest_kept"] == min(row["kept"] for row in results["retention"])
    assert results["order_kept"]
    assert results["retention_time_s"] == pytest.approx(1e4, rel=1e-3)
    assert results["latest_delay_s"] >= 0


def test_a_time_to_loss_is_extrapolated_with_both_ends_and_never_for_growth(done: Done) -> None:
    rows = {row["device"]: row for row in done.results["retention"]}
    fading = rows["D02"]
    assert fading["extrapolated"] == (fading["time_to_loss_s"] > 1e4)
    expected_s = 10 * 0.9 ** (-1 / 0.02)
    assert fading["time_to_loss_lower_s"] < expected_s < 3 * fading["time_to_loss_upper_s"]
    assert fading["time_to_loss_lower_s"] < fading["time_to_loss_s"]
    assert fading["time_to_loss_s"] < fading["time_to_loss_upper_s"]
    assert rows["D03"]["time_to_loss_s"] is None
    assert rows["D03"]["extrapolated"]


def test_every_reading_is_small_and_taken_when_it_is_due(done: Done) -> None:
    frame, times_s = done.frame, done.procedure.times
    hold = frame[frame[PHASE.header] == "hold"]
    assert hold["Voltage (V)"].abs().max() == pytest.approx(5e-3)
    made_s = frame[frame[PHASE.header] == "program"].groupby(DEVICE.header)["Time (s)"].max()
    for (device, due_s), rows in hold.groupby([DEVICE.header, DUE.header]):
        age_s = rows["Time (s)"].iloc[0] - made_s[device]
        assert due_s == max(time_s for time_s in times_s if time_s <= age_s + 1e-3)
        assert age_s - due_s < (60 if due_s < 100 else 2)
    assert {a.purpose for a in done.bench.applications if a.waveform.peak_v < 0.1} == {Purpose.READ}


def test_more_states_than_devices_follow_in_rounds() -> None:
    there = bench()
    there.order = ("D02",)
    procedure = holding()
    results = run(procedure, there)
    assert [row["round"] for row in results["retention"]] == [1, 2, 3]
    frame = recorded(procedure, there)
    rounds = frame[frame[PHASE.header] == "hold"].groupby(REPEAT.header)[STATE.header].unique()
    assert [list(states) for states in rounds] == [["1e-05 S"], ["2e-05 S"], ["4e-05 S"]]


def test_all_gives_every_state_to_every_device() -> None:
    there = bench()
    there.order = ("D01", "D02")
    rows = run(holding(assignment="all"), there)["retention"]
    assert {(row["device"], row["state"]) for row in rows} == {
        (device, state) for device in ("D01", "D02") for state in ("1e-05 S", "2e-05 S", "4e-05 S")
    }


@settings(deadline=None)  # the first unit that is read loads the registry of units
@given(st.integers(1, 20), st.integers(1, 30))
def test_shared_out_every_state_is_held_and_no_device_holds_two(devices: int, states: int) -> None:
    names = [f"D{k:02d}" for k in range(devices)]
    wanted = [device_state(f"{1e-6 * (k + 1)} S") for k in range(states)]
    rounds = share_out(names, wanted)
    assert {state for held in rounds for state in held.values()} == set(wanted)
    assert len(rounds) == math.ceil(states / devices)
    assert list(rounds[0]) == names[: max(states, devices)]


def test_the_control_shows_what_the_readings_do() -> None:
    there = FadingBench(
        {name: FakeDevice(9.59e-3) for name in NAMES},
        exponents=dict.fromkeys(NAMES, 0.02),
        disturb={"D01": 2e-3, "D03": 2e-3},
    )
    procedure = Retention(states="10 uS", times="log(10, 1e4, 12)", control=True)
    results = run(procedure, there)
    assert results["read_disturb"] == pytest.approx(2e-3 * 10, abs=results["read_disturb_u95"])
    assert results["read_disturb_u95"] < 0.01
    assert [row["device"] for row in results["retention"]] == ["D01", "D02"]
    frame = recorded(procedure, there)
    control = frame[(frame[DEVICE.header] == "D03") & (frame[PHASE.header] == "hold")]
    assert control[DUE.header].nunique() == 2


def test_disconnected_opens_the_relays_before_every_wait(done: Done) -> None:
    there = bench()
    run(holding(between="disconnected"), there)
    assert len(there.released_at) >= 12
    assert done.bench.released_at == []


def test_the_radius_is_recorded_and_the_sample_bent_only_when_asked(done: Done) -> None:
    there, stated = bench(), bench()
    procedure = holding(bend_radius="3 mm", bend=True)
    assert run(procedure, there)["bend_radius_m"] == 3e-3
    assert [radius for _, radius, _ in there.bending.asked] == [3e-3, math.inf]
    assert run(holding(bend_radius="3 mm"), stated)["bend_radius_m"] == 3e-3
    assert stated.bending.asked == []
    assert done.results["bend_radius_m"] is None
    assert np.isinf(done.frame[BEND_RADIUS.header]).all()


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"times": "1, 5, 5"}, "times: 5 s follows 5 s"),
        ({"times": "1, 2, 3"}, "fit_from"),
        ({"bend": True}, "bend"),
    ],
)
def test_what_cannot_be_measured_is_refused_before(wrong: dict[str, object], named: str) -> None:
    with pytest.raises(ParameterError, match=named):
        Retention(**wrong).check()


def test_a_control_needs_a_second_device() -> None:
    with pytest.raises(ParameterError, match="second device"):
        list(Retention(control=True).plan(["D01"], CAPABILITIES))


def test_an_open_device_is_named() -> None:
    there = FadingBench({"D01": FakeDevice(0.0, conductance_s=0.0)})
    with pytest.raises(MeasurementStopped, match=r"D01.*open"):
        run(Retention(states="on"), there)


def test_a_device_that_does_not_hold_shows_in_the_result(done: Done) -> None:
    good, frame = done.results, done.frame.copy()
    late = (frame[DEVICE.header] == "D03") & (frame[DUE.header] > 1e3)
    frame.loc[late, CURRENT.header] *= 0.4
    broken = done.procedure.analyse(frame)
    assert good["order_kept"]
    assert not broken["order_kept"]
    assert broken["smallest_kept"] < 0.5 < good["smallest_kept"]
    assert broken["smallest_ratio"] < 2 < good["smallest_ratio"]


def test_the_plan_has_every_reading_and_the_time_they_take() -> None:
    planned = list(holding(control=True).plan([*NAMES, "D04"], CAPABILITIES))
    pauses_s = sum(item.count * item.pause_s for item in planned)
    assert pauses_s == pytest.approx(1e4, rel=0.05)
    reads = [item for item in planned if item.count == 12]
    assert {item.application.device for item in reads} == {*NAMES, "D04"}
    assert all(item.application.purpose is Purpose.READ for item in reads)


def test_plots_of_half_a_run_show_what_there_is(done: Done) -> None:
    procedure, frame = done.procedure, done.frame
    assert {plot.name for plot in procedure.plots(frame)} == {"retention", "decay"}
    begun = frame[frame[PHASE.header] != "hold"]
    assert list(procedure.plots(begun)) == []
    two = frame[(frame[PHASE.header] != "hold") | (frame[DUE.header] < 16)]
    assert len(list(procedure.plots(two))) == 2


def test_a_reading_that_was_overtaken_is_left_out() -> None:
    there = FadingBench({"D01": FakeDevice(9.59e-3, conductance_s=2e-5)})
    vigil = Vigil(there, disconnected=False)
    vigil.add("D01", MadeState(0.0, device_state("20 uS"), {STATE.header: "20 uS"}), (1, 2, 3, 50))
    there.clock.wait(10)
    assert vigil.read_due() == 3
    assert list(there.frame[DUE.header].unique()) == [3]
    assert list(vigil.read_all()) == [0]
    assert list(there.frame[DUE.header].unique()) == [3, 50]
