"""Read accuracy: what is made into the currents comes out of the analysis."""

import numpy as np
import pandas as pd
import pytest

from procedures.analysis.read_accuracy import reading_table
from procedures.columns import CURRENT, PHASE, SET_VOLTAGE
from procedures.errors import ParameterError
from procedures.read_accuracy import ReadAccuracy
from tests.procedures.fake_bench import CAPABILITIES, FakeBench, FakeDevice, recorded, run

FEW = "lin(0.2 mV, 25.4 mV, 64)"


def bench(count: int = 1, offset_v: float = 90e-6) -> FakeBench:
    fakes = {f"D{n:02d}": FakeDevice(9.59e-3) for n in range(1, count + 1)}
    return FakeBench(fakes, offset_v=offset_v)


def measured(offset_v: float = 0.0, **values: object) -> tuple[ReadAccuracy, pd.DataFrame]:
    procedure = ReadAccuracy(**{"state": "erased", "runs": 3, "voltages": FEW, **values})
    there = bench(offset_v=offset_v)
    run(procedure, there)
    return procedure, recorded(procedure, there)


def test_each_voltage_is_read_once_a_run_at_both_polarities() -> None:
    _, frame = measured()
    readings = reading_table(frame)
    counts = readings.groupby(["run", "set_v"]).size()
    assert (counts == 1).all()
    assert len(counts) == 3 * 2 * 64
    assert (readings["set_v"] != 0).all()


@pytest.mark.parametrize("offset_v", [-300e-6, 90e-6])
def test_the_sources_offset_is_found_and_stays_in_the_deviation(offset_v: float) -> None:
    procedure, frame = measured(offset_v)
    results = procedure.analyse(frame)
    assert results["offset_v"] == pytest.approx(offset_v, rel=0.02)
    readings = reading_table(frame)
    expected = np.mean(np.abs(1.0 * offset_v / readings["set_v"]))
    assert results["deviation"] == pytest.approx(expected, abs=0.01)
    assert results["corrected_deviation"] == pytest.approx(0.01 * np.sqrt(2 / np.pi), abs=0.003)


def test_a_current_too_high_by_a_share_deviates_by_it() -> None:
    procedure, frame = measured()
    high = (frame[PHASE.header] == "pulse") & (frame[SET_VOLTAGE.header] > 0)
    frame.loc[high, CURRENT.header] *= 1.2
    results = procedure.analyse(frame)
    assert results["positive_deviation"] == pytest.approx(0.2, abs=0.01)
    assert results["negative_deviation"] < 0.02
    assert results["deviation"] == pytest.approx(
        (results["positive_deviation"] + results["negative_deviation"]) / 2
    )


def test_a_device_that_is_off_its_target_is_judged_by_what_it_holds() -> None:
    procedure, frame = measured()
    before = procedure.analyse(frame)["deviation"]
    frame[CURRENT.header] *= 1.5
    assert procedure.analyse(frame)["deviation"] == pytest.approx(before)


def test_the_smallest_voltages_carry_their_share() -> None:
    procedure, frame = measured(90e-6)
    results = procedure.analyse(frame)
    assert results["near_noise_deviation"] > 8 * results["well_above_deviation"]
    assert results["over_20_percent_v"] == pytest.approx(0.2e-3, abs=0.21e-3)
    readings = reading_table(frame)
    near = readings["set_v"].abs() <= 0.4001e-3
    share = readings.loc[near, "deviation"].abs().sum() / readings["deviation"].abs().sum()
    assert results["near_noise_share"] == pytest.approx(share, rel=0.02)


def test_overflowed_readings_are_left_out_and_counted() -> None:
    procedure, frame = measured()
    pulses = frame.index[frame[PHASE.header] == "pulse"]
    frame.loc[pulses[:5], CURRENT.header] = np.nan
    results = procedure.analyse(frame)
    assert results["overflows"] == 5
    assert results["readings"] == len(pulses) - 5


def test_several_devices_have_a_row_each() -> None:
    results = run(ReadAccuracy(state="erased", runs=2, voltages=FEW), bench(2))
    assert [row["device"] for row in results["devices"]] == ["D01", "D02"]
    assert len(results["runs"]) == 4
    assert results["deviation"] == pytest.approx(
        np.mean([row["deviation"] for row in results["devices"]])
    )


def test_disturb_compares_the_readings_around_the_train() -> None:
    procedure, frame = measured(disturb_reads=50)
    after = frame[PHASE.header] == "after"
    frame.loc[after, CURRENT.header] *= 1.05
    rows = procedure.analyse(frame)["disturb"]
    assert [row["reads"] for row in rows] == [50, 50]
    assert [row["level_v"] for row in rows] == pytest.approx([25.4e-3, -25.4e-3])
    for row in rows:
        assert row["change"] == pytest.approx(0.05, abs=2 * row["change_u95"])
        assert row["change_u95"] < 0.003
        assert row["control_change"] == pytest.approx(0, abs=2 * row["control_change_u95"])


def test_rows_of_a_run_that_has_just_begun_can_be_analysed_and_drawn() -> None:
    procedure, frame = measured(disturb_reads=20)
    for rows in (0, 50, 450, 700):
        procedure.analyse(frame.iloc[:rows])
        procedure.plots(frame.iloc[:rows])
    assert procedure.analyse(frame.iloc[:0])["deviation"] is None
    assert len(procedure.plots(frame)) == 3


def test_a_period_without_room_for_the_gap_is_refused() -> None:
    with pytest.raises(ParameterError, match="read_period"):
        ReadAccuracy(read_width="1 ms", read_period="1 ms").check()


def test_the_plan_has_the_readings_of_the_run() -> None:
    procedure = ReadAccuracy(state="erased", runs=2, voltages=FEW, disturb_reads=30)
    planned = sum(
        p.count * p.application.waveform.recorded_points
        for p in procedure.plan(["D01"], CAPABILITIES)
    )
    there = bench()
    run(procedure, there)
    assert planned == len(there.frame)
