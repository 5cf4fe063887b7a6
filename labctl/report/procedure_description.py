"""What a procedure says of itself: parameters, columns, and results, for the terminal and pages."""

from __future__ import annotations

import inspect
from typing import Any

from labctl.quantities import with_unit
from procedures.base import LabProcedure
from procedures.columns import BASE_COLUMNS

LISTED_WHOLE = 10
"""Longer lists of values are shortened to their ends."""


def describe(procedure: type[LabProcedure]) -> dict[str, Any]:
    """Parameters (unit, default, limits or choices, meaning), columns, and results."""
    return {
        "procedure": procedure.name,
        "meaning": inspect.cleandoc(procedure.__doc__ or ""),
        "devices": procedure.device_count,
        "needs": sorted(procedure.needs),
        "parameters": [
            {
                "name": name,
                "unit": getattr(parameter, "units", None) or "",
                "default": parameter.value,
                "minimum": getattr(parameter, "minimum", None),
                "maximum": getattr(parameter, "maximum", None),
                "choices": getattr(parameter, "choices", None),
                "help": parameter.description or "",
            }
            for name, parameter in procedure().parameter_objects().items()
        ],
        "columns": [
            {"name": column.header, "type": column.dtype, "meaning": column.meaning}
            for column in (*BASE_COLUMNS, *procedure.columns)
        ],
        "findings": [
            {"name": name, "unit": finding.unit, "meaning": finding.meaning}
            for name, finding in procedure.findings.items()
        ],
    }


def devices_text(data: dict[str, Any]) -> str:
    """How many devices it takes, and what the station must have."""
    devices = "one or more" if data["devices"] is None else str(data["devices"])
    return f"{devices}; needs {', '.join(data['needs'])}" if data["needs"] else devices


def default_text(entry: dict[str, Any]) -> str:
    """A parameter's default with its unit."""
    return _value(entry["default"], entry["unit"])


def limits_text(entry: dict[str, Any]) -> str:
    """A parameter's choices or its inclusive limits; empty where it has neither."""
    if entry["choices"]:
        return ", ".join(map(str, entry["choices"]))
    if entry["minimum"] is None or entry["maximum"] is None:
        return ""
    low, high = (_value(float(entry[end]), entry["unit"]) for end in ("minimum", "maximum"))
    return f"{low} to {high}"


def _value(value: object, unit: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return with_unit(value, unit)
    if isinstance(value, (tuple, list)):
        texts = [_value(item, unit) for item in value]
        if len(texts) > LISTED_WHOLE:
            return f"{', '.join(texts[:3])}, ..., {texts[-1]} ({len(texts)} values)"
        return ", ".join(texts)
    return str(value)
