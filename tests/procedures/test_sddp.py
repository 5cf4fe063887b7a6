"""Pulse durations on a bench of linear devices, and on frames made by hand."""

import logging

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.analysis.pulse_response import pulse_responses
from procedures.analysis.statistics import fit_line, mean_with_interval
from procedures.columns import CURRENT, FLAGS, PHASE
from procedures.errors import ParameterError
from procedures.sddp import Sddp
from procedures.techniques.waveforms import evenly_read_width, timed_pulse
from tests.procedures.fake_bench import CAPABILITIES, FakeBench, FakeDevice, recorded, run


def bench(*rates: float, seed: int = 1) -> FakeBench:
    return FakeBench({f"D{n:02d}": FakeDevice(r) for n, r in enumerate(rates, 1)}, seed=seed)


def erased(**values: object) -> Sddp:
    return Sddp(start="erased", **values)


@pytest.mark.parametrize("rate", [2e-3, 9.59e-3])
@pytest.mark.parametrize("between", ["reset", "cumulative"])
def test_the_slope_is_the_devices_rate(rate: float, between: str) -> None:
    results = run(erased(between=between, repeats=6, durations="1 ms, 3 ms, 5 ms"), bench(rate))
    slope_u95 = results["slope_s_per_s_u95"]
    assert abs(results["slope_s_per_s"] - rate) < 1.5 * slope_u95
    assert slope_u95 < 0.15 * rate
    assert results["r_squared"] > 0.96


def test_every_duration_is_told_with_its_scatter() -> None:
    results = run(erased(durations="1 ms, 4 ms", repeats=12), bench(1e-2))
    by_duration = {row["duration_s"]: row for row in results["durations"]}
    assert list(by_duration) == [1e-3, 4e-3]
    assert by_duration[4e-3]["change_s"] == pytest.approx(4e-5, rel=0.05)
    assert by_duration[4e-3]["variation"] == pytest.approx(0.06, abs=0.03)
    assert by_duration[4e-3]["pulses"] == 12


def test_cumulative_durations_add_up() -> None:
    procedure, there = erased(between="cumulative", durations="1 ms, 2 ms", repeats=2), bench(1e-2)
    run(procedure, there)
    pulses = pulse_responses(recorded(procedure, there))
    assert pulses["exposed_s"].to_list() == pytest.approx([1e-3, 3e-3, 1e-3, 3e-3])
    assert pulses["width_s"].to_list() == pytest.approx([1e-3, 2e-3, 1e-3, 2e-3])
    assert pulses["before_s"].iloc[1] == pulses["after_s"].iloc[0]


@pytest.mark.parametrize("repeats", [2, 4])
def test_the_slopes_interval_comes_from_the_repeats_once_there_are_three(repeats: int) -> None:
    procedure = erased(between="cumulative", durations="1 ms, 1 ms, 1 ms", repeats=repeats)
    there = bench(1e-2)
    results = run(procedure, there)
    pulses = pulse_responses(recorded(procedure, there))
    changes = (pulses["exposed_s"], pulses["after_s"] - pulses["start_s"])
    slopes = [
        fit_line(*(column[mine] for column in changes)).slope
        for mine in pulses.groupby("repeat").groups.values()
    ]
    expected = fit_line(*changes).slope_u95 if repeats < 3 else mean_with_interval(slopes)[1]
    assert results["slope_s_per_s_u95"] == pytest.approx(expected)


def test_each_device_has_its_own_line() -> None:
    results = run(erased(durations="1 ms, 5 ms"), bench(5e-3, 1e-2))
    slopes = [row["slope_s_per_s"] for row in results["devices"]]
    assert slopes == pytest.approx([5e-3, 1e-2], rel=0.06)
    assert results["slope_s_per_s"] == pytest.approx(np.mean(slopes))


def test_a_bent_curve_shows_as_a_deviation() -> None:
    procedure, there = erased(repeats=1, durations="lin(1 ms, 5 ms, 9)"), bench(1e-2)
    run(procedure, there)
    frame = recorded(procedure, there)
    straight = procedure.analyse(frame)
    late = (frame[PHASE.header] == "after") & (frame.index > 0.7 * len(frame))
    frame.loc[late, CURRENT.header] *= 0.6
    bent = procedure.analyse(frame)
    assert bent["worst_deviation"] > 2 * straight["worst_deviation"]
    assert bent["r_squared"] < straight["r_squared"]


def test_a_single_pulse_determines_no_line_and_still_has_results() -> None:
    results = run(erased(durations="1 ms", repeats=1), bench(1e-2))
    assert results["slope_s_per_s"] is None
    assert results["durations"][0]["change_s"] == pytest.approx(1e-5, rel=0.3)


def test_rows_of_a_run_that_has_just_begun_can_be_analysed_and_drawn() -> None:
    procedure, there = erased(durations="1 ms, 5 ms", repeats=3), bench(1e-2)
    run(procedure, there)
    frame = recorded(procedure, there)
    for rows in (0, 10, 250, 500, 900):
        assert procedure.analyse(frame.iloc[:rows])["pulses"] <= 4
        procedure.plots(frame.iloc[:rows])
    assert len(procedure.plots(frame)[0].series) == 2


def test_pulses_in_compliance_are_counted() -> None:
    procedure, there = erased(repeats=1), bench(1e-2)
    run(procedure, there)
    frame = recorded(procedure, there)
    frame.loc[frame[PHASE.header] == "pulse", FLAGS.header] = 1
    assert procedure.analyse(frame)["limited_pulses"] == 10


def test_a_positive_amplitude_from_a_low_state_is_doubted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        Sddp(amplitude="200 mV", start="on").check()
        assert not caplog.records
        Sddp(amplitude="200 mV").check()
    assert "start from 'on'" in caplog.text


def test_an_amplitude_of_a_reading_is_refused() -> None:
    with pytest.raises(ParameterError, match="amplitude"):
        Sddp(amplitude="5 mV").check()


def test_the_plan_has_what_the_run_applies() -> None:
    procedure, there = erased(repeats=2, durations="1 ms, 2 ms"), bench(1e-2)
    planned = [p.application for p in procedure.plan(["D01"], CAPABILITIES)]
    run(procedure, there)
    pulses = [p.waveform.duration_s for p in planned if p.waveform.min_v == -0.2]
    played = [a.waveform.duration_s for a in there.applications if a.waveform.min_v == -0.2]
    assert pulses == pytest.approx(played)


@given(st.integers(100, 20_000) | st.integers(100, 10_000_000))
def test_a_timed_pulse_lasts_exactly_as_long_as_asked_for(width_us: int) -> None:
    pulse = timed_pulse(-0.2, width_us * 1e-6, 16, shortest_s=90e-6, tick_s=1e-6, rests=3)
    dwell_us = np.round(pulse.dwell_s * 1e6, 6)
    assert dwell_us[3:].sum() == pytest.approx(width_us)
    assert (dwell_us == np.round(dwell_us)).all()
    assert dwell_us.min() >= 90
    assert len(np.unique(dwell_us)) == 1 or dwell_us.min() >= 140
    assert (pulse.levels_v[:3] == 0).all()


@pytest.mark.parametrize("width_us", [100, 341, 673, 983])
def test_an_evenly_read_width_is_near_and_read_most_often(width_us: int) -> None:
    width_s = evenly_read_width(width_us * 1e-6, 64, 90e-6, 1e-6)
    assert width_s == pytest.approx(width_us * 1e-6, rel=0.01)
    pulse = timed_pulse(-0.2, width_s, 64, shortest_s=90e-6, tick_s=1e-6)
    assert pulse.recorded_points == width_us // 90
