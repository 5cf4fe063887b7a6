"""How simulated time goes on while a world is served: by messages alone, or after the wall clock.

The only file of the simulation that looks at a wall clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from sim_backend.clock import VirtualClock

LONGEST_SCRIPT_S = 1e6
"""Simulated time that a script may take at once where nobody can get tired of waiting for it."""


class Pacing(Protocol):
    """What decides how far the clock moves."""

    def charge(self, clock: VirtualClock, until_s: float) -> None:
        """Let a message take its time, which is over at `until_s`."""
        ...

    def catch_up(self, clock: VirtualClock, *, awaited: bool) -> None:
        """Bring the clock to where it should be now; `awaited`: an instrument is at work."""
        ...

    def patience_s(self, clock: VirtualClock, *, awaited: bool) -> float | None:
        """Real time until the next `catch_up` has something to do; None: a message must come."""
        ...


class VirtualPacing:
    """Time moves by messages and waits, and goes on to the end of what an instrument works on."""

    def __init__(self) -> None:
        self._latest_s = 0.0

    def charge(self, clock: VirtualClock, until_s: float) -> None:
        """Messages cost simulated time."""
        clock.advance_to(until_s)

    def catch_up(self, clock: VirtualClock, *, awaited: bool) -> None:
        """Whoever gave an instrument work waits for it, so that time goes on to the next event."""
        if not awaited:
            self._latest_s = clock.now_s + LONGEST_SCRIPT_S
        elif (due_s := self._due_s(clock)) is not None:
            clock.advance_to(due_s)

    def patience_s(self, clock: VirtualClock, *, awaited: bool) -> float | None:
        """None, unless an instrument is at work."""
        return 0.0 if awaited and self._due_s(clock) is not None else None

    def _due_s(self, clock: VirtualClock) -> float | None:
        due_s = clock.next_due_s()
        return due_s if due_s is not None and due_s <= self._latest_s else None


class WallPacing:
    """Simulated time follows the wall clock, `pace` simulated seconds per second."""

    def __init__(self, pace: float, wall_s: Callable[[], float] = time.monotonic) -> None:
        self._pace = pace
        self._wall_s = wall_s
        self._clock: VirtualClock | None = None
        self._ahead_s = 0.0
        """Simulated time when the wall clock shows 0 s."""

    def charge(self, clock: VirtualClock, until_s: float) -> None:
        """A message takes the time it really takes."""

    def catch_up(self, clock: VirtualClock, *, awaited: bool) -> None:
        """Do all that is due by now."""
        clock.advance_to(self._now_s(clock))

    def patience_s(self, clock: VirtualClock, *, awaited: bool) -> float | None:
        """Until the next event is due."""
        due_s = clock.next_due_s()
        return None if due_s is None else max(0.0, (due_s - self._now_s(clock)) / self._pace)

    def _now_s(self, clock: VirtualClock) -> float:
        if clock is not self._clock:
            self._clock, self._ahead_s = clock, clock.now_s - self._pace * self._wall_s()
        return self._pace * self._wall_s() + self._ahead_s
