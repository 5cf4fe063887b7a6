"""The crosspoints of a 707B: which there are, and how lists of them are written."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping

from sim_backend.instruments.tsp.errors import TspFault
from sim_backend.instruments.tsp.namespace import describe, text

ROWS = "ABCDEFGH"
COLUMNS = 12
SLOTS = 6

_CHANNEL = re.compile(r"([1-6])([A-H])(\d\d)")
_SLOT = re.compile(r"slot([1-6])")
_PATTERN = re.compile(r"[A-Za-z]\w{0,18}", re.ASCII)
_SEPARATORS = re.compile(r"[,;]")


class Cards:
    """The 8x12 cards in the slots that have one, and the patterns of channels kept by name."""

    def __init__(self, slots: Iterable[int]) -> None:
        self.slots = frozenset(slots)
        self.patterns: dict[str, tuple[str, ...]] = {}

    def channels(self, wanted: object, *, whole_slots: bool) -> tuple[str, ...]:
        """The channels a list names, in its order and each once; TspFault for what is none.

        `whole_slots` says whether `slotX` and `allslots` may stand in the list.
        """
        if not isinstance(wanted, str):
            raise TspFault(
                -104, f"Data type error: expected a channel list, got {describe(wanted)}"
            )
        found: dict[str, None] = {}
        for item in _SEPARATORS.split(wanted):
            if item.strip():
                found.update(dict.fromkeys(self._item(item.strip(), whole_slots)))
        return tuple(found)

    def in_slots(self, slots: Iterable[int]) -> tuple[str, ...]:
        """All channels of the cards in these slots, sorted."""
        return _all_channels(self.slots.intersection(slots))

    def _item(self, item: str, whole_slots: bool) -> tuple[str, ...]:
        slot = _SLOT.fullmatch(item)
        if item == "allslots" or slot:
            if not whole_slots:
                raise TspFault(1114, f"Settings conflict: {item} cannot be used here")
            return self.in_slots([int(slot.group(1))] if slot else self.slots)
        if item in self.patterns:
            return self.patterns[item]
        first, colon, last = item.partition(":")
        return self._range(first, last) if colon else (self._channel(item),)

    def _range(self, first: str, last: str) -> tuple[str, ...]:
        low, high = self._channel(first.strip()), self._channel(last.strip())
        if low > high or low[0] != high[0]:
            raise TspFault(1115, f"Parameter error: range {first}:{last} must rise in one slot")
        return tuple(c for c in self.in_slots([int(low[0])]) if low <= c <= high)

    def _channel(self, name: str) -> str:
        match = _CHANNEL.fullmatch(name)
        if match is None or not 1 <= int(match.group(3)) <= COLUMNS:
            raise TspFault(1115, f"Parameter error: no channel or pattern {name}")
        if int(match.group(1)) not in self.slots:
            raise TspFault(1115, f"Parameter error: no card in the slot of channel {name}")
        return name


@functools.cache
def _all_channels(slots: frozenset[int]) -> tuple[str, ...]:
    return tuple(
        f"{slot}{row}{column:02d}"
        for slot in sorted(slots)
        for row in ROWS
        for column in range(1, COLUMNS + 1)
    )


def pattern_name(name: object) -> str:
    """A name a pattern may have: a letter and at most 18 more signs, no word of channel lists."""
    if not _PATTERN.fullmatch(text(name)) or name == "allslots" or _SLOT.fullmatch(text(name)):
        raise TspFault(1115, f"Parameter error: {describe(name)} cannot name a pattern")
    return text(name)


def listed(channels: Iterable[str]) -> str | None:
    """A sorted list as `channel.getclose` writes it; None (nil) for no channel."""
    return ";".join(sorted(channels)) or None


def forgotten(
    patterns: Mapping[str, tuple[str, ...]], channels: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """The patterns that use none of `channels`."""
    gone = frozenset(channels)
    return {name: image for name, image in patterns.items() if not gone.intersection(image)}
