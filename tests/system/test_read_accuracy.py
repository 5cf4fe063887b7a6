"""Read currents against arithmetic on the command line (Fig 4d, 4e, S6)."""

from pathlib import Path
from typing import Any

import pytest

from tests.system.conftest import Labctl
from tests.system.perturbed_station import perturbed_station


def read(labctl: Labctl, *values: str, station: object = "simulated_single") -> dict[str, Any]:
    done = labctl("run", "read_accuracy", "--station", station, "--json", "--set", *values)
    assert done.code == 0, done.err
    return done.shown["results"]


def test_the_interface_deviates_slightly_more_than_a_filament(labctl: Labctl) -> None:
    itm, ftm = (read(labctl, f"state={state}") for state in ("10 uS", "1 mS"))
    assert len(itm["runs"]) == 20
    assert itm["deviation"] == pytest.approx(0.030, abs=0.003)
    assert ftm["deviation"] == pytest.approx(0.027, abs=0.003)
    assert itm["deviation"] > ftm["deviation"]
    for results in (itm, ftm):
        assert results["noise_edge_deviation"] > 0.1
        assert results["noise_edge_deviation"] > 8 * results["well_above_deviation"]
        assert results["over_20_percent_v"] <= 0.5e-3
        assert results["offset_v"] == pytest.approx(90e-6, abs=2 * results["offset_v_u95"])


def test_the_same_holds_for_five_units(labctl: Labctl) -> None:
    itm, ftm = (read(labctl, f"state={state}") for state in ("50 uS", "5 mS"))
    assert itm["deviation"] > ftm["deviation"]


@pytest.mark.parametrize(("state", "least", "most"), [("10 uS", 1e-3, 3e-2), ("1 mS", 0.0, 2e-3)])
def test_reading_moves_the_interface_and_not_a_filament(
    labctl: Labctl, state: str, least: float, most: float
) -> None:
    results = read(labctl, f"state={state}", "runs=1", "disturb_reads=16200")
    up, down = sorted(results["disturb"], key=lambda row: row["level_v"])
    assert (up["level_v"], down["level_v"]) == (-25.5e-3, 25.5e-3)
    assert up["reads"] == down["reads"] == 16_200
    # Beside the drift of the same time, which the control tells.
    assert least < up["change"] - up["control_change"] + 1e-3 < most
    assert down["change"] < down["change_u95"]


def test_a_source_with_another_offset_is_found_out(labctl: Labctl, tmp_path: Path) -> None:
    station = perturbed_station(tmp_path, "\n[front_end]\nsource_offset_v = -2.5e-4")
    results = read(labctl, "runs=5", station=station)
    assert results["offset_v"] == pytest.approx(-2.5e-4, abs=2 * results["offset_v_u95"])
    assert results["deviation"] > 0.05
    assert results["corrected_deviation"] < 0.03


def test_a_period_without_a_gap_is_refused(labctl: Labctl) -> None:
    refused = labctl("run", "read_accuracy", "--json", "--set", "read_period=1 ms")
    assert refused.code == 2
    assert "read_period" in refused.err
