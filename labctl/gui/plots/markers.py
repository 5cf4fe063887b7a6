"""Thousands of equal marks, drawn in one stroke."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtGui import QBrush, QColor, QPaintEngine, QPainter, QPen, QPixmap, QTransform
from PyQt5.QtWidgets import QStyleOptionGraphicsItem, QWidget
from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols
from pyqtgraph.Qt.internals import PrimitiveArray

from labctl.gui.plots.plot_data import FloatArray

OUTLINED = frozenset("+x")
"""Markers that are strokes, not areas."""
STROKE_PX = 1.5


class Markers(pg.UIGraphicsItem):
    """The same marker at every point.

    pyqtgraph's own scatter plot keeps a style for each point: 4 ms of work for 4,000 new points,
    where this takes none.
    """

    def __init__(self) -> None:
        super().__init__()
        self._x = self._y = np.empty(0)
        self._marker = "o"
        self._size_px = 5.0
        self._colour = QColor()
        self._stamps: dict[float, QPixmap] = {}
        self._fragments = PrimitiveArray(QPainter.PixmapFragment, 10)

    def show_points(self, x: FloatArray, y: FloatArray, size_px: float) -> None:
        """Mark these points (in coordinates of the view, all finite)."""
        self._x, self._y = x, y
        if size_px != self._size_px:
            self._size_px = size_px
            self._stamps.clear()
        self.update()

    def dress(self, marker: str, colour: QColor) -> None:
        """Choose the marker, by pyqtgraph's letters, and its colour."""
        self._marker, self._colour = marker, colour
        self._stamps.clear()
        self.update()

    def paint(
        self, p: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Stamp the marker on every point in view; on paper, draw it as a shape."""
        if self._x.size == 0:
            return
        transform = p.transform()
        x = transform.m11() * self._x + transform.dx()
        y = transform.m22() * self._y + transform.dy()
        p.save()
        p.resetTransform()
        if p.paintEngine().type() == QPaintEngine.Type.Raster:
            self._stamp(p, x, y)
        else:
            self._draw(p, x, y)
        p.restore()

    def _stamp(self, painter: QPainter, x: FloatArray, y: FloatArray) -> None:
        ratio = painter.device().devicePixelRatioF()
        pixmap = self._stamps.get(ratio) or self._new_stamp(ratio)
        side = pixmap.width()
        self._fragments.resize(x.size)
        rows = self._fragments.ndarray()
        rows[:, 0], rows[:, 1] = np.round(x * ratio) / ratio, np.round(y * ratio) / ratio
        rows[:, 2:] = (0, 0, side, side, 1 / ratio, 1 / ratio, 0, 1)
        # With PyQt5 the drawing arguments are one array, which knows its length.
        arguments = (*self._fragments.drawargs(), pixmap)
        painter.drawPixmapFragments(*arguments)  # pyright: ignore[reportCallIssue]

    def _draw(self, painter: QPainter, x: FloatArray, y: FloatArray) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._choose_ink(painter)
        shape = QTransform.fromScale(self._size_px, self._size_px).map(Symbols[self._marker])
        for at_x, at_y in zip(x.tolist(), y.tolist(), strict=True):
            painter.drawPath(shape.translated(QPointF(at_x, at_y)))

    def _new_stamp(self, ratio: float) -> QPixmap:
        side = int(np.ceil((self._size_px + 2 * STROKE_PX) * ratio)) | 1
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(side / 2, side / 2)
        painter.scale(ratio, ratio)
        self._choose_ink(painter)
        painter.drawPath(
            QTransform.fromScale(self._size_px, self._size_px).map(Symbols[self._marker])
        )
        painter.end()
        self._stamps[ratio] = pixmap
        return pixmap

    def _choose_ink(self, painter: QPainter) -> None:
        outlined = self._marker in OUTLINED
        painter.setPen(QPen(self._colour, STROKE_PX) if outlined else QPen(Qt.PenStyle.NoPen))
        painter.setBrush(QBrush(self._colour))
