"""What a procedure says of itself: name, parameters, columns, findings, and their descriptions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np
from pymeasure.experiment import Parameter

import procedures.columns as registry_of_columns
from labctl.acceptance.objections import Objection, Weight
from labctl.config import ROLES
from procedures.base import LabProcedure
from procedures.columns import BASE_COLUMNS, Column
from procedures.errors import ParameterError
from procedures.findings import UNCERTAINTY
from procedures.parameters import Count, Quantities, Quantity

OWN_METHODS = ("measure", "plan", "analyse")
OPTIONAL_METHODS = ("check", "plots")
OPTIONAL_ROLES = frozenset(ROLES) - {"smu", "matrix"}
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_HEADER = re.compile(r"[A-Z][^,#\r\n\"]*")
_UNIT_IN_HEADER = re.compile(r".+ \([^()]+\)")
KNOWN_COLUMNS = {c.header: c for c in vars(registry_of_columns).values() if isinstance(c, Column)}


def declaration_objections(procedure: type[LabProcedure]) -> list[Objection]:
    """Everything that can be seen without running it."""
    parts: tuple[Callable[[type[LabProcedure]], Iterator[Objection]], ...] = (
        _name, _methods, _needs, _parameters, _columns, _findings,
    )  # fmt: skip
    return [objection for part in parts for objection in part(procedure)]


def _name(procedure: type[LabProcedure]) -> Iterator[Objection]:
    if not _NAME.fullmatch(procedure.name):
        yield Objection(
            "name",
            f"{procedure.name!r} cannot be a name on the command line and in folders",
            "use small letters, digits, and _, beginning with a letter",
        )
    if not (procedure.__doc__ or "").strip():
        yield Objection(
            "class",
            "there is no docstring: it is what people read in `labctl procedures show`",
            "say what is measured, how, and what the results rest on",
        )


def _methods(procedure: type[LabProcedure]) -> Iterator[Objection]:
    for name in OWN_METHODS:
        if getattr(procedure, name) is getattr(LabProcedure, name):
            yield Objection(
                f"method {name}", f"{name}() is not written", f"see {name}() of LabProcedure"
            )
    for name in (*OWN_METHODS, *OPTIONAL_METHODS):
        method = procedure.__dict__.get(name)
        if method is not None and not (method.__doc__ or "").strip():
            yield Objection(
                f"method {name}", "has no docstring", "say in a sentence what it does",
                Weight.WARNING,
            )  # fmt: skip


def _needs(procedure: type[LabProcedure]) -> Iterator[Objection]:
    for need in sorted(procedure.needs - OPTIONAL_ROLES):
        yield Objection(
            "needs",
            f"{need!r} is no role a station can have",
            f"name some of: {', '.join(sorted(OPTIONAL_ROLES))}",
        )


def _parameters(procedure: type[LabProcedure]) -> Iterator[Objection]:
    for name, parameter in procedure().parameter_objects().items():
        about = f"parameter {name}"
        if type(parameter).__module__.startswith("pymeasure."):
            yield Objection(
                about,
                f"{type(parameter).__name__} takes values without units, and outside any limits",
                "use a type of procedures.parameters, such as Quantity, Count, or Choice",
            )
            continue
        if not (parameter.description or "").strip():
            yield Objection(about, "has no help", "give a description")
        yield from _limits(about, parameter)
        yield from _default(about, parameter)


def _limits(about: str, parameter: Parameter) -> Iterator[Objection]:
    if not isinstance(parameter, (Quantity, Quantities, Count)):
        return
    low, high = parameter.minimum, parameter.maximum
    if not (np.isfinite([low, high]).all() and low <= high):
        yield Objection(
            about,
            f"its limits, {low:g} to {high:g}, let through what no instrument can do",
            "give finite limits, so that a slip of the keyboard is refused before volts flow",
        )


def _default(about: str, parameter: Parameter) -> Iterator[Objection]:
    try:
        parameter.convert(str(parameter))
    except ParameterError as error:
        yield Objection(
            about,
            f"its default, written as text, is not understood: {error}",
            "let its str() give what its convert() takes: that is how a run's file keeps it",
        )


def _columns(procedure: type[LabProcedure]) -> Iterator[Objection]:
    taken = {column.header for column in BASE_COLUMNS}
    for column in procedure.columns:
        about = f"column {column.header}"
        if column.header in taken:
            yield Objection(about, "is there twice", "leave it out, or name it differently")
        taken.add(column.header)
        known = KNOWN_COLUMNS.get(column.header)
        if known is None:
            yield from _own_column(about, column)
        elif known is not column:
            yield Objection(
                about,
                f"means something else in procedures.columns: {known.meaning}",
                "import that column, or name yours differently",
            )


def _own_column(about: str, column: Column) -> Iterator[Objection]:
    if not _HEADER.fullmatch(column.header):
        yield Objection(
            about,
            "cannot head a column of a CSV file",
            "begin with a capital letter; no comma, quotation mark, #, or line break",
        )
    if column.dtype not in ("str", "float64", "int64", "uint8"):
        yield Objection(
            about, f"type {column.dtype!r} is not written", "use float64, int64, uint8, or str"
        )
    if column.dtype == "float64" and not _UNIT_IN_HEADER.fullmatch(column.header):
        yield Objection(
            about,
            "has no unit, so that a number in it means nothing",
            f'write it in brackets: "{column.header} (V)"; "(1)" for a plain ratio',
        )
    if not column.meaning.strip():
        yield Objection(about, "has no meaning", "say what stands in it, and when it is absent")


def _findings(procedure: type[LabProcedure]) -> Iterator[Objection]:
    if not procedure.findings:
        yield Objection(
            "findings",
            "no result has a unit and a meaning",
            "name every result of analyse() in `findings`",
        )
    for name, finding in procedure.findings.items():
        about = f"finding {name}"
        if not all(_NAME.fullmatch(part) for part in name.split(".")) or name.count(".") > 1:
            yield Objection(
                about, "is no name of a result", "small letters, digits, _; table.column for tables"
            )
        if not finding.meaning.strip():
            yield Objection(about, "has no meaning", "say what the number is")
        if name.endswith(UNCERTAINTY) and name.removesuffix(UNCERTAINTY) not in procedure.findings:
            yield Objection(
                about, "is the uncertainty of nothing", "name the value it belongs to as well"
            )
