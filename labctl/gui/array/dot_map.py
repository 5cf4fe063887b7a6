"""The array to look at and to choose from, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from PyQt5.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PyQt5.QtWidgets import QApplication, QToolTip, QWidget

from labctl.gui import theme
from labctl.gui.array.colouring import Colouring, Mode
from labctl.gui.array.dot_painter import (
    paint_connected,
    paint_focus,
    paint_outline,
)
from labctl.gui.array.dots import Dot
from labctl.gui.array.grid import Place
from labctl.gui.array.map_picture import MapPicture
from labctl.gui.array.picking import Picking

_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class DotMap(QWidget):
    """Every device at its place; those that are chosen have a ring."""

    chosen = pyqtSignal(object)
    """Names that a person has chosen, a tuple in the order of the map."""
    opened = pyqtSignal(str)
    """A person wants to see more of this device."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = MapPicture()
        self._picking = Picking()
        self._places: dict[str, Place] = {}
        self._connected: str | None = None
        self._focus: Place = (0, 0)
        self._hover: Place | None = None
        self._pressed: QPoint | None = None
        self._band: QRectF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.retranslate()

    @property
    def colouring(self) -> Colouring:
        """What the colours mean now."""
        return self._picture.colouring

    @property
    def connected(self) -> str | None:
        """The device that is shown as connected."""
        return self._connected

    def dot(self, name: str) -> Dot | None:
        """A device as it is shown."""
        place = self._places.get(name)
        return None if place is None else self._picture.dots[place]

    def show_dots(self, rows: int, columns: int, dots: Sequence[Dot]) -> None:
        """Show these devices."""
        self._picture.show(rows, columns, dots)
        places = sorted(self._picture.dots)
        self._places = {self._picture.dots[place].name: place for place in places}
        self._picking = self._picking.of(tuple(self._places))
        if self._focus not in self._picture.dots:
            self._focus = places[0] if places else (0, 0)
        self._describe()
        self.update()

    def show_live(self, name: str, siemens: float) -> None:
        """Show a conductance that was measured just now."""
        if (dot := self.dot(name)) is not None:
            self._fit()
            self._picture.change(dot.conducting(siemens))
            self._update_place(self._places[name])

    def look(self, mode: Mode) -> None:
        """Colour by something else."""
        self._picture.look(mode)
        self.update()

    def choose(self, names: Iterable[str]) -> None:
        """Show as chosen what was chosen elsewhere."""
        self._picking = self._picking.these(name for name in names if name in self._places)
        self._describe()
        self.update()

    def connect_device(self, name: str | None) -> None:
        """Show which device is connected to the source."""
        if name != self._connected:
            before, self._connected = self._connected, name
            for one in (before, name):
                if one in self._places:
                    self._update_place(self._places[one])

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self.setAccessibleName(self.tr("Map of the array"))
        self._picture.look(self._picture.mode)
        self._describe()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for names and values of a few rows."""
        em = self.fontMetrics().height()
        return QSize(17 * em, 12 * em)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Dots without text."""
        em = self.fontMetrics().height()
        return QSize(8 * em, 5 * em)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow colours and fonts."""
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._picture.forget()
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The picture, and over it what changes quickly."""
        self._fit()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture.pixmap())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(event.rect())
        for name in self._picking.chosen:
            if self._cell(self._places[name]).intersects(area):
                self._picture.paint_chosen(painter, self._places[name])
        if self._connected in self._places:
            paint_connected(painter, self._cell(self._places[self._connected]))
        if self.hasFocus() and self._focus in self._picture.dots:
            paint_focus(painter, self._cell(self._focus))
        self._paint_mouse(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin a click or a band."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the band, or show what is under the mouse."""
        self._hover_at(self._place_at(event.pos()))
        self._stretch_band(event.pos())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """End the click or the band."""
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        self._stretch_band(event.pos())
        band, self._band, self._pressed = self._band, None, None
        toggling = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if band is not None:
            self._pick(self._picking.these(self._names_in(band), adding=toggling))
            return
        place = self._place_at(event.pos())
        if place is None:
            self._pick(self._picking.these(()))
            return
        self._focus = place
        extending = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._pick_at(place, toggling=toggling, extending=extending)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Open a device."""
        place = self._place_at(event.pos())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(self._picture.dots[place].name)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Nothing is under the mouse any more."""
        self._hover_at(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows move, space chooses, Return opens, Ctrl+A takes all, Escape none."""
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self._pick(self._picking.these(self._places))
        elif event.key() == Qt.Key.Key_Escape:
            self._band = self._pressed = None
            self._pick(self._picking.these(()))
        elif self._focus not in self._picture.dots:
            super().keyPressEvent(event)
        elif (step := _STEPS.get(Qt.Key(event.key()))) is not None:
            extending = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._move(step, extending=extending)
        elif event.key() == Qt.Key.Key_Space:
            self._pick_at(self._focus, toggling=True, extending=False)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.opened.emit(self._picture.dots[self._focus].name)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show where the keyboard is."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show it no longer."""
        self.update()
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        """Show what is known of the device under the mouse."""
        if not isinstance(event, QHelpEvent) or event.type() != QEvent.Type.ToolTip:
            return super().event(event)
        place = self._place_at(event.pos())
        if place is None:
            QToolTip.hideText()
            event.ignore()
        else:
            cell = self._cell(place).toAlignedRect()
            QToolTip.showText(event.globalPos(), self._tip(self._picture.dots[place]), self, cell)
        return True

    def _fit(self) -> None:
        self._picture.fit(self.size(), self.devicePixelRatioF(), self.font())

    def _cell(self, place: Place) -> QRectF:
        return self._picture.grid.cell(place)

    def _place_at(self, position: QPoint) -> Place | None:
        self._fit()
        place = self._picture.grid.place_at(QPointF(position))
        return place if place in self._picture.dots else None

    def _names_in(self, band: QRectF) -> list[str]:
        places = self._picture.grid.places_in(band)
        return [self._picture.dots[place].name for place in places if place in self._picture.dots]

    def _stretch_band(self, to: QPoint) -> None:
        """From where the button went down, once that is not just a hand that trembles."""
        if self._pressed is None:
            return
        far = (to - self._pressed).manhattanLength()
        if self._band is not None or far >= QApplication.startDragDistance():
            self._band = QRectF(QPointF(self._pressed), QPointF(to)).normalized()
            self.update()

    def _pick_at(self, place: Place, *, toggling: bool, extending: bool) -> None:
        name = self._picture.dots[place].name
        if extending:
            self._pick(self._picking.up_to(name, adding=toggling))
        elif toggling:
            self._pick(self._picking.toggled(name))
        else:
            self._pick(self._picking.one(name))

    def _pick(self, picking: Picking) -> None:
        self._picking = picking
        self._describe()
        self.update()
        self.chosen.emit(tuple(name for name in picking.names if name in picking.chosen))

    def _move(self, step: tuple[int, int], *, extending: bool) -> None:
        """To the next device in a direction, over places where none lies."""
        row, column = self._focus
        while 0 <= row < self._picture.rows and 0 <= column < self._picture.columns:
            row, column = row + step[0], column + step[1]
            if (row, column) in self._picture.dots:
                self._focus = (row, column)
                break
        if extending:
            self._pick_at(self._focus, toggling=False, extending=True)
        self._describe()
        self.update()

    def _hover_at(self, place: Place | None) -> None:
        if place != self._hover:
            before, self._hover = self._hover, place
            for one in (before, place):
                if one is not None:
                    self._update_place(one)

    def _update_place(self, place: Place) -> None:
        self.update(self._cell(place).toAlignedRect().adjusted(-3, -3, 3, 3))

    def _paint_mouse(self, painter: QPainter) -> None:
        if self._hover is not None:
            painter.setPen(QPen(QColor(theme.active().text), 1.4))
            paint_outline(painter, self._picture.disc(self._hover))
        if self._band is not None:
            accent = QColor(theme.active().accent)
            painter.setPen(QPen(accent, 1.0))
            accent.setAlpha(50)
            painter.setBrush(accent)
            painter.drawRect(self._band)

    def _tip(self, dot: Dot) -> str:
        """As plain text would stand, whatever is in it."""
        head, *lines = self._words(dot)
        rest = "".join(f"<br>{escape(line)}" for line in lines)
        return f"<p style='white-space: pre-wrap'><b>{escape(head)}</b>{rest}</p>"

    def _words(self, dot: Dot) -> list[str]:
        words = [dot.name, *dot.lines]
        if dot.name == self._connected:
            words.insert(1, self.tr("Connected to the source now"))
        return words

    def _describe(self) -> None:
        """Tell who cannot see it where the keyboard is, and what is there."""
        dot = self._picture.dots.get(self._focus)
        if dot is None:
            self.setAccessibleDescription(self.tr("No device is known"))
            return
        chosen = self.tr("chosen") if dot.name in self._picking.chosen else self.tr("not chosen")
        place = self.tr("row {row}, column {column}").format(row=dot.row + 1, column=dot.column + 1)
        self.setAccessibleDescription("; ".join([dot.name, chosen, place, *dot.lines]))
