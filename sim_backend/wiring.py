"""Which column and row of the switch matrix leads where, and what its closed relays join."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

COLUMNS_PER_CARD = 12
BOTTOM_ELECTRODE = "2:12"
_CROSSPOINT = re.compile(r"([1-6])([A-H])(\d\d)")


@dataclass(frozen=True)
class Wiring:
    """Cables between sources, matrix, and sample.

    Rows are letters that run through both cards; a column is `slot:number`, such as `1:05`.
    """

    devices: Mapping[str, str]
    """Column of each device's top electrode."""
    bottom_electrode: str = BOTTOM_ELECTRODE
    """Column of the bottom electrode that all devices share."""
    hi: Mapping[str, str] = field(default_factory=lambda: {"smua": "A", "smub": "C"})
    """Row of each source's HI terminal."""
    lo: Mapping[str, str] = field(default_factory=lambda: {"smua": "B", "smub": "D"})
    """Row of each source's LO terminal."""

    @staticmethod
    def default(names: Iterable[str]) -> Wiring:
        """Devices along the columns of card 1, then card 2, in the order of their names."""
        columns = {}
        for place, name in enumerate(names):
            card, column = divmod(place, COLUMNS_PER_CARD)
            columns[name] = f"{card + 1}:{column + 1:02d}"
        if BOTTOM_ELECTRODE in columns.values():
            raise ValueError(
                f"{len(columns)} devices do not fit two cards: column {BOTTOM_ELECTRODE} is the "
                "bottom electrode's, so at most 23"
            )
        return Wiring(columns)

    def connected(self, source: str, closed: Iterable[str]) -> tuple[str, ...]:
        """Devices through which a source can drive current, in the order of the wiring."""
        joined = {(row, column) for row, column in map(_row_and_column, closed)}
        if (self.lo.get(source), self.bottom_electrode) not in joined:
            return ()
        row = self.hi.get(source)
        return tuple(name for name, column in self.devices.items() if (row, column) in joined)

    def sources_on(self, crosspoint: str) -> tuple[str, ...]:
        """Sources whose HI or LO row a crosspoint belongs to."""
        row, _ = _row_and_column(crosspoint)
        names = dict.fromkeys((*self.hi, *self.lo))
        return tuple(name for name in names if row in (self.hi.get(name), self.lo.get(name)))


def _row_and_column(crosspoint: str) -> tuple[str, str]:
    match = _CROSSPOINT.fullmatch(crosspoint)
    if match is None:
        raise ValueError(f"{crosspoint!r} is no crosspoint; write slot, row, and column as '1A05'")
    slot, row, column = match.groups()
    return row, f"{slot}:{column}"
