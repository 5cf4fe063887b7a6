"""`labctl procedures`: which procedures there are, and what one of them takes and records."""

from __future__ import annotations

import argparse
import inspect
from typing import Any

from labctl.cli.answer import Answer
from labctl.cli.console import paragraphs, table, table_of_texts
from labctl.report.quantities import with_unit
from procedures.base import LabProcedure
from procedures.columns import BASE_COLUMNS
from procedures.registry import NAMES, load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`list`, or `show NAME`."""
    actions = parser.add_subparsers(dest="action", metavar="list|show", required=True)
    actions.add_parser("list", help="every procedure and what it measures")
    show = actions.add_parser("show", help="parameters and columns of one procedure")
    show.add_argument("name", metavar="NAME")


def execute(arguments: argparse.Namespace) -> Answer:
    """Answer from the procedures' own declarations; raises `ParameterError` for an unknown name."""
    if arguments.action == "list":
        return Answer(data={"procedures": dict(NAMES)}, text=table(list(NAMES.items())))
    procedure = load(arguments.name)
    data = describe(procedure)
    return Answer(data=data, text=_text(data))


def describe(procedure: type[LabProcedure]) -> dict[str, Any]:
    """Parameters (unit, default, limits or choices, meaning) and columns of a procedure."""
    return {
        "procedure": procedure.name,
        "meaning": inspect.cleandoc(procedure.__doc__ or ""),
        "devices": procedure.device_count,
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
            for name, parameter in procedure()._parameters.items()
        ],
        "columns": [
            {"name": column.header, "type": column.dtype, "meaning": column.meaning}
            for column in (*BASE_COLUMNS, *procedure.columns)
        ],
    }


def _text(data: dict[str, Any]) -> str:
    devices = "one or more" if data["devices"] is None else str(data["devices"])
    columns = [(entry["name"], entry["type"], entry["meaning"]) for entry in data["columns"]]
    return "\n\n".join(
        [
            paragraphs(f"{data['procedure']}: {data['meaning']}"),
            f"Devices: {devices}",
            "\n".join(["Parameters, with their defaults:", *map(_parameter, data["parameters"])]),
            table_of_texts(columns, head=("Column", "Type", "Meaning")),
        ]
    )


def _parameter(entry: dict[str, Any]) -> str:
    default, valid = _value(entry["default"], entry["unit"]), _range(entry)
    first = f"  {entry['name']} = {default}" + (f"  ({valid})" if valid else "")
    return f"{first}\n{paragraphs(entry['help'], indent=' ' * 6)}"


def _value(value: object, unit: str) -> str:
    return with_unit(value, unit) if isinstance(value, float) else str(value)


def _range(entry: dict[str, Any]) -> str:
    if entry["choices"]:
        return ", ".join(map(str, entry["choices"]))
    if entry["minimum"] is None:
        return ""
    low, high = (_value(float(entry[end]), entry["unit"]) for end in ("minimum", "maximum"))
    return f"{low} to {high}"
