"""The stage's temperature of the last minutes, as a small curve without axes."""

from __future__ import annotations

import time
from collections import deque

from PyQt5.QtCore import QEvent, QPointF, QRectF, QSize
from PyQt5.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt5.QtWidgets import QSizePolicy, QWidget

from labctl.gui import theme
from labctl.gui.instruments.readings import temperature

MINUTES = 10
_STEP_S = 1.0
_LEAST_SPAN_K = 0.5
"""Noise is not drawn as if it were a ramp."""
_WIDE, _LEAST_WIDE = 5, 2
"""In heights of a line."""


class Trend(QWidget):
    """One reading a second at most; the tooltip tells the lowest and the highest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._readings: deque[tuple[float, float]] = deque()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def take(self, temperature_k: float, now_s: float | None = None) -> None:
        """A reading has come in; `now_s` is a monotonic clock."""
        now_s = time.monotonic() if now_s is None else now_s
        if self._readings and now_s - self._readings[-1][0] < _STEP_S:
            return
        self._readings.append((now_s, temperature_k))
        while now_s - self._readings[0][0] > 60 * MINUTES:
            self._readings.popleft()
        self._describe()
        self.update()

    def clear(self) -> None:
        """Another station: another stage."""
        self._readings.clear()
        self._describe()
        self.update()

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self.setAccessibleName(self.tr("Trend of the stage's temperature"))
        self._describe()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow language and theme."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        self.update()
        super().changeEvent(event)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A line of text tall."""
        height = self.fontMetrics().height()
        return QSize(_WIDE * height, height)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Enough to see whether it rises."""
        height = self.fontMetrics().height()
        return QSize(_LEAST_WIDE * height, height)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The curve, between its lowest and its highest reading."""
        if len(self._readings) < 2:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        low_k, high_k = self._span()
        room = QRectF(self.rect()).adjusted(1, 2, -1, -2)
        painter.setPen(QPen(QColor(theme.active().accent), 1.5))
        painter.drawPolyline(QPolygonF(self._curve(room, low_k, high_k)))

    def _curve(self, room: QRectF, low_k: float, high_k: float) -> list[QPointF]:
        first_s, last_s = self._readings[0][0], self._readings[-1][0]
        wide = room.width() / max(last_s - first_s, _STEP_S)
        tall = room.height() / (high_k - low_k)
        return [
            QPointF(room.left() + (at_s - first_s) * wide, room.bottom() - (reading - low_k) * tall)
            for at_s, reading in self._readings
        ]

    def _span(self) -> tuple[float, float]:
        readings = [reading for _, reading in self._readings]
        low_k, high_k = min(readings), max(readings)
        spare_k = max(0.0, _LEAST_SPAN_K - (high_k - low_k)) / 2
        return low_k - spare_k, high_k + spare_k

    def _describe(self) -> None:
        if len(self._readings) < 2:
            self.setToolTip(self.tr("The stage's temperature, as soon as it is read"))
            return
        readings = [reading for _, reading in self._readings]
        minutes = max(1, round((self._readings[-1][0] - self._readings[0][0]) / 60))
        self.setToolTip(
            self.tr("Last {minutes} min: {low} to {high}").format(
                minutes=minutes, low=temperature(min(readings)), high=temperature(max(readings))
            )
        )
