"""What a run says of its regime, and that its plan keeps within the limits that follow from it."""

from __future__ import annotations

from typing import Any

import pytest

from labctl.bench.limits import Limits, OperatorLimits
from labctl.bench.station import read_station, smu_capabilities
from labctl.cli.answer import ExitCode
from labctl.cli.main import main
from labctl.errors import LimitRefused
from labctl.reproduce.recipe_table import RECIPES
from labctl.reproduce.recipes import Recipe
from labctl.runs.devices import choose_devices
from labctl.runs.plan import RunPlan
from procedures.base import LabProcedure
from procedures.registry import NAMES, load

STATION = read_station("simulated")
SMU = smu_capabilities(STATION)


def planned(procedure: LabProcedure, **options: Any) -> RunPlan:
    procedure.check()
    return RunPlan.of(procedure, STATION, choose_devices(procedure, STATION, None), SMU, **options)


@pytest.mark.parametrize("name", NAMES)
def test_as_it_stands_every_procedure_keeps_within_the_limits_of_its_regime(name: str) -> None:
    plan = planned(load(name)())
    assert plan.regime == ("filament" if name == "forming" else "interface")
    if plan.regime == "interface":
        assert min(seen.min_v for seen in plan.dose.values()) > -0.35


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.key)
def test_recipes_say_which_regime_they_are_of(recipe: Recipe) -> None:
    procedure, station = recipe.prepared(quick=True), read_station(recipe.sample.value)
    devices = choose_devices(procedure, station, None)
    planned = procedure.plan(devices, SMU)
    limits = Limits.effective(station, SMU, regime=procedure.stated_regime())
    for one in (item.application for item in planned):
        limits.check(one.device, one.waveform, one.sensing, one.purpose)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("kernel_encoding", {"array": "FTM"}),
        ("program_verify", {"target": "1 mS"}),
        ("multilevel", {"levels": "10 uS, 1 mS"}),
        ("retention", {"states": "on, filament"}),
        ("retention", {"states": "10 uS, 1 mS"}),
        ("bending", {"states": "filament"}),
        ("rt_sweep", {"state": "filament"}),
        ("read_accuracy", {"state": "5 mS"}),
        ("sddp", {"start": "filament"}),
        ("switching_energy", {"starts": "off, filament"}),
        ("iv_loop", {"regime": "filament", "peaks": "-0.5 V, 0.5 V"}),
    ],
)
def test_a_filament_that_is_named_makes_the_regime(name: str, parameters: dict[str, str]) -> None:
    procedure = load(name)(**parameters)
    assert procedure.stated_regime() == "filament"
    assert planned(procedure).regime == "filament"


def test_a_filament_by_surprise_is_refused_and_told_how_to_ask_for_it() -> None:
    with pytest.raises(LimitRefused, match="--set regime=filament"):
        planned(load("iv_loop")(peaks="-0.5 V, 0.5 V"))


def test_stress_of_a_plan_adds_up_on_each_device() -> None:
    procedure = load("endurance")(cycles=50, full_cycles="none")
    stress = planned(procedure).dose["D01"].stress_pulses
    assert stress == 2 * 50
    enough = OperatorLimits.parse({"cycles_max": "53"})
    planned(procedure, limits=enough, stress_before={"D01": 6, "D02": 10**9})
    with pytest.raises(LimitRefused, match="stress cycles 54 cycles is above"):
        planned(procedure, limits=enough, stress_before={"D01": 7})


def test_the_command_line_narrows_and_shows_it(capsys: pytest.CaptureFixture[str]) -> None:
    narrow = ["--limit", "voltage_max=0.2 V", "dwell_max=1000 s"]
    assert main(["plan", "iv_loop", *narrow]) == ExitCode.FINISHED
    shown = capsys.readouterr().out
    assert "iv_loop on simulated, interface regime" in shown
    for bound in ("voltage_min", "voltage_max", "dwell_max"):
        assert bound in shown
    assert shown.count("operator") == 2
    assert main(["plan", "iv_loop", "--limit", "voltage_max=0.19 V"]) == ExitCode.LIMIT
    assert "set by the operator" in capsys.readouterr().err
    assert main(["plan", "iv_loop", "--limit", "voltage_mx=1 V"]) == ExitCode.BAD_INPUT
    assert "did you mean 'voltage_max'" in capsys.readouterr().err
