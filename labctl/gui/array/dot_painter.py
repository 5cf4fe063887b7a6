"""How devices are painted: the same in the map and in its legend."""

from __future__ import annotations

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from labctl.gui import theme

NARROWEST_MARKED = 14.0
"""Dots of less (px) have no badge."""
NARROWEST_ROUND = 10.0
"""What is less is painted as a tile that fills its cell."""
_SMALLER = 0.85


def on(colour: QColor) -> QColor:
    """Black or white, whichever is read better on a colour."""
    # Relative luminance as WCAG 2 has it, near enough.
    light = 0.2126 * colour.redF() ** 2.2 + 0.7152 * colour.greenF() ** 2.2
    light += 0.0722 * colour.blueF() ** 2.2
    return QColor("#000000" if light > 0.18 else "#ffffff")


def smaller(font: QFont) -> QFont:
    """For what stands beneath a dot."""
    small = QFont(font)
    if font.pointSizeF() > 0:
        small.setPointSizeF(font.pointSizeF() * _SMALLER)
    return small


def paint_disc(painter: QPainter, disc: QRectF, colour: QColor | None, *, stale: bool) -> None:
    """A device: filled, hatched when what the colour tells is not known, dashed when stale."""
    if min(disc.width(), disc.height()) < NARROWEST_ROUND:
        _paint_tile(painter, disc, colour)
        return
    look = theme.active()
    pen = QPen(QColor(look.text if stale else look.muted), 1.6 if stale else 1.0)
    if stale:
        pen.setDashPattern([2.5, 2.0])
    painter.setPen(pen)
    if colour is None:
        painter.setBrush(QColor(look.base))
        painter.drawEllipse(disc)
        painter.setBrush(QBrush(QColor(look.muted), Qt.BrushStyle.BDiagPattern))
    else:
        painter.setBrush(colour)
    painter.drawEllipse(disc)


def paint_outline(painter: QPainter, area: QRectF) -> None:
    """Around a dot or a tile, in the pen of the painter."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if min(area.width(), area.height()) < NARROWEST_ROUND:
        painter.drawRect(area)
    else:
        painter.drawEllipse(area)


def paint_regime(painter: QPainter, disc: QRectF, regime: str, colour: QColor) -> None:
    """What marks a regime besides its colour: a filament has its wire, the untouched a hollow."""
    painter.setPen(QPen(on(colour), max(1.5, disc.width() / 14)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    middle = disc.center()
    if regime == "filament":
        for begin, end in ((disc.top(), 0.22), (disc.bottom(), -0.22)):
            painter.drawLine(
                QPointF(middle.x(), begin), QPointF(middle.x(), begin + end * disc.height())
            )
    elif regime == "untouched":
        inner = disc.width() * 0.06
        painter.drawEllipse(disc.adjusted(inner, inner, -inner, -inner))


def paint_quarantine(painter: QPainter, disc: QRectF) -> None:
    """Crossed out, with a badge where there is room."""
    look = theme.active()
    corner = 0.36 * min(disc.width(), disc.height())
    middle = disc.center()
    width = max(1.5, disc.width() / 13)
    for colour, extra in ((look.base, 2.0), (look.bad, 0.0)):
        pen = QPen(QColor(colour), width + extra)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        for sign in (1, -1):
            offset = QPointF(corner, sign * corner)
            painter.drawLine(middle - offset, middle + offset)
    if disc.width() >= NARROWEST_MARKED:
        _paint_badge(painter, disc)


def paint_connected(painter: QPainter, cell: QRectF) -> None:
    """Brackets at the corners of the device that is connected to the source."""
    length = 0.25 * min(cell.width(), cell.height())
    for colour, width in ((theme.active().base, 4.5), (theme.active().good, 2.5)):
        pen = QPen(QColor(colour), width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        for x, along in ((cell.left(), length), (cell.right(), -length)):
            for y, down in ((cell.top(), length), (cell.bottom(), -length)):
                corner = QPointF(x, y)
                painter.drawPolyline(corner + QPointF(along, 0), corner, corner + QPointF(0, down))


def paint_chosen(painter: QPainter, disc: QRectF) -> None:
    """A ring around a device that is chosen."""
    round_ = min(disc.width(), disc.height()) >= NARROWEST_ROUND
    gap, widths = (2.0, (4.0, 2.6)) if round_ else (-0.6, (2.4, 1.2))
    ring = disc.adjusted(-gap, -gap, gap, gap)
    for colour, width in zip((theme.active().base, theme.active().accent), widths, strict=True):
        painter.setPen(QPen(QColor(colour), width))
        paint_outline(painter, ring)


def paint_focus(painter: QPainter, cell: QRectF) -> None:
    """Where the keyboard is."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.active().text), 1.0, Qt.PenStyle.DotLine))
    painter.drawRect(cell.adjusted(0.5, 0.5, -0.5, -0.5))


def _paint_tile(painter: QPainter, tile: QRectF, colour: QColor | None) -> None:
    if colour is not None:
        painter.fillRect(tile, colour)
        return
    painter.fillRect(tile, QColor(theme.active().base))
    painter.fillRect(tile, QBrush(QColor(theme.active().muted), Qt.BrushStyle.BDiagPattern))


def _paint_badge(painter: QPainter, disc: QRectF) -> None:
    """An exclamation mark at the upper right."""
    look = theme.active()
    side = max(9.0, 0.34 * disc.width())
    badge = QRectF(disc.right() - 0.75 * side, disc.top() - 0.25 * side, side, side)
    painter.setPen(QPen(QColor(look.base), 1.0))
    painter.setBrush(QColor(look.bad))
    painter.drawEllipse(badge)
    font = QFont(painter.font())
    font.setBold(True)
    font.setPixelSize(max(7, round(0.75 * side)))
    kept = painter.font()
    painter.setFont(font)
    painter.setPen(QColor(look.on_bad))
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, "!")
    painter.setFont(kept)


def width_of(text: str, font: QFont) -> float:
    """Of a text (px)."""
    return QFontMetricsF(font).horizontalAdvance(text)
