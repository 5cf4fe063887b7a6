"""Parameters, strict at assignment: SI units understood, finite, within limits, never guessed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from numbers import Real
from typing import TYPE_CHECKING

from pint.errors import DimensionalityError, PintError
from pymeasure.experiment import Parameter
from pymeasure.units import ureg

from procedures.errors import ParameterError

_SPACED = re.compile(r"\s*(lin|log)\(([^,()]*),([^,()]*),\s*(\d+)\s*\)\s*")
_NUMBER_AND_UNIT = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(\S.*)?")


def to_si(text: str, unit: str) -> float:
    """The number in `text`, in `unit`; a bare number is taken to be in `unit` already.

    `unit` is an SI unit as pint writes it ("V", "s", "S"), or "" for a plain ratio, where "2 %"
    means 0.02. Raises `ParameterError` for text that is no number, or of another kind of unit.
    """
    match = _NUMBER_AND_UNIT.fullmatch(text)
    if match is None:
        example = f"200 m{unit}" if unit else "2 %"
        raise ParameterError(f"{text!r} is not a number with a unit (for example {example!r})")
    number, given = float(match[1]), (match[2] or "").strip()
    if not given:
        return number
    if given == "%" and not unit:
        return number / 100
    try:
        converted = ureg.Quantity(number, given).to(unit or "dimensionless").magnitude
        # 200 us is 0.0002 s and not 0.00019999999999999998: limits are inclusive.
        return number if converted == number else float(f"{converted:.15g}")
    except DimensionalityError:
        raise ParameterError(f"{text!r} is not in {unit or 'a plain ratio'}") from None
    except (PintError, AttributeError, TypeError, ValueError):
        raise ParameterError(
            f"{given!r} in {text!r} is not a unit; this one is in {unit!r}"
        ) from None


class Quantity(Parameter):
    """A physical quantity: any number, or text with a unit; kept in SI.

    `unit` is the SI unit, `minimum` and `maximum` the inclusive limits in that unit.
    """

    def __init__(
        self,
        name: str,
        unit: str,
        *,
        default: float,
        minimum: float,
        maximum: float,
        description: str,
    ) -> None:
        self.units = unit
        self.minimum = minimum
        self.maximum = maximum
        super().__init__(name, default=default, description=description)

    if TYPE_CHECKING:  # PyMeasure puts the value in the parameter's place on every instance

        def __get__(self, procedure: object, owner: type | None = None) -> float: ...
        def __set__(self, procedure: object, value: object) -> None: ...

    def convert(self, value: object) -> float:
        """Check and convert one value; raises `ParameterError`."""
        number = self._number(value)
        if not math.isfinite(number):
            raise ParameterError(f"{value!r} is not a finite number")
        if not self.minimum <= number <= self.maximum:
            raise ParameterError(
                f"{f'{number:g} {self.units}'.strip()} is outside its limits, "
                f"{self.minimum:g} to {self.maximum:g} {self.units}".rstrip()
            )
        return number

    def _number(self, value: object) -> float:
        if isinstance(value, str):
            return to_si(value, self.units)
        if isinstance(value, bool) or not isinstance(value, Real):
            raise ParameterError(f"{value!r} is not a number")
        return float(value)

    def __str__(self) -> str:
        """Full precision, so that a file's header gives the value back unchanged."""
        return f"{self.value!r} {self.units}".strip() if self.is_set() else ""


class QuantityOrWord(Quantity):
    """A physical quantity, or one word in its place; kept as a number in SI, or as that word."""

    def __init__(
        self,
        name: str,
        unit: str,
        word: str,
        *,
        default: float | str,
        minimum: float,
        maximum: float,
        description: str,
    ) -> None:
        self.word = word
        super().__init__(
            name,
            unit,
            default=default,  # pyright: ignore[reportArgumentType]  (converted below)
            minimum=minimum,
            maximum=maximum,
            description=description,
        )

    if TYPE_CHECKING:  # PyMeasure puts the value in the parameter's place on every instance

        def __get__(  # pyright: ignore[reportIncompatibleMethodOverride]
            self, procedure: object, owner: type | None = None
        ) -> float | str: ...
        def __set__(self, procedure: object, value: object) -> None: ...

    def convert(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, value: object
    ) -> float | str:
        """Check and convert one value, or the word; raises `ParameterError`."""
        if isinstance(value, str) and value.strip().lower() == self.word:
            return self.word
        return super().convert(value)

    def __str__(self) -> str:
        """The word, or the value with full precision."""
        return self.word if self.value == self.word else super().__str__()


class Count(Parameter):
    """A whole number within inclusive limits."""

    def __init__(
        self, name: str, *, default: int, minimum: int, maximum: int, description: str
    ) -> None:
        self.minimum = minimum
        self.maximum = maximum
        super().__init__(name, default=default, description=description)

    if TYPE_CHECKING:  # PyMeasure puts the value in the parameter's place on every instance

        def __get__(self, procedure: object, owner: type | None = None) -> int: ...
        def __set__(self, procedure: object, value: object) -> None: ...

    def convert(self, value: object) -> int:
        """Check and convert one value ("1e5" is 100000); raises `ParameterError`."""
        if isinstance(value, bool) or not isinstance(value, (str, Real)):
            raise ParameterError(f"{value!r} is not a whole number")
        number = to_si(value, "") if isinstance(value, str) else float(value)
        if not number.is_integer():
            raise ParameterError(f"{value!r} is not a whole number")
        if not self.minimum <= number <= self.maximum:
            raise ParameterError(
                f"{number:g} is outside its limits, {self.minimum:,} to {self.maximum:,}"
            )
        return int(number)


class Quantities(Parameter):
    """Several values of one physical quantity, in the order given; kept in SI as a tuple.

    Text lists them with commas ("1 ms, 2 ms, 5 ms"); `lin(a, b, n)` and `log(a, b, n)` stand for
    n values from a to b. `unit`, `minimum`, `maximum` are as for `Quantity`, for each value.
    """

    def __init__(
        self,
        name: str,
        unit: str,
        *,
        default: Sequence[float] | str,
        minimum: float,
        maximum: float,
        description: str,
        most: int = 100_000,
    ) -> None:
        self.units = unit
        self.minimum = minimum
        self.maximum = maximum
        self.most = most
        self._each = Quantity(
            name, unit, default=minimum, minimum=minimum, maximum=maximum, description=description
        )
        super().__init__(name, default=default, description=description)

    if TYPE_CHECKING:  # PyMeasure puts the value in the parameter's place on every instance

        def __get__(self, procedure: object, owner: type | None = None) -> tuple[float, ...]: ...
        def __set__(self, procedure: object, value: object) -> None: ...

    def convert(self, value: object) -> tuple[float, ...]:
        """Check and convert a text, one number, or a sequence; raises `ParameterError`."""
        if isinstance(value, str):
            items: list[object] = [item for part in _items(value) for item in self._expand(part)]
        elif isinstance(value, Real):
            items = [value]
        elif isinstance(value, Iterable):
            items = list(value)
        else:
            raise ParameterError(f"{value!r} is not a list of numbers")
        if not 1 <= len(items) <= self.most:
            raise ParameterError(f"{len(items)} values; there must be 1 to {self.most:,}")
        return tuple(self._each.convert(item) for item in items)

    def _expand(self, text: str) -> list[float | str]:
        spaced = _SPACED.fullmatch(text)
        if spaced is None:
            return [text]
        first, last = (to_si(end, self.units) for end in (spaced[2], spaced[3]))
        count = int(spaced[4])
        if not 2 <= count <= self.most:
            raise ParameterError(f"{text!r}: 2 to {self.most:,} values, not {count}")
        if spaced[1] == "lin":
            values = [first + (last - first) * k / (count - 1) for k in range(count)]
        elif first * last > 0:
            values = [first * (last / first) ** (k / (count - 1)) for k in range(count)]
        else:
            raise ParameterError(f"{text!r}: both ends must be above zero, or both below")
        # Decimal fractions stay what a person would write; ends are exact.
        return [first, *(float(f"{value:.12g}") for value in values[1:-1]), last]

    def __str__(self) -> str:
        """Full precision, so that a file's header gives the values back unchanged."""
        values: tuple[float, ...] = self.value or ()
        return ", ".join(f"{value!r} {self.units}".strip() for value in values)


class Switch(Parameter):
    """Yes or no."""

    if TYPE_CHECKING:  # PyMeasure puts the value in the parameter's place on every instance

        def __get__(self, procedure: object, owner: type | None = None) -> bool: ...
        def __set__(self, procedure: object, value: object) -> None: ...

    def __init__(self, name: str, *, default: bool, description: str) -> None:
        super().__init__(name, default=default, description=description)

    def convert(self, value: object) -> bool:
        """True or False, "yes" or "no"; raises `ParameterError`."""
        known = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
        if isinstance(value, bool):
            return value
        if str(value).strip().lower() not in known:
            raise ParameterError(f"{value!r} is neither yes nor no")
        return known[str(value).strip().lower()]

    def __str__(self) -> str:
        """`yes` or `no`, as it is written on the command line."""
        return "yes" if self.value else "no"


class Choice(Parameter):
    """One of a few names."""

    def __init__(
        self, name: str, choices: Sequence[str], *, default: str, description: str
    ) -> None:
        self.choices = tuple(choices)
        super().__init__(name, default=default, description=description)

    if TYPE_CHECKING:  # PyMeasure puts the value in the parameter's place on every instance

        def __get__(self, procedure: object, owner: type | None = None) -> str: ...
        def __set__(self, procedure: object, value: object) -> None: ...

    def convert(self, value: object) -> str:
        """Check one value; raises `ParameterError` naming the nearest choice."""
        if value in self.choices:
            return str(value)
        close = get_close_matches(str(value), self.choices, n=1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise ParameterError(
            f"{value!r} is not one of its choices; {hint}It is one of: {', '.join(self.choices)}"
        )


def _items(text: str) -> list[str]:
    """The parts of a list between its commas; those inside brackets do not part it."""
    return re.split(r",(?![^()]*\))", text)
