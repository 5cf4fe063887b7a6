"""Switching energies on a bench of linear devices, whose energy has a closed form."""

import logging

import numpy as np
import pandas as pd
import pytest

from procedures.analysis.switching_energy import Goals, chosen_pulses, energy_table
from procedures.columns import CURRENT, PHASE
from procedures.errors import MeasurementStopped, ParameterError
from procedures.switching_energy import SwitchingEnergy
from tests.procedures.fake_bench import CAPABILITIES, FakeBench, FakeDevice, recorded, run

RATE = 9.59e-3


def bench(rate: float = RATE, **device: object) -> FakeBench:
    return FakeBench({"D01": FakeDevice(rate, **device)})


def from_erased(**values: object) -> SwitchingEnergy:
    return SwitchingEnergy(**{"starts": "erased", "repeats": 1, **values})


@pytest.mark.parametrize("ratio", [300, 1000])
def test_the_energy_of_a_wanted_ratio_is_the_integral(ratio: float) -> None:
    there = bench()
    results = run(from_erased(ratios=ratio, tolerance=0.05), there)
    goal = results["goals"][0]
    assert goal["reached"] == 1
    assert goal["ratio"] == pytest.approx(ratio, rel=0.06)
    assert goal["energy_j"] == pytest.approx(there.fakes["D01"].set_energy_j, rel=0.04)
    assert goal["bound_j"] < goal["energy_j"]


def test_the_coefficient_is_that_of_a_linear_device() -> None:
    results = run(from_erased(aim="width", widths="1 ms, 2 ms, 4 ms", repeats=3), bench())
    assert results["coefficient_j_per_s2"] == pytest.approx(0.04 / (2 * RATE), rel=0.06)
    assert results["energy_exponent"] == pytest.approx(1, abs=0.02)


def test_the_energy_goes_with_the_square_of_the_start_conductance() -> None:
    starts = "1e-5 S, 2e-5 S"
    results = run(from_erased(starts=starts, ratios="3, 5", repeats=2), bench())
    assert results["start_exponent"] == pytest.approx(2, abs=0.15)
    assert len(results["goals"]) == 4


def test_a_pulse_of_few_readings_is_unresolved_and_unscaled() -> None:
    results = run(from_erased(aim="width", widths="150 us, 300 us, 1 ms"), bench())
    one, three, ten = results["single_pulses"]
    assert (one["readings"], three["readings"], ten["readings"]) == (1, 3, 10)
    assert (one["unresolved"], three["unresolved"], ten["unresolved"]) == (True, True, False)
    assert one["unresolved_share"] == 1
    assert 0 < ten["unresolved_share"] < three["unresolved_share"] < 1
    assert results["unresolved_pulses"] == 2
    assert [one["width_s"], three["width_s"], ten["width_s"]] == pytest.approx([1.5e-4, 3e-4, 1e-3])


def test_readings_below_three_floors_leave_a_pulse_unresolved() -> None:
    procedure, there = from_erased(aim="width"), bench()
    run(procedure, there)
    frame = recorded(procedure, there)
    assert not energy_table(frame)["unresolved"].any()
    rests = frame[PHASE.header] == "rest"
    peak_a = frame.loc[frame[PHASE.header] == "pulse", CURRENT.header].abs().max()
    frame.loc[rests, CURRENT.header] = np.resize([peak_a, -peak_a], rests.sum())
    table = energy_table(frame)
    assert table["unresolved"].all()
    assert table["unresolved_share"].tolist() == [1.0]
    assert table["floor_a"].iloc[0] == pytest.approx(peak_a, rel=0.1)


def test_an_overflowed_pulse_has_no_energy() -> None:
    procedure, there = from_erased(aim="width"), bench()
    run(procedure, there)
    frame = recorded(procedure, there)
    frame.loc[frame[PHASE.header] == "pulse", CURRENT.header] = np.nan
    results = procedure.analyse(frame)
    assert results["single_pulses"][0]["energy_j"] is None
    assert results["single_pulses"][0]["unresolved"]
    assert results["coefficient_j_per_s2"] is None


def test_what_a_claimed_energy_implies_follows_from_the_bound() -> None:
    results = run(from_erased(aim="width", claimed_energy="0.2 fJ"), bench())
    before_s = results["single_pulses"][0]["before_s"]
    assert results["implied_width_s"] == pytest.approx(0.2e-15 / (0.04 * before_s))
    assert results["implied_conductance_s"] == pytest.approx(5e-12)
    assert "2e-16 J" in results["statement"]


def test_a_ratio_below_one_shortest_pulse_is_given_up_with_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        results = run(from_erased(ratios="5"), bench())
    assert "no pulse from 'erased' led to the ratio 5" in caplog.text
    assert results["goals"][0]["reached"] == 0
    assert results["goals"][0]["energy_j"] is None
    assert results["pulses"] == 1


def test_a_dead_device_stops_the_measurement() -> None:
    with pytest.raises(MeasurementStopped, match=r"D01: (does not switch|a ratio of 5)"):
        run(from_erased(ratios="5"), bench(rate=0.0))


def test_a_range_above_the_compliance_is_refused() -> None:
    with pytest.raises(ParameterError, match="current_range"):
        SwitchingEnergy(compliance="0.1 mA").check()


def test_rows_of_a_run_that_has_just_begun_can_be_analysed_and_drawn() -> None:
    procedure, there = from_erased(ratios="1000"), bench()
    run(procedure, there)
    frame = recorded(procedure, there)
    for rows in (0, 10, 230, 420):
        assert procedure.analyse(frame.iloc[:rows])["pulses"] == 0
        assert procedure.plots(frame.iloc[:rows]) == ()
    assert [plot.name for plot in procedure.plots(frame)] == [
        "switching_energy",
        "energy_and_conductance",
        "implied_width",
    ]


def test_the_plan_has_the_pulses_of_the_run() -> None:
    procedure = from_erased(aim="width", widths="1 ms, 3 ms")
    planned = [p.application.waveform for p in procedure.plan(["D01"], CAPABILITIES)]
    there = bench()
    run(procedure, there)
    played = [a.waveform for a in there.applications]
    for waveforms in (planned, played):
        pulses = [w.duration_s for w in waveforms if w.min_v == -0.2]
        assert pulses == pytest.approx([3e-3, 5e-3])
    searched = list(from_erased(ratios="5", tries=7).plan(["D01"], CAPABILITIES))
    assert {p.at_most for p in searched if p.application.waveform.min_v == -0.2} == {7}


def test_the_noise_of_an_open_device_bounds_nothing() -> None:
    procedure, there = from_erased(aim="width"), bench()
    run(procedure, there)
    frame = recorded(procedure, there)
    frame.loc[frame[PHASE.header] == "verify", CURRENT.header] *= -1
    results = procedure.analyse(frame)
    assert results["implied_width_s"] is None
    assert results["statement"] is None


def test_a_saturated_pulse_does_not_stand_for_a_ratio_that_a_shorter_one_met() -> None:
    pulses = pd.DataFrame(
        {
            "device": "D01",
            "state": "off",
            "repeat": 1,
            "application": [1, 2, 3],
            "ratio": [5.2, 18.9, 19.4],
            "width_s": [1e-3, 4e-3, 40e-3],
        }
    )
    chosen = chosen_pulses(pulses, Goals("ratio", (5.0, 20.0), 0.1))
    assert chosen["width_s"].to_list() == [1e-3, 4e-3]
    assert chosen["wanted"].to_list() == [5.0, 20.0]
