"""One item of the queue: a run or a campaign, as it was ordered, and what became of it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What an item starts."""

    RUN = "run"
    CAMPAIGN = "campaign"


class State(StrEnum):
    """Where an item is."""

    WAITING = "waiting"
    HELD = "held"
    """Passed over until somebody lets it go."""
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    ABORTED = "aborted"
    """Somebody asked it to stop."""
    SKIPPED = "skipped"
    INTERRUPTED = "interrupted"
    """Its process is gone without having ended it."""


OPEN = frozenset({State.WAITING, State.HELD})
"""What has not begun."""
RESUMABLE = frozenset({State.ABORTED, State.INTERRUPTED, State.FAILED})
"""What can go on where it stopped, once it had a folder."""


def new_id() -> str:
    """An identity that no other item has."""
    return secrets.token_hex(6)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One row of the queue; changed by making another with the same `id`."""

    id: str = field(default_factory=new_id)
    kind: Kind = Kind.RUN
    procedure: str
    """The procedure's name, or the campaign's."""
    file: str = ""
    """A campaign's."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Parameters by name, as a person wrote them, with units."""
    devices: tuple[str, ...] = ()
    """Empty for the procedure's own choice."""
    limits: Mapping[str, str] = field(default_factory=dict)
    repeat: int = 1
    """How many times it is still to be run."""
    state: State = State.WAITING
    folder: str | None = None
    """Its run's, or its campaign's; an item that waits and has one goes on there."""
    why: str = ""
    """Why it ended as it did."""

    @property
    def resumable(self) -> bool:
        """Whether it can go on where it stopped."""
        return self.state in RESUMABLE and self.folder is not None

    @property
    def editable(self) -> bool:
        """Whether what was ordered can still be changed."""
        return self.state in OPEN and self.folder is None and self.kind is Kind.RUN

    def as_data(self) -> dict[str, Any]:
        """For the queue's file."""
        return {name: getattr(self, name) for name in _FIELDS}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Item:
        """From the queue's file; raises `ValueError` for anything that is no item."""
        if not isinstance(data, Mapping) or not {"id", "procedure"} <= set(data) <= _FIELDS:
            raise ValueError(f"{data!r} is no item of a queue")
        item = {**data, "kind": Kind(data.get("kind", "run")), "state": State(data["state"])}
        item |= {name: _texts(data.get(name, {})) for name in ("values", "limits")}
        item["devices"] = tuple(str(name) for name in data.get("devices", ()))
        if not isinstance(item.get("repeat", 1), int) or item.get("repeat", 1) < 1:
            raise ValueError(f"an item cannot be run {item['repeat']!r} times")
        return cls(**item)


_FIELDS = frozenset(entry.name for entry in fields(Item))


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{value!r} has no names")
    return {str(name): str(text) for name, text in value.items()}
