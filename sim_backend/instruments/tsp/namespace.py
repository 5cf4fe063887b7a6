"""What a script sees of an instrument: tables of constants, attributes, and commands."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from sim_backend.instruments.tsp.errors import TspFault

Check = Callable[[Any], Any]
"""Takes what a script assigned, gives what is stored, or raises `TspFault`."""


class Namespace:
    """One native table of the instrument.

    `objects` are constants, commands (callables), and further tables, by name or by index;
    `getters` and `setters` are the attributes. A command that is a generator function takes
    simulated time: it yields the time (s) at which it wants to go on, or None to be woken.
    `owner` is what a command receives when a script passes this table to it.
    """

    def __init__(self, *, lua_type: str | None = None, owner: object = None) -> None:
        self.objects: dict[str | int, Any] = {}
        self.getters: dict[str | int, Callable[[], Any]] = {}
        self.setters: dict[str | int, Callable[[Any], None]] = {}
        self.element: Callable[[int], Any] | None = None
        self.lua_type = lua_type
        self.owner = owner

    def table(self, name: str | int) -> Namespace:
        """Add a table below this one."""
        child = Namespace()
        self.objects[name] = child
        return child

    def constants(self, **values: float | str) -> None:
        """Add named constants."""
        self.objects.update(values)

    def command(self, name: str, function: Callable[..., Any]) -> None:
        """Add a function scripts can call."""
        self.objects[name] = function

    def reading(self, name: str, getter: Callable[[], Any]) -> None:
        """Add an attribute scripts can only read."""
        self.getters[name] = getter

    def attribute(
        self, name: str | int, getter: Callable[[], Any], setter: Callable[[Any], None]
    ) -> None:
        """Add an attribute with code of its own on both sides."""
        self.getters[name] = getter
        self.setters[name] = setter

    def setting(self, name: str, target: object, field: str, check: Check) -> None:
        """Add an attribute that is a field of `target`, checked when a script assigns it."""

        def assign(value: Any) -> None:
            setattr(target, field, check(value))

        self.attribute(name, lambda: getattr(target, field), assign)


def number(value: Any) -> float:
    """Any finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TspFault(-104, f"Data type error: expected a number, got {describe(value)}")
    if not math.isfinite(value):
        raise TspFault(-222, f"Parameter data out of range: {value}")
    return float(value)


def within(low: float, high: float, unit: str = "") -> Check:
    """A number from `low` to `high`, both included."""

    def check(value: Any) -> float:
        checked = number(value)
        if checked > high:
            raise TspFault(1102, f"Parameter too big: {checked:g}{unit}, limit {high:g}{unit}")
        if checked < low:
            raise TspFault(1101, f"Parameter too small: {checked:g}{unit}, limit {low:g}{unit}")
        return checked

    return check


def whole(low: int, high: int) -> Check:
    """A whole number from `low` to `high`, both included; fractions are cut off."""
    limits = within(low, high)
    return lambda value: int(limits(value))


def one_of(allowed: Sequence[int]) -> Check:
    """One of a few whole numbers."""

    def check(value: Any) -> int:
        checked = int(value) if isinstance(value, bool) else number(value)
        if checked not in allowed:
            raise TspFault(-224, f"Illegal parameter value: {checked:g}, allowed {list(allowed)}")
        return int(checked)

    return check


SWITCH = one_of((0, 1))


def truth(value: Any) -> bool:
    """A Lua boolean."""
    if not isinstance(value, bool):
        raise TspFault(-104, f"Data type error: expected true or false, got {describe(value)}")
    return value


def text(value: Any) -> str:
    """A string."""
    if not isinstance(value, str):
        raise TspFault(-104, f"Data type error: expected a string, got {describe(value)}")
    return value


def numbers(value: Any) -> list[float]:
    """A Lua table of numbers, in the order of its indices; not empty."""
    if not hasattr(value, "items"):
        raise TspFault(-104, f"Data type error: expected a table, got {describe(value)}")
    items = [(number(index), number(element)) for index, element in value.items()]
    elements = [element for _, element in sorted(items)]
    if not elements:
        raise TspFault(-109, "Missing parameter: the table is empty")
    return elements


def describe(value: Any) -> str:
    """How an error message names a value of the wrong type."""
    return "nil" if value is None else f"{value!r}"
