"""Mends runs whose process is gone, and says exactly what was lost; never touches any other."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from labctl.catalogue.aftermath import Aftermath, aftermath_of
from labctl.catalogue.entries import LARGEST_RECORD_BYTES
from labctl.catalogue.rebuilt_record import is_run_folder, left_record, rebuilt_record
from labctl.catalogue.torn_files import TORN, Rows, cut_torn_entries, cut_torn_rows, rows_in
from labctl.errors import Busy
from labctl.locks import hold
from labctl.runs.run import RECORD_SCHEMA, Run
from labctl.runs.run_folder import DATA, JOURNAL, LIFE, RECORD, write_record
from labctl.runs.status import Status

DAMAGED = ".damaged"
"""A record that cannot be read is kept under its name with this ending."""
_NEEDED = frozenset({"status", "reason", "data", "procedure", "warnings"})
_LEFTOVER = re.compile(r"\.(?!guardian\.|rescued\.|control\.).+\.[0-9a-f]{8}|.+\.tmp")
"""The guardian may still be writing its own when the process that it guarded is gone."""


class Verdict(StrEnum):
    """What became of one folder."""

    WELL = "well"
    MENDED = "mended"
    MEASURING = "measuring"
    """A living process holds it: not looked at any further."""
    NO_RUN = "no run"
    """A folder of something else: not touched."""
    NOT_MENDED = "not mended"


@dataclass(kw_only=True)
class Diagnosis:
    """What was found in one run's folder, and what was done."""

    folder: Path
    verdict: Verdict = Verdict.WELL
    status: str = ""
    rows: int = 0
    bytes_cut: dict[str, int] = field(default_factory=dict)
    """By file: what was behind the last complete line."""
    done: list[str] = field(default_factory=list)
    """What was mended, a line each."""
    wrong: list[str] = field(default_factory=list)
    """What could not be."""
    aftermath: Aftermath = field(default_factory=Aftermath)
    resumable: bool = False
    """Whether the run can be taken up again."""


def examine(folder: Path) -> Diagnosis:
    """Look at one run, and mend it if its process is gone; doing it again changes nothing."""
    diagnosis = Diagnosis(folder=folder)
    if not ((folder / RECORD).exists() or is_run_folder(folder)):
        diagnosis.verdict = Verdict.NO_RUN
        return diagnosis
    try:
        with hold(folder / LIFE, {"what": f"run {folder.name}", "run": folder.name}):
            _treat(diagnosis)
    except Busy as error:
        diagnosis.verdict = Verdict.MEASURING
        diagnosis.wrong = [str(error)]
    except OSError as error:
        diagnosis.wrong.append(f"{error.filename or folder}: {error.strerror or error}")
    if diagnosis.verdict is Verdict.WELL:
        if diagnosis.wrong:
            diagnosis.verdict = Verdict.NOT_MENDED
        elif diagnosis.done:
            diagnosis.verdict = Verdict.MENDED
    return diagnosis


def _treat(diagnosis: Diagnosis) -> None:
    record = _record(diagnosis)
    if record is None:
        return
    diagnosis.status = str(record["status"])
    if diagnosis.status in {Status.RUNNING, Status.INCOMPLETE}:
        _mend(diagnosis, record)
    else:
        _verify(diagnosis, record)
    for leftover in _leftovers(diagnosis.folder):
        leftover.unlink()
        diagnosis.done.append(f"removed {leftover.name}, left by a file that was being replaced")


def _record(diagnosis: Diagnosis) -> dict[str, Any] | None:
    """The record as it stands, or made anew; None when nothing can or may be done."""
    folder = diagnosis.folder
    try:
        record = _read_record(folder / RECORD)
    except (OSError, ValueError, RecursionError) as error:
        return _new_record(diagnosis, str(error) or type(error).__name__)
    if record.get("schema") != RECORD_SCHEMA:
        diagnosis.wrong.append(
            f"{RECORD} is of schema {record.get('schema')!r}, not {RECORD_SCHEMA}: not touched; "
            "use the version that wrote it"
        )
        return None
    return record


def _read_record(path: Path) -> dict[str, Any]:
    if path.is_file() and path.stat().st_size > LARGEST_RECORD_BYTES:
        raise ValueError(f"it has {path.stat().st_size:,} bytes, more than any record")
    record = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(record, dict) or not isinstance(record.get("schema"), int):
        raise ValueError("it is not the record of a run")
    if record["schema"] == RECORD_SCHEMA and not (
        record.keys() >= _NEEDED and isinstance(record["data"], dict)
    ):
        raise ValueError("it does not say all that a record says")
    return record


def _new_record(diagnosis: Diagnosis, why: str) -> dict[str, Any] | None:
    folder, path = diagnosis.folder, diagnosis.folder / RECORD
    if not is_run_folder(folder):
        diagnosis.verdict = Verdict.NO_RUN
        return None
    record = left_record(folder)
    source = "the copy that was to replace it"
    if record is None:
        record = rebuilt_record(folder)
        source = f"the folder's name, the header of {DATA}, and {JOURNAL}"
    if path.exists():
        kept = path.with_name(RECORD + DAMAGED)
        if kept.exists():
            diagnosis.wrong.append(f"{RECORD} is damaged ({why}), and {kept.name} is there already")
            return None
        os.rename(path, kept)
        diagnosis.done.append(f"kept the damaged {RECORD} as {kept.name} ({why})")
    else:
        why = "it was missing"
    told = f"{RECORD} was made anew from {source}: {why}"
    record["warnings"] = [*record.get("warnings", []), told]
    if record["status"] in {Status.RUNNING, Status.INCOMPLETE}:
        record["reason"] = f"{_gone(record)}; {told}"
    diagnosis.done.append(told)
    write_record(folder, record)
    return record


def _mend(diagnosis: Diagnosis, record: dict[str, Any]) -> None:
    folder = diagnosis.folder
    for name, cut in ((DATA, cut_torn_rows), (JOURNAL, cut_torn_entries)):
        if (folder / name).is_file() and (size := cut(folder / name)):
            diagnosis.bytes_cut[name] = size
            diagnosis.done.append(
                f"cut {size} bytes off {name}, behind its last complete line; "
                f"they are in {name}{TORN}"
            )
    held = rows_in(folder / DATA) if (folder / DATA).is_file() else None
    diagnosis.rows = held.rows if held else 0
    diagnosis.aftermath = aftermath_of(folder, diagnosis.rows)
    _check_rows(diagnosis, record, held)
    _set_right(diagnosis, record, held)


def _check_rows(diagnosis: Diagnosis, record: dict[str, Any], held: Rows | None) -> None:
    if held is None:
        if lost := record["data"].get("rows"):
            diagnosis.wrong.append(f"{DATA} is missing; the record says that it had {lost} rows")
        return
    try:
        readable = len(Run(diagnosis.folder, record).frame)
    except (ValueError, KeyError, TypeError) as error:
        diagnosis.wrong.append(f"{DATA} has rows that cannot be read: {error}")
    else:
        if readable != held.rows:
            diagnosis.wrong.append(
                f"{DATA} has {held.rows} lines, of which {readable} can be read as rows"
            )


def _set_right(diagnosis: Diagnosis, record: dict[str, Any], held: Rows | None) -> None:
    """Make the record say what is true; it is written only when it did not."""
    folder, before = diagnosis.folder, json.dumps(record)
    if record["status"] == Status.RUNNING:
        record["reason"] = record["reason"] or _reason(diagnosis, record)
        record["status"] = Status.INCOMPLETE.value
        diagnosis.done.append(f"status running -> incomplete: {record['reason']}")
    if held is not None and (record["data"].get("rows"), record["data"].get("sha256")) != (
        held.rows,
        held.sha256,
    ):
        record["data"] |= {"rows": held.rows, "sha256": held.sha256}
        diagnosis.done.append(f"{RECORD} has the count of rows ({held.rows}) and their checksum")
    record["warnings"] = [
        *record["warnings"],
        *(f"{name}: {size} torn bytes were cut off" for name, size in diagnosis.bytes_cut.items()),
    ]
    diagnosis.status = str(record["status"])
    diagnosis.resumable = (folder / JOURNAL).is_file() and not (
        diagnosis.wrong or record.get("rebuilt")
    )
    if json.dumps(record) != before:
        write_record(folder, record)


def _reason(diagnosis: Diagnosis, record: dict[str, Any]) -> str:
    flying = "; ".join(
        f"application {one.number} ({one.purpose} on {one.device}) was begun and did not end"
        for one in diagnosis.aftermath.in_flight
    )
    return "; ".join(filter(None, [_gone(record), f"{diagnosis.rows} rows are complete", flying]))


def _gone(record: dict[str, Any]) -> str:
    host = record.get("host") or {}
    who = f" (process {host['pid']} on {host.get('name')})" if host.get("pid") else ""
    return f"the process that measured is gone{who}"


def _verify(diagnosis: Diagnosis, record: dict[str, Any]) -> None:
    data, kept = diagnosis.folder / DATA, record["data"].get("sha256")
    if not data.is_file():
        diagnosis.wrong.append(f"{DATA} is missing, and the run is {diagnosis.status}")
        return
    held = rows_in(data)
    diagnosis.rows = held.rows
    if kept is not None and kept != held.sha256:
        diagnosis.wrong.append(
            f"{DATA} is not what the run wrote: its checksum is {held.sha256}, the record says "
            f"{kept}; it has {held.rows} rows, the record says {record['data'].get('rows')}; "
            "not touched, look for an older copy"
        )


def _leftovers(folder: Path) -> Iterator[Path]:
    """Files that were to replace others and never did."""
    return (
        path
        for path in sorted(folder.iterdir())
        if _LEFTOVER.fullmatch(path.name) and path.is_file()
    )
