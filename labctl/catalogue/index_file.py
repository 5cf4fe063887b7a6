"""`catalogue.sqlite`: tables, opening, and starting anew when it is of no use.

Transactions are short and the journal is SQLite's plain one: unlike the write-ahead log it needs
no memory shared between machines, so that the runs directory may lie on a network drive.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from labctl.errors import StorageError

INDEX = "catalogue.sqlite"
VERSION = 1
"""Of the tables; an index of another version is made anew from the folders."""
PATIENCE_S = 15.0
"""How long to wait for another process that writes."""

_CANNOT_WRITE = ("SQLITE_READONLY", "SQLITE_CANTOPEN")
_DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")

TABLES = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    place TEXT NOT NULL UNIQUE,
    stamp_ns INTEGER NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    procedure TEXT NOT NULL,
    sample TEXT NOT NULL,
    sample_name TEXT NOT NULL,
    devices TEXT NOT NULL,
    started TEXT NOT NULL,
    started_s REAL NOT NULL,
    ended TEXT NOT NULL,
    rows INTEGER NOT NULL,
    simulated INTEGER NOT NULL
);
CREATE INDEX runs_by_start ON runs (started_s, place);
CREATE INDEX runs_by_procedure ON runs (procedure, started_s, place);
CREATE INDEX runs_by_status ON runs (status, started_s, place);
CREATE INDEX runs_by_sample ON runs (sample, started_s, place);
CREATE INDEX runs_by_rows ON runs (rows, place);
CREATE TABLE devices (
    device TEXT NOT NULL, run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    PRIMARY KEY (device, run)
) WITHOUT ROWID;
CREATE INDEX devices_by_run ON devices (run);
CREATE TABLE finding_names (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, UNIQUE (name, unit)
);
CREATE TABLE findings (
    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    finding INTEGER NOT NULL REFERENCES finding_names,
    number REAL,
    text TEXT,
    PRIMARY KEY (run, finding)
) WITHOUT ROWID;
CREATE INDEX findings_by_number ON findings (finding, number);
CREATE INDEX findings_by_text ON findings (finding, text) WHERE text IS NOT NULL;
CREATE TABLE unreadable (place TEXT PRIMARY KEY, why TEXT NOT NULL);
CREATE TABLE days (day TEXT PRIMARY KEY, changed_ns INTEGER NOT NULL);
"""

logger = logging.getLogger(__name__)

T = TypeVar("T")


def use(runs: Path, work: Callable[[sqlite3.Connection], T]) -> T:
    """What `work` returns, given a connection to the index of a runs directory.

    An index that is damaged or of another version is made anew, empty, which the log says; then
    `work` is done once more. Where nothing can be written, an index in memory serves. Raises
    `StorageError` when the index cannot be used at all.
    """
    path = runs / INDEX
    try:
        try:
            return _work_on(path, work)
        except sqlite3.DatabaseError as error:
            if not _mended_by_a_new_one(error):
                raise
            logger.warning("%s is made anew from the run folders: %s", path, error)
            _remove(path)
            return _work_on(path, work)
    except sqlite3.DatabaseError as error:
        raise StorageError(
            f"{path} cannot be used ({error}); close what else uses it, or delete it: "
            "labctl runs reindex makes it anew"
        ) from error


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction: all of it or nothing; waits for others that write."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


class _OtherVersionError(sqlite3.DatabaseError):
    """The tables are not those of this version."""


def _work_on(path: Path, work: Callable[[sqlite3.Connection], T]) -> T:
    try:
        with closing(_connected(path)) as connection:
            return work(connection)
    except sqlite3.OperationalError as error:
        if not error.sqlite_errorname.startswith(_CANNOT_WRITE):
            raise
        logger.info("%s: %s; the run folders are read instead", path, error)
    with closing(_connected(":memory:")) as connection:
        return work(connection)


def _connected(path: Path | str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        if _version(connection) != VERSION:
            with writing(connection):
                _make_tables(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _version(connection: sqlite3.Connection) -> int:
    return connection.execute("PRAGMA user_version").fetchone()[0]


def _make_tables(connection: sqlite3.Connection) -> None:
    # Another process may have made them while this one waited for its turn.
    if (version := _version(connection)) == VERSION:
        return
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise _OtherVersionError(f"its tables are of version {version}, not {VERSION}")
    for statement in filter(str.strip, TABLES.split(";")):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _mended_by_a_new_one(error: sqlite3.DatabaseError) -> bool:
    """Whether the file is at fault, and not somebody who uses it or a disk that is full."""
    name = getattr(error, "sqlite_errorname", "")
    return isinstance(error, _OtherVersionError) or name.startswith(_DAMAGED)


def _remove(path: Path) -> None:
    try:
        # A journal left by a crash would be played back into the new file.
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"{path} is damaged and cannot be replaced ({error.strerror}); "
            "close what else uses it, and delete it"
        ) from error
