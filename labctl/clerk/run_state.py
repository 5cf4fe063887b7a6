"""How a run is, as its folder and its lock tell: read again only where something has changed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from labctl.errors import BadInput
from labctl.locks import holder
from labctl.report.page_files import REPORT
from labctl.runs.run import Run
from labctl.runs.run_folder import LIFE, RECORD
from labctl.runs.status import Status

STARTING = "starting"
"""Status of a run whose folder is there, but not yet its record."""
PATIENCE_S = 1.0
"""A folder that nobody holds and that has no record by then will have none."""


class RunState:
    """One run folder, looked at again and again; what it holds may be half made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run: Run | None = None
        """The run as its record was at the last look; None while there is none."""
        self.over = False
        """Whether nobody works on the run any more."""
        self._since_s = time.monotonic()
        self._stamp: tuple[int, ...] | None = ()
        """Of the record that was read last; none is like the first."""
        self._why_not = ""

    def look(self) -> None:
        """See how it is now. Raises `BadInput` when the folder is gone."""
        if not self.folder.is_dir():
            raise BadInput(f"{self.folder} is not there (any more)")
        is_held = holder(self.folder / LIFE) is not None
        stamp = _stamp(self.folder / RECORD)
        is_changed = stamp != self._stamp
        if is_changed or (not is_held and self._runs()):
            self._read()
            self._stamp = stamp
        late = time.monotonic() - self._since_s > PATIENCE_S
        self.over = not is_held and (late if self.run is None else not self._runs())

    def facts(self, rows: int) -> dict[str, Any]:
        """What is told of it at every look; the first part of the answers of `following.run`."""
        record = {} if self.run is None else self.run.record
        page = self.folder / REPORT
        return {
            "folder": str(self.folder),
            "procedure": record.get("procedure", ""),
            "devices": record.get("devices", []),
            "status": self._status(),
            "reason": record.get("reason", self._why_not if self.over else ""),
            "simulated": bool(record.get("station", {}).get("simulated", False)),
            "started": record.get("started"),
            "ended": record.get("ended"),
            "rows": rows,
            "report": str(page) if page.is_file() else None,
        }

    def _status(self) -> str:
        if self.run is not None:
            return self.run.status.value
        return Status.INCOMPLETE.value if self.over else STARTING

    def _runs(self) -> bool:
        return self.run is not None and self.run.status is Status.RUNNING

    def _read(self) -> None:
        try:
            run = Run.load(self.folder)
            if run.status is Status.INCOMPLETE:  # an unknown one raises ValueError
                # It may have ended, and let go of its lock, between the two looks of `load`.
                run = Run.load(self.folder)
        except (BadInput, KeyError, ValueError) as error:
            self.run, self._why_not = None, f"the record cannot be read: {error}"
        else:
            self.run = run


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_ino, seen.st_mtime_ns, seen.st_size
