"""What a form has to know of a procedure, and the parameters of a run that was."""

from __future__ import annotations

import inspect
from typing import Any

from pymeasure.experiment import Parameter

from labctl.bench.station import read_station
from labctl.clerk.desk import Answer, Request
from labctl.clerk.value_text import value_text
from labctl.config import StationConfig
from labctl.report.procedure_description import describe, limits_text
from labctl.runs.run import Run
from procedures.base import LabProcedure
from procedures.errors import ParameterError
from procedures.parameter_groups import parameter_groups
from procedures.parameters import Choice, Count, Quantities, Quantity, QuantityOrWord, Switch
from procedures.registry import NAMES, add_file, load

_KINDS: tuple[tuple[type[Parameter], str], ...] = (
    (QuantityOrWord, "quantity_or_word"),
    (Quantity, "quantity"),
    (Quantities, "quantities"),
    (Count, "count"),
    (Switch, "switch"),
    (Choice, "choice"),
)
"""The first that fits; everything else is plain text."""


def procedure(request: Request) -> Answer:
    """The form of the procedure `request["name"]` at a station.

    Raises `ParameterError` when there is none, `BadInput` when there is no such station.
    """
    found = known_procedure(request["name"], read_station(request["station"]))
    text = inspect.cleandoc(found.__doc__ or "")
    return {
        "name": found.name,
        "meaning": NAMES.get(found.name) or text.partition("\n")[0],
        "text": text,
        "parameters": _parameters(found),
        "device_count": found.device_count,
        "whole_array": found.whole_array,
        "needs": sorted(found.needs),
    }


def known_procedure(name: str, station: StationConfig) -> type[LabProcedure]:
    """A procedure of labctl, or of the station's own files as they are now.

    Raises `ParameterError` when there is none, or for a file that is spoilt.
    """
    if name not in NAMES:
        for path in station.own_procedures:
            add_file(path)
    return load(name)


def parameters_of(request: Request) -> Answer:
    """What the run in `request["folder"]` was asked for, as texts for a form.

    `left_out` names parameters that the procedure has no longer. Raises `BadInput` for what is no
    run, `ParameterError` for a procedure that is not known.
    """
    run = Run.load(request["folder"])
    known = load(run.record["procedure"])().parameter_objects()
    return {
        "procedure": run.record["procedure"],
        "values": {
            name: _kept_text(known[name], value)
            for name, value in run.parameters.items()
            if name in known
        },
        "devices": list(run.record["devices"]),
        "left_out": sorted(set(run.parameters) - set(known)),
    }


def _parameters(found: type[LabProcedure]) -> list[dict[str, Any]]:
    objects = found().parameter_objects()
    described = {entry["name"]: entry for entry in describe(found)["parameters"]}
    return [
        {
            "name": name,
            "label": objects[name].name,
            "kind": _kind(objects[name]),
            "unit": described[name]["unit"],
            "default": value_text(objects[name]),
            "limits": _limits(objects[name], described[name]),
            "choices": [str(choice) for choice in described[name]["choices"] or ()],
            "help": described[name]["help"],
            "group": heading,
        }
        for heading, names in parameter_groups(found).items()
        for name in names
    ]


def _kind(parameter: Parameter) -> str:
    return next((kind for owner, kind in _KINDS if isinstance(parameter, owner)), "text")


def _limits(parameter: Parameter, described: dict[str, Any]) -> str:
    """Inclusive limits in words; empty where there are none, or where choices say it."""
    if isinstance(parameter, Choice):
        return ""
    text = limits_text(described)
    if isinstance(parameter, QuantityOrWord):
        return f"{parameter.word}, or {text}"
    return f"each {text}" if isinstance(parameter, Quantities) else text


def _kept_text(parameter: Parameter, value: Any) -> str:
    """A value of a run's record; what cannot be used any more stays as it is, for the form."""
    kept = tuple(value) if isinstance(value, list) else value
    try:
        parameter.value = kept
    except ParameterError:
        return ", ".join(map(str, kept)) if isinstance(kept, tuple) else str(kept)
    return value_text(parameter)
