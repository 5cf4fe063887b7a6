"""The kept state of a world: one JSON file beside the world file, and a journal of changes."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from sim_backend.world_file import WorldFileError
from sim_backend.world_journal import WorldJournal

SCHEMA = 2
"""Version of the layout of the state file."""
FOLD_BYTES = 1 << 20
"""A journal of this size is folded into the state."""
_ENTRIES = {"world_file_sha256", "seed", "clock_s", "transactions", "kept"}


class WorldStore:
    """Keeps `<stem>.state.json`; readers see an old state or a new one, never a mixture.

    To replace a file takes milliseconds on some file systems. So `save` does that, and `note`
    only appends what has changed to `<stem>.state.journal`, until the next `save`.
    """

    def __init__(self, world_file: Path) -> None:
        self.path = world_file.with_name(f"{world_file.stem}.state.json")
        self._journal = WorldJournal(self.path.with_suffix(".journal"))
        self._noted: dict[str, Any] | None = None
        """What the files say; None when that has to be written whole first."""

    def load(self) -> dict[str, Any] | None:
        """The kept state, or None when there is none yet. Raises `WorldFileError`."""
        try:
            content = self.path.read_bytes()
            state = json.loads(content)
            readable = isinstance(state, dict) and state.get("schema") == SCHEMA
            if readable:
                self._journal.replay(state, _checksum(content))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise self.unusable(str(error)) from error
        if not readable:
            raise self.unusable(f"its schema is not {SCHEMA}, the one this version reads")
        if missing := _ENTRIES - state.keys():
            raise self.unusable(f"it has no {sorted(missing)[0]!r}")
        return state

    def save(self, state: dict[str, Any]) -> None:
        """Replace the kept state as a whole; no journal is left."""
        self._replace(state)
        self._journal.end()
        self._noted = None

    def note(self, state: dict[str, Any]) -> None:
        """Keep a state at the cost of what has changed; it must not be altered afterwards."""
        before, self._noted = self._noted, None
        if before is None or self._journal.size >= FOLD_BYTES:
            self._journal.begin(self._replace(state))
        else:
            self._journal.note(before, state)
        self._noted = state

    def unusable(self, reason: str) -> WorldFileError:
        """The error for a state that cannot be taken up again."""
        return WorldFileError(
            f"kept state {self.path} cannot be read: {reason}; "
            "delete or rename it to start with a new array"
        )

    def _replace(self, state: dict[str, Any]) -> str:
        """Write the whole state; returns its checksum."""
        content = json.dumps({"schema": SCHEMA, **state}, allow_nan=False).encode("utf-8")
        handle, temporary = tempfile.mkstemp(".tmp", f"{self.path.name}.", self.path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.replace(temporary, self.path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return _checksum(content)


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
