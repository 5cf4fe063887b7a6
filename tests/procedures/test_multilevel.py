"""Levels that are programmed, held, and told apart: gaps against drift and read spread."""

import math

import numpy as np
import pandas as pd
import pytest

from procedures.columns import APPLICATION, CURRENT, DEVICE, DUE, PHASE
from procedures.errors import ParameterError
from procedures.multilevel import Multilevel
from tests.procedures.fading_bench import FadingBench
from tests.procedures.fake_bench import CAPABILITIES, FakeDevice, recorded, run

NAMES = [f"D{number:02d}" for number in range(1, 6)]


def bench(exponent: float = 0.003, devices: int = 5) -> FadingBench:
    names = NAMES[:devices]
    return FadingBench(
        {name: FakeDevice(9.59e-3) for name in names}, exponents=dict.fromkeys(names, exponent)
    )


def faded(exponent: float, scatter: float = 0.0, **extra: object) -> dict[str, object]:
    """Results of levels that fade more, and are read worse, than while they were programmed."""
    there, procedure = bench(exponent=0.0), levels(**extra)
    run(procedure, there)
    frame = recorded(procedure, there)
    hold = frame[PHASE.header] == "hold"
    frame.loc[hold, CURRENT.header] *= (frame.loc[hold, DUE.header] / 100) ** -exponent
    number = frame.loc[hold, APPLICATION.header]
    noise = 1 + scatter * np.random.default_rng(1).standard_normal(int(number.max()) + 1)
    frame.loc[hold, CURRENT.header] *= noise[number]
    return procedure.analyse(frame)


def levels(**extra: object) -> Multilevel:
    settings = {"levels": "lin(10 uS, 22 uS, 5)", "times": "log(100, 5000, 8)"} | extra
    return Multilevel(**settings)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Rows of one run, for the tests that only look at it."""
    there, procedure = bench(), levels()
    run(procedure, there)
    return recorded(procedure, there)


def test_levels_are_programmed_held_and_told_apart(frame: pd.DataFrame) -> None:
    results = levels().analyse(frame)
    assert results["levels_programmed"] == results["distinguishable_levels"] == 5
    assert results["within_tolerance"]
    assert results["order_kept"]
    assert results["smallest_gap_s"] == pytest.approx(3e-6, rel=0.2)
    assert results["gap_over_drift"] > 1
    assert results["distinguishable_extrapolated"]
    for row, target_s in zip(results["levels"], np.linspace(10e-6, 22e-6, 5), strict=True):
        assert row["target_s"] == pytest.approx(target_s)
        assert row["exponent"] == pytest.approx(0.003, abs=3 * row["exponent_u95"])
        assert row["drift_s"] < 0
        assert row["drift"] == pytest.approx(-0.003 * math.log(5000 / 61), rel=0.4)


def test_the_time_until_levels_meet_is_that_of_the_decay() -> None:
    results = faded(0.03, 0.005, levels="20 uS, 22 uS")
    lower, upper = results["levels"]
    edges_s = (
        upper["measured_s"] * (1 - upper["read_spread"]),
        lower["measured_s"] * (1 + lower["read_spread"]),
    )
    exact_s = 100 * (edges_s[0] / edges_s[1]) ** (1 / 0.03)
    assert upper["apart_time_s"] == pytest.approx(exact_s, rel=0.3)
    assert results["distinguishable_time_s"] == upper["apart_time_s"]
    assert lower["apart_time_s"] is None


def test_levels_that_fade_into_each_other_do_not_count() -> None:
    results = faded(0.08)
    assert results["distinguishable_levels"] < 5
    assert results["gap_over_drift"] < 1
    assert not results["distinguishable_extrapolated"]
    assert results["distinguishable_time_s"] < 5000


def test_levels_that_grow_push_the_next_one_away_or_meet_it() -> None:
    results = faded(-0.02, levels="20 uS, 22 uS")
    assert results["distinguishable_time_s"] == pytest.approx(100 * 1.1 ** (1 / 0.02), rel=0.7)


def test_noisier_readings_tell_fewer_levels_apart() -> None:
    assert faded(0.003, 0.1)["distinguishable_levels"] < 5


def test_one_device_holds_one_level_after_another() -> None:
    there = bench(devices=1)
    results = run(levels(), there)
    assert [row["round"] for row in results["levels"]] == [1, 2, 3, 4, 5]
    assert results["order_kept"]
    assert there.clock.now() > 5 * 5000


def test_devices_that_are_not_needed_are_left_alone() -> None:
    there = bench()
    run(levels(levels="20 uS, 22 uS"), there)
    assert {a.device for a in there.applications} == {"D01", "D02"}


def test_a_level_that_missed_its_target_shows(frame: pd.DataFrame) -> None:
    frame = frame.copy()
    wrong = (frame[PHASE.header] == "verify") & (frame[DEVICE.header] == "D03")
    frame.loc[wrong, CURRENT.header] *= 0.9
    results = levels().analyse(frame)
    assert not results["within_tolerance"]
    assert results["worst_deviation"] == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"levels": "20 uS, 10 uS"}, "levels"),
        ({"levels": "20 uS"}, "levels"),
        ({"times": "10, 20"}, "times"),
        ({"times": "10, 20, 20, 30"}, "times"),
    ],
)
def test_levels_and_times_must_rise(wrong: dict[str, object], named: str) -> None:
    with pytest.raises(ParameterError, match=named):
        Multilevel(**wrong).check()


def test_the_plan_reads_every_level_at_every_time() -> None:
    planned = list(levels().plan(NAMES, CAPABILITIES))
    assert sum(item.count for item in planned if item.count == 8) == 8 * 5
    pauses_s = sum(item.count * item.pause_s for item in planned)
    assert pauses_s == pytest.approx(5060, rel=0.1)


def test_plots_of_half_a_run_show_what_there_is(frame: pd.DataFrame) -> None:
    procedure = levels()
    assert {plot.name for plot in procedure.plots(frame)} == {"levels", "deviation"}
    assert list(procedure.plots(frame[frame[PHASE.header] != "hold"])) == []
