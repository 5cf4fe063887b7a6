"""Retention on the command line: the paper's states, a device that fades faster, a broken one."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.command_outcome import Outcome
from tests.system.conftest import Labctl
from tests.system.perturbed_station import perturbed_station


def retain(labctl: Labctl, *words: str, station: str | Path = "simulated") -> Outcome:
    return labctl("run", "retention", "--station", station, "--seed", "5", "--json", *words)


def results_of(outcome: Outcome) -> dict[str, Any]:
    assert outcome.code == 0, outcome.err
    assert outcome.shown["status"] == "finished"
    return outcome.shown["results"]


def test_on_and_off_hold_while_bent(labctl: Labctl, tmp_path: Path) -> None:
    settings = ("assignment=all", "bend_radius=3 mm", "between=disconnected")
    outcome = retain(labctl, "--set", *settings, station="simulated_single")
    results = results_of(outcome)
    assert results["retention_time_s"] >= 1e4
    assert results["smallest_kept"] > 0.9
    assert results["smallest_ratio"] > 50
    assert results["bend_radius_m"] == 3e-3
    assert outcome.shown["bench"]["hot_switches"] == 0
    rows = pd.read_csv(tmp_path / outcome.shown["run_folder"] / "data.csv", comment="#")
    hold = rows[rows["Phase"] == "hold"]
    assert set(hold["Set voltage (V)"]) == {-5e-3, 5e-3}
    assert set(hold["Bend radius (m)"]) == {3e-3}


def test_eight_states_keep_their_order(labctl: Labctl) -> None:
    states = "states=5 uS, 10 uS, 15 uS, 20 uS, 30 uS, 40 uS, 50 uS, 60 uS"
    devices = ",".join(f"D{number:02d}" for number in range(1, 9))
    results = results_of(
        retain(labctl, "--device", devices, "--set", states, "times=log(60, 5000, 12)")
    )
    assert results["order_kept"]
    assert len(results["retention"]) == 8
    assert all(abs(row["kept"] - 1) < 0.05 for row in results["retention"])


def test_interface_and_filament_fade_a_little(labctl: Labctl) -> None:
    results = results_of(retain(labctl, "--device", "D01,D02", "--set", "states=10 uS, 1 mS"))
    assert [row["state"] for row in results["retention"]] == ["1e-05 S", "0.001 S"]
    for row in results["retention"]:
        assert -0.1 < row["kept"] - 1 < -0.005
        assert row["exponent"] > 0


def test_a_device_that_fades_faster_shows_its_own_exponent(labctl: Labctl, tmp_path: Path) -> None:
    station = perturbed_station(tmp_path, "interface_drift_exponent = 0.02")
    (row,) = results_of(retain(labctl, "--set", "states=2 uS", "fit_from=100 s", station=station))[
        "retention"
    ]
    assert row["exponent"] == pytest.approx(0.02, abs=1.5 * row["exponent_u95"])
    assert row["exponent_u95"] < 1e-3
    assert row["time_to_loss_lower_s"] < row["time_to_loss_s"] < row["time_to_loss_upper_s"]


def test_the_order_of_the_devices_does_not_change_what_a_device_does(labctl: Labctl) -> None:
    settings = ("--set", "states=on", "times=log(10, 1000, 6)")
    one, other = (
        {
            row["device"]: row
            for row in results_of(retain(labctl, "--device", order, *settings))["retention"]
        }
        for order in ("D01,D02", "D02,D01")
    )
    for device in ("D01", "D02"):
        assert one[device]["first_conductance_s"] == pytest.approx(
            other[device]["first_conductance_s"], rel=0.01
        )


def test_an_open_device_is_a_clear_error_and_its_readings_are_kept(
    labctl: Labctl, tmp_path: Path
) -> None:
    station = perturbed_station(
        tmp_path,
        "floor_conductance_s = 1e-13\ncap_conductance_s = 1e-12\nleak_conductance_s = 0.0",
    )
    outcome = retain(labctl, "--set", "states=on", station=station)
    assert outcome.code == 1
    assert outcome.shown["status"] == "failed"
    assert "D01" in outcome.shown["reason"]
    assert "open" in outcome.shown["reason"]
    rows = pd.read_csv(tmp_path / outcome.shown["run_folder"] / "data.csv", comment="#")
    assert len(rows) > 0


def test_bad_input_touches_nothing(labctl: Labctl, tmp_path: Path) -> None:
    refused = retain(labctl, "--set", "times=10, 5")
    assert refused.code == 2
    assert "times" in refused.shown["error"]
    assert not (tmp_path / "runs").exists()
