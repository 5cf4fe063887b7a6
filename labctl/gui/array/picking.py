"""Which devices are chosen after a click, a key, or a band: as lists do everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True)
class Picking:
    """What is chosen of `names`, which stand in the order in which a range runs."""

    names: Sequence[str] = ()
    chosen: frozenset[str] = frozenset()
    anchor: str | None = None
    """Where a range begins."""

    def one(self, name: str) -> Self:
        """This one alone."""
        return replace(self, chosen=frozenset({name}), anchor=name)

    def toggled(self, name: str) -> Self:
        """This one too, or no longer."""
        return replace(self, chosen=self.chosen ^ {name}, anchor=name)

    def up_to(self, name: str, *, adding: bool = False) -> Self:
        """All from the anchor to this one, and with `adding` what was chosen before."""
        anchor = name if self.anchor is None else self.anchor
        begin, end = sorted((self.names.index(anchor), self.names.index(name)))
        between = frozenset(self.names[begin : end + 1])
        return replace(self, chosen=between | self.chosen if adding else between, anchor=anchor)

    def these(self, names: Iterable[str], *, adding: bool = False) -> Self:
        """These, and with `adding` what was chosen before."""
        chosen = frozenset(names)
        return replace(self, chosen=chosen | self.chosen if adding else chosen)

    def of(self, names: Sequence[str]) -> Self:
        """The same of other names, as far as they are there."""
        anchor = self.anchor if self.anchor in names else None
        return replace(self, names=names, chosen=self.chosen & set(names), anchor=anchor)
