"""Endurance on the command line: the paper's figures, perturbed devices, and devices that fail."""

from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from procedures.analysis.endurance_statistics import device_cycles, share_within
from tests.command_outcome import Outcome
from tests.system.conftest import Labctl

CYCLES = 3000
TEN = ",".join(f"D{number:02d}" for number in range(1, 11))


def endure(labctl: Labctl, station: str | Path, *settings: str, device: str = "D01") -> Outcome:
    words = [word for setting in settings for word in ("--set", setting)]
    where = ("--station", station, "--device", device)
    return labctl("run", "endurance", *where, "--fresh", "--json", *words)


def results_of(outcome: Outcome) -> dict[str, Any]:
    assert outcome.code == 0, outcome.err
    assert outcome.shown["status"] == "finished"
    assert outcome.shown["bench"]["hot_switches"] == 0
    return outcome.shown["results"]


def rows_of(outcome: Outcome, here: Path) -> pd.DataFrame:
    return pd.read_csv(here / outcome.shown["run_folder"] / "data.csv", comment="#")


def perturbed(here: Path, parameters: str) -> Path:
    """A station of one device with other parameters, as a user would write it."""
    stations = resources.files("labctl.stations")
    station = stations.joinpath("simulated_single.toml").read_text("utf-8")
    world = stations.joinpath("simulated_single_world.toml").read_text("utf-8")
    station = station.replace("simulated_single_world.toml", "perturbed_world.toml")
    (here / "perturbed_world.toml").write_text(
        f"{world}\n[sample.parameters]\n{parameters}\n", encoding="utf-8"
    )
    path = here / "perturbed.toml"
    path.write_text(station, encoding="utf-8")
    return path


def test_one_device_clusters_where_the_papers_does(labctl: Labctl, tmp_path: Path) -> None:
    outcome = endure(labctl, "simulated_single", f"cycles={CYCLES}")
    results = results_of(outcome)
    assert results["on_mean_s"] == pytest.approx(7e-5, rel=0.03)
    assert results["off_mean_s"] == pytest.approx(8e-7, rel=0.03)
    assert results["on_cv"] == pytest.approx(0.054, abs=0.004)
    assert results["off_cv"] == pytest.approx(0.214, abs=0.01)
    assert abs(results["on_cycles"][0]["drift"]) < 0.03
    assert abs(results["off_cycles"][0]["drift"]) < 0.03
    assert results["failed_devices"] == 0
    frame = rows_of(outcome, tmp_path)
    cycles = device_cycles(frame)[0]
    assert cycles.cycle.tolist() == list(range(1, CYCLES + 1))
    assert share_within(cycles.on_s, 7e-5, 2e-5) >= 0.999
    assert share_within(cycles.off_s, 8e-7, 3e-7) >= 0.90
    whole = frame[frame["Cycle"] <= 5]
    assert len(whole) == 5 * 320
    reads = whole[whole["Phase"] != "waveform"]
    assert set(reads["Set voltage (V)"]) == {-5e-3, 5e-3}


def test_ten_devices_differ_as_the_papers_do(labctl: Labctl, tmp_path: Path) -> None:
    settings = ("cycles=1000", "store=every 10", "full_cycles=none")
    outcome = endure(labctl, "simulated_ten", *settings, device=TEN)
    results = results_of(outcome)
    assert results["stored_cycles"] == 10 * 100
    assert results["on_device_cv"] == pytest.approx(0.098, abs=0.007)
    assert results["off_device_cv"] == pytest.approx(0.204, abs=0.03)
    assert len(rows_of(outcome, tmp_path)) == 2 * 10 * 100


@pytest.mark.slow
def test_ten_devices_at_full_size(labctl: Labctl, tmp_path: Path) -> None:
    outcome = endure(labctl, "simulated_ten", "cycles=1e5", device=TEN)
    results = results_of(outcome)
    assert results["stored_cycles"] == 1_000_000
    assert results["on_device_cv"] == pytest.approx(0.098, abs=0.005)
    assert results["off_device_cv"] == pytest.approx(0.204, abs=0.01)
    assert 49.9 < results["lowest_ratio"] < results["highest_ratio"] < 70.1
    for row in (*results["on_cycles"], *results["off_cycles"]):
        assert abs(row["drift"]) < 0.03
    frame = pd.read_parquet(tmp_path / outcome.shown["run_folder"] / "data.parquet")
    reads = frame[frame["Phase"] != "waveform"]
    assert len(reads) == 2 * 10 * 100_000
    every = np.arange(1, 100_001)
    for _, rows in reads.groupby("Device", observed=True):
        assert (rows["Cycle"].to_numpy() == np.repeat(every, 2)).all()


def test_half_the_time_sets_half_as_far(labctl: Labctl) -> None:
    whole = results_of(endure(labctl, "simulated_single", "cycles=300"))
    half = results_of(endure(labctl, "simulated_single", "cycles=300", "period=0.1225"))
    assert half["period_s"] == pytest.approx(whole["period_s"] / 2, rel=2e-3)
    set_by = [results["on_mean_s"] - results["off_mean_s"] for results in (half, whole)]
    assert set_by[0] / set_by[1] == pytest.approx(0.5, abs=0.04)


def test_a_steadier_device_gives_a_smaller_coefficient_of_variation(
    labctl: Labctl, tmp_path: Path
) -> None:
    station = perturbed(tmp_path, "set_spread = 0.03\nreset_spread = 0.1")
    results = results_of(endure(labctl, station, "cycles=1500", "full_cycles=none"))
    # Half of the 5.11 % of the device, and the 1.75 % of the readings (physics.md §4).
    assert abs(results["on_cv"] - 0.0310) < results["on_cv_u95"] + 0.001
    assert results["off_cv"] == pytest.approx(0.1, abs=0.015)


def test_a_device_that_does_not_reset_is_found_stuck(labctl: Labctl, tmp_path: Path) -> None:
    station = perturbed(tmp_path, "reset_rate_per_s = 1e-3")
    outcome = endure(labctl, station, "cycles=2000", "store=every 100")
    row = results_of(outcome)["endurance"][0]
    assert row["failure"] == "stuck ON"
    assert row["first_failure_cycle"] == 1
    assert row["cycles"] < 250
    log = (tmp_path / outcome.shown["run_folder"] / "log.txt").read_text(encoding="utf-8")
    assert "cycles in a row failed" in log


@pytest.mark.parametrize(
    ("settings", "code", "said"),
    [
        (["read_voltage=0.0037"], 2, "of which the amplitude is a multiple"),
        (["amplitude=1.0", "steps=200"], 3, "below the limit of -0.35 V"),
    ],
)
def test_what_cannot_be_played_is_refused(
    labctl: Labctl, settings: list[str], code: int, said: str
) -> None:
    refused = endure(labctl, "simulated_single", *settings)
    assert refused.code == code
    assert said in refused.out + refused.err
