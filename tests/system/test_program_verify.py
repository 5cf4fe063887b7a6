"""Programming on the command line: both kinds of state, low targets, slow and dead devices."""

from pathlib import Path
from typing import Any

import pytest

from tests.command_outcome import Outcome
from tests.system.conftest import Labctl
from tests.system.perturbed_station import perturbed_station


def program(labctl: Labctl, *settings: str, station: str | Path = "simulated") -> Outcome:
    devices = "D01,D02" if station == "simulated" else "D01"
    return labctl(
        "run", "program_verify", "--station", station, "--device", devices, "--seed", "6",
        "--json", "--set", *settings,
    )  # fmt: skip


def results_of(outcome: Outcome) -> dict[str, Any]:
    assert outcome.code == 0, outcome.err
    return outcome.shown["results"]


@pytest.mark.parametrize(
    ("target", "amplitudes_v"),
    [
        ("1 mS", (-0.5, -0.5)),
        ("5 mS", (-0.5, -0.5)),
        ("50 uS", (-0.2, -0.2)),
        ("1 uS", (-0.19, -0.11)),
    ],
)
def test_targets_are_reached_to_two_per_cent(
    labctl: Labctl, target: str, amplitudes_v: tuple[float, float]
) -> None:
    results = results_of(program(labctl, f"target={target}"))
    assert results["within_tolerance"]
    assert results["worst_deviation"] <= 0.02
    for row in results["devices"]:
        assert amplitudes_v[0] <= row["amplitude_v"] <= amplitudes_v[1]
        assert row["energy_j"] > 0


def test_weight_one_costs_what_the_paper_says(labctl: Labctl) -> None:
    results = results_of(program(labctl, "target=10 uS", station="simulated_single"))
    assert results["worst_deviation"] <= 0.02
    assert results["energy_j"] == pytest.approx(9.95e-10, rel=0.15)


def test_a_slower_device_is_reached_as_well(labctl: Labctl, tmp_path: Path) -> None:
    station = perturbed_station(tmp_path, "set_rate_s_per_s = 3e-3\nmigration_voltage_v = 0.04")
    results = results_of(program(labctl, "target=3 uS", station=station))
    assert results["within_tolerance"]
    assert results["devices"][0]["measured_s"] == pytest.approx(3e-6, rel=0.02)


def test_twice_the_rate_needs_half_the_energy(labctl: Labctl, tmp_path: Path) -> None:
    energies = []
    for rate in ("9.59e-3", "19.18e-3"):
        here = tmp_path / rate
        here.mkdir()
        station = perturbed_station(here, f"set_rate_s_per_s = {rate}\nset_spread = 0.0")
        words = ("--out", str(here / "runs"))
        outcome = labctl(
            "run", "program_verify", "--station", station, "--json", *words,
            "--set", "target=40 uS", "relaxation=1 s",
        )  # fmt: skip
        energies.append(results_of(outcome)["energy_j"])
    assert energies[1] / energies[0] == pytest.approx(0.5, rel=0.05)


def test_a_dead_device_says_what_was_reached(labctl: Labctl, tmp_path: Path) -> None:
    station = perturbed_station(tmp_path, "set_rate_s_per_s = 1e-9")
    outcome = program(labctl, "target=10 uS", station=station)
    assert outcome.code == 1
    assert "D01: stays at" in outcome.shown["reason"]


def test_a_small_budget_is_a_clear_error(labctl: Labctl) -> None:
    outcome = program(labctl, "target=10 uS", "tolerance=0.5 %", "pulses=2")
    assert outcome.code == 1
    assert "budget" in outcome.shown["reason"]
    assert "closest" in outcome.shown["reason"]


def test_bad_input_touches_nothing(labctl: Labctl, tmp_path: Path) -> None:
    assert program(labctl, "target=1 S").code == 2
    assert program(labctl, "amplitude=strong").code == 2
    assert not (tmp_path / "runs").exists()
