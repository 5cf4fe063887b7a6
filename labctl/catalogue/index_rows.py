"""Entries as rows of the index, and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from labctl.catalogue.entries import Entry, Unreadable, Value
from labctl.catalogue.query import finding_ids

RUN_COLUMNS = (
    "place", "stamp_ns", "status", "reason", "procedure", "sample", "sample_name", "devices",
    "started", "started_s", "ended", "rows", "simulated",
)  # fmt: skip
"""Columns of a run, in the order of `Entry`'s fields; its findings have a table of their own."""
_INSERT = (
    f"INSERT INTO runs ({', '.join(RUN_COLUMNS)}) "  # noqa: S608 - fixed words
    f"VALUES ({', '.join('?' * len(RUN_COLUMNS))})"
)


def put(connection: sqlite3.Connection, one: Entry | Unreadable) -> None:
    """Keep one folder in the place of what was known of it."""
    forget(connection, one.place)
    if isinstance(one, Unreadable):
        connection.execute("INSERT INTO unreadable VALUES (?, ?)", (one.place, one.why))
        return
    values = [
        json.dumps(one.devices) if column == "devices" else getattr(one, column)
        for column in RUN_COLUMNS
    ]
    run = connection.execute(_INSERT, values).lastrowid
    connection.executemany(
        "INSERT OR IGNORE INTO devices VALUES (?, ?)", [(device, run) for device in one.devices]
    )
    for name, value in one.findings.items():
        connection.execute(
            "INSERT OR IGNORE INTO finding_names (name, unit) VALUES (?, ?)", (name, value.unit)
        )
        connection.execute(
            "INSERT INTO findings "
            "SELECT ?, id, ?, ? FROM finding_names WHERE name = ? AND unit = ?",
            (run, value.number, value.text, name, value.unit),
        )


def forget(connection: sqlite3.Connection, place: str) -> None:
    """Take out one run, or all of a day (`2026-11-01/`)."""
    whole_day = place.endswith("/")
    for table in ("runs", "unreadable"):
        clause = "place >= ? AND place < ?" if whole_day else "place = ?"
        parameters = (place, f"{place[:-1]}0") if whole_day else (place,)
        connection.execute(f"DELETE FROM {table} WHERE {clause}", parameters)  # noqa: S608


def entry_of_row(row: Sequence[object], findings: Mapping[str, Value]) -> Entry:
    """An entry from a row of `RUN_COLUMNS`."""
    values: dict[str, Any] = dict(zip(RUN_COLUMNS, row, strict=True))
    values["devices"] = tuple(json.loads(values["devices"]))
    values["simulated"] = bool(values["simulated"])
    return Entry(**values, findings=findings)


def values_of(connection: sqlite3.Connection, run: int, named: Sequence[str]) -> dict[str, Value]:
    """Values of the findings named, of one run; those that it has."""
    found = {}
    for name in named:
        for finding, unit in finding_ids(name, connection).items():
            row = connection.execute(
                "SELECT number, text FROM findings WHERE run = ? AND finding = ?", (run, finding)
            ).fetchone()
            if row is not None:
                number, text = row
                found[name] = Value(number, text, unit)
    return found
