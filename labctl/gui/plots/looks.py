"""How series are told apart: by colour, dash, and marker together, never by colour alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pyqtgraph as pg
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor

from labctl.gui.theme import Theme

HUES = 7
DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
MARKERS = ("o", "s", "t1", "d", "t", "+", "x")
FILLS = (
    Qt.BrushStyle.SolidPattern,
    Qt.BrushStyle.BDiagPattern,
    Qt.BrushStyle.Dense5Pattern,
    Qt.BrushStyle.DiagCrossPattern,
    Qt.BrushStyle.HorPattern,
)
IN_ORDER_FROM = 3
"""So many series that are numbered in order are coloured along a scale."""
_ORDER_MAP = "viridis"
_ON_LIGHT, _ON_DARK = (0.0, 0.82), (0.25, 1.0)
"""The part of the scale that stands out from the ground."""
_NUMBERED = re.compile(r"(.*\s)(\d+)")


@dataclass(frozen=True)
class Look:
    """Of one series."""

    colour: QColor
    dash: Qt.PenStyle
    marker: str
    fill: Qt.BrushStyle


def looks_of(labels: Sequence[str], theme: Theme) -> list[Look]:
    """One for each series: along a scale when they are cycles in order, or too many for hues."""
    count = len(labels)
    in_order = numbered_in_order(labels)
    if in_order or count > HUES * len(DASHES):
        colours = _along_scale(count, theme)
    else:
        # The palette's yellow is lost on a light ground; ink is not, on either.
        hues = [QColor(theme.series(index)) for index in range(HUES - 1)] + [QColor(theme.text)]
        colours = [hues[index % HUES] for index in range(count)]
    return [
        Look(
            colours[index],
            DASHES[index % len(DASHES)],
            MARKERS[index % len(MARKERS)],
            FILLS[index % len(FILLS)],
        )
        for index in range(count)
    ]


def numbered_in_order(labels: Sequence[str]) -> bool:
    """Whether labels are one word with growing numbers: "cycle 1", "cycle 20", "cycle 40"."""
    found = [_NUMBERED.fullmatch(label) for label in labels]
    if len(found) < IN_ORDER_FROM or not all(found):
        return False
    stems = {match[1] for match in found if match}
    numbers = [int(match[2]) for match in found if match]
    return len(stems) == 1 and all(a < b for a, b in pairwise(numbers))


def _along_scale(count: int, theme: Theme) -> list[QColor]:
    scale = pg.colormap.get(_ORDER_MAP)
    low, high = _ON_DARK if QColor(theme.base).lightness() < 128 else _ON_LIGHT
    ends = max(count - 1, 1)
    return [
        scale.map(low + (high - low) * index / ends, mode=scale.QCOLOR) for index in range(count)
    ]
