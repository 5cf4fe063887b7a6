"""What a device must not have seen before it is measured, and whether it has."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

from labctl.errors import BadInput
from labctl.ledger.history import DeviceHistory, last_state
from labctl.ledger.life import Life, Seen, run_of
from labctl.strict_toml import nearest
from procedures.errors import ParameterError
from procedures.parameters import to_si

_UNITS = {
    "never_below": "V",
    "never_above": "V",
    "cycles_at_most": "",
    "state_below": "S",
    "state_above": "S",
}


@dataclass(frozen=True, kw_only=True)
class Requirements:
    """Conditions on a device's life; what is None is not asked for."""

    never_below: float | None = None
    """No application ever went below this voltage."""
    never_above: float | None = None
    """No application ever went above this voltage."""
    cycles_at_most: float | None = None
    """No more repeats of waveforms that stress, so far."""
    state_below: float | None = None
    """The last known conductance lies below this (S)."""
    state_above: float | None = None
    """The last known conductance lies above this (S)."""

    @classmethod
    def parse(cls, *stated: Mapping[str, object]) -> Self:
        """From names and values, text with a unit or numbers in SI; the strictest of each counts.

        Raises `BadInput` for a name that is none, and for a value that cannot be used.
        """
        parsed = cls()
        for mapping in stated:
            for name, value in mapping.items():
                parsed = parsed._and(name, _number(name, value))
        return parsed

    def as_data(self) -> dict[str, float]:
        """What is asked for, by name, in SI units."""
        every = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in every if value is not None}

    def _and(self, name: str, value: float) -> Self:
        before = getattr(self, name)
        strictest = max if name in ("never_below", "state_above") else min
        return replace(self, **{name: value if before is None else strictest(before, value)})


@dataclass(frozen=True)
class Crossing:
    """Voltages beyond a threshold: `below` or above it."""

    below: bool
    threshold_v: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """From "below -0.4 V" or "above 300 mV"; raises `BadInput`."""
        word, _, value = text.strip().partition(" ")
        if word not in ("below", "above"):
            raise BadInput(f'{text!r} is no question; write "below -0.4 V" or "above 0.3 V"')
        return cls(word == "below", _quantity(text, value, "V"))

    def extreme_v(self, seen: Seen) -> float:
        """The voltage of an application that decides."""
        return seen["min_v"] if self.below else seen["max_v"]

    def by(self, applications: Iterable[Seen]) -> list[Seen]:
        """Those that went, or may have gone, beyond the threshold, in order."""
        sign = -1 if self.below else 1
        limit = sign * self.threshold_v
        return [one for one in applications if sign * self.extreme_v(one) > limit]


def clearest(crossed: Sequence[Seen]) -> Seen | None:
    """The first that is certain, or else the first; None of none."""
    return next((one for one in crossed if not one["uncertain"]), next(iter(crossed), None))


def refuse_unmet(requirements: Requirements, sample: str, device: str, life: Life) -> None:
    """Raise `BadInput` naming the device, what it has seen, when, and in which run."""
    for check in (_voltages, _cycles, _state):
        if objection := check(requirements, life):
            raise BadInput(
                f"{device} of sample {sample!r} {objection}; choose another device, or leave the "
                "requirement out"
            )


def _voltages(asked: Requirements, life: Life) -> str | None:
    for name, threshold_v in (("below", asked.never_below), ("above", asked.never_above)):
        if threshold_v is None:
            continue
        crossing = Crossing(name == "below", threshold_v)
        if (one := clearest(crossing.by(life.applications))) is not None:
            saw = "may have seen" if one["uncertain"] else "saw"
            return (
                f"must never have been {name} {threshold_v:g} V, but {saw} "
                f"{crossing.extreme_v(one):g} V at {one['time']} in run {run_of(one)}"
            )
    return None


def _cycles(asked: Requirements, life: Life) -> str | None:
    if asked.cycles_at_most is None:
        return None
    history = DeviceHistory.of("", "", life)
    if history.cycles <= asked.cycles_at_most:
        return None
    return (
        f"must have seen at most {asked.cycles_at_most:,.0f} cycles, but has seen "
        f"{history.cycles:,}, the last at {history.last} in run {history.runs[-1]}"
    )


def _state(asked: Requirements, life: Life) -> str | None:
    bounds: list[tuple[str, float | None, Callable[[float, float], bool]]] = [
        ("below", asked.state_below, float.__lt__),
        ("above", asked.state_above, float.__gt__),
    ]
    for name, bound_s, holds in bounds:
        if bound_s is None:
            continue
        state = last_state(life.applications)
        wanted = f"must be left {name} {bound_s:g} S, but its state"
        if state is None or state.conductance_s is None:
            return f"{wanted} is not known; read it first (labctl run array_read)"
        if state.stale:
            return (
                f"{wanted} is not known: stress without a reading came after {state.time} "
                f"(run {state.run}); read it first (labctl run array_read)"
            )
        if not holds(float(state.conductance_s), float(bound_s)):
            return f"{wanted} was {state.conductance_s:.3g} S at {state.time} in run {state.run}"
    return None


def _number(name: str, value: object) -> float:
    if name not in _UNITS:
        raise BadInput(f"there is no requirement {name!r}; {nearest(name, _UNITS)}")
    if isinstance(value, str):
        return _quantity(name, value, _UNITS[name])
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise BadInput(f"{name}: {value!r} is no number")
    return float(value)


def _quantity(what: str, text: str, unit: str) -> float:
    try:
        value = to_si(text, unit)
    except ParameterError as error:
        raise BadInput(f"{what}: {error}") from None
    if not math.isfinite(value):
        raise BadInput(f"{what}: {text!r} is not finite")
    return value
