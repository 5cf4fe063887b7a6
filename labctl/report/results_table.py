"""Results as tables for people: name, value with its unit, and what the number means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeGuard

from labctl.quantities import with_uncertainty, with_unit
from labctl.report.page import Table
from procedures.findings import UNCERTAINTY, Finding, Findings

Row = Mapping[str, object]

UNDOCUMENTED = Finding("", "")
LARGEST_ROWS = 200
"""A longer table is cut in the report; `run.json` has all of it."""


def results_table(results: Row, findings: Findings) -> Table:
    """Every single-valued result with its meaning."""
    rows = result_rows(results, findings)
    return Table(head=("Result", "Value", "Meaning"), rows=rows, numeric=(False, True))


def result_rows(results: Row, findings: Findings) -> list[tuple[str, str, str]]:
    """Name, value, and meaning of every single-valued result.

    An uncertainty stands behind its value and has no row of its own.
    """
    return [
        (name, entry_text(results, name, finding), finding.meaning)
        for name in _values_of(results)
        if not _is_table(results[name])
        for finding in [findings.get(name, UNDOCUMENTED)]
    ]


def result_tables(results: Mapping[str, object], findings: Findings) -> list[Table]:
    """Every result that is a list of mappings; the caption says what its columns mean."""
    return [_table(name, rows, findings) for name, rows in results.items() if _is_table(rows)]


def value_text(value: object, unit: str) -> str:
    """One value as people read it; the unit "%" is for fractions."""
    if value is None:
        return "not defined"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,} {unit}".strip() if unit != "%" else value_text(float(value), unit)
    if isinstance(value, float):
        return f"{100 * value:.3g} %" if unit == "%" else with_unit(value, unit, 4 if unit else 6)
    if isinstance(value, (list, tuple)):
        return ", ".join(value_text(item, unit) for item in value) or "none"
    return str(value)


def entry_text(row: Row, name: str, finding: Finding) -> str:
    """The value of this name, "± its uncertainty" where `row` has one."""
    value, half_width = row.get(name), row.get(f"{name}{UNCERTAINTY}")
    if isinstance(value, (int, float)) and isinstance(half_width, (int, float)):
        factor = 100.0 if finding.unit == "%" else 1.0
        return with_uncertainty(factor * value, factor * half_width, finding.unit)
    return value_text(value, finding.unit)


def _table(name: str, rows: Sequence[Row], findings: Findings) -> Table:
    columns = list(dict.fromkeys(column for row in rows for column in _values_of(row)))
    known = {column: _finding(name, column, findings) for column in columns}
    cells = [
        ["–" if row.get(c) is None else entry_text(row, c, known[c]) for c in columns]
        for row in rows[:LARGEST_ROWS]
    ]
    meanings = "; ".join(f"{c}: {known[c].meaning}" for c in columns if known[c].meaning)
    cut = f", the first {LARGEST_ROWS} of {len(rows):,} rows" if len(rows) > LARGEST_ROWS else ""
    return Table(
        head=columns,
        rows=cells,
        numeric=[all(_is_number(row.get(c)) for row in rows) for c in columns],
        caption=f"{name}{cut}{f' ({meanings})' if meanings else ''}",
    )


def _finding(table: str, column: str, findings: Findings) -> Finding:
    """The column's own; else the unit of the result of the same name, which sums its rows up."""
    summary = findings.get(column, UNDOCUMENTED)
    return findings.get(f"{table}.{column}", Finding(summary.unit, ""))


def _values_of(row: Row) -> list[str]:
    return [
        name
        for name in row
        if not (name.endswith(UNCERTAINTY) and name.removesuffix(UNCERTAINTY) in row)
    ]


def _is_table(value: object) -> TypeGuard[list[Row]]:
    return isinstance(value, list) and bool(value) and all(isinstance(r, Mapping) for r in value)


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))
