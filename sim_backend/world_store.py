"""The kept state of a world: one JSON file beside the world file, replaced as a whole."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from sim_backend.world_file import WorldFileError

SCHEMA = 1
"""Version of the layout of the state file."""
_ENTRIES = {"world_file_sha256", "seed", "clock_s", "transactions", "kept"}


class WorldStore:
    """Reads and replaces `<stem>.state.json`; readers see old content or new, never a mixture."""

    def __init__(self, world_file: Path) -> None:
        self.path = world_file.with_name(f"{world_file.stem}.state.json")

    def load(self) -> dict[str, Any] | None:
        """The kept state, or None when there is none yet. Raises `WorldFileError`."""
        try:
            state = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise self.unusable(str(error)) from error
        if not isinstance(state, dict) or state.get("schema") != SCHEMA:
            raise self.unusable(f"its schema is not {SCHEMA}")
        if missing := _ENTRIES - state.keys():
            raise self.unusable(f"it has no {sorted(missing)[0]!r}")
        return state

    def save(self, state: dict[str, Any]) -> None:
        """Replace the kept state."""
        text = json.dumps({"schema": SCHEMA, **state}, allow_nan=False)
        handle, temporary = tempfile.mkstemp(".tmp", f"{self.path.name}.", self.path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(temporary, self.path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def unusable(self, reason: str) -> WorldFileError:
        """The error for a state that cannot be taken up again."""
        return WorldFileError(
            f"kept state {self.path} cannot be read: {reason}; "
            "delete or rename it to start with a new array"
        )
