"""Maps, standard tests, and forming of whole arrays on the command line, bad devices among them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.labctl.station_files import station_file
from tests.system.conftest import Labctl
from tests.system.perturbed_station import perturbed_station


def results_of(labctl: Labctl, *words: object) -> dict[str, Any]:
    done = labctl("run", *words, "--seed", 1, "--json")
    assert done.code == 0, done.err
    assert done.shown["status"] == "finished"
    return done.shown["results"]


def test_the_map_takes_the_whole_array_and_leaves_it_as_it_is(labctl: Labctl) -> None:
    first = results_of(labctl, "array_read")
    again = labctl("run", "array_read", "--json").shown["results"]
    assert [entry["device"] for entry in first["devices"]] == [f"D{n:02d}" for n in range(1, 19)]
    assert first["good"] == 18
    for before, after in zip(first["devices"], again["devices"], strict=True):
        # A percent is what a device drifts in a minute (physics.md §1.4).
        assert after["conductance_s"] == pytest.approx(before["conductance_s"], rel=0.015)
    assert 3e-7 < first["median_s"] < 2e-6


def test_an_unconnected_device_does_not_end_the_test_of_the_others(
    labctl: Labctl, tmp_path: Path
) -> None:
    station = station_file(tmp_path, ('D02 = "1A02"', 'D02 = "2A09"'))
    results = results_of(labctl, "characterise", "--station", station, "--device", "D01,D02,D03")
    verdicts = {entry["device"]: entry["verdict"] for entry in results["devices"]}
    assert verdicts == {"D01": "good", "D02": "open", "D03": "good"}
    for entry in results["devices"]:
        if entry["verdict"] == "good":
            assert 20 < entry["on_off_ratio"] < 300
            assert 4e-5 < entry["on_s"] < 1e-4
    assert "1e-09 S" in results["devices"][1]["reason"]


def test_a_short_is_a_short_and_is_not_stressed(labctl: Labctl, tmp_path: Path) -> None:
    station = perturbed_station(tmp_path, "leak_conductance_s = 0.1")
    results = results_of(labctl, "characterise", "--station", station)
    assert results["shorted"] == 1
    formed = results_of(labctl, "forming", "--station", station)
    assert formed["devices"][0]["contact"].startswith("shorted")
    assert formed["devices"][0]["pulses"] == 0


def test_another_array_gives_its_own_off_state(labctl: Labctl, tmp_path: Path) -> None:
    station = perturbed_station(
        tmp_path, "floor_conductance_s = 3e-6\nreset_spread = 0.0\nset_spread = 0.0"
    )
    (entry,) = results_of(labctl, "characterise", "--station", station)["devices"]
    # The triangle stops a little above its floor (physics.md §4, endurance staircase).
    assert entry["off_s"] == pytest.approx(3e-6, rel=0.1)


def test_forming_finds_the_threshold_of_another_device(labctl: Labctl, tmp_path: Path) -> None:
    station = perturbed_station(tmp_path, "threshold_voltage_v = 0.433\nthreshold_spread_v = 0.0")
    results = results_of(
        labctl, "forming", "--station", station, "--set", "start=0.3 V", "--set", "afterwards=erase"
    )
    assert results["forms"]
    assert abs(results["threshold_v"] - 0.433) <= results["threshold_v_u95"]
    assert results["interface_switches"]
    (entry,) = results["devices"]
    assert entry["before_s"] < 1.2e-4 < entry["formed_s"]
    assert entry["rise_decades"] > 1.5
    assert entry["left_s"] < 5e-8


def test_without_current_nothing_forms(labctl: Labctl) -> None:
    results = results_of(labctl, "forming", "--set", "start=0.35 V", "--set", "compliance=0.1 mA")
    assert not results["forms"]
    assert results["threshold_v"] is None
