"""Bends in the right number and order, and the change they leave, device by device."""

import math

import numpy as np
import pandas as pd
import pytest

from procedures.bending import Bending
from procedures.columns import BEND_RADIUS, BENDS, PHASE
from procedures.errors import MeasurementStopped, ParameterError
from tests.procedures.fading_bench import FadingBench
from tests.procedures.fake_bench import CAPABILITIES, FakeDevice, recorded, run

NAMES = [f"D{number:02d}" for number in range(1, 5)]
PER_BEND = dict(zip(NAMES, (1e-4, -5e-5, 0.0, 2e-5), strict=True))


def bench(**extra: object) -> FadingBench:
    settings = {"per_bend": PER_BEND} | extra
    return FadingBench({n: FakeDevice(9.59e-3, volts_per_efold=0.014) for n in NAMES}, **settings)


def bends(**extra: object) -> Bending:
    settings = {"states": "20 uS", "checkpoints": "10, 100, 1000"} | extra
    return Bending(**settings)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Rows of one run, for the tests that only look at it."""
    there, procedure = bench(), bends()
    run(procedure, there)
    return recorded(procedure, there)


def test_the_change_of_each_device_is_found(frame: pd.DataFrame) -> None:
    results = bends().analyse(frame)
    for row in results["devices"]:
        truth = 1000 * PER_BEND[row["device"]]
        assert row["change"] == pytest.approx(truth, abs=2 * row["change_u95"])
        assert row["change_u95"] < 0.01
    assert results["worst_device"] == "D01"
    assert results["worst_change"] == pytest.approx(0.1, abs=0.01)
    assert results["bends"] == 1000
    assert results["spread_of_change"] == pytest.approx(np.std([0.1, -0.05, 0, 0.02], ddof=1), 0.1)


def test_the_sample_is_bent_as_often_as_it_says_and_ends_flat() -> None:
    there = bench()
    procedure = bends(measured="both", radius="5 mm")
    run(procedure, there)
    cycles = [count for kind, _, count in there.bending.asked if kind == "cycle"]
    assert cycles == [10, 90, 900]
    assert {radius for _, radius, _ in there.bending.asked} == {5e-3, math.inf}
    assert there.bending.asked[-1] == ("bend", math.inf, 0)
    frame = recorded(procedure, there)
    reads = frame[frame[PHASE.header] == "checkpoint"]
    assert list(reads[BENDS.header].unique()) == [0, 10, 100, 1000]
    assert set(reads[BEND_RADIUS.header].unique()) == {5e-3, math.inf}


def test_bent_readings_are_compared_with_flat_ones() -> None:
    results = run(bends(measured="both"), bench(while_bent=0.034))
    assert results["bent_over_flat"] == pytest.approx(0.034, abs=results["bent_over_flat_u95"])
    assert results["bent_over_flat_u95"] < 2e-3
    flat = run(bends(), bench(while_bent=0.034))
    assert flat["bent_over_flat"] is None


def test_states_are_held_at_once_or_made_anew() -> None:
    there = bench()
    procedure = bends(states="20 uS, 2 uS")
    rows = run(procedure, there)["devices"]
    assert [row["state"] for row in rows] == ["2e-05 S", "2e-06 S"] * 2
    erases = sum(a.waveform.max_v == 0.5 for a in there.applications)
    renewed = bench()
    rows = run(bends(states="20 uS, 10 uS", renew=True, checkpoints="10, 20"), renewed)["devices"]
    assert len(rows) == 2 * len(NAMES)
    assert sum(a.waveform.max_v == 0.5 for a in renewed.applications) > erases


def test_more_states_than_devices_cannot_be_held_at_once() -> None:
    with pytest.raises(ParameterError, match="renew=yes"):
        list(bends(states="20 uS, 2 uS").plan(["D01"], CAPABILITIES))


@pytest.mark.parametrize("wrong", ["10, 5", "1.5", "10, 10"])
def test_checkpoints_are_rising_whole_numbers(wrong: str) -> None:
    with pytest.raises(ParameterError, match="checkpoints"):
        bends(checkpoints=wrong).check()


def test_an_open_device_is_named() -> None:
    there = FadingBench({"D01": FakeDevice(0.0, conductance_s=0.0)})
    with pytest.raises(MeasurementStopped, match=r"D01.*open"):
        run(Bending(), there)


def test_a_device_that_breaks_on_the_way_is_the_result() -> None:
    results = run(bends(), bench(per_bend={"D02": -1e-3}))
    assert results["worst_device"] == "D02"
    assert results["worst_change"] == pytest.approx(-1, abs=0.01)


def test_the_plan_reads_at_every_checkpoint() -> None:
    planned = list(bends(measured="both").plan(NAMES, CAPABILITIES))
    assert sum(item.count for item in planned if item.count == 8) == 8 * len(NAMES)


def test_plots_of_half_a_run_show_what_there_is(frame: pd.DataFrame) -> None:
    procedure = bends()
    assert {plot.name for plot in procedure.plots(frame)} == {"bending", "change"}
    assert list(procedure.plots(frame[frame[PHASE.header] != "checkpoint"])) == []
