"""The index of the runs in a directory: never the truth, which stands in the run folders.

It keeps itself in step with them: a folder that came, went, or has another record is noticed when
runs are looked for, whoever made it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from labctl.catalogue.entries import Entry, Unreadable, entry_of, look_at, stamp_of
from labctl.catalogue.filters import Filters
from labctl.catalogue.index_file import use, writing
from labctl.catalogue.index_rows import RUN_COLUMNS, entry_of_row, put, values_of
from labctl.catalogue.index_step import bring_in_step, keep_days
from labctl.catalogue.query import COLUMNS, query_of
from labctl.catalogue.run_folders import Day, days, is_day, run_folders
from labctl.errors import StorageError
from labctl.runs.run import Run


@dataclass(frozen=True)
class Found:
    """What a search found."""

    entries: Sequence[Entry]
    """At most as many as were asked for; `findings` holds those that were named."""
    more: bool
    """Whether other runs fit as well."""
    unreadable: Sequence[Unreadable]
    """Folders that stand where runs stand and hold none, whatever was asked for."""


@dataclass(frozen=True)
class Indexed:
    """What an index was rebuilt from."""

    runs: int
    unreadable: Sequence[Unreadable]


def note(run: Run) -> None:
    """Keep what a run says of itself; several processes may do so at the same time.

    A run whose folder does not stand in a day of a runs directory has no index. Raises
    `StorageError` when the index cannot be used; the run stands in its folder all the same.
    """
    if not is_day(run.folder.parent.name):
        return
    entry = entry_of(run, stamp_of(run.folder))

    def keep(connection: sqlite3.Connection) -> None:
        with writing(connection):
            put(connection, entry)

    use(run.folder.parent.parent, keep)


def reindex(runs: Path) -> Indexed:
    """Rebuild the index of a runs directory from its folders alone.

    Raises `StorageError` when the index or the directory cannot be used.
    """
    seen = _readable(runs)
    known = [look_at(folder) for folder in run_folders(runs)]

    def replace(connection: sqlite3.Connection) -> None:
        with writing(connection):
            for table in ("devices", "findings", "finding_names", "runs", "unreadable", "days"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed words
            for one in known:
                put(connection, one)
            keep_days(connection, seen)

    use(runs, replace)
    unreadable = [one for one in known if isinstance(one, Unreadable)]
    return Indexed(len(known) - len(unreadable), unreadable)


def search(runs: Path, filters: Filters) -> Found:
    """The runs that fit, after the index was brought into step with the folders.

    Raises `BadInput` for filters that make no sense here, `StorageError` when the index or the
    directory cannot be used.
    """
    _readable(runs)

    def look(connection: sqlite3.Connection) -> Found:
        bring_in_step(connection, runs)
        query = query_of(filters, connection)
        limit = filters.limit
        rows = connection.execute(
            query.text(f"runs.id, {', '.join(RUN_COLUMNS)}"),
            query.parameters(None if limit is None else limit + 1, filters.skip),
        ).fetchall()
        named = _named_findings(filters)
        return Found(
            entries=[
                entry_of_row(row[1:], values_of(connection, row[0], named)) for row in rows[:limit]
            ],
            more=limit is not None and len(rows) > limit,
            unreadable=[
                Unreadable(*row)
                for row in connection.execute("SELECT place, why FROM unreadable ORDER BY place")
            ],
        )

    return use(runs, look)


def _readable(runs: Path) -> list[Day]:
    try:
        return days(runs)
    except OSError as error:
        raise StorageError(f"{runs} cannot be read ({error.strerror or error})") from error


def _named_findings(filters: Filters) -> list[str]:
    named = [condition.name for condition in filters.where]
    return list(dict.fromkeys([*named, *([] if filters.sort in COLUMNS else [filters.sort])]))
