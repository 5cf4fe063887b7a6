"""Two markers that a person drags, and what lies between them."""

from __future__ import annotations

import math
from collections.abc import Callable

import pyqtgraph as pg
from PyQt5.QtCore import QCoreApplication, QObject, Qt
from PyQt5.QtGui import QColor, QPen

from labctl.gui.plots.canvas import PlotCanvas
from labctl.gui.plots.plot_data import AxisData, value_at
from labctl.gui.plots.readout import DIGITS, Readout
from labctl.gui.plots.si_text import plain, si_text
from labctl.gui.theme import Theme

SIZE_PX = 14
STARTS = ((0.35, 0.7), (0.65, 0.85))
"""Where the markers stand at first, in parts of what is seen."""
FINE = 0.1
KEY_STEP = 0.1
"""Of an arrow's step on the range, so much is a marker's."""
_QUOTIENTS = {("A", "V"): "S", ("V", "A"): "Ω", ("C", "s"): "A", ("J", "s"): "W"}


class MeasureTool(QObject):
    """Markers A and B; arrow keys move the one that was moved last, Space takes the other."""

    def __init__(self, canvas: PlotCanvas, axes: Callable[[], tuple[AxisData, AxisData]]) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._axes = axes
        self._active = 0
        self._readout = Readout(canvas, Qt.Corner.BottomLeftCorner)
        self._line = pg.PlotCurveItem()
        self._markers = [
            pg.TargetItem(size=SIZE_PX, symbol=symbol, label=name)
            for symbol, name in (("crosshair", "A"), ("x", "B"))
        ]
        for item in (self._line, *self._markers):
            item.setZValue(30)
            item.hide()
            canvas.view.addItem(item, ignoreBounds=True)
        for number, marker in enumerate(self._markers):
            marker.sigPositionChanged.connect(lambda _, n=number: self._moved(n))
        canvas.steered.connect(self._steer)

    def set_on(self, on: bool) -> None:
        """Show the markers within what is seen, or take them away."""
        self._canvas.steers = on
        for item in (self._line, *self._markers):
            item.setVisible(on)
        if not on:
            self._readout.say("")
            return
        (low, high), (bottom, top) = self._canvas.shown_range()
        for marker, (x, y) in zip(self._markers, STARTS, strict=True):
            marker.setPos(low + x * (high - low), bottom + y * (top - bottom))
        self._tell()

    def swap(self) -> None:
        """Let the arrow keys move the other marker."""
        self._active = 1 - self._active
        self._tell()

    def place(self, number: int, x: float, y: float) -> None:
        """Put a marker (0 or 1) at coordinates of the canvas."""
        self._markers[number].setPos(x, y)

    def dress(self, theme: Theme) -> None:
        """Put on the colours of a theme."""
        pen = QPen(QColor(theme.accent), 2)
        pen.setCosmetic(True)
        for marker in self._markers:
            marker.setPen(pen)
            marker.setHoverPen(pen)
            marker.setBrush(QColor(0, 0, 0, 0))
            marker.label().setColor(theme.accent)
        self._line.setPen(QPen(QColor(theme.accent), 0, Qt.PenStyle.DotLine))
        self._readout.dress(theme)

    @property
    def text(self) -> str:
        """What is told of the markers; empty while they are away."""
        return "" if self._readout.isHidden() else self._readout.text()

    def _moved(self, number: int) -> None:
        self._active = number
        self._tell()

    def _steer(self, step: tuple[float, float], fine: bool) -> None:
        (low, high), (bottom, top) = self._canvas.shown_range()
        scale = KEY_STEP * (FINE if fine else 1.0)
        at = self._markers[self._active].pos()
        self._markers[self._active].setPos(
            at.x() + scale * step[0] * (high - low), at.y() + scale * step[1] * (top - bottom)
        )

    def _tell(self) -> None:
        if not self._markers[0].isVisible():
            return
        a, b = (marker.pos() for marker in self._markers)
        self._line.setData([a.x(), b.x()], [a.y(), b.y()])
        self._readout.say(self._difference((a.x(), a.y()), (b.x(), b.y())))

    def _difference(self, a: tuple[float, float], b: tuple[float, float]) -> str:
        (x, y), (log_x, log_y) = self._axes(), self._canvas.log
        x_a, x_b = (value_at(each[0], log_x) for each in (a, b))
        y_a, y_b = (value_at(each[1], log_y) for each in (a, b))
        told = difference_lines(x_b - x_a, y_b - y_a, x, y)
        ratios = []
        for name, log, first, second in (("x", log_x, x_a, x_b), ("y", log_y, y_a, y_b)):
            if log and first:
                ratios.append(f"{name}(B)/{name}(A) {plain(second / first, DIGITS)}")
        keys = QCoreApplication.translate("MeasureTool", "arrows move {}")
        return "\n".join([*told, "    ".join([*ratios, keys.format("AB"[self._active])])])


def difference_lines(dx: float, dy: float, x: AxisData, y: AxisData) -> list[str]:
    """From marker A to marker B: Δx and Δy; the slope and 1/Δx, as SI text."""
    x_unit = "" if x.categories else x.unit
    lines = [f"Δx {si_text(dx, x_unit, DIGITS)}    Δy {si_text(dy, y.unit, DIGITS)}"]
    if dx and not math.isnan(dx):
        slope = si_text(dy / dx, quotient_unit(y.unit, x_unit), DIGITS)
        rate = si_text(1 / dx, quotient_unit("", x_unit), DIGITS)
        lines.append(f"Δy/Δx {slope}    1/Δx {rate}")
    return lines


def quotient_unit(above: str, below: str) -> str:
    """The unit of a quotient, by its own name where it has one."""
    above, below = above.replace("ohm", "Ω"), below.replace("ohm", "Ω")
    if above == below:
        return ""
    if not below:
        return above
    if not above:
        return "Hz" if below == "s" else f"1/{below}"
    return _QUOTIENTS.get((above, below), f"{above}/{below}")
