"""Numbers as they stand on axes and beside cursors: SI prefixes, a true minus sign, no locale."""

from __future__ import annotations

import math
from dataclasses import dataclass

MINUS = "\N{MINUS SIGN}"
_PREFIXES = "afpnµm kMGT"
_SMALLEST, _LARGEST = -18, 12
_WITH_PREFIX = frozenset(
    ("V", "A", "S", "J", "W", "C", "F", "H", "Ω", "ohm", "s", "Hz", "m", "eV", "B")
)
"""Units that are said with a prefix, as is a quotient that begins with one of them."""
_PLAIN_FROM, _PLAIN_BELOW = 1e-3, 1e6
"""Magnitudes of other units that need no power of ten."""
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


def takes_prefix(unit: str) -> bool:
    """Whether "m" or "µ" before the unit is usual: before "V" and "V/s" it is, before "K" not."""
    return unit.partition("/")[0] in _WITH_PREFIX


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
    exponent = 3 * math.floor(math.log10(largest) / 3 + 1e-12)
    if takes_prefix(unit):
        exponent = min(max(exponent, _SMALLEST), 0 if unit == "s" else _LARGEST)
        prefix = _PREFIXES[(exponent - _SMALLEST) // 3].strip()
        return Unit(10.0**-exponent, prefix + shown)
    if _PLAIN_FROM <= largest < _PLAIN_BELOW:
        return Unit(1.0, shown)
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
