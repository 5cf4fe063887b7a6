"""Loops on a bench of simple devices: order, readings in between, guard, and what is found."""

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from procedures.analysis.loop_record import half_records
from procedures.base import Purpose
from procedures.columns import CURRENT, CYCLE, HALF, PHASE, SET_VOLTAGE
from procedures.errors import ParameterError
from procedures.iv_loop import IvLoop
from tests.procedures.fake_bench import CAPABILITIES, FakeBench, FakeDevice, recorded, run

RATE = 3e-3
"""6e-5 S in each 20 ms at -0.15 V and beyond: an abrupt step from 8e-7 S, and ohmic."""


def bench(*devices: FakeDevice) -> FakeBench:
    made = devices or (FakeDevice(RATE),)
    return FakeBench({f"D{number:02d}": device for number, device in enumerate(made, start=1)})


def filament_loop(**settings: object) -> IvLoop:
    return IvLoop(**{"peaks": "-0.5 V, 0.5 V", "regime": "filament", **settings})


def swept_levels(there: FakeBench, procedure: IvLoop) -> np.ndarray:
    frame = recorded(procedure, there)
    return frame.loc[frame[PHASE.header].isin(["sweep", "pulse"]), SET_VOLTAGE.header].to_numpy()


def turning_points(levels_v: np.ndarray) -> list[float]:
    inner = levels_v[1:-1]
    turns = (np.abs(inner) > np.abs(levels_v[:-2])) & (np.abs(inner) > np.abs(levels_v[2:]))
    return inner[turns].tolist()


@pytest.mark.parametrize(
    "peaks_v", [(-0.5, 0.5), (0.5, -0.5), (-0.3,), (0.2, -0.1, 0.3), (-0.1, -0.2)]
)
def test_a_loop_turns_at_its_peaks_in_order(peaks_v: tuple[float, ...]) -> None:
    there, procedure = bench(), filament_loop(peaks=peaks_v, cycles=2)
    run(procedure, there)
    levels_v = swept_levels(there, procedure)
    assert turning_points(levels_v) == pytest.approx([*peaks_v, *peaks_v])
    assert np.abs(np.diff(levels_v)).max() == pytest.approx(5e-3)
    assert levels_v[-1] == 0


def test_results_are_those_of_the_device() -> None:
    there = bench()
    results = run(filament_loop(), there)
    assert results["off_s"] == pytest.approx(1e-8, abs=results["off_s_u95"])
    assert results["on_off_ratio"] == pytest.approx(results["on_s"] / results["off_s"])
    assert results["regime"] == "filament"
    assert abs(results["threshold_v"] - 0.1475) <= results["threshold_v_u95"]
    assert results["reset_v"] == pytest.approx(0.395, abs=results["reset_v_u95"] + 1e-9)
    assert results["largest_step_v"] == pytest.approx(-0.15)
    # From below what is resolved on a range of 10 mA, 1 uA.
    assert results["largest_step_decades"] == pytest.approx(math.log10(6e-5 * 0.15 / 1e-6), abs=0.1)
    assert results["contact"] == "good"
    assert results["cycles_done"] == 1
    assert not results["stopped"]


def test_on_is_read_after_the_negative_half_whatever_comes_first() -> None:
    first, second = (
        run(filament_loop(), bench()),
        run(filament_loop(peaks="0.5 V, -0.5 V"), bench()),
    )
    for name in ("on_s", "off_s", "threshold_v"):
        assert second[name] == pytest.approx(first[name], rel=0.25)
    assert second["on_off_ratio"] > 1e5


def test_the_interval_of_a_mean_holds_the_scatter_of_its_cycles() -> None:
    results = run(filament_loop(cycles=4), bench())
    values = [cycle["on_s"] for cycle in results["cycles"]]
    assert results["on_s"] == pytest.approx(np.mean(values))
    assert results["on_s_u95"] > 3.18 * np.std(values, ddof=1) / 2
    assert results["on_s_u95"] < results["on_s"]


def test_each_polarity_has_its_own_compliance_and_range() -> None:
    there = bench()
    run(filament_loop(compliance_negative="1 mA", compliance_positive="8 mA"), there)
    halves = [a for a in there.applications if a.purpose is Purpose.STRESS]
    assert [a.sensing.limit_a for a in halves] == [1e-3, 8e-3]
    assert [a.sensing.range_a for a in halves] == [1e-3, 1e-2]
    for half in halves:
        assert half.waveform.levels_v[-1] == 0
        assert min(np.sign(half.waveform.levels_v)) * max(np.sign(half.waveform.levels_v)) == 0


def test_everything_at_small_bias_is_declared_a_read() -> None:
    there = bench()
    run(filament_loop(peaks="-0.09 V"), there)
    assert {a.purpose for a in there.applications} == {Purpose.READ}
    run(filament_loop(peaks="-0.1 V"), there)
    assert there.applications[-2].purpose is Purpose.STRESS


def test_the_guard_ends_the_loop_where_the_conductance_jumped() -> None:
    there, procedure = (
        bench(FakeDevice(RATE), FakeDevice(0.0)),
        filament_loop(stop_step=1, cycles=3),
    )
    results = run(procedure, there)
    assert results["stopped"]
    assert results["stopped_at_v"] == pytest.approx(-0.15)
    assert results["stopped_in"] == "D01, cycle 1, half loop 1"
    assert there.fakes["D01"].conductance_s > 1e-4
    frame = recorded(procedure, there)
    assert frame.loc[frame["Device"] == "D01", SET_VOLTAGE.header].max() < 0.1
    # The other device went through all of its loops.
    assert results["cycles_done"] == 3


def test_pulses_return_to_zero_and_are_read_at_bias() -> None:
    there, procedure = bench(), filament_loop(mode="pulsed", gap="1 ms")
    results = run(procedure, there)
    stress = [a for a in there.applications if a.purpose is Purpose.STRESS]
    assert all((a.waveform.levels_v[1::2] == 0).all() for a in stress)
    assert all((a.waveform.levels_v[0::2] != 0).all() for a in stress)
    assert abs(results["threshold_v"] - 0.1475) <= results["threshold_v_u95"]
    assert results["on_off_ratio"] > 1e5


def test_a_reading_after_every_pulse_gives_the_state_at_small_bias() -> None:
    there = bench()
    procedure = filament_loop(mode="pulse-and-read", peaks="-0.2 V", step="10 mV")
    results = run(procedure, there)
    phases = [a.columns[PHASE.header] for a in there.applications]
    assert phases[1:5] == ["pulse", "read", "pulse", "read"]
    assert phases.count("pulse") == 2 * 20 - 1
    assert abs(results["threshold_v"] - 0.145) <= results["threshold_v_u95"] + 1e-9
    # Read at small bias, the rise before the filament is the interface's alone: none here.
    assert results["interface_rise_decades"] == pytest.approx(0, abs=0.01)


def test_the_guard_works_between_pulses_as_well() -> None:
    there = bench()
    results = run(filament_loop(mode="pulse-and-read", stop_step=1), there)
    assert results["stopped_at_v"] == pytest.approx(-0.15)
    assert [a.columns[PHASE.header] for a in there.applications].count("pulse") == 30


@pytest.mark.parametrize("conductance_s", [1e-12, 0.1])
def test_a_device_without_contact_is_named(conductance_s: float) -> None:
    there = bench(FakeDevice(0.0, conductance_s, stuck=True))
    results = run(filament_loop(), there)
    assert results["contact"].startswith("D01 open" if conductance_s < 1 / 100 else "D01 shorted")
    assert results["threshold_v"] is None
    assert results["set_v"] is None


@pytest.mark.parametrize(
    ("parameter", "value", "said"),
    [
        ("peaks", "-0.5 V, 0 V", "less than one step"),
        ("ramp_rate", "1000 V/s", "must be 90 us"),
        ("dwell", 100.4e-6, "whole microseconds"),
        ("gap", 100.4e-6, "whole microseconds"),
    ],
)
def test_parameters_that_do_not_go_together_are_refused(
    parameter: str, value: object, said: str
) -> None:
    with pytest.raises(ParameterError, match=said):
        filament_loop(**{parameter: value}).check()


def test_a_ramp_rate_replaces_the_dwell() -> None:
    there = bench()
    run(filament_loop(ramp_rate="1 V/s"), there)
    assert there.applications[1].waveform.dwell_s[0] == pytest.approx(5e-3)


def test_the_plan_has_the_parts_of_the_run() -> None:
    there, procedure = bench(), filament_loop(cycles=2)
    run(procedure, there)
    planned = list(procedure.plan(["D01"], CAPABILITIES))
    stress = [p for p in planned if p.application.purpose is Purpose.STRESS]
    assert sum(p.count for p in stress) == 4
    assert sum(a.purpose is Purpose.STRESS for a in there.applications) == 4


def test_a_half_measured_run_can_be_looked_at() -> None:
    there, procedure = bench(), filament_loop(cycles=2)
    measuring: Iterator[float] = procedure.measure(there)
    for _ in range(3):
        next(measuring)
        frame = recorded(procedure, there)
        assert procedure.plots(frame)
        assert procedure.analyse(frame)


def test_every_result_is_documented_and_every_plot_has_its_own_name() -> None:
    there, procedure = bench(), filament_loop(cycles=2)
    results = run(procedure, there)
    plain = {name.removesuffix("_u95") for name in results} - {"cycles", "halves"}
    assert plain == {name for name in IvLoop.findings if "." not in name}
    for table in ("cycles", "halves"):
        columns = {f"{table}.{name.removesuffix('_u95')}" for name in results[table][0]}
        assert columns == {name for name in IvLoop.findings if name.startswith(f"{table}.")}
    names = [plot.name for plot in procedure.plots(recorded(procedure, there))]
    assert names == ["iv_linear", "iv_log", "rv", "states"]


def test_of_several_bursts_the_last_counts() -> None:
    """A burst that overflowed was repeated on a larger range."""
    there, procedure = bench(), filament_loop(peaks="-0.5 V")
    run(procedure, there)
    frame = recorded(procedure, there)
    after = frame[frame[PHASE.header] == "after"]
    assert after[CURRENT.header].isna().any()
    record = next(half_records(pd.concat([frame])))
    assert record.after is not None
    assert record.after.conductance_s == pytest.approx(there.fakes["D01"].conductance_s, rel=0.01)
    assert set(after[CYCLE.header]) == set(after[HALF.header]) == {1}
