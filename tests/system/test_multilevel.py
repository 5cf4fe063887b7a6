"""Twenty levels on the command line: programmed, held, told apart (Fig 3b)."""

from pathlib import Path

import pytest

from tests.system.conftest import Labctl
from tests.system.perturbed_station import perturbed_station

ALL = ",".join(f"D{number:02d}" for number in range(1, 19))


def test_twenty_levels_stay_apart(labctl: Labctl) -> None:
    done = labctl("run", "multilevel", "--device", ALL, "--seed", "8", "--json")
    assert done.code == 0, done.err
    results = done.shown["results"]
    assert results["levels_programmed"] == 20
    assert results["worst_deviation"] <= 0.02
    assert results["smallest_gap_s"] > results["largest_drift_s"]
    assert results["retention_time_s"] >= 5000
    assert results["order_kept"]
    assert results["distinguishable_levels"] == 20
    assert results["distinguishable_time_s"] > 5000
    assert done.shown["bench"]["hot_switches"] == 0


def test_levels_of_a_device_that_fades_faster_run_together_sooner(
    labctl: Labctl, tmp_path: Path
) -> None:
    station = perturbed_station(tmp_path, "interface_drift_exponent = 0.012")
    levels = ("levels=10 uS, 10.5 uS, 20 uS", "tolerance=4 %", "times=log(100, 3000, 6)")
    done = labctl("run", "multilevel", "--station", station, "--json", "--set", *levels)
    assert done.code == 0, done.err
    results = done.shown["results"]
    assert results["distinguishable_levels"] == 2
    assert results["distinguishable_time_s"] < 3000
    for row in results["levels"]:
        assert row["exponent"] == pytest.approx(0.012, abs=2 * row["exponent_u95"])


def test_a_level_no_device_holds_is_a_clear_error(labctl: Labctl, tmp_path: Path) -> None:
    station = perturbed_station(tmp_path, "cap_conductance_s = 3e-5")
    done = labctl(
        "run", "multilevel", "--station", station, "--json", "--set", "levels=10 uS, 60 uS"
    )
    assert done.code == 1
    assert "D01: stays at" in done.shown["reason"]
    refused = labctl("run", "multilevel", "--json", "--set", "levels=60 uS, 10 uS")
    assert refused.code == 2
