"""What colour a device has on the map, and what that means: four ways to look at an array."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import pyqtgraph as pg
from PyQt5.QtCore import QCoreApplication
from PyQt5.QtGui import QColor

from labctl.gui.array.dots import Dot
from labctl.gui.plots.si_text import MINUS, si_text

SHADES = 256
LEAST_DECADES = 2
ERRORS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Ends that the scale of errors may have."""
REGIMES = ("untouched", "interface", "filament")
# Okabe and Ito's: any kind of colour vision tells them apart; the map marks them besides.
_REGIME_COLOURS = ("#BBBBBB", "#56B4E9", "#D55E00")
MOST_TICKS = 7


class Mode(StrEnum):
    """What the colour tells."""

    CONDUCTANCE = "conductance"
    ERROR = "error"
    CYCLES = "cycles"
    REGIME = "regime"


@dataclass(frozen=True, kw_only=True)
class Colouring:
    """A scale from 0 to 1, its colours, and how devices stand on it."""

    mode: Mode
    colours: Sequence[QColor]
    """From 0 to 1; of categories one each."""
    place: Callable[[Dot], float | None]
    """Of a device, from 0 to 1 or beyond; None when it is not known."""
    text: Callable[[Dot], str]
    """What stands beneath it."""
    ticks: Sequence[tuple[float, str]]

    @property
    def categories(self) -> bool:
        """Whether it has a few colours instead of a range of them."""
        return len(self.colours) < SHADES

    def colour(self, dot: Dot) -> QColor | None:
        """Of a device; None when what it tells is not known."""
        place = self.place(dot)
        if place is None:
            return None
        last = len(self.colours) - 1
        return self.colours[round(min(max(place, 0.0), 1.0) * last)]


def colouring(mode: Mode, dots: Iterable[Dot]) -> Colouring:
    """The way of looking, with a scale on which all these devices are."""
    return _MAKERS[mode](list(dots))


def count_text(count: float) -> str:
    """A number of cycles in few letters: 250, "12k", "1.5M"."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if count >= 10 * size or count == size:
            return f"{count / size:.4g}{letter}"
    return f"{count:g}"


def _by_conductance(dots: Sequence[Dot]) -> Colouring:
    logs = [math.log10(g) for dot in dots if (g := dot.conductance_s) is not None and g > 0]
    low, high = math.floor(min(logs, default=-9)), math.ceil(max(logs, default=-4))
    low = min(low, high - LEAST_DECADES)

    def place(dot: Dot) -> float | None:
        if dot.conductance_s is None:
            return None
        if dot.conductance_s <= 0:  # noise about nothing: as little as there is
            return 0.0
        return (math.log10(dot.conductance_s) - low) / (high - low)

    step = math.ceil((high - low + 1) / MOST_TICKS)
    ticks = [
        ((power - low) / (high - low), si_text(10.0**power, "S"))
        for power in range(low, high + 1, step)
    ]
    return Colouring(
        mode=Mode.CONDUCTANCE,
        colours=_shades("viridis"),
        place=place,
        text=lambda dot: "" if (g := dot.conductance_s) is None else si_text(g, "S", 3),
        ticks=ticks,
    )


def _by_error(dots: Sequence[Dot]) -> Colouring:
    largest = max((abs(dot.error) for dot in dots if dot.error is not None), default=0.0)
    end = next((end for end in ERRORS if largest <= end), ERRORS[-1])
    return Colouring(
        mode=Mode.ERROR,
        colours=_shades("CET-CBD1"),
        place=lambda dot: None if dot.error is None else 0.5 + dot.error / (2 * end),
        text=lambda dot: "" if dot.error is None else _percent(dot.error),
        ticks=[(0.5 + part / 2, _percent(part * end)) for part in (-1.0, -0.5, 0.0, 0.5, 1.0)],
    )


def _percent(fraction: float) -> str:
    text = f"{100 * fraction:+.3g} %" if fraction else "0 %"
    return text.replace("-", MINUS)


def _by_cycles(dots: Sequence[Dot]) -> Colouring:
    most = max((dot.cycles for dot in dots), default=0)
    decades = max(1, math.ceil(math.log10(max(most, 1))))
    # Below one cycle there is none: it has a place of its own at the low end.
    span = decades + 1

    def place(dot: Dot) -> float:
        return 0.0 if dot.cycles < 1 else (1 + math.log10(dot.cycles)) / span

    step = math.ceil((decades + 2) / MOST_TICKS)
    powers = range(0, decades + 1, step)
    return Colouring(
        mode=Mode.CYCLES,
        colours=_shades("cividis"),
        place=place,
        text=lambda dot: count_text(dot.cycles),
        ticks=[
            (0.0, "0"),
            *(((1 + power) / span, count_text(10**power)) for power in powers),
        ],
    )


def _by_regime(_: Sequence[Dot]) -> Colouring:
    last = len(REGIMES) - 1
    return Colouring(
        mode=Mode.REGIME,
        colours=tuple(map(QColor, _REGIME_COLOURS)),
        place=lambda dot: REGIMES.index(dot.regime) / last if dot.regime in REGIMES else None,
        text=lambda dot: regime_text(dot.regime),
        ticks=[(place / last, regime_text(regime)) for place, regime in enumerate(REGIMES)],
    )


def regime_text(regime: str) -> str:
    """A regime in the words of the person."""
    words = {
        "untouched": QCoreApplication.translate("Colouring", "untouched"),
        "interface": QCoreApplication.translate("Colouring", "interface"),
        "filament": QCoreApplication.translate("Colouring", "filament"),
    }
    return words.get(regime, regime)


@cache
def _shades(name: str) -> tuple[QColor, ...]:
    colour_map = pg.colormap.get(name)
    if colour_map is None:
        raise LookupError(f"pyqtgraph has no colours {name!r}")
    table = colour_map.getLookupTable(nPts=SHADES, mode=pg.ColorMap.QCOLOR)
    return tuple(table)


_MAKERS: dict[Mode, Callable[[Sequence[Dot]], Colouring]] = {
    Mode.CONDUCTANCE: _by_conductance,
    Mode.ERROR: _by_error,
    Mode.CYCLES: _by_cycles,
    Mode.REGIME: _by_regime,
}
