"""A small picture for every state of an item: shape says what it is, colour only repeats it."""

from __future__ import annotations

from functools import cache

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from labctl.gui import theme
from labctl.gui.queue.item import State

SIDE = 16
"""Of an icon, in pixels that do not depend on the screen's density."""
_DENSITY = 4
_LINES = {
    State.FINISHED: [[(3, 9), (6.5, 12.5), (13, 4)]],
    State.FAILED: [[(4, 4), (12, 12)], [(12, 4), (4, 12)]],
    State.HELD: [[(5.5, 4), (5.5, 12)], [(10.5, 4), (10.5, 12)]],
    State.SKIPPED: [[(3, 4), (7, 8), (3, 12)], [(8, 4), (12, 8), (8, 12)]],
    State.INTERRUPTED: [[(9, 2), (5, 8.5), (11, 8.5), (7, 14)]],
    State.WAITING: [[(8, 4.5), (8, 8), (10.5, 9.5)]],
}


def state_icon(state: State) -> QIcon:
    """In the colours of now."""
    return _icon(state, theme.active().name)


@cache
def _icon(state: State, name: str) -> QIcon:
    colours = theme.THEMES[name]
    icon = QIcon(_picture(state, _colour(state, colours)))
    icon.addPixmap(_picture(state, colours.on_accent), QIcon.Mode.Selected)
    return icon


def _picture(state: State, drawn_in: str) -> QPixmap:
    picture = QPixmap(SIDE * _DENSITY, SIDE * _DENSITY)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.scale(_DENSITY, _DENSITY)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(drawn_in)
    painter.setPen(QPen(colour, 2.0, cap=Qt.PenCapStyle.RoundCap))
    for line in _LINES.get(state, ()):
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in line]))
    if state is State.WAITING:
        painter.drawEllipse(QRectF(2, 2, 12, 12))
    painter.setBrush(colour)
    if state is State.RUNNING:
        painter.drawPolygon(QPolygonF([QPointF(4, 3), QPointF(13, 8), QPointF(4, 13)]))
    if state is State.ABORTED:
        painter.drawRect(QRectF(4, 4, 8, 8))
    painter.end()
    return picture


def _colour(state: State, colours: theme.Theme) -> str:
    return {
        State.RUNNING: colours.accent,
        State.FINISHED: colours.good,
        State.FAILED: colours.bad,
        State.INTERRUPTED: colours.bad,
        State.ABORTED: colours.warn,
        State.HELD: colours.warn,
    }.get(state, colours.muted)
