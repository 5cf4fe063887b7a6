"""Parameters, strict at assignment: SI units understood, finite, within limits, never guessed."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from difflib import get_close_matches
from numbers import Real
from typing import TYPE_CHECKING

from pint.errors import DimensionalityError, PintError
from pymeasure.experiment import Parameter
from pymeasure.units import ureg

from procedures.errors import ParameterError

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
