"""The colours of an image and what they mean."""

from __future__ import annotations

from PyQt5.QtCore import QPoint, QRect, QSize, Qt
from PyQt5.QtGui import QBrush, QImage, QPainter, QPaintEvent
from PyQt5.QtWidgets import QSizePolicy, QWidget

from labctl.gui.plots.colours import colour_table
from labctl.gui.plots.image_data import ImageData
from labctl.gui.plots.si_text import si_text

DIGITS = 3
HATCH = Qt.BrushStyle.BDiagPattern
"""Of what has not been measured."""


class ColourBar(QWidget):
    """A strip of all colours, its ends and its middle named, and what is hatched."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: ImageData | None = None
        self._log = False
        self._table = colour_table("gray")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_scale(self, data: ImageData, log: bool) -> None:
        """Explain the colours of this image."""
        self._data, self._log = data, log
        self._table = colour_table(data.kind)
        self.setAccessibleName(self.tr("Colours from {} to {}").format(*self._texts()[::2]))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A strip, and two lines of text."""
        em = self.fontMetrics().height()
        return QSize(10 * em, round(2.8 * em))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The same height with less width."""
        return QSize(5 * self.fontMetrics().height(), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw strip, numbers, and the sign for what is missing."""
        if self._data is None:
            return
        em = self.fontMetrics().height()
        painter = QPainter(self)
        strip = QRect(0, 2, self.width(), em // 2)
        row = self._table.tobytes()
        image = QImage(row, self._table.shape[0], 1, QImage.Format.Format_RGBA8888)
        painter.drawImage(strip, image)
        painter.setPen(self.palette().text().color())
        below = QRect(0, strip.bottom() + 1, self.width(), em)
        sides = (
            Qt.AlignmentFlag.AlignLeft,
            Qt.AlignmentFlag.AlignHCenter,
            Qt.AlignmentFlag.AlignRight,
        )
        for side, text in zip(sides, self._fitting(), strict=True):
            painter.drawText(below, int(side), text)
        if self._data.missing:
            self._tell_missing(painter, QPoint(0, below.bottom() + 2), em)
        painter.end()

    def _tell_missing(self, painter: QPainter, where: QPoint, em: int) -> None:
        swatch = QRect(where, QSize(em, em - 4))
        painter.fillRect(swatch, self.palette().base())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.fillRect(swatch, QBrush(self.palette().text().color(), HATCH))
        painter.drawRect(swatch)
        painter.drawText(QPoint(swatch.right() + em // 2, swatch.bottom()), self.tr("not measured"))

    def _texts(self) -> tuple[str, str, str]:
        data = self._data
        if data is None:
            return "", "", ""
        middle = (data.low * data.high) ** 0.5 if self._log else (data.low + data.high) / 2
        low, mid, high = (si_text(v, data.unit, DIGITS) for v in (data.low, middle, data.high))
        return low, mid, high

    def _fitting(self) -> tuple[str, str, str]:
        """The texts; where there is no room, without the middle, then without the first unit."""
        low, middle, high = self._texts()
        bare = low.partition(" ")[0]
        for texts in ((low, middle, high), (low, "", high), (bare, "", high)):
            if self.fontMetrics().horizontalAdvance("   ".join(texts)) <= self.width():
                return texts
        return bare, "", high.partition(" ")[0]
