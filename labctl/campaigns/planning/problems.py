"""What is wrong with a campaign: everything at once, each with its place and its items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from labctl.errors import BadInput, LimitRefused
from procedures.errors import ParameterError

REFUSALS = (BadInput, ParameterError, LimitRefused)
"""What says that something cannot be done, before anything is touched."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong, for all items that share it."""

    place: str
    """File and line, or the step's name."""
    message: str
    items: tuple[str, ...] = ()
    """Keys of the items it is wrong for; empty for a whole step."""
    limit: bool = False
    """Whether a limit refuses, and not a mistake."""

    def __str__(self) -> str:
        first = next(iter(self.items), None)
        if first is None:
            return f"{self.place}: {self.message}"
        more = f" and {len(self.items) - 1} more" if len(self.items) > 1 else ""
        return f"{self.place}: item {first}{more}: {self.message}"


class CampaignRefused(BadInput):
    """A campaign that cannot be run as it stands; nothing was touched."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        head = f"campaign {name!r} cannot be run; nothing was touched:"
        super().__init__("\n  ".join([head, *map(str, problems)]))

    @property
    def by_limit(self) -> bool:
        """Whether a limit refuses some of it."""
        return any(problem.limit for problem in self.problems)


class Problems:
    """Collects them; the same at the same place is one."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str, bool], list[str]] = {}

    def add(self, place: str, error: Exception | str, item: str | None = None) -> None:
        """Note what is wrong at a place, for an item or for the whole step."""
        key = (place, str(error), isinstance(error, LimitRefused))
        self._items.setdefault(key, []).extend([] if item is None else [item])

    @contextmanager
    def noting(self, place: str, item: str | None = None) -> Iterator[None]:
        """Note what the block refuses, and go on after it."""
        try:
            yield
        except REFUSALS as error:
            self.add(place, error, item)

    def __len__(self) -> int:
        return len(self._items)

    def all(self) -> list[Problem]:
        """All that are known, in the order in which they were found."""
        return [
            Problem(place=place, message=message, items=tuple(items), limit=limit)
            for (place, message, limit), items in self._items.items()
        ]
