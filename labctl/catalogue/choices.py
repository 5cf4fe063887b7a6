"""What there is to choose from in a runs directory: all that a filter can name."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from labctl.catalogue.index_file import use
from labctl.catalogue.index_step import bring_in_step


@dataclass(frozen=True)
class Choices:
    """Names that occur in the runs of a directory, sorted."""

    procedures: Sequence[str]
    samples: Sequence[str]
    """Identities of samples."""
    devices: Sequence[str]
    findings: Sequence[tuple[str, str]]
    """Names of findings with their unit, a name once for each unit it came in."""


def choices(runs: Path) -> Choices:
    """What the runs there can be told apart by; raises `StorageError` as a search does."""

    def look(connection: sqlite3.Connection) -> Choices:
        bring_in_step(connection, runs)
        findings = connection.execute("SELECT name, unit FROM finding_names ORDER BY name, unit")
        return Choices(
            procedures=_distinct(connection, "procedure", "runs"),
            samples=_distinct(connection, "sample", "runs"),
            devices=_distinct(connection, "device", "devices"),
            findings=findings.fetchall(),
        )

    return use(runs, look)


def _distinct(connection: sqlite3.Connection, column: str, table: str) -> list[str]:
    """Values of a column that an index begins with; from one to the next, not row by row."""
    steps = (
        f"WITH RECURSIVE step(value) AS (SELECT min({column}) FROM {table} UNION ALL "  # noqa: S608
        f"SELECT (SELECT min({column}) FROM {table} WHERE {column} > value) "
        "FROM step WHERE value IS NOT NULL) SELECT value FROM step WHERE value > ''"
    )
    return [value for (value,) in connection.execute(steps)]
