"""Where a campaign is, folded from its journal: by the process that runs it and by all others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from labctl.campaigns.record.folder import JOURNAL
from labctl.campaigns.record.journal import Entry, read_journal
from labctl.errors import BadInput
from labctl.runs.status import Status

SCHEMA = 1


class ItemStatus(StrEnum):
    """Where an item is."""

    WAITING = "waiting"
    BEGUN = "begun"
    """Running, or interrupted when the campaign's process is gone."""
    FINISHED = "finished"
    FAILED = "failed"
    ABORTED = "aborted"
    """Asked to stop; goes on when the campaign is resumed."""
    SKIPPED = "skipped"


OVER = frozenset({ItemStatus.FINISHED, ItemStatus.FAILED, ItemStatus.SKIPPED})
"""What is never taken up again."""


@dataclass(kw_only=True)
class ItemState:
    """One item so far."""

    key: str
    planned_s: float | None = None
    """Time it takes, as planned; None when nobody planned it."""
    status: ItemStatus = ItemStatus.WAITING
    record: Mapping[str, Any] = field(default_factory=dict)
    """What was asked for, since it began; see `Item.as_record`."""
    folder: str | None = None
    """Its run's, under the runs directory."""
    reason: str = ""
    error: str | None = None
    """Name of the exception that ended its run."""
    found: Mapping[str, Any] = field(default_factory=dict)
    """Findings that decided whether it begins."""
    began: datetime | None = None
    ended: datetime | None = None

    @property
    def over(self) -> bool:
        """Whether nothing of it is left to do."""
        return self.status in OVER

    @property
    def took_s(self) -> float | None:
        """Time from its beginning to its end."""
        if self.began is None or self.ended is None:
            return None
        return (self.ended - self.began).total_seconds()


@dataclass(kw_only=True)
class CampaignState:
    """Everything the journal says."""

    folder: Path
    """Where the journal lies."""
    name: str = ""
    header: Mapping[str, Any] = field(default_factory=dict)
    items: dict[str, ItemState] = field(default_factory=dict)
    """By key, in order; a script's items stand here when they begin."""
    status: Status = Status.RUNNING
    reason: str = ""
    paused: bool = False
    settling: str | None = None
    """Key of the item whose temperature the stage is being brought to."""

    @classmethod
    def read(cls, folder: Path) -> CampaignState:
        """Fold the journal of a campaign's folder; raises `BadInput` when there is none."""
        state = cls(folder=folder)
        try:
            for entry in read_journal(folder / JOURNAL):
                state.apply(entry)
        except OSError as error:
            raise BadInput(f"{folder} is no campaign's folder ({error.strerror})") from error
        return state

    def apply(self, entry: Entry) -> None:
        """Take in one line; lines of a later version that mean nothing here are left out."""
        match entry:
            case {"campaign": name}:
                self._begin(name, entry)
            case {"resumed": _}:
                self._go_on(entry)
            case {"begin": key} | {"stage": key} | {"run": key} | {"skip": key} | {"end": key}:
                self._apply_to(self.items.setdefault(key, ItemState(key=key)), entry)
            case {"paused": paused}:
                self.paused = paused
            case {"over": status, "reason": reason}:
                self.status, self.reason = Status(status), reason
            case _:
                pass

    def _begin(self, name: str, entry: Entry) -> None:
        self.name, self.header = name, entry
        self._plan(entry)

    def _go_on(self, entry: Entry) -> None:
        self.status, self.reason, self.paused = Status.RUNNING, "", False
        for item in self.left:
            if item.began is not None:  # the time while nobody ran it is not its own
                item.began = datetime.fromisoformat(entry["at"])
        self._plan(entry)

    def _plan(self, entry: Entry) -> None:
        """Items in their order; what is known of them stays, though nobody asks for it now."""
        planned = [(str(key), float(planned_s)) for key, planned_s in entry["items"] or ()]
        known, self.items = self.items, {}
        for key, planned_s in planned:
            self.items[key] = known.pop(key, ItemState(key=key))
            self.items[key].planned_s = planned_s
        self.items |= {
            key: item for key, item in known.items() if item.status is not ItemStatus.WAITING
        }

    def _apply_to(self, item: ItemState, entry: Entry) -> None:
        self.settling = None
        at = datetime.fromisoformat(entry["at"])
        match entry:
            case {"begin": _, "item": record, "found": found}:
                item.status, item.record, item.found = ItemStatus.BEGUN, record, found
                item.folder, item.reason, item.began, item.ended = None, "", at, None
            case {"stage": key, "settled": settled}:
                self.settling = None if settled else key
            case {"run": _, "folder": folder}:
                item.folder = folder
            case {"skip": _, "item": record, "why": why, "found": found}:
                item.status, item.record, item.reason = ItemStatus.SKIPPED, record, why
                item.found, item.ended = found, at
            case {"end": _, "status": status, "reason": reason, "error": error}:
                item.status, item.reason, item.error = ItemStatus(status), reason, error
                item.ended = at
            case _:
                pass

    def with_status(self, status: ItemStatus) -> list[ItemState]:
        """The items that are there."""
        return [item for item in self.items.values() if item.status is status]

    @property
    def left(self) -> list[ItemState]:
        """The items that still have something to do."""
        return [item for item in self.items.values() if not item.over]

    @property
    def resumable(self) -> bool:
        """Whether it ended, or was cut off, with something left to do.

        Of a script nobody knows what is left; it is over when it says so.
        """
        scripted = self.header.get("items") is None
        return self.status is not Status.FINISHED and (scripted or bool(self.left))
