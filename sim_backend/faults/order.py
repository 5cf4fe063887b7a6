"""A fault as it is asked for: what, where, from when on, for how long."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

INSTRUMENTS = ("smu", "matrix", "temperature")
"""The control port never fails."""
Check = Callable[[str, Any], float]
"""Turns the value of a key into a number that can be used, or raises `FaultError`."""
A_CROSSPOINT = re.compile(r"[12][A-H](0[1-9]|1[0-2])")


class FaultError(ValueError):
    """No fault can be made of what was asked for; says what is wrong."""


class Kind(NamedTuple):
    """What there is to say about faults of one kind."""

    where: tuple[str, ...]
    """Places; none: crosspoints of the matrix."""
    options: tuple[str, ...] = ()
    """What may be given besides `after` or `at_s`."""


KINDS: Mapping[str, Kind] = {
    "timeout": Kind(INSTRUMENTS, ("count",)),
    "garbled": Kind(INSTRUMENTS, ("count",)),
    "truncated": Kind(INSTRUMENTS, ("count",)),
    "lost": Kind(INSTRUMENTS, ("count", "for_s")),
    "reset": Kind(INSTRUMENTS),
    "overflow": Kind(("smu",), ("count",)),
    "nan": Kind(("smu",), ("count",)),
    "compliance": Kind(("smu",), ("count",)),
    "stuck_open": Kind((), ("for_s",)),
    "stuck_closed": Kind((), ("for_s",)),
    "drift": Kind(("cryostat",), ("for_s", "rate_k_per_min")),
    "never_settles": Kind(("cryostat",), ("for_s", "amplitude_k", "period_s")),
}


@dataclass(frozen=True, kw_only=True)
class FaultOrder:
    """One fault, asked for in the world file or at the control port."""

    kind: str
    where: str
    after: int = 0
    """So many messages (or readings, for a fault of readings) pass before it begins."""
    at_s: float | None = None
    """Simulated time at which it begins, in place of `after`."""
    count: int | None = None
    """How many messages or readings it spoils; None: all that follow."""
    for_s: float | None = None
    """How long it lasts (simulated time); None: for good."""
    rate_k_per_min: float = 1.0
    amplitude_k: float = 1.0
    period_s: float = 60.0

    @staticmethod
    def of(fields: object) -> FaultOrder:
        """The fault that a table or a JSON object describes; raises `FaultError`."""
        if not isinstance(fields, Mapping):
            raise FaultError(f"{fields!r} is no table of keys and values")
        kind = KINDS.get(str(fields.get("kind")))
        if kind is None:
            raise FaultError(f"kind = {fields.get('kind')!r} is no fault{_nearest(fields)}")
        _refuse_unknown(fields, ("kind", "where", "after", "at_s", *kind.options))
        if "after" in fields and "at_s" in fields:
            raise FaultError("a fault begins after so many messages or at a time, not both")
        values: dict[str, Any] = {
            key: _CHECKS[key](key, value) for key, value in fields.items() if key in _CHECKS
        }
        where = _place(kind, fields.get("where"))
        return FaultOrder(kind=str(fields["kind"]), where=where, **values)

    def told(self) -> dict[str, Any]:
        """The order as `of` takes it, without what does not apply."""
        names = ("kind", "where", "at_s" if self.at_s is not None else "after")
        every = {name: getattr(self, name) for name in (*names, *KINDS[self.kind].options)}
        return {name: value for name, value in every.items() if value is not None}


def _place(kind: Kind, where: object) -> str:
    if not isinstance(where, str):
        raise FaultError(f"where = {where!r} must be a text")
    if kind.where and where not in kind.where:
        raise FaultError(f"where = {where!r} must be {' or '.join(kind.where)}")
    if not kind.where and A_CROSSPOINT.fullmatch(where) is None:
        raise FaultError(f"where = {where!r} must be a crosspoint of the two cards, such as 1A05")
    return where


def _refuse_unknown(fields: Iterable[str], known: tuple[str, ...]) -> None:
    for key in fields:
        if key not in known:
            raise FaultError(f"unknown key {key!r}; there are: {', '.join(known)}")


def _nearest(fields: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(str(fields.get("kind")), KINDS, n=1, cutoff=0.0)
    return f"; did you mean {near[0]!r}?" if near else ""


def _whole(least: int) -> Check:
    def check(key: str, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise FaultError(f"{key} = {value!r} must be a whole number of {least} or more")
        return value

    return check


def _finite(*, above: float = -math.inf) -> Check:
    def check(key: str, value: Any) -> float:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number or not (math.isfinite(value) and value > above):
            bound = "" if math.isinf(above) else f" above {above:g}"
            raise FaultError(f"{key} = {value!r} must be a finite number{bound}")
        return float(value)

    return check


_CHECKS = {
    "after": _whole(0),
    "at_s": _finite(),
    "count": _whole(1),
    "for_s": _finite(above=0.0),
    "rate_k_per_min": _finite(),
    "amplitude_k": _finite(above=0.0),
    "period_s": _finite(above=0.0),
}
