"""How a run ended, so that it is seen at a glance: a word, a shape, and a colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PyQt5.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from labctl.gui import theme

SIZE = 32
"""Pixels of an icon's side; it is scaled down where it is shown."""
STATES: Mapping[str, str] = {
    "finished": "good",
    "aborted": "warn",
    "failed": "bad",
    "incomplete": "warn",
    "running": "accent",
}
"""The theme's colour of each status."""

_icons: dict[tuple[str, str], QIcon] = {}


def status_text(status: str) -> str:
    """The word for it in the language of now; one that nobody knows is shown as it is."""
    translate = QCoreApplication.translate
    words = {
        "finished": translate("RunStatus", "finished"),
        "aborted": translate("RunStatus", "aborted"),
        "failed": translate("RunStatus", "failed"),
        "incomplete": translate("RunStatus", "incomplete"),
        "running": translate("RunStatus", "running"),
    }
    return words.get(status, status)


def status_meaning(status: str) -> str:
    """One sentence on what the status says of the data."""
    translate = QCoreApplication.translate
    meanings = {
        "finished": translate("RunStatus", "Measured and analysed; the instruments are safe."),
        "aborted": translate("RunStatus", "Somebody stopped it; the rows up to there are kept."),
        "failed": translate("RunStatus", "Something went wrong; the rows up to there are kept."),
        "incomplete": translate(
            "RunStatus", "The process that measured is gone; the rows are kept."
        ),
        "running": translate("RunStatus", "It is being measured now."),
    }
    return meanings.get(status, "")


def status_colour(status: str) -> str:
    """`#rrggbb` in the theme of now."""
    return str(getattr(theme.active(), STATES.get(status, "muted")))


def status_icon(status: str) -> QIcon:
    """Tick, square, cross, broken line, or triangle, in the colour of the status.

    In a row that is chosen it has the colour of the text there.
    """
    key = (status, theme.active().name)
    if key not in _icons:
        icon = QIcon(_drawn(status, status_colour(status)))
        icon.addPixmap(_drawn(status, theme.active().on_accent), QIcon.Mode.Selected)
        _icons[key] = icon
    return _icons[key]


def _drawn(status: str, colour: str) -> QPixmap:
    pixmap = QPixmap(SIZE, SIZE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), 5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(QColor(colour))
    _SHAPES.get(status, _dot)(painter)
    painter.end()
    return pixmap


def _tick(painter: QPainter) -> None:
    painter.drawPolyline(QPolygonF([QPointF(6, 17), QPointF(13, 24), QPointF(26, 8)]))


def _square(painter: QPainter) -> None:
    painter.drawRect(QRectF(9, 9, 14, 14))


def _cross(painter: QPainter) -> None:
    painter.drawLine(QPointF(8, 8), QPointF(24, 24))
    painter.drawLine(QPointF(24, 8), QPointF(8, 24))


def _broken_line(painter: QPainter) -> None:
    painter.drawLine(QPointF(5, 16), QPointF(11, 16))
    painter.drawLine(QPointF(21, 16), QPointF(27, 16))
    painter.drawLine(QPointF(14, 22), QPointF(18, 10))


def _triangle(painter: QPainter) -> None:
    painter.drawPolygon(QPolygonF([QPointF(10, 7), QPointF(25, 16), QPointF(10, 25)]))


def _dot(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(16, 16), 4, 4)


_SHAPES: Mapping[str, Callable[[QPainter], None]] = {
    "finished": _tick,
    "aborted": _square,
    "failed": _cross,
    "incomplete": _broken_line,
    "running": _triangle,
}
