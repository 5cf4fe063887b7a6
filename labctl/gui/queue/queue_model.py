"""The queue: which item is next, what may be done to which, and when it stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from labctl.errors import LabError
from labctl.gui.queue.item import OPEN, Item, State, new_id

SCHEMA = 1


class QueueRefused(LabError):
    """Something cannot be done to the queue as it is; nothing was changed."""


class OnFailure(StrEnum):
    """What becomes of the queue when an item fails."""

    STOP = "stop"
    GO_ON = "go_on"


class Hold(StrEnum):
    """Why the queue begins nothing."""

    IDLE = "idle"
    """Nobody has started it, or all is done: what is added waits until somebody does."""
    PERSON = "person"
    FAILED = "failed"
    ABORTED = "aborted"
    INTERRUPTED = "interrupted"
    UNSAFE = "unsafe"
    """The instruments could not be shown to be safe."""
    RESTART = "restart"


_HOLD_AFTER = {
    State.FAILED: Hold.FAILED,
    State.ABORTED: Hold.ABORTED,
    State.INTERRUPTED: Hold.INTERRUPTED,
}


class Queue:
    """Items in their order; at most one runs. Methods raise `QueueRefused`."""

    def __init__(self, items: Iterable[Item] = (), on_failure: OnFailure = OnFailure.STOP) -> None:
        self._items = list(items)
        self.on_failure = on_failure
        self.hold: Hold | None = Hold.RESTART if self.waiting else Hold.IDLE
        """Why nothing begins; None while one item follows the other."""

    @property
    def items(self) -> Sequence[Item]:
        """All of them, in their order."""
        return tuple(self._items)

    @property
    def running(self) -> Item | None:
        """The one that runs."""
        return next((item for item in self._items if item.state is State.RUNNING), None)

    @property
    def waiting(self) -> list[Item]:
        """What will be run, in this order."""
        return [item for item in self._items if item.state is State.WAITING]

    @property
    def next(self) -> Item | None:
        """What is to begin now; None while something runs, or the queue is on hold."""
        if self.hold is not None or self.running is not None:
            return None
        return next(iter(self.waiting), None)

    def item(self, id_: str) -> Item:
        """The item of this identity."""
        return self._items[self._place(id_)]

    def add(self, item: Item, *, first: bool = False) -> None:
        """Put an item at the end, or before all that wait."""
        self._items.insert(self._front() if first else len(self._items), item)

    def edit(self, id_: str, **changes: Any) -> None:
        """Change what was ordered, of an item that has not begun."""
        self._change(id_, lambda item: item.editable, "has begun; add it again instead", **changes)

    def move(self, ids: Sequence[str], *, up: bool) -> None:
        """Move items one place among those that have not begun."""
        wanted = [place for place, item in enumerate(self._items) if item.id in set(ids)]
        if any(self._items[place].state not in OPEN for place in wanted):
            raise QueueRefused("only items that have not begun can be moved")
        free = [place for place, item in enumerate(self._items) if item.state in OPEN]
        line = [self._items[place] for place in free]
        chosen = [item.id in set(ids) for item in line]
        for at in range(1, len(line)) if up else range(len(line) - 1, 0, -1):
            here, there = (at, at - 1) if up else (at - 1, at)
            if chosen[here] and not chosen[there]:
                line[here], line[there] = line[there], line[here]
                chosen[here], chosen[there] = False, True
        for place, item in zip(free, line, strict=True):
            self._items[place] = item

    def skip(self, id_: str) -> None:
        """Never begin this one."""
        self._change(id_, _is_open, "has begun; stop it instead", state=State.SKIPPED)
        self._rest_when_dry()

    def hold_item(self, id_: str) -> None:
        """Pass over this one until it is let go."""
        self._change(id_, _is_open, "has begun; it cannot be held", state=State.HELD)
        self._rest_when_dry()

    def let_go(self, id_: str) -> None:
        """Let an item that is held or skipped wait for its turn."""
        self._change(
            id_,
            lambda item: item.state in (State.HELD, State.SKIPPED),
            "is not held",
            state=State.WAITING,
        )

    def remove(self, id_: str) -> None:
        """Take a row out; what was measured stays."""
        if self.item(id_).state is State.RUNNING:
            raise QueueRefused(f"{self.item(id_).procedure} is running; stop it first")
        del self._items[self._place(id_)]
        self._rest_when_dry()

    def clear(self) -> None:
        """Take out the rows of which nothing is left to do."""
        over = (State.FINISHED, State.SKIPPED)
        self._items = [item for item in self._items if item.state not in over]

    def again(self, id_: str) -> Item:
        """Add the same once more, at the end."""
        item = self.item(id_)
        copy = replace(item, id=new_id(), state=State.WAITING, folder=None, why="")
        self.add(copy)
        return copy

    def resume(self, id_: str) -> None:
        """Let an item that stopped go on in its own folder, before all that wait."""
        item = self.item(id_)
        if not item.resumable:
            raise QueueRefused(
                f"{item.procedure} cannot go on: it is {item.state}, or never came to a folder"
            )
        self._items.remove(item)
        self.add(replace(item, state=State.WAITING, why=""), first=True)

    def begin(self, id_: str) -> Item:
        """An item begins; of one that is to be repeated, the rest waits behind it."""
        if self.running is not None:
            raise QueueRefused(f"{self.running.procedure} is running")
        item = self.item(id_)
        if item.repeat > 1:
            rest = replace(item, id=new_id(), repeat=item.repeat - 1)
            self._items.insert(self._place(id_) + 1, rest)
        return self._change(
            id_,
            lambda item: item.state is State.WAITING,
            f"is {item.state}, not waiting",
            state=State.RUNNING,
            repeat=1,
            why="",
        )

    def found_folder(self, id_: str, folder: str) -> None:
        """The item that runs has a folder."""
        self._change(id_, _runs, "is not running", folder=folder)

    def end(
        self,
        id_: str,
        state: State,
        why: str = "",
        *,
        folder: str | None = None,
        unsafe: bool = False,
    ) -> None:
        """The item that runs is over. The queue goes on after it only if nothing speaks against."""
        kept = folder or self.item(id_).folder
        self._change(id_, _runs, "is not running", state=state, why=why, folder=kept)
        goes_on = state is State.FAILED and self.on_failure is OnFailure.GO_ON
        if unsafe:
            self.hold = Hold.UNSAFE
        elif state in _HOLD_AFTER and not goes_on and self.hold is not Hold.UNSAFE:
            self.hold = _HOLD_AFTER[state]
        self._rest_when_dry()

    def hold_all(self, why: Hold = Hold.PERSON) -> None:
        """Begin nothing more; what runs goes on."""
        if self.hold is None:
            self.hold = why

    def go_on(self) -> None:
        """Begin one item after the other from now on."""
        if not self.waiting and self.running is None:
            raise QueueRefused("nothing waits in the queue")
        self.hold = None

    def decide(self, on_failure: OnFailure) -> None:
        """What becomes of the queue when an item fails from now on."""
        self.on_failure = on_failure

    def as_data(self) -> dict[str, Any]:
        """For the queue's file."""
        items = [item.as_data() for item in self._items]
        return {"schema": SCHEMA, "on_failure": self.on_failure, "items": items}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Queue:
        """As it was kept, on hold; raises `ValueError` or `KeyError` for what is no queue."""
        if data["schema"] != SCHEMA:
            raise ValueError(f"it is of schema {data['schema']!r}, not {SCHEMA}")
        items = [Item.from_data(item) for item in data["items"]]
        if len({item.id for item in items}) < len(items):
            raise ValueError("two items have the same id")
        if sum(item.state is State.RUNNING for item in items) > 1:
            raise ValueError("more than one item runs")
        return cls(items, OnFailure(data["on_failure"]))

    def _rest_when_dry(self) -> None:
        """With nothing left to do it stands still: what is added later begins when it is told."""
        if self.running is None and not self.waiting and self.hold is not Hold.UNSAFE:
            self.hold = Hold.IDLE

    def _front(self) -> int:
        """Before the first that has not begun."""
        places = (place for place, item in enumerate(self._items) if item.state in OPEN)
        return next(places, len(self._items))

    def _place(self, id_: str) -> int:
        for place, item in enumerate(self._items):
            if item.id == id_:
                return place
        raise QueueRefused("this item is no longer in the queue")

    def _change(
        self, id_: str, allowed: Callable[[Item], bool], why_not: str, **changes: Any
    ) -> Item:
        place = self._place(id_)
        if not allowed(self._items[place]):
            raise QueueRefused(f"{self._items[place].procedure} {why_not}")
        self._items[place] = replace(self._items[place], **changes)
        return self._items[place]


def _is_open(item: Item) -> bool:
    return item.state in OPEN


def _runs(item: Item) -> bool:
    return item.state is State.RUNNING
