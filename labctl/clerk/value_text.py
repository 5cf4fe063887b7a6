"""Values of parameters as texts that a person would type, exact to the last bit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pymeasure.experiment import Parameter

from labctl.quantities import PREFIXES, prefix_exponent, takes_prefix
from procedures.errors import ParameterError

MANY = 4
"""Of a list with more values than this, their number is told."""


def value_text(parameter: Parameter) -> str:
    """The value of a parameter; read back by the parameter it is the same value.

    Shortest where that is exact: "20 ms", "log(1, 1e4, 25)" where the default is written so.
    """
    value: Any = parameter.value
    for text in _candidates(parameter):
        if _converted(parameter, text) == value:
            return text
    return str(parameter)


def remark(parameter: Parameter, typed: str) -> str:
    """What is to be known of a value besides its text; empty where the text says it all.

    That is how many values a list has, and the unit in which a bare number was taken.
    """
    value: Any = parameter.value
    unit = getattr(parameter, "units", None)
    if isinstance(value, tuple) and len(value) > MANY:
        ends = [quantity_text(item, unit or "") for item in value if isinstance(item, float)]
        between = f", {ends[0]} to {ends[-1]}" if ends else ""
        return f"{len(value):,} values{between}"
    if unit and isinstance(value, float) and typed.strip()[-1].isdigit():
        return f"taken as {quantity_text(value, unit)}"
    return ""


def quantity_text(value: float, unit: str) -> str:
    """A number with its unit, prefixed where that is exact: 0.2, "V" gives "200 mV"."""
    exponent = prefix_exponent(value, unit) if takes_prefix(unit) else 0
    number = float(f"{value / 10.0**exponent:.15g}")
    if float(f"{number * 10.0**exponent:.15g}") != value:
        number, exponent = value, 0
    figures = f"{number:.15g}" if float(f"{number:.15g}") == number else repr(number)
    return f"{figures} {PREFIXES[exponent]}{unit}".strip()


def _candidates(parameter: Parameter) -> Iterator[str]:
    value: Any = parameter.value
    unit = getattr(parameter, "units", None) or ""
    if isinstance(parameter.default, str):
        yield str(parameter.default)
    if isinstance(value, float):
        yield quantity_text(value, unit)
    if isinstance(value, tuple) and all(isinstance(item, float) for item in value):
        yield ", ".join(quantity_text(item, unit) for item in value)


def _converted(parameter: Parameter, text: str) -> object:
    """The value a text stands for; None when it stands for none."""
    try:
        return parameter.convert(text)
    except ParameterError:
        return None
