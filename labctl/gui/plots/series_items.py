"""What one series consists of on the canvas, changed in place when its data change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QBrush, QColor, QPen

from labctl.gui.plots.bars import Bars
from labctl.gui.plots.looks import Look
from labctl.gui.plots.markers import Markers
from labctl.gui.plots.plot_data import FloatArray, SeriesData, drawn

BoolArray = NDArray[np.bool_]
Item = TypeVar("Item", bound=pg.GraphicsObject)

SMOOTH_UP_TO = 1_000
"""Points of a line that is drawn wide and smooth; of more, one pixel wide and plain, for speed."""
MARKED_UP_TO = 400
"""Points of a line with a marker at each."""
MOST_ERROR_BARS = 300
WIDE_PX = 1.6


@dataclass(frozen=True)
class Bounds:
    """A rectangle around data, in coordinates of the canvas."""

    x: tuple[float, float]
    y: tuple[float, float]


@dataclass(frozen=True)
class BarSlot:
    """Where the bars of one series stand within a group, in units of the x axis."""

    width: float
    shift: float


class SeriesItems:
    """One series: the items that its style needs, no others."""

    def __init__(self, view: pg.ViewBox) -> None:
        self._view = view
        self._line: pg.PlotCurveItem | None = None
        self._markers: Markers | None = None
        self._bars: Bars | None = None
        self._errors: pg.PlotCurveItem | None = None
        self._shown = True
        self._look: Look | None = None
        self._wide = True
        self.bounds: Bounds | None = None
        """Around what is drawn; None when there is nothing."""

    def show(
        self, data: SeriesData, log_x: bool, log_y: bool, slot: BarSlot | None, floor: float
    ) -> None:
        """Draw these data; bars begin at `floor` (a coordinate) and stand in their `slot`."""
        x, y = drawn(data.x, log_x), drawn(data.y, log_y)
        finite = np.isfinite(x) & np.isfinite(y)
        half = None if data.error is None else np.abs(data.error)
        ends = None
        if half is not None:
            ends = drawn(data.y - half, log_y), drawn(data.y + half, log_y)
        self.bounds = _bounds(x, y, finite, ends)
        if data.style in ("line", "both"):
            self._show_line(x, y, bool(finite.all()))
        elif data.style == "bars" and slot is not None:
            x = x + slot.shift
            self._show_bars(x[finite], y[finite], slot.width, floor)
        if data.style in ("points", "both"):
            few = data.style == "points" or x.size <= MARKED_UP_TO
            self._show_markers(x[finite], y[finite], few)
        if ends is not None:
            low = np.where(np.isnan(ends[0]), floor, ends[0])  # beyond a logarithmic axis
            self._show_errors(x, low, ends[1], finite)
        self._apply_shown()

    def dress(self, look: Look, ink: QColor) -> None:
        """Put on a look; bars have the uncertainty in `ink`."""
        self._look = look
        if self._line is not None:
            self._line.setPen(_line_pen(look, self._wide))
        if self._markers is not None:
            self._markers.dress(look.marker, look.colour)
        if self._bars is not None:
            self._bars.dress(QBrush(look.colour, look.fill), look.colour)
        if self._errors is not None:
            self._errors.setPen(_cosmetic(ink if self._bars is not None else look.colour, 1))

    def set_shown(self, shown: bool) -> None:
        """Show or hide it."""
        self._shown = shown
        self._apply_shown()

    @property
    def shown(self) -> bool:
        """Whether it is not hidden."""
        return self._shown

    def remove(self) -> None:
        """Take everything off the canvas."""
        for item in self._items():
            self._view.removeItem(item)
        self._line = self._markers = self._bars = self._errors = None

    def _items(self) -> list[pg.GraphicsObject]:
        items = (self._line, self._markers, self._bars, self._errors)
        return [item for item in items if item is not None]

    def _apply_shown(self) -> None:
        for item in self._items():
            item.setVisible(self._shown)

    def _show_line(self, x: FloatArray, y: FloatArray, all_finite: bool) -> None:
        if self._line is None:
            self._line = self._add(pg.PlotCurveItem())
        wide = x.size <= SMOOTH_UP_TO
        if wide is not self._wide and self._look is not None:
            self._line.setPen(_line_pen(self._look, wide))
        self._wide = wide
        self._line.setData(
            x, y, connect="all" if all_finite else "finite", skipFiniteCheck=all_finite,
            antialias=wide,
        )  # fmt: skip

    def _show_markers(self, x: FloatArray, y: FloatArray, shown: bool) -> None:
        if self._markers is None:
            self._markers = self._add(Markers())
        empty = x[:0]
        self._markers.show_points(x if shown else empty, y if shown else empty, _size_px(x.size))

    def _show_bars(self, x: FloatArray, y: FloatArray, width: float, floor: float) -> None:
        if self._bars is None:
            self._bars = self._add(Bars())
        self._bars.show_bars(x, y, width, floor)

    def _show_errors(
        self, x: FloatArray, low: FloatArray, high: FloatArray, finite: BoolArray
    ) -> None:
        if self._errors is None:
            self._errors = self._add(pg.PlotCurveItem(connect="pairs"))
        chosen = np.flatnonzero(finite & np.isfinite(low) & np.isfinite(high))
        chosen = chosen[:: max(1, -(-chosen.size // MOST_ERROR_BARS))]
        ends = np.column_stack([low[chosen], high[chosen]]).ravel()
        self._errors.setData(np.repeat(x[chosen], 2), ends, connect="pairs", skipFiniteCheck=True)

    def _add(self, item: Item) -> Item:
        self._view.addItem(item, ignoreBounds=True)
        return item


def _bounds(
    x: FloatArray, y: FloatArray, finite: BoolArray, ends: tuple[FloatArray, FloatArray] | None
) -> Bounds | None:
    if not finite.any():
        return None
    low, high = float(y[finite].min()), float(y[finite].max())
    if ends is not None:
        low = float(np.nanmin([low, *ends[0][finite]]))
        high = float(np.nanmax([high, *ends[1][finite]]))
    return Bounds((float(x[finite].min()), float(x[finite].max())), (low, high))


def _line_pen(look: Look, wide: bool) -> QPen:
    pen = _cosmetic(look.colour, WIDE_PX if wide else 1)
    pen.setStyle(look.dash)
    return pen


def _cosmetic(colour: QColor, width_px: float) -> QPen:
    pen = QPen(colour, width_px)
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _size_px(count: int) -> float:
    """Markers shrink as they get many."""
    return float(np.clip(9.0 - 1.8 * np.log10(max(count, 1)), 3.0, 7.0))
