"""The Keithley 707B switch matrix with two 7174A 8x12 cards, in simulated time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sim_backend.clock import VirtualClock
from sim_backend.instruments.keithley707b.cards import (
    SLOTS,
    Cards,
    forgotten,
    listed,
    pattern_name,
)
from sim_backend.instruments.tsp.engine import Wait
from sim_backend.instruments.tsp.errors import TspFault
from sim_backend.instruments.tsp.instrument import TspInstrument
from sim_backend.instruments.tsp.namespace import SWITCH, Namespace, one_of, text, within

if TYPE_CHECKING:
    from sim_backend.circuit import Circuit

CARD_SLOTS = (1, 2)
CARD_IDENTITY = "7174A,8x12 Low Current Matrix,01.00a,1234567"
"""In the form a 3706A gives it (instruments.md §7.1); the words are a [choice]."""

SETTLING_S = 15e-3
"""Time of one opening or closing of relays [choice], instruments.md §7.1."""

CONNECT_OFF, BREAK_BEFORE_MAKE, MAKE_BEFORE_BREAK = 0, 1, 2


class Keithley707B(TspInstrument):
    """Opens and closes crosspoints of the circuit; closures are counted since power-up."""

    model = "707B"
    firmware = "1.01"
    ascii_precision = 10

    def __init__(self, clock: VirtualClock, circuit: Circuit, *, serial: str = "1300123") -> None:
        super().__init__(clock, serial)
        self._circuit = circuit
        self._cards = Cards(CARD_SLOTS)
        self._closed: frozenset[str] = frozenset()
        self._closures: Counter[str] = Counter()
        self.reset_settings()
        self.publish()

    def reset_settings(self) -> None:
        """Rules, delays, forbidden channels, and patterns as after power-up."""
        self.connect_rule = BREAK_BEFORE_MAKE
        self.connect_sequential = 0
        self._delays_s: dict[str, float] = {}
        self._forbidden: frozenset[str] = frozenset()
        self._cards.patterns.clear()

    def reset(self) -> None:
        """Everything open, settings as after power-up (`reset()`, *RST)."""
        self._move(frozenset())
        self.reset_settings()
        self.format.reset()

    def snapshot(self) -> dict[str, Any]:
        """Nothing is kept between processes: these cards count closures since power-up."""
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up `snapshot`."""

    def populate(self, root: Namespace) -> None:
        """The `channel` and `slot` tables."""
        channel = root.table("channel")
        channel.constants(OFF=CONNECT_OFF, ON=1)
        channel.constants(BREAK_BEFORE_MAKE=BREAK_BEFORE_MAKE, MAKE_BEFORE_BREAK=MAKE_BEFORE_BREAK)
        channel.setting("connectrule", self, "connect_rule", one_of((0, 1, 2)))
        channel.setting("connectsequential", self, "connect_sequential", SWITCH)
        for name, command in self._switching().items():
            channel.command(name, command)
        for name, command in self._queries().items():
            channel.command(name, command)
        self._add_patterns(channel.table("pattern"))
        slots = root.table("slot")
        for number in range(1, SLOTS + 1):
            identity = CARD_IDENTITY if number in CARD_SLOTS else "Empty Slot"
            slots.table(number).constants(idn=identity)

    # Switching ----------------------------------------------------------------------------------

    def _switching(self) -> dict[str, Callable[..., Any]]:
        return {
            "close": self._close,
            "open": self._open,
            "exclusiveclose": self._exclusive_close,
            "exclusiveslotclose": self._exclusive_slot_close,
            "reset": self._reset_channels,
            "setforbidden": self._set_forbidden,
            "clearforbidden": self._clear_forbidden,
            "setdelay": self._set_delay,
        }

    def _close(self, channels: Any) -> Wait:
        wanted = self._closable(channels)
        yield from self._change(frozenset(), frozenset(wanted))

    def _open(self, channels: Any) -> Wait:
        wanted = self._cards.channels(channels, whole_slots=True)
        yield from self._change(self._closed.intersection(wanted), frozenset())

    def _exclusive_close(self, channels: Any) -> Wait:
        wanted = frozenset(self._closable(channels))
        yield from self._change(self._closed - wanted, wanted)

    def _exclusive_slot_close(self, channels: Any) -> Wait:
        wanted = frozenset(self._closable(channels))
        slots = {int(channel[0]) for channel in wanted}
        there = self._closed.intersection(self._cards.in_slots(slots))
        yield from self._change(there - wanted, wanted)

    def _reset_channels(self, channels: Any) -> Wait:
        wanted = self._cards.channels(channels, whole_slots=True)
        self._clear_forbidden(channels)
        self._cards.patterns = forgotten(self._cards.patterns, wanted)
        for channel in wanted:
            self._delays_s.pop(channel, None)
        yield from self._change(self._closed.intersection(wanted), frozenset())

    def _closable(self, channels: Any) -> tuple[str, ...]:
        wanted = self._cards.channels(channels, whole_slots=False)
        if forbidden := self._forbidden.intersection(wanted):
            raise TspFault(1116, f"Settings conflict: {listed(forbidden)} is forbidden to close")
        return wanted

    def _change(self, opening: frozenset[str], closing: frozenset[str]) -> Wait:
        """Open and close in the order of the connect rule, each settling; then user delays."""
        closing -= self._closed
        stages = [(opening, frozenset[str]()), (frozenset[str](), closing)]
        if self.connect_rule == MAKE_BEFORE_BREAK:
            stages.reverse()
        if self.connect_rule == CONNECT_OFF:
            stages = [(opening, closing)]
        for opened, closed in stages:
            for one_opened, one_closed in self._in_sequence(opened, closed):
                self._move((self._closed - one_opened) | one_closed)
                yield self.clock.now_s + SETTLING_S
        if delay_s := max((self._delays_s.get(channel, 0.0) for channel in closing), default=0.0):
            yield self.clock.now_s + delay_s

    def _in_sequence(
        self, opened: frozenset[str], closed: frozenset[str]
    ) -> Iterable[tuple[frozenset[str], frozenset[str]]]:
        if not opened and not closed:
            return ()
        if not self.connect_sequential:
            return ((opened, closed),)
        none = frozenset[str]()
        return (
            *((frozenset({channel}), none) for channel in sorted(opened)),
            *((none, frozenset({channel})) for channel in sorted(closed)),
        )

    def _move(self, closed: frozenset[str]) -> None:
        self._closures.update(closed - self._closed)
        self._closed = closed
        self._circuit.set_closed(closed)

    # Rules and queries --------------------------------------------------------------------------

    def _queries(self) -> dict[str, Callable[..., Any]]:
        return {
            "getclose": self._get_closed,
            "getstate": lambda channels: self._each(channels, lambda c: int(c in self._closed)),
            "getforbidden": self._get_forbidden,
            "getdelay": lambda channels: self._each(
                channels, lambda c: f"{self._delays_s.get(c, 0.0):.9e}"
            ),
            "getcount": lambda channels: self._each(channels, lambda c: self._closures[c]),
            "gettype": lambda channels: self._each(channels, lambda c: 1),
        }

    def _each(self, channels: Any, answer: Callable[[str], object]) -> str:
        wanted = self._cards.channels(channels, whole_slots=True)
        return ",".join(str(answer(channel)) for channel in wanted)

    def _get_closed(self, channels: Any) -> tuple[str | None]:
        wanted = self._cards.channels(channels, whole_slots=True)
        return (listed(self._closed.intersection(wanted)),)

    def _get_forbidden(self, channels: Any) -> tuple[str | None]:
        wanted = self._cards.channels(channels, whole_slots=True)
        return (listed(self._forbidden.intersection(wanted)),)

    def _set_forbidden(self, channels: Any) -> None:
        wanted = self._cards.channels(channels, whole_slots=True)
        self._forbidden |= frozenset(wanted)
        self._cards.patterns = forgotten(self._cards.patterns, wanted)

    def _clear_forbidden(self, channels: Any) -> None:
        self._forbidden -= frozenset(self._cards.channels(channels, whole_slots=True))

    def _set_delay(self, channels: Any, delay: Any) -> None:
        delay_s = within(0.0, 1e5, " s")(delay)
        for channel in self._cards.channels(channels, whole_slots=True):
            self._delays_s[channel] = delay_s

    # Patterns -----------------------------------------------------------------------------------

    def _add_patterns(self, space: Namespace) -> None:
        space.command("setimage", self._set_image)
        space.command("snapshot", self._snapshot_pattern)
        space.command("getimage", self._get_image)
        space.command("delete", self._delete_pattern)
        space.command("catalog", lambda: (",".join(sorted(self._cards.patterns)) or None,))

    def _set_image(self, channels: Any, name: Any) -> None:
        self._cards.patterns[pattern_name(name)] = self._closable(channels)

    def _snapshot_pattern(self, name: Any) -> None:
        self._cards.patterns[pattern_name(name)] = tuple(sorted(self._closed))

    def _get_image(self, name: Any) -> str:
        return ",".join(self._pattern(name))

    def _delete_pattern(self, name: Any) -> None:
        self._pattern(name)
        del self._cards.patterns[name]

    def _pattern(self, name: Any) -> tuple[str, ...]:
        if text(name) not in self._cards.patterns:
            raise TspFault(1115, f"Parameter error: no pattern {name}")
        return self._cards.patterns[name]
