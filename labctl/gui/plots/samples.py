"""How a series looks, in a small picture beside its name."""

from __future__ import annotations

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QBrush, QIcon, QPainter, QPen, QPixmap, QTransform
from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols

from labctl.gui.plots.looks import Look
from labctl.gui.plots.markers import OUTLINED, STROKE_PX
from labctl.gui.plots.plot_data import Style

LINE_PX = 2.0
MARKER_SHARE = 0.55
"""Of the height."""


def draw_sample(painter: QPainter, area: QRectF, look: Look, style: Style) -> None:
    """Draw a piece of line, a marker, or a bar into `area`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if style == "bars":
        painter.setPen(QPen(look.colour, 1))
        painter.setBrush(QBrush(look.colour, look.fill))
        painter.drawRect(area.adjusted(area.width() / 4, 1, -area.width() / 4, -1))
    if style in ("line", "both"):
        pen = QPen(look.colour, LINE_PX, look.dash, Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        middle = area.center().y()
        painter.drawLine(QPointF(area.left(), middle), QPointF(area.right(), middle))
    if style in ("points", "both"):
        outlined = look.marker in OUTLINED
        painter.setPen(QPen(look.colour, STROKE_PX) if outlined else QPen(Qt.PenStyle.NoPen))
        painter.setBrush(QBrush(look.colour))
        size = MARKER_SHARE * area.height()
        shape = QTransform.fromScale(size, size).map(Symbols[look.marker])
        painter.drawPath(shape.translated(area.center()))
    painter.restore()


def sample_icon(look: Look, style: Style, width: int, height: int, ratio: float) -> QIcon:
    """The sample as an icon of this size, for a screen with so many dots a pixel."""
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_sample(painter, QRectF(0, 0, width, height), look, style)
    painter.end()
    return QIcon(pixmap)
