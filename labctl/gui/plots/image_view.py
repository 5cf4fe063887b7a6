"""One image with its colour bar, and the value of the pixel that is pointed at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt5.QtCore import QEvent, QPointF, QRectF, Qt, pyqtSignal
from PyQt5.QtGui import QBrush, QColor, QKeyEvent, QPainter, QPen
from PyQt5.QtWidgets import (
    QCheckBox,
    QGraphicsRectItem,
    QHBoxLayout,
    QStyleOptionGraphicsItem,
    QVBoxLayout,
    QWidget,
)

from labctl.gui import theme
from labctl.gui.plots.colour_bar import HATCH, ColourBar
from labctl.gui.plots.colours import colour_table, coloured
from labctl.gui.plots.elided_label import ElidedLabel
from labctl.gui.plots.image_data import ImageData
from labctl.gui.plots.plot_view_box import PlotViewBox
from labctl.gui.plots.si_text import si_text

VALUE_DIGITS = 5
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class _Unmeasured(pg.UIGraphicsItem):
    """Hatching behind the image, as wide on the screen whatever the range is."""

    def __init__(self) -> None:
        super().__init__()
        self.area = QRectF()
        self.colour = QColor()

    def paint(
        self, p: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Fill the area of the image."""
        area = p.transform().mapRect(self.area)
        p.save()
        p.resetTransform()
        p.fillRect(area, QBrush(self.colour, HATCH))
        p.restore()


class ImageCanvas(pg.GraphicsView):
    """Rows from above, columns from the left, square pixels; arrow keys move what is pointed at."""

    pointed = pyqtSignal(object)
    """Row and column, from 0, of the pixel that is pointed at; None for none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = PlotViewBox()
        self.view.setAspectLocked(True)
        self.view.invertY(True)
        self.setCentralItem(self.view)
        self._shape = (0, 0)
        self._at: tuple[int, int] | None = None
        self._unmeasured = _Unmeasured()
        self._image = pg.ImageItem(axisOrder="row-major")
        self._frame = QGraphicsRectItem(0, 0, 1, 1)
        self._frame.hide()
        for item in (self._unmeasured, self._image, self._frame):
            self.view.addItem(item, ignoreBounds=True)
        self.sceneObj.sigMouseMoved.connect(self._follow)
        self.sceneObj.sigMouseHover.connect(lambda items: items or self.point_at(None))

    def show_colours(self, colours: np.ndarray) -> None:
        """Show an image of shape (rows, columns, 4)."""
        self._image.setImage(colours, autoLevels=False, levels=None)
        if colours.shape[:2] != self._shape:
            self._shape = (colours.shape[0], colours.shape[1])
            self._unmeasured.area = QRectF(0, 0, self._shape[1], self._shape[0])
            self.fit()

    @property
    def place(self) -> tuple[int, int] | None:
        """Row and column of the pixel that is pointed at."""
        return self._at

    def fit(self) -> None:
        """See the whole image."""
        rows, columns = self._shape
        self.view.setRange(QRectF(0, 0, columns, rows), padding=0.01, disableAutoRange=False)

    def point_at(self, place: tuple[int, int] | None) -> None:
        """Frame the pixel in this row and column."""
        if place is not None:
            inside = 0 <= place[0] < self._shape[0] and 0 <= place[1] < self._shape[1]
            place = place if inside else None
        self._frame.setVisible(place is not None)
        if place is not None:
            self._frame.setPos(place[1], place[0])
        if place != self._at:
            self._at = place
            self.pointed.emit(place)

    def dress(self, colours: theme.Theme) -> None:
        """Put on the colours of a theme."""
        self.setBackgroundBrush(QColor(colours.base))
        self.view.dress(colours)
        pen = QPen(QColor(colours.bad), 2)
        pen.setCosmetic(True)
        self._frame.setPen(pen)
        self._unmeasured.colour = QColor(colours.muted)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows point at the next pixel, A shows the whole image."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            row, column = self._at or (0, 0)
            down, right = _STEPS[key]
            self.point_at((row + down, column + right) if self._at else (0, 0))
        elif key == Qt.Key.Key_A:
            self.fit()
        else:
            event.ignore()

    def _follow(self, where: QPointF) -> None:
        at = self.view.mapSceneToView(where)
        self.point_at((int(np.floor(at.y())), int(np.floor(at.x()))))


class ImageView(QWidget):
    """Title, image, colours, and the value pointed at; what is not measured is hatched."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: ImageData | None = None
        self._log = False
        self._title = ElidedLabel()
        self._log_box = QCheckBox()
        self._value = ElidedLabel()
        self._bar = ColourBar()
        self.canvas = ImageCanvas()
        self._title.setMinimumHeight(self._log_box.sizeHint().height())
        head = QHBoxLayout()
        head.setContentsMargins(4, 0, 0, 0)
        head.addWidget(self._title, 1)
        head.addWidget(self._log_box)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self._value)
        layout.addWidget(self._bar)
        self.setFocusProxy(self.canvas)
        self.canvas.pointed.connect(self._tell_value)
        self._log_box.toggled.connect(self._set_log)
        self.retranslate()
        self._dress()

    def show_image(self, told: Mapping[str, Any] | ImageData) -> None:
        """Show an image of the clerk's; raises `KeyError` for what is none."""
        data = told if isinstance(told, ImageData) else ImageData.of(told)
        first = self._data is None or self._data.name != data.name
        self._data = data
        if first:
            self._log = data.log and data.can_be_log
        self._log_box.setVisible(data.can_be_log)
        self._log_box.setChecked(self._log)
        self._title.say(data.title)
        self.canvas.setAccessibleName(self.tr("Image {}").format(data.title))
        self._paint()
        self._tell_value(self.canvas.place)

    @property
    def value_text(self) -> str:
        """What is told of the pixel that is pointed at."""
        return self._value.whole

    @property
    def data(self) -> ImageData | None:
        """What is shown."""
        return self._data

    def retranslate(self) -> None:
        """Say everything in the language that is in force."""
        self._log_box.setText(self.tr("log"))
        self._log_box.setToolTip(self.tr("Logarithmic colours"))
        self._tell_value(None)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language and the colours of the window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _paint(self) -> None:
        data = self._data
        if data is None:
            return
        table = colour_table(data.kind)
        self.canvas.show_colours(coloured(data.values, data.low, data.high, table, self._log))
        self._bar.show_scale(data, self._log)

    def _set_log(self, log: bool) -> None:
        if self._data is not None and log is not self._log:
            self._log = log and self._data.can_be_log
            self._paint()

    def _dress(self) -> None:
        self.canvas.dress(theme.active())
        self._value.setProperty("state", "muted")

    def _tell_value(self, place: tuple[int, int] | None) -> None:
        if self._data is None or place is None:
            self._value.say(self.tr("point at a pixel, or use the arrow keys"))
            return
        row, column = place
        value = float(self._data.values[row, column])
        told = self.tr("not measured")
        if np.isfinite(value):
            told = si_text(value, self._data.unit, VALUE_DIGITS)
        self._value.say(
            self.tr("{value} in row {row}, column {column}").format(
                row=row, column=column, value=told
            )
        )
