"""What the form is told of procedures, and of runs whose parameters it takes over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import labctl
from labctl.clerk.procedures import parameters_of, procedure
from labctl.clerk.value_text import quantity_text, remark, value_text
from labctl.errors import BadInput
from procedures.errors import ParameterError
from procedures.iv_loop import IvLoop
from procedures.parameters import Quantity
from procedures.registry import NAMES, load
from procedures.retention import Retention
from tests.labctl.station_files import station_file


def described(name: str) -> dict[str, dict[str, Any]]:
    answer = procedure({"station": "simulated", "name": name})
    return {entry["name"]: entry for entry in answer["parameters"]}


@pytest.mark.parametrize("name", NAMES)
def test_every_default_is_a_text_that_reads_back_exactly(name: str) -> None:
    instance = load(name)()
    for parameter, entry in described(name).items():
        before = getattr(instance, parameter)
        setattr(instance, parameter, entry["default"])
        assert getattr(instance, parameter) == before, entry


def test_a_form_has_kinds_units_limits_choices_help_and_groups() -> None:
    entries = described("iv_loop")
    assert entries["dwell"] == {
        "name": "dwell",
        "label": "Dwell",
        "kind": "quantity",
        "unit": "s",
        "default": "20 ms",
        "limits": "90 µs to 100 s",
        "choices": [],
        "help": IvLoop().parameter_objects()["dwell"].description,
        "group": "Loop",
    }
    assert entries["mode"]["choices"] == ["staircase", "pulsed", "pulse-and-read"]
    kinds = {name: entry["kind"] for name, entry in entries.items()}
    assert (kinds["peaks"], kinds["cycles"], kinds["mode"]) == ("quantities", "count", "choice")
    retention = {name: entry["kind"] for name, entry in described("retention").items()}
    assert (retention["bend_radius"], retention["bend"]) == ("quantity_or_word", "switch")
    assert described("retention")["times"]["default"] == "log(1, 1e4, 25)"
    json.dumps(procedure({"station": "simulated", "name": "forming"}))


def test_a_procedure_of_the_stations_own_is_known_as_its_file_is_now(tmp_path: Path) -> None:
    own = tmp_path / "mine.py"
    text = (
        "from procedures.base import LabProcedure\n"
        "from procedures.parameters import Count\n\n\n"
        "class Mine(LabProcedure):\n"
        '    """Turns."""\n\n'
        '    name = "mine"\n'
        '    turns = Count("Turns", default=1, minimum=1, maximum=9, description="how many")\n'
    )
    own.write_text(text, encoding="utf-8")
    station = station_file(
        tmp_path, ("[sample]", '[plugins]\nprocedures = ["mine.py"]\n\n[sample]')
    )
    answer = procedure({"station": str(station), "name": "mine"})
    assert answer["meaning"] == "Turns."
    assert [entry["name"] for entry in answer["parameters"]] == ["turns", "regime"]


def test_an_unknown_procedure_is_refused_by_the_nearest_name() -> None:
    with pytest.raises(ParameterError, match="did you mean 'iv_loop'"):
        procedure({"station": "simulated", "name": "iv_lop"})


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.2, "V", "200 mV"),
        (-0.123456789012345, "V", "-123.456789012345 mV"),
        (1e-6, "A", "1 µA"),
        (3600.0, "s", "3600 s"),
        (300.0, "K", "300 K"),
        (0.02, "", "0.02"),
        (0.1 + 0.2, "V", "0.30000000000000004 V"),
    ],
)
def test_quantities_are_texts_of_full_precision(value: float, unit: str, text: str) -> None:
    parameter = Quantity("Q", unit, default=0.0, minimum=-1e9, maximum=1e9, description="")
    assert quantity_text(value, unit) == text
    assert parameter.convert(text) == value


def test_a_bare_number_and_a_long_list_are_remarked_on() -> None:
    one = Retention(tolerance=0.02, times="log(1, 1e4, 25)", fit_from="10")
    objects = one.parameter_objects()
    assert remark(objects["fit_from"], "10") == "taken as 10 s"
    assert remark(objects["fit_from"], "10 s") == ""
    assert remark(objects["times"], "log(1, 1e4, 25)") == "25 values, 1 s to 10000 s"
    assert value_text(objects["times"]) == "log(1, 1e4, 25)"


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs")
    asked = IvLoop(peaks="-123.456789012 mV", step="3.456789 mV", cycles=2, mode="pulsed")
    with labctl.open_station("simulated", out=out, seed=1) as station:
        return labctl.run(asked, station, devices=["D03"]).folder


def test_the_parameters_of_a_run_come_back_exactly(run_folder: Path) -> None:
    answer = parameters_of({"folder": str(run_folder)})
    assert answer["procedure"] == "iv_loop"
    assert answer["devices"] == ["D03"]
    assert answer["left_out"] == []
    again = IvLoop(**answer["values"])
    recorded = json.loads((run_folder / "run.json").read_text(encoding="utf-8"))["parameters"]
    assert again.peaks == (-0.123456789012,)
    assert {name: getattr(again, name) for name in recorded} == {
        name: tuple(value) if isinstance(value, list) else value for name, value in recorded.items()
    }


def test_a_run_of_other_days_keeps_what_is_no_longer_valid(
    run_folder: Path, tmp_path: Path
) -> None:
    record = json.loads((run_folder / "run.json").read_text(encoding="utf-8"))
    record["parameters"] |= {"cycles": 1_000_000, "colour": "red"}
    (tmp_path / "run.json").write_text(json.dumps(record), encoding="utf-8")
    answer = parameters_of({"folder": str(tmp_path)})
    assert answer["values"]["cycles"] == "1000000"
    assert answer["left_out"] == ["colour"]


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no run folder"):
        parameters_of({"folder": str(tmp_path)})
