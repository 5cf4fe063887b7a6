"""Keeps the index in step with the run folders: what came, went, or has another record."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from labctl.catalogue.entries import look_at, stamp_of
from labctl.catalogue.index_file import writing
from labctl.catalogue.index_rows import forget, put
from labctl.catalogue.run_folders import Day, days, folders_of
from labctl.runs.status import Status

SETTLED_NS = 3 * 10**9
"""A day that changed within this time may change again with the same stamp (FAT counts in 2 s)."""


def bring_in_step(connection: sqlite3.Connection, runs: Path) -> None:
    """Bring the index into step with the folders; writes only when something changed."""
    present = days(runs)
    kept = dict(connection.execute("SELECT day, changed_ns FROM days"))
    changed = [day for day in present if kept.get(day.path.name) != day.changed_ns]
    gone = kept.keys() - {day.path.name for day in present}
    fresh = [*_changed_places(connection, runs), *_new_places(connection, changed)]
    lost = [*_lost_places(connection, changed), *(f"{day}/" for day in gone)]
    if not (changed or fresh or lost):
        return
    looked = [look_at(runs / place) for place in fresh if (runs / place).is_dir()]
    with writing(connection):
        for place in lost:
            forget(connection, place)
        for one in looked:
            put(connection, one)
        keep_days(connection, present)


def _changed_places(connection: sqlite3.Connection, runs: Path) -> Iterator[str]:
    """Runs that were not at their end, and may be now, and folders that may have become runs."""
    unended = connection.execute(
        "SELECT place, stamp_ns, status FROM runs WHERE status IN (?, ?)",
        (Status.RUNNING.value, Status.INCOMPLETE.value),
    ).fetchall()
    for place, stamp_ns, status in unended:
        # A running process may die without touching its record.
        if status == Status.RUNNING or stamp_of(runs / place) != stamp_ns:
            yield place
    for (place,) in connection.execute("SELECT place FROM unreadable").fetchall():
        yield place


def _new_places(connection: sqlite3.Connection, changed: Iterable[Day]) -> Iterator[str]:
    for day in changed:
        known = _places_of(connection, day)
        yield from (f"{day.path.name}/{name}" for name in folders_of(day.path) if name not in known)


def _lost_places(connection: sqlite3.Connection, changed: Iterable[Day]) -> Iterator[str]:
    for day in changed:
        there = set(folders_of(day.path))
        known = _places_of(connection, day)
        yield from (f"{day.path.name}/{name}" for name in known if name not in there)


def _places_of(connection: sqlite3.Connection, day: Day) -> set[str]:
    first, after = f"{day.path.name}/", f"{day.path.name}0"  # "0" follows "/"
    rows = connection.execute(
        "SELECT place FROM runs WHERE place >= :first AND place < :after "
        "UNION SELECT place FROM unreadable WHERE place >= :first AND place < :after",
        {"first": first, "after": after},
    )
    return {place.partition("/")[2] for (place,) in rows}


def keep_days(connection: sqlite3.Connection, present: Iterable[Day]) -> None:
    """Remember what the days looked like when their runs were listed."""
    settled_ns = time.time_ns() - SETTLED_NS
    connection.execute("DELETE FROM days")
    connection.executemany(
        "INSERT INTO days VALUES (?, ?)",
        [(day.path.name, day.changed_ns if day.changed_ns < settled_ns else 0) for day in present],
    )
