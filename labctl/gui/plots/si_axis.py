"""An axis with SI prefixes, powers of ten, or names; its size does not change with its numbers."""

from __future__ import annotations

from html import escape
from typing import Literal

import pyqtgraph as pg
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QFont, QFontMetricsF, QPen

from labctl.gui.plots.plot_data import AxisData
from labctl.gui.plots.si_text import Unit, unit_for
from labctl.gui.plots.ticks import Ticks, category_ticks, linear_ticks, log_ticks
from labctl.gui.theme import Theme
from labctl.quantities import takes_prefix

TICK_LENGTH_PX = 4
LABEL_MARGIN_PX = 12
"""What a text item leaves free around its text, and a little more."""
GAP_EM = 0.3
LEFT_LETTERS = 6.5
"""Room for what is written beside the ticks of an upright axis."""
LETTERS_BELOW = 10
"""Longer names of a lying axis are broken in two."""
TICK_APART_EM = {"left": 1.7, "bottom": 4.5}
GRID_ALPHA = 70
_NO_UNIT = Unit(1.0, "")


class SiAxis(pg.AxisItem):
    """On the left or at the bottom; `describe` says what stands on it."""

    def __init__(self, side: Literal["left", "bottom"], view: pg.ViewBox, font: QFont) -> None:
        self._data = AxisData(label="")
        self._log = False
        self._unit = _NO_UNIT
        self._ticks = Ticks((), ())
        self._label_html = ""
        self._metrics = QFontMetricsF(font)
        super().__init__(side, maxTickLength=TICK_LENGTH_PX)
        self.enableAutoSIPrefix(False)
        self.setTickFont(font)
        self.label.setFont(font)
        # The second level is of minor ticks, without texts.
        self.setStyle(maxTextLevel=0, autoExpandTextSpace=False)
        self.showLabel(True)
        self.linkToView(view)

    def describe(self, data: AxisData, log: bool) -> None:
        """Show this axis, with a logarithmic scale or without."""
        self._data, self._log = data, log
        self._fix_size()
        self._suit_unit()
        self._write_label()

    def dress(self, theme: Theme) -> None:
        """Put on the colours of a theme."""
        self.setPen(QPen(QColor(theme.border), 0))
        self.setTickPen(QPen(QColor(theme.muted), 0))
        self.setTextPen(QPen(QColor(theme.text), 0))
        self.label.setDefaultTextColor(QColor(theme.text))
        self._write_label()

    def show_grid(self, shown: bool) -> None:
        """Draw lines across the plot at every tick, or none."""
        self.setGrid(GRID_ALPHA if shown else False)

    @property
    def unit(self) -> Unit:
        """What the numbers on a linear axis are told in at the moment."""
        return self._unit

    def setRange(self, mn: float, mx: float) -> None:  # noqa: N802 - pyqtgraph's name
        """Take a new range; the prefix goes with it."""
        super().setRange(mn, mx)
        self._suit_unit()

    def tickValues(  # noqa: N802 - pyqtgraph's name
        self, low: float, high: float, size: float
    ) -> list[tuple[float, tuple[float, ...]]]:
        """Where ticks stand: those with a text, then those without."""
        most = max(2, int(size / (TICK_APART_EM[self.orientation] * self._em)))
        if self._data.categories:
            self._ticks = self._names(low, high, size)
        elif self._log:
            self._ticks = log_ticks(low, high, most, self._data.unit)
        else:
            self._ticks = linear_ticks(low, high, most, self._unit)
        return [(1.0, self._ticks.major), (1.0, self._ticks.minor)]

    def tickStrings(  # noqa: N802 - pyqtgraph's name
        self, values: list[float], scale: float, spacing: float
    ) -> list[str]:
        """What is written beside the ticks of the first kind."""
        return list(self._ticks.texts)

    def resizeEvent(self, event: object = None) -> None:  # noqa: N802 - Qt's name
        """Shorten the label to the new length."""
        html = self.labelString()
        if html != self._label_html:
            self._label_html = html
            self.label.setHtml(html)
        super().resizeEvent(event)

    def labelString(self) -> str:  # noqa: N802 - pyqtgraph's name
        """The label as HTML, with the unit where the ticks do not tell it."""
        if self._log:
            unit = "" if takes_prefix(self._data.unit) else self._data.unit
        else:
            unit = self._unit.name
        unit = f" ({unit})" if unit else ""
        length = self.size().height() if self.orientation == "left" else self.size().width()
        room = length - self._metrics.horizontalAdvance(unit) - LABEL_MARGIN_PX
        label = self._metrics.elidedText(self._data.label, Qt.TextElideMode.ElideRight, room)
        return escape(f"{label}{unit}")

    def _names(self, low: float, high: float, size: float) -> Ticks:
        names = self._data.categories
        if self.orientation == "left":
            return category_ticks(names, low, high, int(size / self._em), int(2 * LEFT_LETTERS))
        letter = self._metrics.averageCharWidth()
        longest = min(max(map(len, names)), LETTERS_BELOW)
        most = int(size / ((longest + 1) * letter))
        letters = int(size / max(high - low, 1e-9) / letter) - 1
        return category_ticks(names, low, high, most, letters)

    @property
    def _em(self) -> float:
        return self._metrics.height()

    def _suit_unit(self) -> None:
        if self._log or self._data.categories:
            unit = _NO_UNIT
        else:
            unit = unit_for(self._data.unit, max(map(abs, self.range)))
        if unit != self._unit:
            self._unit = unit
            self._write_label()

    def _write_label(self) -> None:
        self.resizeEvent()
        self.picture = None
        self.update()

    def _fix_size(self) -> None:
        gap = GAP_EM * self._em + TICK_LENGTH_PX
        if self.orientation == "left":
            letters = 2 * LEFT_LETTERS if self._data.categories else LEFT_LETTERS
            text = letters * self._metrics.horizontalAdvance("0")
            self.setWidth(round(text + self._em + gap))
        else:
            lines = 2 if any(" " in name for name in self._data.categories) else 1
            self.setHeight(round((lines + 1) * self._em + gap))
