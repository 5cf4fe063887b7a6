"""The error queue of a TSP instrument, and the fault a command raises to put an entry into it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

RECOVERABLE = 20
"""Severity of nearly every entry; 0 is information, 30 serious, 40 fatal."""

CAPACITY = 100
"""Entries the queue holds [choice]; the last one then says that it overflowed."""


class TspError(NamedTuple):
    """One entry: what `errorqueue.next()` answers."""

    code: int
    message: str
    severity: int
    node: int


EMPTY = TspError(0, "Queue Is Empty", 0, 0)


class TspFault(Exception):
    """A command was refused: the entry goes to the error queue and the script goes on."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class ErrorQueue:
    """First in, first out; tells `on_error` about every entry so that the status bits follow."""

    def __init__(self, node: int) -> None:
        self._node = node
        self._entries: deque[TspError] = deque()
        self.on_error: Callable[[TspError], None] = lambda error: None

    @property
    def count(self) -> int:
        """Entries not read yet."""
        return len(self._entries)

    def add(self, code: int, message: str) -> None:
        """Append an entry; a full queue only notes that it overflowed."""
        if len(self._entries) == CAPACITY:
            code, message = -350, "Queue overflow"
            self._entries.pop()
        error = TspError(code, message, RECOVERABLE, self._node)
        self._entries.append(error)
        self.on_error(error)

    def next(self) -> TspError:
        """Take the oldest entry, or the one that says there is none."""
        return self._entries.popleft() if self._entries else EMPTY

    def clear(self) -> None:
        """Forget all entries."""
        self._entries.clear()
