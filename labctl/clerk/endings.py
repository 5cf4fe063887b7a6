"""What became of a run whose process uses the bench no more, as its folder tells."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labctl.catalogue.aftermath import GUARDIAN
from labctl.runs.run_folder import RECORD
from labctl.runs.status import Status

_MANY = 3
"""More devices than so many are counted, not named."""


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How a run ended, or that nobody ended it."""

    gone: bool
    """Whether the process that measured went without ending its run."""
    says: str
    safe: Mapping[str, Any] | None
    """What was read back, with `verified`; None when nobody told."""
    settled: bool
    """Whether nothing more is to be expected in the folder."""


def run_in_words(folder: Path) -> str:
    """A run for people: its procedure and its devices; its folder's name while that is unknown."""
    record = _read(folder / RECORD)
    if not record:
        return folder.name
    devices = list(record.get("devices", ()))
    named = ", ".join(devices) if len(devices) <= _MANY else f"{len(devices)} devices"
    return f"{record.get('procedure')} on {named}"


def ending_of(folder: Path, *, in_process: bool) -> Ending:
    """How the run in a folder ended; nobody holds its bench any more.

    `in_process`: the bench was simulated within the process that measured.
    """
    record = _read(folder / RECORD)
    what = run_in_words(folder)
    if record and record.get("status") != Status.RUNNING:
        safe = record.get("safe_state")
        return Ending(gone=False, says=_ended(what, record), safe=safe, settled=True)
    head = f"the process that measured {what} is gone"
    if in_process:
        says = f"{head}, and the bench that it simulated with it"
        return Ending(gone=True, says=says, safe=None, settled=True)
    guardian = _read(folder / GUARDIAN)
    if not guardian:
        says = f"{head}, and nobody has told yet that the bench is safe: press STOP, look at it"
        return Ending(gone=True, says=says, safe=None, settled=False)
    safe = guardian.get("safe") or {}
    says = f"{head}; its guardian {_made_safe(safe, guardian.get('safe_after_s'))}"
    settled = guardian.get("saved") is not None or not safe.get("verified")
    return Ending(gone=True, says=says, safe=safe, settled=settled)


def _ended(what: str, record: Mapping[str, Any]) -> str:
    safe = record.get("safe_state") or {}
    if not safe:
        ending = "untouched"
    elif safe.get("verified"):
        ending = "the bench is safe, read back"
    else:
        ending = f"the bench is NOT verified safe: {_failures(safe)}"
    reason = f" ({record['reason']})" if record.get("reason") and safe.get("verified") else ""
    return f"{what} {record['status']}{reason}; {ending}"


def _made_safe(safe: Mapping[str, Any], after_s: float | None) -> str:
    if not safe.get("verified"):
        return f"could NOT verify that the bench is safe: {_failures(safe)}; check it by hand"
    within = "" if after_s is None else f" within {after_s:.2g} s"
    return f"made the bench safe{within}, read back"


def _failures(safe: Mapping[str, Any]) -> str:
    return "; ".join(map(str, safe.get("failures", ()))) or "nothing was read back"


def _read(path: Path) -> dict[str, Any]:
    """A file's content; empty while it is not there, or torn."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
