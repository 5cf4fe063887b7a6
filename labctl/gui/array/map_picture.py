"""The picture of an array: painted once into a pixmap, then only what changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt5.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PyQt5.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from labctl.gui import theme
from labctl.gui.array.colouring import Colouring, Mode, colouring
from labctl.gui.array.dot_painter import (
    NARROWEST_ROUND,
    on,
    paint_chosen,
    paint_disc,
    paint_quarantine,
    paint_regime,
    smaller,
    width_of,
)
from labctl.gui.array.dots import Dot
from labctl.gui.array.grid import Grid, Place
from labctl.gui.array.stamps import Stamps

MARGIN_PX = 3.0
"""Around the array."""
LARGEST_EM = 7.0
"""Size of a cell at most."""
LEAST_DOT_EM = 1.7
"""Values stand beneath dots that stay as large."""
WIDEST_VALUE = "999 mS"
MARGIN = 0.12
"""Of a cell, around its dot."""


class MapPicture:
    """Dots with names and values at their places, at the size of a widget."""

    def __init__(self) -> None:
        self.dots: Mapping[Place, Dot] = {}
        self.rows = self.columns = 0
        self.mode = Mode.CONDUCTANCE
        self.colouring: Colouring = colouring(self.mode, ())
        self.grid = Grid(0, 0, 0.0, 0.0, 1.0)
        """Where everything lies."""
        self._size, self._ratio = QSize(), 1.0
        self._font = self._small = QFont()
        self._disc = QSizeF(1.0, 1.0)
        self._beneath = 0.0
        """Height of the value beneath a dot; 0 where there is no room."""
        self._stamps = Stamps()
        self._pixmap: QPixmap | None = None

    def show(self, rows: int, columns: int, dots: Sequence[Dot]) -> None:
        """Show other devices, or the same with other values."""
        self.rows, self.columns = rows, columns
        self.dots = {(dot.row, dot.column): dot for dot in dots}
        self._lay_out()
        self.look(self.mode)

    def look(self, mode: Mode) -> None:
        """Colour by something else, or by the same on a scale of its own."""
        self.mode = mode
        self.colouring = colouring(mode, self.dots.values())
        self.forget()

    def forget(self) -> None:
        """Paint everything anew: colours have changed."""
        self._pixmap = None
        self._stamps.forget()

    def fit(self, size: QSize, ratio: float, font: QFont) -> None:
        """Paint for a widget of this size, on a screen of so many pixels a point."""
        if (size, ratio, font) != (self._size, self._ratio, self._font):
            self._size, self._ratio, self._font = QSize(size), ratio, QFont(font)
            self._small = smaller(font)
            self._lay_out()

    def change(self, dot: Dot) -> None:
        """Show another value of one device, on the scale that there is."""
        place = (dot.row, dot.column)
        self.dots = {**self.dots, place: dot}
        if self._pixmap is not None:
            painter = self._painter(self._pixmap)
            painter.fillRect(self.grid.cell(place), QColor(theme.active().window))
            self._paint(painter, place, dot)
            painter.end()

    def disc(self, place: Place) -> QRectF:
        """The circle of a place, or its tile where there is no room for circles."""
        cell = self.grid.cell(place)
        corner = (
            cell.center() - QPointF(self._disc.width(), self._disc.height() + self._beneath) / 2
        )
        return QRectF(QPointF(round(corner.x()), round(corner.y())), self._disc)

    def pixmap(self) -> QPixmap:
        """All of it."""
        if self._pixmap is None:
            pixmap = QPixmap(self._size * self._ratio)
            pixmap.setDevicePixelRatio(self._ratio)
            pixmap.fill(QColor(theme.active().window))
            painter = self._painter(pixmap)
            for place, dot in self.dots.items():
                self._paint(painter, place, dot)
            painter.end()
            self._pixmap = pixmap
        return self._pixmap

    def paint_chosen(self, painter: QPainter, place: Place) -> None:
        """A ring around a dot."""
        self._stamps.put(painter, self.disc(place).topLeft(), "chosen", paint_chosen)

    def _lay_out(self) -> None:
        """Everything that follows from size, font, rows, and columns."""
        self._pixmap = None
        em, small_em = QFontMetricsF(self._font).height(), QFontMetricsF(self._small).height()
        width, height = self._size.width() - 2 * MARGIN_PX, self._size.height() - 2 * MARGIN_PX
        self.grid = Grid(self.rows, self.columns, width, height, LARGEST_EM * em, MARGIN_PX)
        room = QSizeF(self.grid.pitch_x, self.grid.pitch_y)
        least = LEAST_DOT_EM * small_em / (1 - 2 * MARGIN) + small_em
        roomy = room.height() >= least and room.width() >= width_of(WIDEST_VALUE, self._small)
        self._beneath = small_em if roomy else 0.0
        side = min(room.width(), room.height() - self._beneath)
        side = float(int(side - 2 * max(1.0, MARGIN * side)))
        tile = QSizeF(max(1, int(room.width()) - 1), max(1, int(room.height()) - 1))
        self._disc = tile if side < NARROWEST_ROUND else QSizeF(side, side)
        self._stamps.fit(self._disc, self._ratio)

    def _painter(self, pixmap: QPixmap) -> QPainter:
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._small)
        return painter

    def _paint(self, painter: QPainter, place: Place, dot: Dot) -> None:
        disc, colour = self.disc(place), self.colouring.colour(dot)
        stale = dot.stale and self.mode in {Mode.CONDUCTANCE, Mode.ERROR}
        regime = dot.regime if self.mode is Mode.REGIME and colour is not None else ""
        aside = dot.quarantine is not None

        def make(painter: QPainter, disc: QRectF) -> None:
            paint_disc(painter, disc, colour, stale=stale)
            if colour is not None:
                paint_regime(painter, disc, regime, colour)
            if aside:
                paint_quarantine(painter, disc)

        if min(disc.width(), disc.height()) < NARROWEST_ROUND:
            make(painter, disc)  # a tile is quicker than a stamp of it
        else:
            shows = (None if colour is None else colour.rgb(), stale, regime, aside)
            self._stamps.put(painter, disc.topLeft(), shows, make)
        self._paint_name(painter, disc, dot, colour)
        self._paint_value(painter, place, dot)

    def _paint_name(self, painter: QPainter, disc: QRectF, dot: Dot, colour: QColor | None) -> None:
        metrics = painter.fontMetrics()
        if disc.height() < metrics.height() + 2:
            return
        width = metrics.horizontalAdvance(dot.name)
        if disc.width() < width + 2:
            return
        if colour is None or dot.quarantine is not None:  # over lines, a ground of its own
            ground = QRectF(0, 0, width + 4, metrics.ascent())
            ground.moveCenter(disc.center())
            colour = QColor(theme.active().base)
            painter.fillRect(ground, colour)
        painter.setPen(on(colour))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, dot.name)

    def _paint_value(self, painter: QPainter, place: Place, dot: Dot) -> None:
        if not self._beneath:
            return
        below = self.grid.cell(place)
        below.setTop(below.bottom() - self._beneath)
        painter.setPen(QColor(theme.active().text))
        text = self.colouring.text(dot) or "–"
        width = int(below.width())
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)
