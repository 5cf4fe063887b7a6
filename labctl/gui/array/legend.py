"""What the colours and marks of the map mean."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QEvent, QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PyQt5.QtWidgets import QSizePolicy, QWidget

from labctl.gui import theme
from labctl.gui.array.colouring import REGIMES, Colouring
from labctl.gui.array.dot_painter import (
    paint_connected,
    paint_disc,
    paint_quarantine,
    paint_regime,
    smaller,
    width_of,
)

_PaintMark = Callable[[QPainter, QRectF], None]


class Legend(QWidget):
    """A bar of colours with numbers beneath; below it the marks that occur."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colouring: Colouring | None = None
        self._marks: list[tuple[str, _PaintMark]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def explain(
        self,
        colouring: Colouring,
        *,
        missing: bool = False,
        stale: bool = False,
        quarantined: bool = False,
        connected: bool = False,
    ) -> None:
        """Explain these colours, and of the marks those that occur."""
        self._colouring = colouring
        known: list[tuple[bool, str, _PaintMark]] = [
            (missing, self.tr("not known"), lambda p, r: paint_disc(p, r, None, stale=False)),
            (stale, self.tr("stress since"), _paint_stale),
            (quarantined, self.tr("quarantined"), _paint_quarantined),
            (connected, self.tr("connected"), paint_connected),
        ]
        self._marks = [(text, paint) for occurs, text, paint in known if occurs]
        texts = [text for _, text in (*colouring.ticks, *((0, text) for text, _ in self._marks))]
        self.setAccessibleName(self.tr("Legend"))
        self.setAccessibleDescription(", ".join(texts))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The bar, its numbers, and the rows of marks that the width needs."""
        line = self._line
        height = 1.7 * line + 1.15 * line * len(self._rows())
        return QSize(round(16 * line), round(height) + 2)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as it has to be."""
        return QSize(round(8 * self._line), self.sizeHint().height())

    def resizeEvent(self, _: QEvent) -> None:  # noqa: N802 - Qt's name
        """Another width may need other rows."""
        self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow colours and fonts."""
        self.update()
        super().changeEvent(event)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The bar, the numbers, the marks."""
        if self._colouring is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(smaller(self.font()))
        if self._colouring.categories:
            self._paint_categories(painter, self._colouring)
        else:
            self._paint_bar(painter, self._colouring)
        top = 1.75 * self._line
        for row in self._rows():
            self._paint_marks(painter, row, top)
            top += 1.15 * self._line

    @property
    def _line(self) -> float:
        return QFontMetricsF(smaller(self.font())).height()

    def _paint_bar(self, painter: QPainter, colouring: Colouring) -> None:
        line = self._line
        widest = max((width_of(text, painter.font()) for _, text in colouring.ticks), default=0.0)
        bar = QRectF(widest / 2 + 1, 1, self.width() - widest - 2, 0.6 * line)
        shades = QImage(len(colouring.colours), 1, QImage.Format.Format_RGB32)
        for number, colour in enumerate(colouring.colours):
            shades.setPixelColor(number, 0, colour)
        painter.drawImage(bar, shades)
        painter.setPen(QPen(QColor(theme.active().border), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar)
        painter.setPen(QColor(theme.active().text))
        for place, text in colouring.ticks:
            x = bar.left() + place * bar.width()
            painter.drawLine(round(x), round(bar.bottom()), round(x), round(bar.bottom() + 3))
            beneath = QRectF(x - widest, bar.bottom() + 3, 2 * widest, line)
            painter.drawText(beneath, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_categories(self, painter: QPainter, colouring: Colouring) -> None:
        side, x = 1.1 * self._line, 2.0
        for (_, text), colour, regime in zip(
            colouring.ticks, colouring.colours, REGIMES, strict=True
        ):
            disc = QRectF(x, 2, side, side)
            paint_disc(painter, disc, colour, stale=False)
            paint_regime(painter, disc, regime, colour)
            x = self._paint_text(painter, text, disc)

    def _paint_marks(
        self, painter: QPainter, marks: list[tuple[str, _PaintMark]], top: float
    ) -> None:
        side, x = 0.85 * self._line, 3.0
        for text, paint in marks:
            mark = QRectF(x, top + 0.1 * self._line, side, side)
            paint(painter, mark)
            x = self._paint_text(painter, text, mark)

    def _paint_text(self, painter: QPainter, text: str, beside: QRectF) -> float:
        """Returns where the next one begins."""
        painter.setPen(QColor(theme.active().text))
        width = width_of(text, painter.font())
        left = beside.right() + 0.35 * self._line
        place = QRectF(left, beside.top(), width + 2, beside.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, text)
        return left + width + 0.9 * self._line

    def _rows(self) -> list[list[tuple[str, _PaintMark]]]:
        """Marks in as many rows as the width needs."""
        rows: list[list[tuple[str, _PaintMark]]] = []
        left = 0.0
        for mark in self._marks:
            width = 2.1 * self._line + width_of(mark[0], smaller(self.font()))
            if not rows or left + width > max(self.width(), 1):
                rows.append([])
                left = 0.0
            rows[-1].append(mark)
            left += width
        return rows


def _paint_stale(painter: QPainter, mark: QRectF) -> None:
    paint_disc(painter, mark, QColor(theme.active().window), stale=True)


def _paint_quarantined(painter: QPainter, mark: QRectF) -> None:
    paint_disc(painter, mark, QColor(theme.active().window), stale=False)
    paint_quarantine(painter, mark)
