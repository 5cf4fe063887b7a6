"""Readings as an instrument's display shows them: always as many digits, so that nothing jumps."""

from __future__ import annotations

import math

from labctl.gui.plots.si_text import MINUS, unit_for

UNKNOWN = "—"
FIGURE_SPACE = "\N{FIGURE SPACE}"
_RUN_CLOCK_DAYS = 86_400


def reading(value: object, unit: str, digits: int = 5) -> str:
    """A value in SI base units with so many digits, its sign always in the same place."""
    if not isinstance(value, float | int) or not math.isfinite(value):
        return UNKNOWN
    rounded = float(f"{value:.{digits - 1}e}")
    suited = unit_for(unit, abs(rounded))
    number = abs(rounded) * suited.factor
    whole = 1 if number < 1 else math.floor(math.log10(number) + 1e-9) + 1
    sign = MINUS if rounded < 0 else FIGURE_SPACE
    return f"{sign}{number:.{max(0, digits - whole)}f} {suited.name}"


def temperature(value: object) -> str:
    """In kelvin, to the hundredth."""
    if not isinstance(value, float | int) or not math.isfinite(value):
        return UNKNOWN
    return f"{value:.2f} K"


def run_clock(time_s: object) -> str:
    """Hours, minutes, and seconds since the start of a run."""
    if not isinstance(time_s, float | int) or not math.isfinite(time_s):
        return UNKNOWN
    days, rest_s = divmod(int(time_s), _RUN_CLOCK_DAYS)
    hours, minutes, seconds = rest_s // 3600, rest_s // 60 % 60, rest_s % 60
    head = f"{days} d " if days else ""
    return f"{head}{hours}:{minutes:02d}:{seconds:02d}"
