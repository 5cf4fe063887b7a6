"""The area of a plot: drag to zoom, wheel to zoom, middle button or Shift to move."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QPen
from PyQt5.QtWidgets import QGraphicsRectItem

from labctl.gui.theme import Theme

ZOOM_BOX_ALPHA = 50


class PlotViewBox(pg.ViewBox):
    """Ranges are never chosen by itself; `sigRangeChangedManually` tells of the person's choice."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.disableAutoRange()

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:  # noqa: N802 - pyqtgraph's name
        """Zoom into the rectangle that is drawn, or move."""
        if ev.button() == Qt.MouseButton.RightButton:
            ev.ignore()  # it opens the menu
            return
        moves = (
            ev.button() == Qt.MouseButton.MiddleButton
            or ev.modifiers() & Qt.KeyboardModifier.ShiftModifier
        )
        self.state["mouseMode"] = self.PanMode if moves else self.RectMode
        super().mouseDragEvent(ev, axis)

    def keyPressEvent(self, ev: Any) -> None:  # noqa: N802 - pyqtgraph's name
        """Leave all keys to the canvas."""
        ev.ignore()

    def dress(self, theme: Theme) -> None:
        """Put on the colours of a theme."""
        self.setBackgroundColor(theme.base)
        box = QGraphicsRectItem(0, 0, 1, 1)
        pen = QPen(QColor(theme.accent), 1)
        pen.setCosmetic(True)
        box.setPen(pen)
        fill = QColor(theme.accent)
        fill.setAlpha(ZOOM_BOX_ALPHA)
        box.setBrush(fill)
        self.rbScaleBox = box
