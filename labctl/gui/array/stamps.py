"""Dots that look the same are painted once: a thousand of them must not hold up the window."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PyQt5.QtCore import QPointF, QRectF, QSizeF, Qt
from PyQt5.QtGui import QPainter, QPixmap

AROUND = 6.0
"""What is painted may reach so far (px) beyond its dot."""


class Stamps:
    """Small pictures by what they show, of dots of one size on one screen."""

    def __init__(self) -> None:
        self._size, self._ratio = QSizeF(), 1.0
        self._made: dict[Hashable, QPixmap] = {}

    def fit(self, size: QSizeF, ratio: float) -> None:
        """Make dots of this size from now on, on a screen of so many pixels a point."""
        if (size, ratio) != (self._size, self._ratio):
            self._size, self._ratio = size, ratio
            self.forget()

    def forget(self) -> None:
        """Make all of them anew."""
        self._made.clear()

    def put(
        self,
        painter: QPainter,
        at: QPointF,
        shows: Hashable,
        make: Callable[[QPainter, QRectF], None],
    ) -> None:
        """Paint a dot with its upper left corner `at`; `make` paints what it `shows`, once."""
        if shows not in self._made:
            self._made[shows] = self._stamp(make)
        painter.drawPixmap(at - QPointF(AROUND, AROUND), self._made[shows])

    def _stamp(self, make: Callable[[QPainter, QRectF], None]) -> QPixmap:
        whole = self._size + QSizeF(2 * AROUND, 2 * AROUND)
        pixmap = QPixmap((whole * self._ratio).toSize())
        pixmap.setDevicePixelRatio(self._ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        make(painter, QRectF(QPointF(AROUND, AROUND), self._size))
        painter.end()
        return pixmap
