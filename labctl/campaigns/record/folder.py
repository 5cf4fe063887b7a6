"""Where a campaign keeps its journal, below the runs directory."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from labctl.runs.run_folder import storing_in

CAMPAIGNS = "campaigns"
JOURNAL = "campaign.jsonl"
COPY = "campaign.toml"
"""The campaign's file as it was run."""
LOCK = "campaign.lock"
"""Beside the folders of one campaign: it runs once at a time."""
REQUEST = "request.json"
PROGRESS = "progress.json"


def campaign_home(runs: Path, name: str) -> Path:
    """Where all starts of a campaign lie, by its name."""
    return runs / CAMPAIGNS / name


def new_folder(home: Path, started: datetime) -> Path:
    """Make the folder of one start, which was not there before; raises `StorageError`.

    Names sort by time.
    """
    with storing_in(home):
        home.mkdir(parents=True, exist_ok=True)
        while True:
            folder = home / f"{started:%Y-%m-%d-%H%M%S}-{started.microsecond // 1000:03d}"
            try:
                folder.mkdir()
            except FileExistsError:
                started += timedelta(milliseconds=1)
                continue
            return folder


def latest_folder(home: Path) -> Path | None:
    """The folder of the last start; None when there was none."""
    return max((path.parent for path in home.glob(f"*/{JOURNAL}")), default=None)


def keep_copy(file: Path, folder: Path) -> None:
    """Keep the campaign's file as it is now, beside the copies of before if it was changed.

    Raises `StorageError`.
    """
    with storing_in(folder):
        content, number = file.read_bytes(), 1
        copy = folder / COPY
        while copy.exists():
            if copy.read_bytes() == content:
                return
            number += 1
            copy = folder / f"campaign-{number}.toml"
        copy.write_bytes(content)
