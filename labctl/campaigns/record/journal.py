"""`campaign.jsonl`: what a campaign is about to do and what it did, line by line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

Entry = Mapping[str, Any]
"""One line; its first key says what happened."""


class CampaignJournal:
    """Appends lines; a line is on the disk when `write` returns."""

    def __init__(self, path: Path) -> None:
        """Open `path`, or create it; raises `OSError`. A line that was cut off is closed first."""
        self._file = path.open("ab", buffering=0)
        if path.stat().st_size and not path.read_bytes().endswith(b"\n"):
            self._file.write(b"\n")

    def write(self, entry: Entry) -> None:
        """Append one line; raises `OSError`."""
        line = json.dumps(entry, allow_nan=False).encode("ascii") + b"\n"
        if self._file.write(line) != len(line):
            raise OSError(f"{self._file.name} takes no more")
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_journal(path: Path) -> Iterator[Entry]:
    """Every whole line; one that was cut off by a killed process is left out.

    Raises `OSError` when the file cannot be read.
    """
    for line in path.read_bytes().splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            yield entry


def now_text() -> str:
    """The time now as entries have it (ISO 8601)."""
    return datetime.now().astimezone().isoformat(timespec="milliseconds")
