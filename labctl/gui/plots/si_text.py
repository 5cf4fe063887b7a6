"""Numbers as they stand on axes and beside cursors: SI prefixes, a true minus sign, no locale."""

from __future__ import annotations

import math
from dataclasses import dataclass

from labctl.quantities import PLAIN_BELOW, PLAIN_FROM, PREFIXES, prefix_exponent, takes_prefix

MINUS = "\N{MINUS SIGN}"
_LONG_TIMES = ((2 * 86400.0, 86400.0, "d"), (2 * 3600.0, 3600.0, "h"), (300.0, 60.0, "min"))
"""From how many seconds on a time is told in what, and how many seconds that is."""
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Unit:
    """What numbers are told in: a value in SI base units times `factor` is a number of `name`."""

    factor: float
    name: str

    def text(self, value: float, digits: int = 4) -> str:
        """The value with so many significant digits, and its unit."""
        if self.name.startswith("×"):
            return f"{plain(value * self.factor, digits)}{self.name}"
        return f"{plain(value * self.factor, digits)} {self.name}".strip()


def unit_for(unit: str, largest: float) -> Unit:
    """What suits values in SI unit `unit` up to the magnitude `largest`."""
    shown = unit.replace("ohm", "Ω")
    if unit.startswith("%"):
        return Unit(100.0, shown)
    if largest == 0 or not math.isfinite(largest):
        return Unit(1.0, shown)
    if unit == "s":
        for threshold_s, size_s, name in _LONG_TIMES:
            if largest >= threshold_s:
                return Unit(1 / size_s, name)
    if takes_prefix(unit):
        exponent = prefix_exponent(largest, unit)
        return Unit(10.0**-exponent, PREFIXES[exponent] + shown)
    if PLAIN_FROM <= largest < PLAIN_BELOW:
        return Unit(1.0, shown)
    exponent = 3 * math.floor(math.log10(largest) / 3)
    return Unit(10.0**-exponent, f"×{power_text(exponent)} {shown}".strip())


def si_text(value: float, unit: str, digits: int = 4) -> str:
    """A value in SI base units: 1.2e-05, "S" gives "12 µS"; nan and infinity in words."""
    if math.isnan(value):
        return "no value"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    # Rounded first: 999.96 mV to four digits is 1 V, not 1000 mV.
    return unit_for(unit, abs(float(f"{value:.{digits - 1}e}"))).text(value, digits)


def plain(value: float, digits: int) -> str:
    """A number with so many significant digits, without trailing zeros."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    magnitude = math.floor(math.log10(abs(value)))
    if -5 <= magnitude < 12:
        text = f"{value:.{max(0, digits - 1 - magnitude)}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = f"{value:.{digits}g}"
    return text.replace("-", MINUS)


def power_text(exponent: int) -> str:
    """A power of ten with a raised exponent."""
    return f"10{str(exponent).translate(_RAISED)}"
