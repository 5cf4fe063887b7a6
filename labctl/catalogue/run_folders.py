"""Which folders of a runs directory hold runs, told by their places alone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Day:
    """One folder `YYYY-MM-DD` of a runs directory."""

    path: Path
    changed_ns: int
    """When a run was last added to it or taken away, by the file system's clock."""


def is_day(name: str) -> bool:
    """Whether a folder of this name holds the runs of a day."""
    return _DAY.fullmatch(name) is not None


def days(runs: Path) -> list[Day]:
    """Days with runs, oldest first; none when the directory is not there."""
    try:
        with os.scandir(runs) as entries:
            found = [
                Day(Path(entry.path), entry.stat().st_mtime_ns)
                for entry in entries
                if is_day(entry.name) and entry.is_dir()
            ]
    except FileNotFoundError:
        return []
    return sorted(found, key=lambda day: day.path.name)


def folders_of(day: Path) -> list[str]:
    """Names of the folders of one day, sorted; files beside them are nobody's runs."""
    try:
        with os.scandir(day) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir())
    except FileNotFoundError:
        return []


def run_folders(runs: Path) -> Iterator[Path]:
    """Every folder that stands where a run stands, oldest first, whatever is in it."""
    for day in days(runs):
        yield from (day.path / name for name in folders_of(day.path))


def place_of(folder: Path) -> str:
    """A run's place in its runs directory: `2026-11-01/120000-endurance-D01-k7f2`."""
    return f"{folder.parent.name}/{folder.name}"
