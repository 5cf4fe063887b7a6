"""The Lake Shore 336's stored settings: a table of commands, their fields, limits, and defaults."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Value = int | float | str

INPUTS = ("A", "B", "C", "D")
HEATERS = ("1", "2")
OUTPUTS = ("1", "2", "3", "4")
_CURVES = tuple(str(number) for number in range(1, 60))


class ExecutionError(Exception):
    """A parameter the instrument does not take; it sets bit 4 of the event register."""


@dataclass(frozen=True)
class Whole:
    """A whole number between limits, both included."""

    least: int
    most: int

    def parse(self, text: str) -> int:
        """Value of a field; raises `ExecutionError`."""
        try:
            value = int(text)
        except ValueError:
            raise ExecutionError(text) from None
        if not self.least <= value <= self.most:
            raise ExecutionError(text)
        return value

    def show(self, value: Value) -> str:
        """The field as a query answers it."""
        return str(value)


@dataclass(frozen=True)
class Real:
    """A number between limits, both included, answered with sign and a fixed number of decimals."""

    least: float
    most: float
    decimals: int = 3

    def parse(self, text: str) -> float:
        """Value of a field, rounded as the instrument keeps it; raises `ExecutionError`."""
        try:
            value = float(text)
        except ValueError:
            raise ExecutionError(text) from None
        if not (math.isfinite(value) and self.least <= value <= self.most):
            raise ExecutionError(text)
        return round(value, self.decimals)

    def show(self, value: Value) -> str:
        """The field as a query answers it."""
        return f"{float(value):+.{self.decimals}f}"


@dataclass(frozen=True)
class Compact(Real):
    """A number answered in as few digits as it needs."""

    def show(self, value: Value) -> str:
        """The field as a query answers it."""
        return f"{float(value):g}"


@dataclass(frozen=True)
class Text:
    """A text up to a length, quoted or not."""

    longest: int

    def parse(self, text: str) -> str:
        """Value of a field, without quotes, cut to what fits."""
        return text.strip('"')[: self.longest]

    def show(self, value: Value) -> str:
        """The field as a query answers it."""
        return str(value)


Field = Whole | Real | Text
_SWITCH = Whole(0, 1)


@dataclass(frozen=True)
class Setting:
    """A command that stores fields under a key, and its query that gives them back."""

    keys: tuple[Sequence[str], ...]
    """Choices for each leading parameter: an input, an output, a curve number."""
    fields: tuple[Field, ...]
    default: tuple[Value, ...]
    optional: int = 0
    """How many trailing fields may be left out; they keep their value."""

    def key(self, parameters: Sequence[str]) -> tuple[str, ...]:
        """The key among a command's parameters; raises `ExecutionError` for an unknown one."""
        key = tuple(text.upper() for text in parameters[: len(self.keys)])
        if len(key) < len(self.keys):
            raise ExecutionError("key missing")
        for text, choices in zip(key, self.keys, strict=True):
            if text not in choices:
                raise ExecutionError(text)
        return key

    def parse(self, texts: Sequence[str], old: tuple[Value, ...]) -> tuple[Value, ...]:
        """New values of the fields; raises `ExecutionError` for a wrong number or value."""
        if not len(self.fields) - self.optional <= len(texts) <= len(self.fields):
            raise ExecutionError(f"{len(texts)} fields")
        new = tuple(field.parse(text) for field, text in zip(self.fields, texts, strict=False))
        return new + old[len(new) :]

    def show(self, values: tuple[Value, ...]) -> str:
        """All fields as a query answers them."""
        return ",".join(f.show(value) for f, value in zip(self.fields, values, strict=True))


# Fields and limits: instruments.md §8.1; those it does not list are from general knowledge.
SETTINGS: Mapping[str, Setting] = {
    "ALARM": Setting(
        (INPUTS,),
        (_SWITCH, Real(-1e4, 1e4), Real(-1e4, 1e4), Real(0, 1e4), _SWITCH, _SWITCH, _SWITCH),
        (0, 1000.0, 0.0, 0.0, 0, 0, 0),
        optional=2,
    ),
    "ATUNE": Setting((HEATERS,), (Whole(0, 2),), (0,)),
    "BRIGT": Setting((), (Whole(0, 100),), (100,)),
    "CRVHDR": Setting(
        (_CURVES,),
        (Text(15), Text(10), Whole(1, 4), Real(0, 1000), Whole(1, 2)),
        ("User Curve", "", 2, 325.0, 1),
    ),
    "CRVPT": Setting(
        (_CURVES, tuple(str(number) for number in range(1, 201))),
        (Real(-1e5, 1e5, 5), Real(0, 2000, 5)),
        (0.0, 0.0),
    ),
    "DISPLAY": Setting((), (Whole(0, 8), Whole(0, 8), Whole(0, 1)), (4, 0, 0), optional=2),
    "DIOCUR": Setting((INPUTS,), (Whole(0, 1),), (0,)),
    "DISPFLD": Setting(
        (tuple(str(number) for number in range(1, 9)),), (Whole(0, 8), Whole(1, 5)), (1, 1)
    ),
    "FILTER": Setting((INPUTS,), (_SWITCH, Whole(2, 64), Whole(1, 10)), (0, 8, 10)),
    "HTRSET": Setting(
        (HEATERS,), (Whole(1, 2), Whole(0, 4), Compact(0, 2), Whole(1, 2)), (1, 2, 0.0, 1)
    ),
    "IEEE": Setting((), (Whole(1, 30),), (12,)),
    "INCRV": Setting((INPUTS,), (Whole(0, 59),), (2,)),
    "INNAME": Setting((INPUTS,), (Text(15),), ("",)),
    "INTSEL": Setting((), (Whole(0, 2),), (0,)),
    "INTYPE": Setting(
        (INPUTS,), (Whole(0, 4), _SWITCH, Whole(0, 8), _SWITCH, Whole(1, 3)), (0, 1, 0, 0, 1)
    ),
    "LEDS": Setting((), (_SWITCH,), (1,)),
    "LOCK": Setting((), (_SWITCH, Whole(0, 999)), (0, 123)),
    "MODE": Setting((), (Whole(0, 2),), (0,)),
    "MOUT": Setting((OUTPUTS,), (Real(0, 100, 2),), (0.0,)),
    "NET": Setting(
        (),
        (_SWITCH, _SWITCH, *(Text(15) for _ in range(6)), Text(64), Text(32)),
        (0, 0, "192.168.0.12", "255.255.255.0", "192.168.0.1", "", "", "LSCI-336", "", ""),
        optional=1,
    ),
    "OUTMODE": Setting((OUTPUTS,), (Whole(0, 5), Whole(0, 4), _SWITCH), (0, 0, 0)),
    "PID": Setting(
        (HEATERS,), (Real(0.1, 1e3, 1), Real(0.1, 1e3, 1), Real(0, 200, 1)), (50, 20, 0)
    ),
    "RAMP": Setting((HEATERS,), (_SWITCH, Real(0, 100)), (0, 0.0)),
    "RANGE": Setting((OUTPUTS,), (Whole(0, 3),), (0,)),
    "RELAY": Setting((HEATERS,), (Whole(0, 2), Text(1), Whole(0, 2)), (0, "A", 0)),
    "SETP": Setting((OUTPUTS,), (Real(0, 1505),), (300.0,)),
    "TLIMIT": Setting((INPUTS,), (Real(0, 1505),), (0.0,)),
    "WARMUP": Setting((("3", "4"),), (_SWITCH, Real(0, 100, 1)), (0, 0.0)),
    "ZONE": Setting(
        (HEATERS, tuple(str(number) for number in range(1, 11))),
        (
            *(Real(0, 1505), Real(0.1, 1e3, 1), Real(0.1, 1e3, 1), Real(0, 200, 1)),
            *(Real(0, 100), Whole(0, 3), Whole(0, 4), Real(0, 100)),
        ),
        (0.0, 50.0, 20.0, 0.0, 0.0, 0, 0, 0.1),
    ),
}

AT_POWER_UP: Mapping[tuple[str, ...], tuple[Value, ...]] = {
    ("INTYPE", "A"): (1, 1, 0, 0, 1),
    ("OUTMODE", "1"): (1, 1, 0),
    ("CRVHDR", "1"): ("DT-470", "STANDARD C", 2, 475.0, 1),
    ("CRVHDR", "2"): ("DT-670", "STANDARD C", 2, 500.0, 1),
}
"""What differs from the table, by (command, key...): one silicon diode on input A, by which
output 1 controls [choice]."""
