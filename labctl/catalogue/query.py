"""Filters as SQL: what a person wrote goes into parameters, never into the text of a query."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field

from labctl.catalogue.filters import Condition, Filters
from labctl.errors import BadInput
from labctl.strict_toml import nearest
from procedures.errors import ParameterError
from procedures.parameters import to_si

_OPERATORS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
COLUMNS = {
    "started": "runs.started_s", "procedure": "runs.procedure", "status": "runs.status",
    "sample": "runs.sample", "rows": "runs.rows",
}  # fmt: skip
"""What runs can be sorted by, besides findings."""

FEW = 2000
"""Runs that are looked up one by one where a condition leaves fewer."""


@dataclass
class Query:
    """One SELECT over `runs`, growing clause by clause."""

    join: str = ""
    clauses: list[str] = field(default_factory=list)
    order: str = ""
    joined: list[object] = field(default_factory=list)
    """Parameters of the join."""
    given: list[object] = field(default_factory=list)
    """Parameters of the clauses."""

    def require(self, clause: str, *parameters: object) -> None:
        """Add a clause that must hold."""
        self.clauses.append(clause)
        self.given += parameters

    def text(self, what: str) -> str:
        """The query, with question marks left for the most rows it may bring, and those skipped."""
        where = f" WHERE {' AND '.join(self.clauses)}" if self.clauses else ""
        return f"SELECT {what} FROM runs{self.join}{where}{self.order} LIMIT ? OFFSET ?"  # noqa: S608

    def parameters(self, most: int | None, skip: int) -> list[object]:
        """For the question marks, in their order; `most` None is for all rows."""
        return [*self.joined, *self.given, -1 if most is None else most, skip]


def query_of(filters: Filters, connection: sqlite3.Connection) -> Query:
    """The query of these filters.

    Raises `BadInput` for a finding that no run has, or a value that is not in its unit.
    """
    query = Query()
    for column, value in (("procedure", filters.procedure), ("status", filters.status)):
        if value is not None:
            query.require(f"runs.{column} = ?", value)
    if filters.sample is not None:
        query.require("(runs.sample = ? OR runs.sample_name = ?)", filters.sample, filters.sample)
    if filters.device is not None:
        query.require("runs.id IN (SELECT run FROM devices WHERE device = ?)", filters.device)
    if filters.since_s is not None:
        query.require("runs.started_s >= ?", filters.since_s)
    if filters.before_s is not None:
        query.require("runs.started_s < ?", filters.before_s)
    if filters.text is not None:
        query.require("runs.place LIKE ? ESCAPE '!'", f"%{_literal(filters.text)}%")
    for condition in filters.where:
        _require_finding(query, condition, connection)
    _sort(query, filters, connection)
    return query


def finding_ids(name: str, connection: sqlite3.Connection) -> dict[int, str]:
    """Units of the findings of this name, by identity; raises `BadInput` when no run has any."""
    rows = connection.execute("SELECT id, unit FROM finding_names WHERE name = ?", (name,))
    found = dict(rows.fetchall())
    if not found:
        known = [row[0] for row in connection.execute("SELECT DISTINCT name FROM finding_names")]
        raise BadInput(f"no run has a finding {name!r}; {nearest(name, known)}")
    return found


def _literal(text: str) -> str:
    """The text for LIKE, which takes it as it stands."""
    for sign in "!%_":
        text = text.replace(sign, f"!{sign}")
    return text


def _require_finding(query: Query, condition: Condition, connection: sqlite3.Connection) -> None:
    parts, parameters = [], []
    for finding, column, value in _comparisons(condition, connection):
        parts.append(f"(finding = ? AND {column} {_OPERATORS[condition.operator]} ?)")
        parameters += [finding, value]
    fits = f"FROM findings WHERE ({' OR '.join(parts)})"
    few = f"SELECT count(*) FROM (SELECT 1 {fits} LIMIT {FEW})"  # noqa: S608 - fixed words
    if connection.execute(few, parameters).fetchone()[0] < FEW:
        query.require(f"runs.id IN (SELECT run {fits})", *parameters)
    else:
        # Run by run, so that it stops at the limit instead of gathering all that fit.
        query.require(f"EXISTS (SELECT 1 {fits} AND run = runs.id)", *parameters)


def _comparisons(
    condition: Condition, connection: sqlite3.Connection
) -> Iterator[tuple[int, str, object]]:
    """Finding, column, and value of each comparison; the number is in the finding's own unit."""
    refusals = []
    found = finding_ids(condition.name, connection)
    for finding, unit in found.items():
        if not condition.numeric:
            yield finding, "text", condition.operand
            continue
        try:
            yield finding, "number", to_si(condition.operand, "" if unit == "%" else unit)
        except ParameterError as error:
            refusals.append(str(error))
    if len(refusals) == len(found):
        raise BadInput(f"{condition.name}: {refusals[0]}")


def _sort(query: Query, filters: Filters, connection: sqlite3.Connection) -> None:
    direction = "DESC" if filters.descending else "ASC"
    column = COLUMNS.get(filters.sort)
    if column is None:
        ids = list(finding_ids(filters.sort, connection))
        marks = ", ".join("?" * len(ids))
        query.join = (
            f" JOIN findings AS sorted ON sorted.run = runs.id AND sorted.finding IN ({marks})"
        )
        query.joined += ids
        column = "sorted.number"
    query.order = f" ORDER BY {column} {direction}, runs.place {direction}"
