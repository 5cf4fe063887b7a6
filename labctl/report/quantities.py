"""Numbers as people read them: SI prefixes, the unit beside every value."""

from __future__ import annotations

import math

PREFIXES = {
    -18: "a", -15: "f", -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T",
}  # fmt: skip
PREFIXED_UNITS = frozenset({"V", "A", "S", "J", "W", "C", "Ω", "ohm", "s", "Hz", "B"})
SECONDS_IN_WORDS_FROM = 120.0


def with_unit(value: float, unit: str, digits: int = 4) -> str:
    """`value` with `digits` significant digits: 1.2e-05, "S" gives "12 µS"."""
    if not math.isfinite(value):
        return f"{value} {unit}".strip()
    if unit not in PREFIXED_UNITS or value == 0:
        return f"{value:,.{digits}g} {unit}".strip() if abs(value) < 1e4 else f"{value:,.0f} {unit}"
    rounded = float(f"{value:.{digits}g}")
    exponent = 3 * math.floor(math.log10(abs(rounded)) / 3)
    exponent = min(max(exponent, min(PREFIXES)), max(PREFIXES))
    return f"{rounded / 10.0**exponent:.{digits}g} {PREFIXES[exponent]}{unit}"


def duration(seconds: float) -> str:
    """A time as a person says it: "850 ms", "42 s", "3 min 20 s", "2 h 05 min"."""
    if not math.isfinite(seconds) or abs(seconds) < SECONDS_IN_WORDS_FROM:
        return with_unit(seconds, "s", 3)
    minutes, rest_s = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest_s:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"
