"""A run's record made anew from what its other files say, where `run.json` is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from labctl.runs.data_file import COMMENT
from labctl.runs.run import RECORD_SCHEMA
from labctl.runs.run_folder import DATA, JOURNAL, RECORD
from labctl.runs.status import Status
from procedures import columns as known_columns
from procedures.base import LabProcedure
from procedures.columns import Column
from procedures.errors import ParameterError
from procedures.registry import NAMES, load

_FOLDER = re.compile(r"(\d{6})-(\w+)-(.+)-[0-9a-z]{4}")
_DTYPES = {
    column.header: column.dtype
    for column in vars(known_columns).values()
    if isinstance(column, Column)
}


def is_run_folder(folder: Path) -> bool:
    """Whether a folder once held a run, by its name or by what is in it."""
    return bool(_FOLDER.fullmatch(folder.name)) or (folder / JOURNAL).is_file()


def left_record(folder: Path) -> dict[str, Any] | None:
    """A record that was written and not yet put in its place, if there is a whole one."""
    for path in sorted(folder.glob(f".{RECORD}.*")):
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(record, dict) and record.get("schema") == RECORD_SCHEMA:
            return record
    return None


def rebuilt_record(folder: Path) -> dict[str, Any]:
    """As much as the folder's name, the header of the rows, and the journal tell.

    What nobody knows any more is null or empty. Raises `OSError`.
    """
    comments, headers = _header(folder / DATA)
    match = _FOLDER.fullmatch(folder.name)
    klass = comments.get("Procedure", "").strip("<>")
    name = match[2] if match else klass.rpartition(".")[2]
    procedure = load(name) if name in NAMES else None
    return {
        "schema": RECORD_SCHEMA,
        "rebuilt": True,
        "run": folder.name,
        "status": Status.RUNNING.value,
        "reason": "",
        "error": None,
        "started": _started(folder, match[1] if match else ""),
        "ended": None,
        "procedure": name,
        "procedure_class": klass,
        "parameters": _parameters(procedure, comments),
        "parameter_units": {},
        "devices": _devices(folder / JOURNAL, match[3] if match else ""),
        "station": {"name": "unknown", "simulated": None, "wiring": {"devices": {}, "static": []}},
        "sample": {},
        "seed": None,
        "versions": {},
        "limits": None,
        "data": {
            "file": DATA,
            "columns": [_column(header, procedure) for header in headers],
            "rows": 0,
            "sha256": None,
        },
        "findings": _findings(procedure),
        "applications": {},
        "bench": {},
        "safe_state": None,
        "results": {},
        "warnings": [],
    }


def _header(data: Path) -> tuple[dict[str, str], list[str]]:
    """Comments by name, and the columns; empty where there is no file, or its header is torn."""
    comments: dict[str, str] = {}
    if not data.is_file():
        return comments, []
    with data.open(encoding="utf-8", errors="replace", newline="") as file:
        for line in file:
            if not line.startswith(COMMENT):
                return comments, line.rstrip("\n").split(",") if line.endswith("\n") else []
            name, _, value = line[len(COMMENT) :].strip().partition(": ")
            comments[name] = value
    return comments, []


def _column(header: str, procedure: type[LabProcedure] | None) -> dict[str, str]:
    own = {column.header: column.dtype for column in procedure.columns} if procedure else {}
    return {"name": header, "dtype": own.get(header) or _DTYPES.get(header, "str")}


def _parameters(
    procedure: type[LabProcedure] | None, comments: Mapping[str, str]
) -> dict[str, Any]:
    """Values where the procedure is known and takes them; else texts, as they were written."""
    texts = {name: value for name, value in comments.items() if name not in {"Procedure", "Data:"}}
    if procedure is None:
        return texts
    blank = procedure()
    found = {}
    for name, parameter in blank.parameter_objects().items():
        if (text := texts.get(str(parameter.name))) is None:
            continue
        try:
            plain = text.encode("ascii", "backslashreplace").decode("unicode_escape")
            setattr(blank, name, plain)
            found[name] = getattr(blank, name)
        except (ParameterError, ValueError, TypeError):
            found[name] = text
    return found


def _findings(procedure: type[LabProcedure] | None) -> dict[str, Any]:
    if procedure is None:
        return {}
    return {name: asdict(finding) for name, finding in procedure.findings.items()}


def _started(folder: Path, time: str) -> str | None:
    try:
        moment = datetime.strptime(f"{folder.parent.name} {time}", "%Y-%m-%d %H%M%S")
    except ValueError:
        return None
    return moment.astimezone().isoformat(timespec="milliseconds")


def _devices(journal: Path, in_name: str) -> Sequence[str]:
    """Devices the journal names, in the order they came; else the one in the folder's name."""
    if journal.is_file():
        devices: dict[str, None] = {}
        for line in journal.read_bytes().split(b"\n"):
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict) and "begin" in entry:
                devices[str(entry.get("device"))] = None
        if devices:
            return list(devices)
    return [] if not in_name or in_name.endswith("-devices") else [in_name]
