"""Keithley 707B switch matrix: one set of crosspoints closed at a time, read back every time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

from pymeasure.adapters import Adapter
from pymeasure.instruments import Instrument
from pymeasure.instruments.validators import strict_discrete_set

from drivers.errors import InstrumentError
from drivers.tsp import TspInstrument

_CROSSPOINT = re.compile(r"[1-6][A-H](0[1-9]|1[0-2])")
"""Slot, row, and column of an 8x12 card (707B manual, channel list)."""
_OPEN_BEFORE_CLOSE = 1
"""`channel.BREAK_BEFORE_MAKE` as the instrument prints it."""


class Keithley707B(TspInstrument):
    """Six-slot semiconductor switch matrix; fills the role `SwitchMatrix`."""

    model = "707B"

    def __init__(
        self, adapter: Adapter | int | str, name: str = "Keithley 707B", **kwargs: object
    ) -> None:
        super().__init__(adapter, name, **kwargs)

    connect_rule = Instrument.control(
        "print(channel.connectrule)",
        "channel.connectrule = %d",
        """Control in which order relays move when crosspoints change
        (str, strictly "break before make", "make before break", or "off").""",
        validator=strict_discrete_set,
        values={"off": 0, "break before make": 1, "make before break": 2},
        map_values=True,
        check_set_errors=True,
    )

    closed_list = Instrument.measurement(
        'print(channel.getclose("allslots"))',
        """Get the closed crosspoints in the instrument's order (list of str, empty for none).""",
        cast=str,
        preprocess_reply=lambda reply: reply.replace(";", ","),
        get_process_list=lambda names: [name for name in names if name != "nil" and name],
        get_process=lambda name: [] if name in ("nil", "") else [name],
    )

    def connect(self, crosspoints: Sequence[str]) -> None:
        """Open every other crosspoint, then close these (none: open all); read back.

        Raises `InstrumentError` for a name that is no crosspoint, before anything is sent; with
        the instrument's own message when it objects; and when other crosspoints than these are
        closed afterwards.
        """
        wanted = sorted(set(crosspoints))
        for crosspoint in wanted:
            self._refuse_bad_name(crosspoint)
        self.write(
            "channel.connectrule = channel.BREAK_BEFORE_MAKE\n"
            f'channel.exclusiveclose("{",".join(wanted)}")\n'
            "waitcomplete()\n"
            'print(errorqueue.count, channel.connectrule, channel.getclose("allslots"))'
        )
        errors, rule, closed = self._fields()
        self._raise_errors(int(float(errors)))
        if float(rule) != _OPEN_BEFORE_CLOSE:
            raise InstrumentError(
                f"{self.name}: connect rule reads back {rule} instead of {_OPEN_BEFORE_CLOSE} "
                "(break before make)"
            )
        self._refuse_difference(_names(closed), tuple(wanted))

    def closed(self) -> tuple[str, ...]:
        """Crosspoints closed now, sorted."""
        return tuple(sorted(cast(list[str], self.closed_list)))

    def settings(self) -> dict[str, object]:
        """Connect rule and closed crosspoints as the instrument reports them now."""
        return {"connect_rule": self.connect_rule, "closed": list(self.closed())}

    def make_safe(self) -> dict[str, object]:
        """Open every crosspoint and read back; raises `InstrumentError` when one stays closed.

        Returns `closed`, empty, and `errors`, what the error queue held.
        """
        self._interrupt()
        self.write(
            'channel.open("allslots")\n'
            "waitcomplete()\n"
            'print(errorqueue.count, channel.getclose("allslots"))'
        )
        count, closed = self._fields()
        errors = self._take_errors(int(float(count)))
        self._refuse_difference(_names(closed), ())
        return {"closed": [], "errors": errors}

    def _refuse_bad_name(self, crosspoint: str) -> None:
        if not _CROSSPOINT.fullmatch(crosspoint):
            raise InstrumentError(
                f"{self.name}: {crosspoint!r} is no crosspoint; a name is slot 1-6, row A-H, "
                "column 01-12, such as 1A05"
            )

    def _refuse_difference(self, closed: tuple[str, ...], wanted: tuple[str, ...]) -> None:
        if closed != wanted:
            raise InstrumentError(
                f"{self.name}: closed are {', '.join(closed) or 'none'} "
                f"instead of {', '.join(wanted) or 'none'}; check relays and forbidden channels"
            )


def _names(reply: str) -> tuple[str, ...]:
    """Crosspoints of a reply to `channel.getclose`, sorted; `nil` is none."""
    return tuple(
        sorted(name for name in re.split("[;,]", reply.strip()) if name not in ("", "nil"))
    )
