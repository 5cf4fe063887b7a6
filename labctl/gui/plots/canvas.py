"""Where one plot is drawn: axes, series, and the range that is seen of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PyQt5.QtCore import QRectF, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QFont, QKeyEvent, QMouseEvent
from PyQt5.QtWidgets import QGraphicsGridLayout, QWidget

from labctl.gui.plots.looks import Look, looks_of
from labctl.gui.plots.plot_data import AxisData, PlotData, SeriesData, drawn
from labctl.gui.plots.plot_view_box import PlotViewBox
from labctl.gui.plots.series_items import BarSlot, SeriesItems
from labctl.gui.plots.si_axis import SiAxis
from labctl.gui.theme import Theme

MARGIN = 0.04
"""Of the range, on each side of the data."""
BARS_SHARE = 0.8
"""Of a group's place that its bars take."""
TICK_FONT_SHARE = 0.9
_EMPTY = PlotData(name="", caption="", x=AxisData(label=""), y=AxisData(label=""), series=())
_PANS = {
    Qt.Key.Key_Left: (-0.1, 0.0),
    Qt.Key.Key_Right: (0.1, 0.0),
    Qt.Key.Key_Up: (0.0, 0.1),
    Qt.Key.Key_Down: (0.0, -0.1),
}
_ZOOMS = {Qt.Key.Key_Plus: 0.8, Qt.Key.Key_Equal: 0.8, Qt.Key.Key_Minus: 1.25}

Range = tuple[float, float]


class PlotCanvas(pg.GraphicsView):
    """Draws a `PlotData`; the range follows the data until a person chooses another."""

    range_chosen = pyqtSignal(object)
    """A person has chosen to see the range (low, high) of x, in coordinates; None: everything."""
    steered = pyqtSignal(object, bool)
    """An arrow key was pressed while `steers`: steps to the right and up, and whether fine ones."""
    resized = pyqtSignal()
    double_clicked = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = PlotViewBox()
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * TICK_FONT_SHARE)
        self.x_axis = SiAxis("bottom", self.view, font)
        self.y_axis = SiAxis("left", self.view, font)
        self.steers = False
        """Whether arrow keys are for somebody else than the range."""
        self._lay_out()
        self._data = _EMPTY
        self._log = (False, False)
        self._items: list[SeriesItems] = []
        self._looks: list[Look] = []
        self._hidden: set[str] = set()
        self._theme: Theme | None = None
        self._chosen = [False, False]
        """Whether a person has chosen the range of x, and that of y."""
        self._common_x: Range | None = None
        self.view.sigRangeChangedManually.connect(self._be_chosen)

    def show_plot(self, data: PlotData) -> None:
        """Draw this; what is the same as before is left alone."""
        old, self._data = self._data, data
        if (old.x, old.y) != (data.x, data.y):
            self._log = (data.x.log, data.y.log)
            self._describe()
            self._chosen = [False, False]
        shape = [(series.label, series.style) for series in data.series]
        if shape != [(series.label, series.style) for series in old.series]:
            self._rebuild()
        elif (old.x, old.y) != (data.x, data.y) or len(self._bars()) > 0:
            self._draw(data.series)
        else:
            changed = zip(self._items, data.series, old.series, strict=True)
            self._draw_some([(i, new) for i, new, was in changed if not new.same_as(was)])
        self._follow()

    def set_log(self, log_x: bool, log_y: bool) -> None:
        """Choose logarithmic scales; an axis of names has none."""
        log = (log_x and not self._data.x.categories, log_y and not self._data.y.categories)
        if log != self._log:
            self._log = log
            self._describe()
            self._draw(self._data.series)
            self.fit()

    def fit(self) -> None:
        """See everything that is shown, and follow it from now on."""
        self._chosen = [False, False]
        self.range_chosen.emit(None)
        self._follow()

    def zoom(self, factor: float) -> None:
        """See so many times as much."""
        self.view.scaleBy((factor, factor))
        self._be_chosen((True, True))

    def choose_x(self, chosen: Range) -> None:
        """See this range of x, as a person chose in a plot with the same axis."""
        self._chosen[0] = True
        self.view.setXRange(*chosen, padding=0)

    def follow_common_x(self, common: Range | None) -> None:
        """See `common` besides the own range of x while nobody chooses another."""
        if common != self._common_x:
            self._common_x = common
            self._follow()

    def set_hidden(self, labels: set[str]) -> None:
        """Hide the series with these labels; the range is that of the others."""
        self._hidden = set(labels)
        self._apply_hidden()
        self._follow()

    def dress(self, theme: Theme) -> None:
        """Put on the colours of a theme."""
        self._theme = theme
        self.setBackgroundBrush(QColor(theme.base))
        self.view.dress(theme)
        for axis in (self.x_axis, self.y_axis):
            axis.dress(theme)
        self._dress_series()

    @property
    def log(self) -> tuple[bool, bool]:
        """Whether x and y have logarithmic scales."""
        return self._log

    @property
    def looks(self) -> list[Look]:
        """Of every series."""
        return self._looks

    @property
    def chosen(self) -> bool:
        """Whether a person has chosen a range."""
        return any(self._chosen)

    def x_bounds(self) -> Range | None:
        """From the first to the last x that is shown, in coordinates."""
        bounds = [items.bounds.x for items in self._items if items.shown and items.bounds]
        return (min(b[0] for b in bounds), max(b[1] for b in bounds)) if bounds else None

    def shown_range(self) -> tuple[Range, Range]:
        """What is seen of x and of y, in coordinates."""
        x, y = self.view.viewRange()
        return (x[0], x[1]), (y[0], y[1])

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows move the range, or what they steer; plus and minus zoom."""
        key = Qt.Key(event.key())
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in _PANS and self.steers:
            self.steered.emit(_PANS[key], fine)
        elif key in _PANS:
            (low, high), (bottom, top) = self.shown_range()
            x, y = _PANS[key]
            self.view.translateBy((x * (high - low), y * (top - bottom)))
            self._be_chosen((x != 0, y != 0))
        elif key in _ZOOMS:
            self.zoom(_ZOOMS[key])
        else:
            event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell of it; nothing in the plot itself is double-clicked."""
        self.double_clicked.emit()

    def resizeEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        """Tell those who stand above the plot."""
        super().resizeEvent(event)
        self.resized.emit()

    def plot_area(self) -> QRectF:
        """Where the series are drawn, in pixels of the canvas."""
        return self.view.mapRectToScene(self.view.rect())

    def _lay_out(self) -> None:
        centre = pg.GraphicsWidget()
        layout = QGraphicsGridLayout(centre)
        layout.setContentsMargins(0, 6, 8, 0)
        layout.setSpacing(0)
        layout.addItem(self.y_axis, 0, 0)
        layout.addItem(self.view, 0, 1)
        layout.addItem(self.x_axis, 1, 1)
        layout.setColumnStretchFactor(1, 1)
        layout.setRowStretchFactor(0, 1)
        self.setCentralItem(centre)
        for axis in (self.x_axis, self.y_axis):
            axis.setZValue(0.5)  # its grid lies above the ground of the view

    def _describe(self) -> None:
        self.x_axis.describe(self._data.x, self._log[0])
        self.y_axis.describe(self._data.y, self._log[1])

    def _rebuild(self) -> None:
        for items in self._items:
            items.remove()
        self._items = [SeriesItems(self.view) for _ in self._data.series]
        self._draw(self._data.series)
        self._dress_series()
        self._apply_hidden()

    def _draw(self, series: tuple[SeriesData, ...]) -> None:
        self._draw_some(list(zip(self._items, series, strict=True)))

    def _draw_some(self, some: list[tuple[SeriesItems, SeriesData]]) -> None:
        floor = self._floor()
        bars = self._bars()
        slot = _slot_width(bars) / max(len(bars), 1)
        for items, series in some:
            place = next((n for n, bar in enumerate(bars) if bar is series), None)
            own = None
            if place is not None:
                own = BarSlot(0.92 * slot, (place - (len(bars) - 1) / 2) * slot)
            items.show(series, *self._log, own, floor)

    def _bars(self) -> list[SeriesData]:
        return [series for series in self._data.series if series.style == "bars"]

    def _floor(self) -> float:
        """Where bars begin: at 0, or at a whole decade well below the smallest."""
        if not self._log[1]:
            return 0.0
        lowest = [
            np.nanmin(y) for s in self._data.series if not np.isnan(y := drawn(s.y, True)).all()
        ]
        return math.floor(min(lowest, default=0.0) - 0.3)

    def _dress_series(self) -> None:
        if self._theme is None:
            return
        self._looks = looks_of([series.label for series in self._data.series], self._theme)
        for items, look in zip(self._items, self._looks, strict=True):
            items.dress(look, QColor(self._theme.text))

    def _apply_hidden(self) -> None:
        for items, series in zip(self._items, self._data.series, strict=True):
            items.set_shown(not series.label or series.label not in self._hidden)

    def _be_chosen(self, axes: Sequence[bool]) -> None:
        for axis in (0, 1):
            self._chosen[axis] |= bool(axes[axis])
        self.range_chosen.emit(self.shown_range()[0])

    def _follow(self) -> None:
        seen = self.shown_range()
        x, y = (
            kept if chosen else full
            for kept, full, chosen in zip(seen, self._full_range(), self._chosen, strict=True)
        )
        if (x, y) != seen:
            self.view.setRange(xRange=x, yRange=y, padding=0, disableAutoRange=False)
        # Otherwise items learn of the new range while they are painted, and ask for it again.
        self.sceneObj.prepareForPaint()

    def _full_range(self) -> tuple[Range, Range]:
        bounds = [items.bounds for items in self._items if items.shown and items.bounds]
        x = [end for bound in bounds for end in bound.x] + [*(self._common_x or ())]
        y = [end for bound in bounds for end in bound.y]
        bars = self._bars()
        if bars and y:
            y.append(self._floor())
        if bars and x and not self._data.x.categories:
            half = _slot_width(bars) / 2
            x = [min(x) - half, max(x) + half]
        return (
            _widened(x, self._data.x, self._log[0]),
            _widened(y, self._data.y, self._log[1]),
        )


def _widened(ends: list[float], axis: AxisData, log: bool) -> Range:
    if axis.categories:
        return -0.6, len(axis.categories) - 0.4
    if not ends:
        return 0.0, 1.0
    low, high = min(ends), max(ends)
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        half = 0.3 if log else (0.1 * abs(low) or 0.5)
        return low - half, high + half
    margin = MARGIN * (high - low)
    return low - margin, high + margin


def _slot_width(bars: list[SeriesData]) -> float:
    """Room of one group of bars, in units of the x axis."""
    places = np.unique(np.concatenate([bar.x for bar in bars])) if bars else np.empty(0)
    places = places[np.isfinite(places)]
    return BARS_SHARE * float(np.diff(places).min()) if places.size > 1 else BARS_SHARE
