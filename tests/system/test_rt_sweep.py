"""Resistance against temperature on the command line (Fig 1d)."""

import math
from pathlib import Path

import pytest

import labctl as package
from procedures.analysis.rt_points import point_table
from tests.system.conftest import Labctl
from tests.system.perturbed_station import perturbed_station

K_EV = 8.617333e-5
RICHARDSON_A_M2_K2 = 1.2e6
SERIES_OHM = 2005.0
QUICK = ("rate=20 K/min", "temperatures=lin(150, 300, 8)")


def barrier_ev(
    at_300_k_ohm: float, series_ohm: float = SERIES_OHM, hole_m: float = 100e-9
) -> float:
    """Barrier of a state from its resistance at 300 K and the geometry (physics.md §1.1)."""
    prefactor_s = math.pi * (hole_m / 2) ** 2 * RICHARDSON_A_M2_K2 * 300 / K_EV
    return K_EV * 300 * math.log(prefactor_s * (at_300_k_ohm - series_ohm))


def ohms_at_300_k(folder: Path) -> list[float]:
    """Resistance at the beginning and at the end of a sweep."""
    points = point_table(package.Run.load(folder).frame)
    warm = points[(points["phase"] != "amplitude") & ((points["kelvin"] - 300).abs() < 0.2)]
    return [warm["ohm"].iloc[0], warm["ohm"].iloc[-1]]


def test_stage_one_is_thermionic_and_settled(labctl: Labctl, tmp_path: Path) -> None:
    done = labctl("run", "rt_sweep", "--seed", "1", "--json", "--set", "state=on", *QUICK)
    assert done.code == 0, done.err
    found = done.shown["results"]
    assert found["law"] == "thermionic"
    assert found["thermionic_r_squared"] > 0.995
    assert found["monotonic"]
    assert found["resistance_ratio"] > 100
    first_ev, last_ev = map(barrier_ev, ohms_at_300_k(tmp_path / done.shown["run_folder"]))
    assert found["barrier_ev"] == pytest.approx(first_ev, rel=0.05)
    # The state relaxes by a percent while it is measured, and its barrier with it.
    slack_ev = found["junction_barrier_ev_u95"]
    assert first_ev - slack_ev < found["junction_barrier_ev"] < last_ev + slack_ev
    assert found["series_ohm"] == pytest.approx(SERIES_OHM, abs=2 * found["series_ohm_u95"])
    assert abs(found["hysteresis_k"]) < 0.1
    assert 0 < found["read_effect"] < 0.02


def test_stage_two_is_metallic(labctl: Labctl) -> None:
    done = labctl("run", "rt_sweep", "--seed", "1", "--json", "--set", "state=filament", *QUICK)
    assert done.code == 0, done.err
    found = done.shown["results"]
    assert found["law"] == "metallic"
    assert found["metallic_r_squared"] > 0.99
    assert found["tcr_per_k"] - found["tcr_per_k_u95"] > 1e-3
    assert found["tcr_per_k"] + found["tcr_per_k_u95"] < 4e-3
    assert found["monotonic"]
    assert abs(found["hysteresis_k"]) < 2 * found["hysteresis_k_u95"]


def test_a_sample_that_is_not_waited_for_lags(labctl: Labctl) -> None:
    done = labctl(
        *("run", "rt_sweep", "--seed", "1", "--json", "--set", "mode=ramp"),
        *("rate=4 K/min", "temperatures=200 K, 300 K", "interval=60 s"),
    )
    assert done.code == 0, done.err
    # 8 s (physics.md §1.4) at 4 K/min, once cooling and once heating
    assert done.shown["results"]["hysteresis_k"] == pytest.approx(2 * 8 * 4 / 60, rel=0.15)


def test_another_device_gives_its_own_numbers(labctl: Labctl, tmp_path: Path) -> None:
    station = perturbed_station(
        tmp_path,
        "hole_diameter_m = 60e-9\nseries_resistance_ohm = 5e3\nleak_conductance_s = 3e-9\n"
        "filament_tcr_per_k = 3.5e-3",
    )
    common = (
        *("run", "rt_sweep", "--station", station, "--json"),
        *("--set", "direction=cooling", "rate=20 K/min"),
    )
    junction = labctl(*common, "--seed", "2", "--set", "state=on", "temperatures=lin(120,300,10)")
    assert junction.code == 0, junction.err
    found = junction.shown["results"]
    points = point_table(package.Run.load(tmp_path / junction.shown["run_folder"]).frame)
    truth_ev = barrier_ev(points["ohm"].iloc[0], 5005.0, 60e-9)
    assert found["junction_barrier_ev"] == pytest.approx(truth_ev, abs=1e-3)
    assert found["series_ohm"] == pytest.approx(5005.0, rel=0.1)
    assert found["leak_s"] == pytest.approx(3e-9, abs=1.5 * found["leak_s_u95"])
    assert found["leak_s_u95"] < 0.3e-9
    metal = labctl(*common, "--seed", "2", "--set", "state=filament", "temperatures=lin(200,300,6)")
    assert metal.code == 0, metal.err
    assert metal.shown["results"]["tcr_per_k"] == pytest.approx(3.5e-3, rel=0.1)


def test_a_stage_that_never_settles_stops_the_run(labctl: Labctl, tmp_path: Path) -> None:
    # The sensor's noise alone leaves a band of 1 mK.
    done = labctl("run", "rt_sweep", "--json", "--set", "band=1 mK", "timeout=600 s", "state=as is")
    assert done.code == 1
    assert "did not settle at 300 K within" in done.shown["reason"]
    run = package.Run.load(tmp_path / done.shown["run_folder"])
    assert run.record["safe_state"]["verified"]


@pytest.mark.parametrize("setting", ["temperatures=3 K, 300 K", "prepare_at=441 K", "rate=5 V"])
def test_impossible_temperatures_are_bad_input(labctl: Labctl, setting: str) -> None:
    assert labctl("run", "rt_sweep", "--json", "--set", setting).code == 2


def test_unusual_temperatures_stand_among_the_warnings(labctl: Labctl, tmp_path: Path) -> None:
    done = labctl(
        *("run", "rt_sweep", "--json", "--set", "temperatures=lin(110,130,5)"),
        *("direction=heating", "rate=50 K/min"),
    )
    assert done.code == 0, done.err
    warnings = package.Run.load(tmp_path / done.shown["run_folder"]).record["warnings"]
    assert any("leave the range 120 to 400 K" in warning for warning in warnings)
