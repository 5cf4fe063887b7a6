"""Bars whose hatching is as wide on the screen whatever the range is."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PyQt5.QtCore import QRectF
from PyQt5.QtGui import QBrush, QColor, QPainter, QPen
from PyQt5.QtWidgets import QStyleOptionGraphicsItem, QWidget

from labctl.gui.plots.plot_data import FloatArray


class Bars(pg.UIGraphicsItem):
    """Upright bars of one look; pyqtgraph's own scale a hatched brush with the range."""

    def __init__(self) -> None:
        super().__init__()
        self._x = self._top = np.empty(0)
        self._width = 1.0
        self._floor = 0.0
        self._brush = QBrush()
        self._outline = QPen()

    def show_bars(self, x: FloatArray, top: FloatArray, width: float, floor: float) -> None:
        """Bars around `x` from `floor` to `top`, all finite, in coordinates of the view."""
        self._x, self._top, self._width, self._floor = x, top, width, floor
        self.update()

    def dress(self, brush: QBrush, outline: QColor) -> None:
        """Choose how they are filled, and the colour around them."""
        self._brush, self._outline = brush, QPen(outline, 1)
        self.update()

    def paint(
        self, p: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw all bars, in pixels."""
        if self._x.size == 0:
            return
        transform = p.transform()
        left = transform.m11() * (self._x - self._width / 2) + transform.dx()
        top = transform.m22() * self._top + transform.dy()
        width = abs(transform.m11() * self._width)
        floor = transform.m22() * self._floor + transform.dy()
        p.save()
        p.resetTransform()
        p.setBrush(self._brush)
        p.setPen(self._outline)
        for x, y in zip(left.tolist(), top.tolist(), strict=True):
            p.drawRect(QRectF(x, y, width, floor - y).normalized())
        p.restore()
