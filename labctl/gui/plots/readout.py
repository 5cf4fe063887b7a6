"""Small texts that stand above a plot, and the cross hairs at the pointer."""

from __future__ import annotations

from collections.abc import Callable

import pyqtgraph as pg
from PyQt5.QtCore import QObject, QPointF, Qt
from PyQt5.QtGui import QColor, QPalette, QPen
from PyQt5.QtWidgets import QLabel

from labctl.gui.plots.canvas import PlotCanvas
from labctl.gui.plots.plot_data import AxisData, value_at
from labctl.gui.plots.si_text import si_text
from labctl.gui.theme import Theme

INSET_PX = 4
DIGITS = 5


class Readout(QLabel):
    """Text in a corner of the plot, where it takes no clicks."""

    def __init__(self, canvas: PlotCanvas, corner: Qt.Corner) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._corner = corner
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAutoFillBackground(True)
        self.setMargin(INSET_PX // 2)
        self.hide()
        canvas.resized.connect(self._place)

    def say(self, text: str, corner: Qt.Corner | None = None) -> None:
        """Show a text; nothing when it is empty."""
        if corner is not None:
            self._corner = corner
        if text != self.text() or text:
            self.setText(text)
            self.adjustSize()
            self._place()
        self.setVisible(bool(text))

    def dress(self, theme: Theme) -> None:
        """Put on the colours of a theme."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.raised))
        palette.setColor(QPalette.ColorRole.WindowText, QColor(theme.text))
        self.setPalette(palette)

    def _place(self) -> None:
        area = self._canvas.plot_area().toRect()
        left = area.left() + INSET_PX
        top = area.top() + INSET_PX
        if self._corner in (Qt.Corner.TopRightCorner, Qt.Corner.BottomRightCorner):
            left = max(left, area.right() - self.width() - INSET_PX)
        if self._corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
            top = max(top, area.bottom() - self.height() - INSET_PX)
        self.move(left, top)


class Crosshair(QObject):
    """Two lines at the pointer, and its coordinates as SI text."""

    def __init__(self, canvas: PlotCanvas, axes: Callable[[], tuple[AxisData, AxisData]]) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._axes = axes
        self._readout = Readout(canvas, Qt.Corner.TopRightCorner)
        self._lines = [pg.InfiniteLine(angle=angle, movable=False) for angle in (90, 0)]
        for line in self._lines:
            line.setZValue(20)
            line.hide()
            canvas.view.addItem(line, ignoreBounds=True)
        canvas.sceneObj.sigMouseMoved.connect(self._follow)
        canvas.sceneObj.sigMouseHover.connect(self._leave)

    def dress(self, theme: Theme) -> None:
        """Put on the colours of a theme."""
        for line in self._lines:
            line.setPen(QPen(QColor(theme.muted), 0, Qt.PenStyle.DashLine))
        self._readout.dress(theme)

    def hide(self) -> None:
        """Until the pointer comes again."""
        for line in self._lines:
            line.hide()
        self._readout.say("")

    @property
    def text(self) -> str:
        """The coordinates as they are shown; empty when the pointer is elsewhere."""
        return "" if self._readout.isHidden() else self._readout.text()

    def _leave(self, items: list[object]) -> None:
        if not items:
            self.hide()

    def _follow(self, where: QPointF) -> None:
        area = self._canvas.plot_area()
        if not area.contains(where):
            self.hide()
            return
        at = self._canvas.view.mapSceneToView(where)
        for line, coordinate in zip(self._lines, (at.x(), at.y()), strict=True):
            line.setValue(coordinate)
            line.show()
        texts = [
            f"{axis.label} {coordinate_text(coordinate, axis, log)}"
            for coordinate, axis, log in zip(
                (at.x(), at.y()), self._axes(), self._canvas.log, strict=True
            )
        ]
        away = where.x() > area.center().x() and where.y() < area.center().y()
        corner = Qt.Corner.TopLeftCorner if away else Qt.Corner.TopRightCorner
        self._readout.say("\n".join(texts), corner)


def coordinate_text(coordinate: float, axis: AxisData, log: bool) -> str:
    """What stands at a coordinate of the canvas: a number with its unit, or a name."""
    if axis.categories:
        place = round(coordinate)
        return axis.categories[place] if 0 <= place < len(axis.categories) else ""
    return si_text(value_at(coordinate, log), axis.unit, DIGITS)
