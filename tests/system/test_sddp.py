"""Conductance against pulse duration on the command line (Fig 3a)."""

from pathlib import Path

import pytest

from tests.system.conftest import Labctl
from tests.system.perturbed_station import NOISE_FREE, perturbed_station


def test_without_noise_the_change_is_linear_and_durations_add_up(
    labctl: Labctl, tmp_path: Path
) -> None:
    station = perturbed_station(tmp_path, NOISE_FREE)
    common = ("run", "sddp", "--station", station, "--json", "--set", "repeats=1")
    single = labctl(*common)
    assert single.code == 0, single.err
    results = single.shown["results"]
    assert results["r_squared"] > 0.995
    assert results["worst_deviation"] < 0.03
    train = labctl(*common, "between=cumulative", "durations=1 ms, 1 ms, 1 ms, 1 ms, 1 ms")
    once, five_times = (
        [row["change_s"] for row in run.shown["results"]["durations"] if row["duration_s"] == 5e-3]
        for run in (single, train)
    )
    assert five_times == pytest.approx(once, rel=1e-3)


def test_a_slower_device_has_its_own_slope(labctl: Labctl, tmp_path: Path) -> None:
    # Without series resistance the conductance at 5 mV grows just as the junction does.
    station = perturbed_station(
        tmp_path, "set_rate_s_per_s = 5e-3\nseries_resistance_ohm = 0.0\nlead_resistance_ohm = 0.0"
    )
    done = labctl("run", "sddp", "--station", station, "--seed", "3", "--json")
    assert done.code == 0, done.err
    results = done.shown["results"]
    assert results["r_squared"] > 0.96
    assert results["slope_s_per_s"] == pytest.approx(5e-3, abs=1.5 * results["slope_s_per_s_u95"])
    assert results["slope_s_per_s_u95"] < 0.5e-3


def test_positive_pulses_lower_the_conductance(labctl: Labctl) -> None:
    values = ("amplitude=0.2 V", "start=on", "durations=0.2 ms, 0.5 ms, 1 ms", "repeats=2")
    done = labctl("run", "sddp", "--json", "--set", *values)
    assert done.code == 0, done.err
    changes = [row["change_s"] for row in done.shown["results"]["durations"]]
    assert changes == sorted(changes, reverse=True)
    assert changes[0] < 0
    assert done.shown["results"]["slope_s_per_s"] < 0


def test_a_duration_no_source_can_play_is_refused(labctl: Labctl) -> None:
    refused = labctl("run", "sddp", "--json", "--set", "durations=10 us")
    assert refused.code == 2
    assert "durations" in refused.err
