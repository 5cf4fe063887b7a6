"""When the trigger model is where it was before, so that the time between comes again."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from sim_backend.instruments.keithley2636b.trigger_model_setup import Place

_REMEMBERED_SHAPES = 512
_REMEMBERED_VISITS = 8
"""As often as a model may look the same before its counts have come round."""


class Countdown:
    """How many of a number of things are left; a count of 0 has no end."""

    def __init__(self, count: int) -> None:
        self._count = count or None
        self.left: int | None = 0
        self.starts = 0

    def start(self) -> None:
        """Begin to count from the full number."""
        self.left = self._count
        self.starts += 1

    def another(self) -> bool:
        """Take one, if one is left."""
        if self.left is None:
            return True
        if self.left == 0:
            return False
        self.take(1)
        return True

    def take(self, number: int) -> None:
        """Take several that are known to be left."""
        if self.left is not None:
            self.left -= number


class Visit(NamedTuple):
    """A moment at which the model had a certain shape."""

    tick: int
    events: int
    """Events that had happened until then."""
    counts: tuple[tuple[int | None, int], ...]
    """What each countdown had left, and how often it had been started."""
    places: tuple[Place, ...]
    """Where the channels' records stood."""

    def taken_since(self, earlier: Visit) -> list[int] | None:
        """What each countdown took since then, or None where another period would differ."""
        taken = []
        for (left, starts), (left_before, starts_before) in zip(
            self.counts, earlier.counts, strict=True
        ):
            if left != left_before and starts != starts_before:
                return None
            taken.append(0 if left is None or left_before is None else left_before - left)
        return taken


class Recurrences:
    """Shapes a model had: all that it is relative to now, but for what countdowns have left."""

    def __init__(self) -> None:
        self._visits: dict[Hashable, deque[Visit]] = defaultdict(
            lambda: deque(maxlen=_REMEMBERED_VISITS)
        )

    def earlier(self, shape: Hashable, visit: Visit) -> tuple[Visit, list[int]] | None:
        """The latest visit of this shape since which all came as it will come again.

        With it what the countdowns took since; the visit is remembered.
        """
        visits = self._visits[shape]
        found = None
        for before in reversed(visits):
            taken = visit.taken_since(before)
            if taken is not None:
                found = before, taken
                break
        visits.append(visit)
        if len(self._visits) > _REMEMBERED_SHAPES:
            self.forget()
        return found

    def forget(self) -> None:
        """Remember nothing: what was noted meanwhile cannot be repeated as it stands."""
        self._visits.clear()


def whole_periods(left: Sequence[int | None], taken: Sequence[int], most: int) -> int:
    """How many more periods, at most so many, countdowns allow of which each takes so much."""
    return min([most, *(n // d for n, d in zip(left, taken, strict=True) if n is not None and d)])
