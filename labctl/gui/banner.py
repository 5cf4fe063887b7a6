"""A strip that says what the window is connected to: simulated and real look nothing alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt5.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt5.QtWidgets import QSizePolicy, QWidget

from labctl.gui import theme
from labctl.gui.session import Session

_STRIPE_ALPHA = 70
_LARGER = 1.15
_TALL = 1.9
"""In heights of a line."""


class Banner(QWidget):
    """SIMULATED on a hatched ground, or REAL STATION between warning stripes; always both named."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.retranslate()
        session.station_changed.connect(lambda _: self.retranslate())

    @property
    def kind(self) -> str:
        """The word on the left."""
        return self._kind

    @property
    def names(self) -> str:
        """Station and sample."""
        return self._names

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        station: Mapping[str, Any] = self._session.station
        if not station:
            self._kind, self._names = self.tr("NO STATION"), self.tr("none is open yet")
        else:
            simulated = self._session.simulated
            self._kind = self.tr("SIMULATED") if simulated else self.tr("REAL STATION")
            self._names = self.tr("{station}  ·  sample {sample}").format(
                station=station["name"], sample=station["sample"]["id"]
            )
        self.setAccessibleName(f"{self._kind}: {self._names}")
        self.setToolTip(self._meaning())
        self.update()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow language and theme."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        self.update()
        super().changeEvent(event)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the words."""
        width = self.fontMetrics().horizontalAdvance(self._kind + self._names)
        return QSize(width + 8 * self.fontMetrics().height(), self._height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the kind of station; the names are shortened."""
        width = self.fontMetrics().horizontalAdvance(self._kind)
        return QSize(width + 6 * self.fontMetrics().height(), self._height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Ground, pattern, and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, room = theme.active(), QRectF(self.rect())
        if not self._session.station:
            painter.fillRect(room, QColor(colours.raised))
            self._write(painter, room, colours.text)
        elif self._session.simulated:
            painter.fillRect(room, QColor(colours.simulated))
            self._hatch(painter, room)
            self._write(painter, room, colours.on_banner)
        else:
            painter.fillRect(room, QColor(colours.real))
            end = 1.8 * room.height()
            for left in (0.0, room.width() - end):
                self._warn(painter, QRectF(left, 0.0, end, room.height()))
            self._write(painter, room.adjusted(end, 0, -end, 0), colours.on_banner)

    def _height(self) -> int:
        return round(_TALL * self.fontMetrics().height())

    def _meaning(self) -> str:
        if not self._session.station:
            return self.tr("Open a station first")
        if self._session.simulated:
            return self.tr("Nothing real is connected: no instrument and no sample can be harmed")
        return self.tr("Real instruments and a real sample: what is started here is applied")

    @staticmethod
    def _hatch(painter: QPainter, room: QRectF) -> None:
        ground = QColor(theme.active().on_banner)
        ground.setAlpha(_STRIPE_ALPHA // 2)
        painter.setPen(QPen(ground, 1.5))
        step, height = 0.5 * room.height(), room.height()
        for number in range(int(room.width() / step) + 3):
            left = number * step
            painter.drawLine(QPointF(left, 0.0), QPointF(left - height, height))

    @staticmethod
    def _warn(painter: QPainter, room: QRectF) -> None:
        """Broad black stripes, as on machines that move."""
        painter.save()
        painter.setClipRect(room)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 200))
        height, wide = room.height(), 0.55 * room.height()
        left = room.left() - height
        while left < room.right() + height:
            corners = ((left, height), (left + wide, height), (left + wide + height, 0.0),
                       (left + height, 0.0))  # fmt: skip
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
            left += 2 * wide
        painter.restore()

    def _write(self, painter: QPainter, room: QRectF, colour: str) -> None:
        painter.setPen(QColor(colour))
        space = self.fontMetrics().height()
        bold = QFont(self.font())
        bold.setBold(True)
        bold.setPointSizeF(_LARGER * bold.pointSizeF())
        painter.setFont(bold)
        room = room.adjusted(space, 0, -space, 0)
        aligned = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(room, aligned, self._kind)
        wide = painter.fontMetrics().horizontalAdvance(self._kind) + space
        painter.setFont(self.font())
        rest = room.adjusted(wide, 0, 0, 0)
        shown = painter.fontMetrics().elidedText(
            self._names, Qt.TextElideMode.ElideRight, int(rest.width())
        )
        painter.drawText(rest, aligned, shown)
