"""A campaign as another process sees it: how far it is, and how to ask it for something."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from labctl.campaigns.record.folder import JOURNAL, LOCK, PROGRESS, latest_folder
from labctl.campaigns.record.state import CampaignState, ItemState, ItemStatus
from labctl.campaigns.running.desk import LOOK_S, Request, ask, read_json, was_heard
from labctl.errors import BadInput
from labctl.locks import holder
from labctl.runs.run_folder import storing_in
from labctl.runs.status import Status

PATIENCE_S = 5.0
"""How long a campaign may take to hear a request."""
STOPPING_S = 60.0
"""How long it may take until its run is safe and its report written."""


@dataclass(frozen=True, kw_only=True)
class CampaignView:
    """Where a campaign is now."""

    state: CampaignState
    pid: int | None
    """Process that runs it; None when there is none."""
    fraction: float
    """How much of the item that is running is done."""

    @property
    def status(self) -> Status:
        """What the journal says; incomplete when nobody runs what has not ended."""
        gone = self.pid is None and self.state.status is Status.RUNNING
        return Status.INCOMPLETE if gone else self.state.status

    @property
    def paused(self) -> bool:
        """Whether it stands still until it is resumed."""
        return self.status is Status.RUNNING and self.state.paused

    @property
    def running(self) -> ItemState | None:
        """The item that is running."""
        begun = self.state.with_status(ItemStatus.BEGUN) if self.pid is not None else []
        return begun[-1] if begun else None

    def remaining_s(self, now: datetime) -> float | None:
        """Time left on the wall, from the plan and how fast it went so far.

        None when nobody planned it, as for a script. Items that conditions will leave out count.
        """
        if self.state.header.get("items") is None:
            return None
        done_s, took_s = self._pace(now)
        left_s = sum(item.planned_s or 0.0 for item in self.state.left)
        if self.running is not None:
            left_s -= self.fraction * (self.running.planned_s or 0.0)
        return left_s * (took_s / done_s if done_s > 0 and took_s > 0 else 1.0)

    def _pace(self, now: datetime) -> tuple[float, float]:
        """Planned time of what is done, and the time it took on the wall."""
        measured = [item for item in self.state.items.values() if item.took_s is not None]
        done_s = sum(item.planned_s or 0.0 for item in measured)
        took_s = sum(item.took_s or 0.0 for item in measured)
        if self.running is not None and self.running.began is not None:
            done_s += self.fraction * (self.running.planned_s or 0.0)
            took_s += (now - self.running.began).total_seconds()
        return done_s, took_s


def look_at(home: Path) -> CampaignView:
    """The last start of a campaign, or the one whose folder this is.

    Raises `BadInput` when it has not been begun.
    """
    folder, pid = _living(home)
    if folder is None:
        raise BadInput(f"no campaign has been begun in {home}; start one with labctl campaign run")
    state, told = CampaignState.read(folder), read_json(folder / PROGRESS) or {}
    item = next(iter(state.with_status(ItemStatus.BEGUN)), None)
    current = item is not None and told.get("item") == item.key
    return CampaignView(state=state, pid=pid, fraction=float(told["fraction"]) if current else 0.0)


def request(home: Path, do: Request, reason: str) -> CampaignView:
    """Ask the campaign that runs now; returns it as it is when it has heard.

    Raises `BadInput` when none runs, or it does not hear.
    """
    view = look_at(home)
    folder, pid = view.state.folder, view.pid
    if pid is None:
        raise BadInput(
            f"campaign {view.state.name!r} is not running, it is {view.status} ({folder})"
        )
    with storing_in(folder):
        ask(folder, do, to=pid, reason=reason)
    if not was_heard(folder, PATIENCE_S):
        raise BadInput(f"campaign {view.state.name!r} (process {pid}) does not hear; see {folder}")
    if do is Request.STOP:
        _wait_for_end(folder.parent)
    return look_at(home)


def _living(home: Path) -> tuple[Path | None, int | None]:
    """Folder of the start that runs, or of the last one, and who runs it."""
    if (home / JOURNAL).is_file():
        facts = holder(home.parent / LOCK)
        runs = facts is not None and facts.get("folder") == str(home)
        return home, int(facts["pid"]) if facts is not None and runs else None
    facts: dict[str, Any] | None = holder(home / LOCK)
    if facts is None or "folder" not in facts:
        return latest_folder(home), None
    return Path(facts["folder"]), int(facts["pid"])


def _wait_for_end(home: Path) -> None:
    waiting = threading.Event()
    for _ in range(round(STOPPING_S / LOOK_S)):
        if holder(home / LOCK) is None:
            return
        waiting.wait(LOOK_S)
