"""Numbers as people read them: SI prefixes, the unit beside every value."""

from __future__ import annotations

import math

PREFIXES = {
    -18: "a", -15: "f", -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T",
}  # fmt: skip
PREFIXED_UNITS = frozenset(
    {"V", "A", "S", "J", "W", "C", "F", "H", "Ω", "ohm", "s", "Hz", "m", "eV", "B"}
)
"""Units that take a prefix; so does a quotient that begins with one of them, such as "S/s"."""
SECONDS_IN_WORDS_FROM = 120.0
WHOLE_BELOW = 1e12
"""Larger numbers have a power of ten instead of all digits before the point."""
PLAIN_FROM, PLAIN_BELOW = 1e-3, 1e6
"""Magnitudes without a prefix that an uncertainty does not bring to a power of ten."""
MOST_DECIMALS = 9


def with_unit(value: float, unit: str, digits: int = 4) -> str:
    """`value` with `digits` significant digits: 1.2e-05, "S" gives "12 µS"."""
    if not math.isfinite(value):
        return f"{value} {unit}".strip()
    unit = unit.replace("ohm", "Ω")
    rounded = float(f"{value:.{digits}g}")
    exponent = prefix_exponent(rounded, unit) if takes_prefix(unit) else 0
    number = value / 10.0**exponent
    whole = 10**digits <= abs(rounded) / 10.0**exponent < WHOLE_BELOW
    text = f"{number:,.0f}" if whole else f"{number:,.{digits}g}"
    return f"{text} {PREFIXES[exponent]}{unit}".strip()


def with_uncertainty(value: float, half_width: float, unit: str) -> str:
    """`value` to the two leading digits of its uncertainty: "(12.30 ± 0.45) µS".

    Where the uncertainty is not finite or vanishes it is `with_unit`.
    """
    finite = math.isfinite(value) and math.isfinite(half_width)
    if not finite or half_width <= 10.0**-MOST_DECIMALS * abs(value):
        return with_unit(value, unit)
    largest = max(abs(value), half_width)
    exponent = power_of_ten = 0
    if takes_prefix(unit):
        exponent = prefix_exponent(largest, unit)
    elif not PLAIN_FROM <= largest < PLAIN_BELOW:
        power_of_ten = math.floor(math.log10(largest))
    scale = 10.0 ** (exponent + power_of_ten)
    shown, width = value / scale, float(f"{half_width / scale:.1e}")
    decimals = min(max(1 - math.floor(math.log10(width)), 0), MOST_DECIMALS)
    power = f" × 10^{power_of_ten}" if power_of_ten else ""
    text = f"{shown:,.{decimals}f} ± {width:,.{decimals}f}"
    behind = f"{power} {PREFIXES[exponent]}{unit}".rstrip()
    return f"({text}){behind}" if behind else text


def takes_prefix(unit: str) -> bool:
    """Whether prefixed forms of a unit are usual: "µS" and "mV/s" are, "mdB" is not."""
    return unit.partition("/")[0] in PREFIXED_UNITS


def prefix_exponent(value: float, unit: str) -> int:
    """The power of ten whose prefix leaves 1 to 1000 of `value`; nobody counts in kiloseconds."""
    if value == 0 or not math.isfinite(value):
        return 0
    largest = 0 if unit == "s" else max(PREFIXES)
    return min(max(3 * math.floor(math.log10(abs(value)) / 3), min(PREFIXES)), largest)


def duration(seconds: float) -> str:
    """A time as a person says it: "850 ms", "42 s", "3 min 20 s", "2 h 05 min"."""
    if not math.isfinite(seconds) or abs(seconds) < SECONDS_IN_WORDS_FROM:
        return with_unit(seconds, "s", 3)
    minutes, rest_s = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest_s:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"


def expected_duration(expected_s: float, longest_s: float) -> str:
    """A time as it is expected, and the most it can be where that is more."""
    expected, longest = duration(expected_s), duration(longest_s)
    return expected if longest == expected else f"{expected}, at most {longest}"


def between(low: float, high: float, unit: str) -> str:
    """From the lowest to the highest: "290 K to 300 K"; one value where they look the same."""
    ends = with_unit(low, unit), with_unit(high, unit)
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"
