"""A plot as a picture for a document: on a light ground, with caption and legend."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from PyQt5.QtCore import QBuffer, QByteArray, QIODevice, QRect, QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PyQt5.QtSvg import QSvgGenerator

from labctl.gui.plots.canvas import PlotCanvas
from labctl.gui.plots.plot_data import PlotData, SeriesData
from labctl.gui.plots.samples import draw_sample
from labctl.gui.theme import LIGHT, active

PNG_SCALE = 3
"""Dots of the picture for one of the screen."""
PAD_PX = 8.0
SAMPLE_EM = 1.8
_WRAPPED = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft)


def png_of(canvas: PlotCanvas, plot: PlotData, hidden: Collection[str]) -> bytes:
    """The plot as PNG; series whose labels are `hidden` are not in the legend."""
    image = picture_of(canvas, plot, hidden)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data())


def picture_of(canvas: PlotCanvas, plot: PlotData, hidden: Collection[str]) -> QImage:
    """The plot as an image, on a light ground whatever the theme is."""
    sheet = _Sheet(canvas, plot, hidden)
    image = QImage(sheet.size * PNG_SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(PNG_SCALE)
    image.fill(QColor(LIGHT.base))
    painter = QPainter(image)
    sheet.draw(painter)
    painter.end()
    return image


def svg_of(canvas: PlotCanvas, plot: PlotData, hidden: Collection[str]) -> bytes:
    """The plot as SVG, its curves as paths."""
    sheet = _Sheet(canvas, plot, hidden)
    content = QByteArray()
    buffer = QBuffer(content)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(canvas.logicalDpiX())
    generator.setSize(sheet.size)
    generator.setViewBox(QRect(0, 0, sheet.size.width(), sheet.size.height()))
    generator.setTitle(plot.caption)
    painter = QPainter(generator)
    sheet.draw(painter)
    painter.end()
    return bytes(content)


@dataclass(frozen=True)
class _Entry:
    """One series of the legend, and where it stands."""

    series: SeriesData
    index: int
    area: QRectF


class _Sheet:
    """Caption, canvas, legend, one below the other."""

    def __init__(self, canvas: PlotCanvas, plot: PlotData, hidden: Collection[str]) -> None:
        self._canvas = canvas
        self._caption = plot.caption
        self._metrics = QFontMetricsF(canvas.font())
        width = float(canvas.width())
        room = QRectF(PAD_PX, PAD_PX, width - 2 * PAD_PX, 1e4)
        self._caption_area = self._metrics.boundingRect(room, _WRAPPED, plot.caption)
        top = self._caption_area.bottom() + PAD_PX
        self._plot_area = QRectF(0, top, width, canvas.height())
        self._entries = self._legend(plot, hidden, self._plot_area.bottom() + PAD_PX / 2, width)
        bottom = max([self._plot_area.bottom(), *(entry.area.bottom() for entry in self._entries)])
        self.size = QSize(round(width), round(bottom + PAD_PX))

    def draw(self, painter: QPainter) -> None:
        """Draw everything, in the light theme's colours."""
        self._canvas.dress(LIGHT)
        looks = self._canvas.looks
        painter.setFont(self._canvas.font())
        painter.setPen(QColor(LIGHT.text))
        painter.drawText(self._caption_area, _WRAPPED, self._caption)
        self._canvas.render(painter, self._plot_area, self._canvas.viewport().rect())
        for entry in self._entries:
            sample = QRectF(entry.area)
            sample.setWidth(SAMPLE_EM * self._metrics.height())
            draw_sample(painter, sample, looks[entry.index], entry.series.style)
            painter.setPen(QColor(LIGHT.text))
            text = entry.area.adjusted(sample.width() + PAD_PX / 2, 0, 0, 0)
            painter.drawText(text, int(Qt.AlignmentFlag.AlignVCenter), entry.series.label)
        self._canvas.dress(active())

    def _legend(
        self, plot: PlotData, hidden: Collection[str], top: float, width: float
    ) -> list[_Entry]:
        entries: list[_Entry] = []
        row = self._metrics.height() * 1.2
        x = PAD_PX
        for index, each in enumerate(plot.series):
            if not each.label or each.label in hidden:
                continue
            needs = SAMPLE_EM * self._metrics.height() + PAD_PX / 2
            needs += self._metrics.horizontalAdvance(each.label) + 1
            if x > PAD_PX and x + needs > width - PAD_PX:
                x, top = PAD_PX, top + row
            entries.append(_Entry(each, index, QRectF(x, top, needs, row)))
            x += needs + 2 * PAD_PX
        return entries
