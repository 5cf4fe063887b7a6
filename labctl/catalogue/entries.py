"""What the index keeps of a run, read from its folder; whatever is in there, it does not raise."""

from __future__ import annotations

import math
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from labctl.catalogue.run_folders import place_of
from labctl.errors import BadInput
from labctl.runs.run import Run
from labctl.runs.run_folder import RECORD

LARGEST_RECORD_BYTES = 64 * 2**20
"""A larger `run.json` is nobody's record, and reading it could take all memory."""


@dataclass(frozen=True)
class Value:
    """One single-valued result; a number, or a text (then `number` is None)."""

    number: float | None
    text: str | None
    unit: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One run, as the index knows it."""

    place: str
    """Folder below the runs directory, with `/` on every platform."""
    stamp_ns: int
    """When `run.json` was last replaced, by the file system's clock."""
    status: str
    reason: str
    procedure: str
    sample: str
    """Identity of the sample."""
    sample_name: str
    devices: tuple[str, ...]
    started: str
    """As in the record, ISO 8601."""
    started_s: float
    """The same in seconds since 1970, to sort by; 0 when the record does not say."""
    ended: str
    rows: int
    simulated: bool
    findings: Mapping[str, Value]
    """Every single-valued result."""


@dataclass(frozen=True)
class Unreadable:
    """A folder that stands where a run stands and holds none that can be read."""

    place: str
    why: str


def look_at(folder: Path) -> Entry | Unreadable:
    """The run in a folder, or why there is none; a run whose process is gone is incomplete."""
    try:
        stamp_ns = _checked_stamp(folder / RECORD)
        return entry_of(Run.load(folder), stamp_ns)
    except (BadInput, OSError) as error:
        why = str(error)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        why = f"{RECORD} is not the record of a run ({type(error).__name__}: {error})"
    except (RecursionError, MemoryError) as error:
        why = f"{RECORD} is not the record of a run ({type(error).__name__})"
    return Unreadable(place_of(folder), why)


def stamp_of(folder: Path) -> int:
    """When the run's record was last replaced; 0 when there is none."""
    try:
        return (folder / RECORD).stat().st_mtime_ns
    except OSError:
        return 0


def entry_of(run: Run, stamp_ns: int) -> Entry:
    """What the index keeps of a run; raises `KeyError`, `TypeError`... for a record of no run."""
    record = run.record
    sample = record.get("sample") or {}
    started = str(record.get("started") or "")
    return Entry(
        place=place_of(run.folder),
        stamp_ns=stamp_ns,
        status=run.status.value,
        reason=str(run.reason),
        procedure=str(record["procedure"]),
        sample=str(sample.get("id", "")),
        sample_name=str(sample.get("name", "")),
        devices=tuple(map(str, record.get("devices") or ())),
        started=started,
        started_s=_seconds(started),
        ended=str(record.get("ended") or ""),
        rows=int(record["data"].get("rows") or 0),
        simulated=bool(record["station"]["simulated"]),
        findings=_values(record),
    )


def _checked_stamp(record: Path) -> int:
    about = record.stat()
    if not stat.S_ISREG(about.st_mode):
        raise BadInput(f"{RECORD} is no file")
    if about.st_size > LARGEST_RECORD_BYTES:
        raise BadInput(f"{RECORD} has {about.st_size:,} bytes, more than any record")
    return about.st_mtime_ns


def _seconds(started: str) -> float:
    try:
        return datetime.fromisoformat(started).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


def _values(record: Mapping[str, Any]) -> dict[str, Value]:
    documented = record.get("findings") or {}
    found = {}
    for name, value in (record.get("results") or {}).items():
        unit = str((documented.get(name) or {}).get("unit", ""))
        if (kept := _value(value, unit)) is not None:
            found[str(name)] = kept
    return found


def _value(value: object, unit: str) -> Value | None:
    if isinstance(value, bool):
        return Value(float(value), "yes" if value else "no", unit)
    if isinstance(value, str):
        # The record has the infinities as words: JSON knows none.
        infinite = value in {"inf", "-inf"}
        return Value(float(value) if infinite else None, value, unit)
    if isinstance(value, int | float) and abs(value) < math.inf:
        return Value(_as_float(value), None, unit)
    return None


def _as_float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.copysign(math.inf, number)
