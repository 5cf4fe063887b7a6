"""Simulated time: one clock for the whole world, moved by messages, waits, and blocking reads."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable


class VirtualClock:
    """Seconds of simulated time, and what is due at which of them.

    Nothing happens by itself: somebody advances the clock, and everything due on the way happens
    in the order of its time (first asked, first served at the same instant).
    """

    def __init__(self, now_s: float = 0.0) -> None:
        self._now_s = now_s
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._cancelled: set[int] = set()

    @property
    def now_s(self) -> float:
        """Simulated seconds since the world was made."""
        return self._now_s

    def call_at(self, time_s: float, action: Callable[[], None]) -> int:
        """Have `action` called when the clock reaches `time_s`; returns a ticket for `cancel`."""
        ticket = next(self._order)
        heapq.heappush(self._due, (max(time_s, self._now_s), ticket, action))
        return ticket

    def cancel(self, ticket: int) -> None:
        """Forget an action that is still due."""
        self._cancelled.add(ticket)

    def next_due_s(self) -> float | None:
        """When the next action is due, or None when nothing is."""
        while self._due and self._due[0][1] in self._cancelled:
            self._cancelled.discard(heapq.heappop(self._due)[1])
        return self._due[0][0] if self._due else None

    def advance_to(self, time_s: float) -> None:
        """Move to `time_s`, doing on the way all that is due; a time in the past moves nothing."""
        while (due_s := self.next_due_s()) is not None and due_s <= time_s:
            _, _, action = heapq.heappop(self._due)
            self._now_s = max(self._now_s, due_s)
            action()
        self._now_s = max(self._now_s, time_s)

    def advance(self, duration_s: float) -> None:
        """Move on by a duration."""
        self.advance_to(self._now_s + duration_s)

    def advance_until(self, ready: Callable[[], object], deadline_s: float) -> bool:
        """Move on from one due action to the next until `ready()` is true; return whether it is.

        When it does not come true by `deadline_s` the clock stands at the deadline. With an
        infinite deadline and nothing due any more the clock stays and the answer is False: what
        would wait for ever on real equipment must not hang here.
        """
        while not ready():
            due_s = self.next_due_s()
            if due_s is None or due_s > deadline_s:
                if deadline_s < float("inf"):
                    self.advance_to(deadline_s)
                return bool(ready())
            self.advance_to(due_s)
        return True
