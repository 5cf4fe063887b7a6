"""Switching energies on the command line (Fig 3c), and that of an encoded device (Fig 4g)."""

from pathlib import Path

import pytest

from tests.system.conftest import Labctl
from tests.system.perturbed_station import NOISE_FREE, perturbed_station


def test_the_energy_goes_with_the_square_of_the_start_conductance(labctl: Labctl) -> None:
    values = ("starts=off, 3 uS", "ratios=5, 10", "repeats=2")
    done = labctl("run", "switching_energy", "--seed", "1", "--json", "--set", *values)
    assert done.code == 0, done.err
    results = done.shown["results"]
    assert results["start_exponent"] == pytest.approx(2, abs=0.15)
    assert all(row["reached"] == 2 for row in results["goals"])
    for row in results["single_pulses"]:
        assert row["energy_j"] > row["bound_j"]
    # What 0.2 fJ would take: nanoseconds at the conductance measured, or 5e-12 S in 1 ms.
    assert 3e-9 < results["implied_width_s"] < 1e-8
    assert results["implied_conductance_s"] == pytest.approx(5e-12)


def test_encoding_one_unit_from_an_erased_device_costs_a_nanojoule(
    labctl: Labctl, tmp_path: Path
) -> None:
    station = perturbed_station(tmp_path, NOISE_FREE)
    # 1e-5 S from the 9.67e-9 S that the erase leaves here.
    values = ("starts=erased", "ratios=1034", "tolerance=0.01", "repeats=1")
    done = labctl("run", "switching_energy", "--station", station, "--json", "--set", *values)
    assert done.code == 0, done.err
    goal = done.shown["results"]["goals"][0]
    assert goal["reached"] == 1
    assert goal["width_s"] == pytest.approx(1e-3, rel=0.1)
    assert goal["energy_j"] == pytest.approx(9.95e-10, rel=0.05)


def test_a_device_half_as_fast_costs_twice_as_much(labctl: Labctl, tmp_path: Path) -> None:
    values = ("starts=erased", "aim=width", "repeats=1")
    coefficients = []
    for rate, widths in ((9.59e-3, "1 ms, 2 ms"), (4.795e-3, "2 ms, 4 ms")):
        station = perturbed_station(tmp_path, f"set_rate_s_per_s = {rate}\n{NOISE_FREE}")
        run = ("run", "switching_energy", "--station", station, "--out", tmp_path / f"{rate}")
        done = labctl(*run, "--json", "--set", *values, f"widths={widths}")
        assert done.code == 0, done.err
        coefficients.append(done.shown["results"]["coefficient_j_per_s2"])
    assert coefficients[1] / coefficients[0] == pytest.approx(2, rel=0.02)


def test_a_device_that_does_not_switch_is_named(labctl: Labctl, tmp_path: Path) -> None:
    station = perturbed_station(tmp_path, "set_rate_s_per_s = 1e-9")
    done = labctl("run", "switching_energy", "--station", station, "--json")
    assert done.code == 1
    assert done.shown["reason"].startswith("D01: ")
