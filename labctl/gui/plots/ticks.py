"""Where ticks stand, and what is written beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labctl.gui.plots.si_text import MINUS, Unit, plain, power_text, si_text
from labctl.quantities import takes_prefix

FEWEST_TEXTS = 2
"""One number alone does not tell how far it is to anywhere."""
MOST_TICKS = 400
"""Of a kind; more stand too close in any window."""
_LABELLED_FROM, _LABELLED_TO = -2, 4
"""Powers of ten that are written out on an axis without prefixes."""


@dataclass(frozen=True)
class Ticks:
    """Ticks along one axis, in coordinates of the canvas."""

    major: tuple[float, ...]
    texts: tuple[str, ...]
    """One for each major tick."""
    minor: tuple[float, ...] = ()


def linear_ticks(low: float, high: float, most: int, unit: Unit) -> Ticks:
    """Round numbers of `unit` from `low` to `high` (SI base units), at most about `most`."""
    start, stop = low * unit.factor, high * unit.factor
    step, parts = _round_step(abs(stop - start) / max(most, 1))
    if step == 0:
        return Ticks((), ())
    while len(_multiples(start, stop, step)) < FEWEST_TEXTS:
        step, parts = _round_step(0.4 * step)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    major = _multiples(start, stop, step)
    texts = [f"{value:.{decimals}f}" for value in major]
    texts = [text.lstrip("-") if float(text) == 0 else text.replace("-", MINUS) for text in texts]
    minor = _multiples(start, stop, step / parts)
    return Ticks(
        tuple(value / unit.factor for value in major),
        tuple(texts),
        tuple(value / unit.factor for value in minor),
    )


def log_ticks(low: float, high: float, most: int, unit: str) -> Ticks:
    """Ticks from the powers of ten `low` to `high`; a unit that takes prefixes is in every text."""
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    if last - first >= 1:
        every = max(1, -(-(last - first + 1) // max(most, 2)))
        decades = range(first + (-first) % every, last + 1, every)
        minor = _within(low, high, range(2, 10), range(first - 1, last + 1)) if every == 1 else []
        return Ticks(
            tuple(float(decade) for decade in decades),
            tuple(_log_text(1, decade, unit) for decade in decades),
            tuple(math.log10(m) + d for m, d in minor[:MOST_TICKS]),
        )
    decades = range(math.floor(low), math.ceil(high) + 1)
    some = _within(low, high, (1, 2, 5), decades)
    minor = _within(low, high, range(1, 10), decades)
    if len(some) >= 2:
        return Ticks(
            tuple(math.log10(m) + d for m, d in some),
            tuple(_log_text(m, d, unit) for m, d in some),
            tuple(math.log10(m) + d for m, d in minor),
        )
    return _close_ticks(low, high, most, unit)


def category_ticks(names: Sequence[str], low: float, high: float, most: int, letters: int) -> Ticks:
    """Names at 0, 1, 2, ...; every n-th when there is no room for all, each of so many letters."""
    first, last = max(0, math.ceil(low)), min(len(names) - 1, math.floor(high))
    if last < first:
        return Ticks((), ())
    every = max(1, -(-(last - first + 1) // max(most, 1)))
    places = range(first, last + 1, every)
    return Ticks(
        tuple(float(place) for place in places),
        tuple(_in_two_lines(names[place], letters * every) for place in places),
    )


def _round_step(least: float) -> tuple[float, int]:
    """The next of 1, 2, 5, 10, ... not below `least`, and into how many parts it is divided."""
    if not least > 0 or not math.isfinite(least):
        return 0.0, 1
    magnitude = 10.0 ** math.floor(math.log10(least))
    for mantissa, parts in ((1, 5), (2, 4), (5, 5)):
        if mantissa * magnitude >= least * (1 - 1e-9):
            return mantissa * magnitude, parts
    return 10 * magnitude, 5


def _multiples(start: float, stop: float, step: float) -> list[float]:
    first, last = sorted((start, stop))
    count = min(int(math.floor(last / step + 1e-9) - math.ceil(first / step - 1e-9)), MOST_TICKS)
    begin = math.ceil(first / step - 1e-9)
    return [(begin + n) * step for n in range(count + 1)]


def _within(
    low: float, high: float, mantissas: Sequence[int], decades: Sequence[int]
) -> list[tuple[int, int]]:
    return [
        (mantissa, decade)
        for decade in decades
        for mantissa in mantissas
        if low - 1e-9 <= math.log10(mantissa) + decade <= high + 1e-9
    ]


def _close_ticks(low: float, high: float, most: int, unit: str) -> Ticks:
    """Within a decade without two of 1, 2, 5: round numbers, at their logarithms."""
    if abs(low) > 300 or abs(high) > 300:
        return Ticks((), ())
    ticks = linear_ticks(10.0**low, 10.0**high, most, Unit(1.0, ""))
    digits = 4
    if len(ticks.major) > 1:
        first, second, *_, last = (*ticks.major, ticks.major[-1])
        digits = max(1, math.ceil(math.log10(last / (second - first)) + 1e-9) + 1)
    texts = [si_text(value, unit if takes_prefix(unit) else "", digits) for value in ticks.major]
    major, minor = (np.log10(np.maximum(values, 1e-300)) for values in (ticks.major, ticks.minor))
    return Ticks(tuple(major.tolist()), tuple(texts), tuple(minor.tolist()))


def _log_text(mantissa: int, decade: int, unit: str) -> str:
    if unit == "s" and decade >= 0:  # minutes and hours are no powers of ten
        return f"{_log_text(mantissa, decade, '')} s"
    if takes_prefix(unit):
        return si_text(mantissa * 10.0**decade, unit, 1 if mantissa < 10 else 2)
    if unit.startswith("%"):
        decade += 2
    if _LABELLED_FROM <= decade <= _LABELLED_TO:
        return plain(mantissa * 10.0**decade, 2)
    return power_text(decade) if mantissa == 1 else f"{mantissa}·{power_text(decade)}"


def _in_two_lines(name: str, letters: int) -> str:
    """A name broken at a space when it is too long, and cut with an ellipsis as a last resort."""
    letters = max(letters, 2)
    if len(name) <= letters:
        return name
    gaps = [place for place, letter in enumerate(name) if letter == " " and place <= letters]
    lines = [name[: gaps[-1]], name[gaps[-1] + 1 :]] if gaps else [name]
    return "\n".join(line if len(line) <= letters else f"{line[: letters - 1]}…" for line in lines)
