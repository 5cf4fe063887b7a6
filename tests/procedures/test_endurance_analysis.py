"""Statistics of endurance on made-up rows whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from procedures.analysis.endurance import FINDINGS, endurance_results
from procedures.analysis.endurance_failures import Criteria, FailureRun
from procedures.analysis.endurance_plots import (
    MOST_POINTS,
    WIDTH_OF_A_DEVICE,
    endurance_plots,
)
from procedures.analysis.endurance_statistics import ratio_of_means, share_within, spread
from procedures.columns import CURRENT, CYCLE, DEVICE, FLAGS, PHASE, SET_VOLTAGE, TIME

CRITERIA = Criteria(min_ratio=5, stuck_on_s=2e-5, stuck_off_s=2e-6, in_a_row=3)
NO_LIMITS = Criteria(min_ratio=0, stuck_on_s=0, stuck_off_s=0, in_a_row=1)
STRANGE = [0.0, -1e-9, 1e-9, 8e-7, 2e-6, 1e-5, 2e-5, 7e-5, np.inf]


def rows_of(device: str, on_s: np.ndarray, off_s: np.ndarray, start: int = 1) -> pd.DataFrame:
    """Rows as a run holds them, one cycle after another, 0.25 s each."""
    count = on_s.size
    volts = np.tile([-5e-3, 5e-3], count)
    return pd.DataFrame(
        {
            TIME.header: 0.125 * np.arange(2 * count),
            DEVICE.header: device,
            SET_VOLTAGE.header: volts,
            CURRENT.header: volts * np.column_stack([on_s, off_s]).ravel(),
            FLAGS.header: np.zeros(2 * count, np.uint8),
            PHASE.header: np.tile(["on", "off"], count),
            CYCLE.header: np.repeat(np.arange(start, start + count), 2),
        }
    )


def made_up(count: int, devices: int = 1, seed: int = 1) -> pd.DataFrame:
    noise = np.random.default_rng(seed)
    frames = []
    for number in range(devices):
        factor = 1 + 0.1 * (number - (devices - 1) / 2)
        on_s = factor * 7e-5 * (1 + 0.054 * noise.standard_normal(count))
        off_s = factor * 8e-7 * np.exp(0.21 * noise.standard_normal(count))
        frames.append(rows_of(f"D{number + 1:02d}", on_s, off_s))
    return pd.concat(frames, ignore_index=True)


def test_results_are_those_of_the_textbook_formulas() -> None:
    frame = made_up(5000)
    results = endurance_results(frame, CRITERIA)
    on_s = (frame[CURRENT.header] / frame[SET_VOLTAGE.header])[frame[PHASE.header] == "on"]
    off_s = (frame[CURRENT.header] / frame[SET_VOLTAGE.header])[frame[PHASE.header] == "off"]
    for state, values in (("on", on_s), ("off", off_s)):
        row = results[f"{state}_cycles"][0]
        assert row["mean_s"] == pytest.approx(values.mean(), rel=1e-12)
        assert row["sd_s"] == pytest.approx(values.std(ddof=1), rel=1e-9)
        assert row["cv"] == pytest.approx(values.std(ddof=1) / values.mean(), rel=1e-9)
        assert row["median_s"] == pytest.approx(values.median(), rel=1e-12)
        first, last = values.iloc[:1000].mean(), values.iloc[-1000:].mean()
        assert row["drift"] == pytest.approx(last / first - 1, abs=1e-12)
    assert results["ratio"] == pytest.approx(on_s.mean() / off_s.mean(), rel=1e-12)


def test_every_result_has_a_finding() -> None:
    results = endurance_results(made_up(3000, devices=3), CRITERIA)
    names = {name.removesuffix("_u95") for name in results}
    tables = {"endurance", "on_cycles", "off_cycles"}
    for table in tables:
        names |= {f"{table}.{name.removesuffix('_u95')}" for name in results[table][0]}
    assert names - tables == set(FINDINGS)


def test_a_hundred_times_the_current_changes_conductances_only() -> None:
    frame = made_up(3000, devices=2)
    before = endurance_results(frame, NO_LIMITS)
    frame[CURRENT.header] *= 100
    after = endurance_results(frame, NO_LIMITS)
    for name in ("on_mean_s", "off_mean_s"):
        assert after[name] == pytest.approx(100 * before[name])
    for name in ("on_cv", "off_cv", "on_device_cv", "off_device_cv", "ratio", "period_s"):
        assert after[name] == pytest.approx(before[name])


def test_devices_are_told_apart_wherever_their_rows_stand() -> None:
    frame = made_up(400, devices=3)
    shuffled = frame.sample(frac=1, random_state=3)
    plain, mixed = (endurance_results(rows, CRITERIA) for rows in (frame, shuffled))
    for table in ("endurance", "on_cycles", "off_cycles"):
        by_device = [{row["device"]: row for row in results[table]} for results in (plain, mixed)]
        assert by_device[0] == by_device[1]


def test_device_to_device_is_the_spread_of_the_means() -> None:
    results = endurance_results(made_up(3000, devices=10), CRITERIA)
    means = np.array([row["mean_s"] for row in results["on_cycles"]])
    assert results["on_device_cv"] == pytest.approx(means.std(ddof=1) / means.mean())
    assert 0.2 < results["on_device_cv_u95"] / results["on_device_cv"] < 1
    assert results["lowest_ratio"] <= results["ratio"] <= results["highest_ratio"]


def correlated(noise: np.random.Generator, count: int, memory: float) -> np.ndarray:
    """Values of mean 1 and C_v 5 %, each resembling the one before."""
    steps = noise.standard_normal(count) * np.sqrt(1 - memory**2)
    values = np.empty(count)
    values[0] = noise.standard_normal()
    for k in range(1, count):
        values[k] = memory * values[k - 1] + steps[k]
    return 1 + 0.05 * values


@pytest.mark.parametrize("memory", [0.0, 0.9])
def test_intervals_hold_the_truth_as_often_as_they_say(memory: float) -> None:
    noise = np.random.default_rng(5)
    found = [spread(correlated(noise, 4000, memory)) for _ in range(150)]
    assert np.mean([abs(s.mean - 1) <= s.mean_u95 for s in found]) > 0.87
    assert np.mean([abs(s.cv - 0.05) <= s.cv_u95 for s in found]) > 0.87
    narrow = np.mean([abs(s.mean - 1) <= s.mean_u95 / 3 for s in found])
    assert narrow < 0.7


def test_independent_cycles_give_the_interval_of_the_textbook() -> None:
    values = 1 + 0.05 * np.random.default_rng(2).standard_normal(100_000)
    found = spread(values)
    assert found.cv_u95 == pytest.approx(1.96 * 0.05 / np.sqrt(2 * values.size), rel=0.35)
    assert found.mean_u95 == pytest.approx(1.96 * 0.05 / np.sqrt(values.size), rel=0.35)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7])
def test_few_cycles_define_little_and_break_nothing(count: int) -> None:
    frame = made_up(count) if count else made_up(1).iloc[:1]
    results = endurance_results(frame, CRITERIA)
    row = results["on_cycles"][0]
    assert results["endurance"][0]["stored_cycles"] == count
    assert (row["mean_s"] is None) == (count == 0)
    assert (row["cv"] is None) == (count < 2)
    assert row["drift"] is None
    assert results["on_device_cv"] is None
    endurance_plots(frame)


def test_a_run_without_rows_has_results_and_no_plots() -> None:
    nothing = made_up(1).iloc[:0]
    assert endurance_results(nothing, CRITERIA)["cycles"] == 0
    assert endurance_plots(nothing) == ()


def test_ratio_of_means_allows_for_states_that_move_together() -> None:
    both = np.exp(0.2 * np.random.default_rng(1).standard_normal(2000))
    ratio, half_width = ratio_of_means(60 * both, both)
    assert ratio == pytest.approx(60)
    assert half_width < 1e-9


def test_share_within_counts_the_ends_and_not_what_overflowed() -> None:
    values = [4.999, 5.0, 7.0, 9.0, 9.001, np.inf, np.nan]
    assert share_within(values, 7.0, 2.0) == pytest.approx(3 / 7)
    assert np.isnan(share_within([], 7.0, 2.0))


@given(st.lists(st.tuples(st.sampled_from(STRANGE), st.sampled_from(STRANGE)), max_size=40))
def test_failing_cycles_are_those_a_plain_reading_of_the_criteria_names(
    pairs: list[tuple[float, float]],
) -> None:
    on_s, off_s = np.array(pairs, np.float64).reshape(-1, 2).T
    codes = CRITERIA.failing(on_s, off_s)
    for (on, off), code in zip(pairs, codes, strict=True):
        is_window = np.isfinite(off) and on < 5 * off
        plain = 1 if off >= 2e-5 else 2 if on <= 2e-6 else 3 if is_window else 0
        assert code == plain
    assert not NO_LIMITS.failing(np.abs(on_s), np.abs(off_s)).any()


@given(st.lists(st.booleans(), max_size=60), st.floats(0, 1), st.integers(1, 6))
@example([False, True, True, True, False], 0.6, 3)
@example([True, True, False, True], 0.6, 3)
def test_a_device_ends_with_the_first_run_of_failures_however_it_is_cut(
    fails: list[bool], share: float, in_a_row: int
) -> None:
    cut = int(share * len(fails))
    criteria = Criteria(min_ratio=5, stuck_on_s=0, stuck_off_s=0, in_a_row=in_a_row)
    on_s = np.where(np.array(fails, bool), 1e-6, 1e-4)
    off_s = np.full(len(fails), 1e-6)
    text = "".join("x" if failed else "." for failed in fails)
    place = text.find("x" * in_a_row)
    assert criteria.first_failure(criteria.failing(on_s, off_s)) == (place if place >= 0 else None)
    run = FailureRun(criteria)
    for part in (slice(0, cut), slice(cut, None)):
        if not run.ended:
            run.add(on_s[part], off_s[part])
    assert run.ended == (place >= 0)


def test_bounds_say_what_no_failure_means() -> None:
    results = endurance_results(made_up(1000, devices=10), CRITERIA)
    assert results["first_failure_cycle"] is None
    assert results["failure_chance_at_most"] == pytest.approx(3 / 10_000, rel=0.01)
    assert results["failed_share_at_most"] == pytest.approx(1 - 0.05**0.1)


def test_what_was_not_sampled_is_counted() -> None:
    whole = made_up(1000)
    tenth = whole[whole[CYCLE.header] % 10 == 0]
    assert endurance_results(whole, CRITERIA)["not_sampled"] == 0
    results = endurance_results(tenth, CRITERIA)
    assert results["not_sampled"] == pytest.approx(0.9)
    assert results["period_s"] == pytest.approx(0.25)


def test_figures_are_those_of_the_paper_and_thin() -> None:
    plots = endurance_plots(made_up(30_000, devices=3))
    names = [plot.name for plot in plots]
    assert names == [
        *("on_off", "cumulative_on", "cumulative_off", "probit"),
        *("all_devices", "device_means", "device_ratios"),
    ]
    assert max(series.x.size for plot in plots for series in plot.series) <= MOST_POINTS
    first = plots[4].series[0].x[plots[4].series[0].x < 0.5]
    cycles = (first / WIDTH_OF_A_DEVICE + 0.5) * 30_000
    np.testing.assert_allclose(cycles % 10, (cycles % 10).round(-1), atol=1e-6)
    assert plots[0].x.scale == "linear"


def test_cycles_stored_ever_more_rarely_stand_on_a_logarithmic_axis() -> None:
    frame = made_up(20_000)
    kept = np.unique(np.rint(np.geomspace(1, 20_000, 60)).astype(int))
    plots = endurance_plots(frame[frame[CYCLE.header].isin(kept)])
    assert plots[0].x.scale == "log"
