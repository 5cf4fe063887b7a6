"""One plot with what a person can do to it: scales, cursor, measuring, legend, export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QEvent, Qt, pyqtSignal
from PyQt5.QtGui import QContextMenuEvent, QShowEvent
from PyQt5.QtWidgets import (
    QAction,
    QApplication,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from labctl.gui import theme
from labctl.gui.plots.canvas import PlotCanvas
from labctl.gui.plots.elided_label import ElidedLabel
from labctl.gui.plots.measure import MeasureTool
from labctl.gui.plots.picture import picture_of
from labctl.gui.plots.plot_data import AxisData, PlotData, SeriesData
from labctl.gui.plots.plot_files import ask_path, write_plot
from labctl.gui.plots.readout import Crosshair
from labctl.gui.plots.samples import sample_icon
from labctl.gui.plots.strip import Strip


class PlotView(QWidget):
    """Draws what `show_plot` is given; while nobody sees it, it only keeps the latest."""

    maximise_asked = pyqtSignal()
    """The plot was double-clicked."""
    told = pyqtSignal(str, str)
    """A message for the person: "info" or "error", and its text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: PlotData | None = None
        self._waiting: PlotData | None = None
        self._caption = ElidedLabel()
        self.canvas = PlotCanvas()
        self.legend = Strip()
        self._crosshair = Crosshair(self.canvas, self._axes)
        self.measure = MeasureTool(self.canvas, self._axes)
        self._actions()
        self._lay_out()
        self.canvas.range_chosen.connect(self._mark_range)
        self.legend.toggled.connect(lambda _: self.canvas.set_hidden(self.legend.hidden_names))
        self.canvas.double_clicked.connect(self.maximise_asked)
        self.setFocusProxy(self.canvas)
        self.retranslate()
        self._dress()

    def show_plot(self, told: Mapping[str, Any] | PlotData) -> None:
        """Draw a plot of the clerk's; raises `KeyError` for what is none."""
        data = told if isinstance(told, PlotData) else PlotData.of(told)
        if self.isVisible():
            self._draw(data)
        else:
            self._waiting = data

    @property
    def data(self) -> PlotData | None:
        """What was last to be shown."""
        return self._waiting or self._data

    @property
    def cursor_text(self) -> str:
        """The coordinates at the pointer; empty when it is elsewhere."""
        return self._crosshair.text

    def export(self, path: Path) -> None:
        """Write what is shown as `.png`, `.svg`, or `.csv`; `told` says what came of it."""
        if self._data is None:
            return
        try:
            told = write_plot(path, self._data, self.canvas, self.legend.hidden_names)
        except OSError as error:
            self.told.emit("error", self.tr("{} cannot be written: {}").format(path, error))
            return
        self.told.emit("info", told)

    def copy(self) -> None:
        """Put a picture of the plot on the clipboard."""
        if self._data is not None:
            image = picture_of(self.canvas, self._data, self.legend.hidden_names)
            QApplication.clipboard().setImage(image)

    def retranslate(self) -> None:
        """Say everything in the language that is in force."""
        texts = (
            (self.fit_action, self.tr("Fit"), self.tr("See everything, and follow new data")),
            (self.log_x_action, self.tr("log x"), self.tr("Logarithmic scale of x")),
            (self.log_y_action, self.tr("log y"), self.tr("Logarithmic scale of y")),
            (
                self.measure_action,
                self.tr("Measure"),
                self.tr(
                    "Two markers to drag; arrow keys move one (Shift: finely), Space the other"
                ),
            ),
            (self.grid_action, self.tr("Grid"), self.tr("Lines across the plot")),
            (
                self.export_action,
                self.tr("Export..."),
                self.tr("Write the plot as PNG, SVG, or CSV"),
            ),
            (self.copy_action, self.tr("Copy picture"), self.tr("Put a picture on the clipboard")),
        )
        for action, text, tip in texts:
            action.setText(text)
            keys = action.shortcut().toString()
            action.setToolTip(f"{tip} ({keys})" if keys else tip)
        self._more.setText("⋯")
        self._more.setToolTip(self.tr("Grid, export, copy"))
        self._more.setAccessibleName(self.tr("More about this plot"))
        self.legend.setAccessibleName(self.tr("Curves of this plot"))
        self._name_canvas()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language and the colours of the window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Draw what came while nobody saw it."""
        super().showEvent(event)
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._draw(waiting)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Offer everything that can be done."""
        menu = QMenu(self)
        menu.addActions(self.actions())
        menu.exec_(event.globalPos())
        menu.deleteLater()

    def _actions(self) -> None:
        self.fit_action = self._action(self.canvas.fit, "A", checkable=True)
        self.fit_action.setChecked(True)
        self.log_x_action = self._action(self._set_log, "X", checkable=True)
        self.log_y_action = self._action(self._set_log, "Y", checkable=True)
        self.measure_action = self._action(self._set_measuring, "M", checkable=True)
        self.grid_action = self._action(self._set_grid, "G", checkable=True)
        self.export_action = self._action(self._ask_where_to, "Ctrl+E")
        self.copy_action = self._action(self.copy, "Ctrl+C")
        self._swap_action = QAction(self)
        self._swap_action.setShortcut("Space")
        self._swap_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._swap_action.triggered.connect(self.measure.swap)
        self.canvas.addAction(self._swap_action)

    def _action(self, does: Callable[[], None], key: str, checkable: bool = False) -> QAction:
        action = QAction(self)
        action.setShortcut(key)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.setCheckable(checkable)
        action.triggered.connect(lambda _: does())
        self.addAction(action)
        return action

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(4, 0, 0, 0)
        head.setSpacing(0)
        head.addWidget(self._caption, 1)
        for action in (
            self.fit_action,
            self.log_x_action,
            self.log_y_action,
            self.measure_action,
        ):
            button = QToolButton()
            button.setDefaultAction(action)
            button.setAutoRaise(True)
            head.addWidget(button)
        self._more = QToolButton()
        self._more.setAutoRaise(True)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.addActions([self.grid_action, self.export_action, self.copy_action])
        head.addWidget(self._more)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.legend)
        self.canvas.setMinimumHeight(6 * self.fontMetrics().height())
        self.canvas.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.legend.hide()

    def _draw(self, data: PlotData) -> None:
        old, self._data = self._data, data
        self.canvas.show_plot(data)
        if old is None or old.caption != data.caption or old.name != data.name:
            self._caption.say(data.caption or data.title)
            self._name_canvas()
        if old is None or (old.x, old.y) != (data.x, data.y):
            self.log_x_action.setEnabled(not data.x.categories)
            self.log_y_action.setEnabled(not data.y.categories)
            self._mark_scales()
        if old is None or _legend_of(old.series) != _legend_of(data.series):
            self._fill_legend()

    def _fill_legend(self) -> None:
        series = self._data.series if self._data else ()
        pairs = [
            (each, look) for each, look in zip(series, self.canvas.looks, strict=True) if each.label
        ]
        height = self.fontMetrics().height()
        ratio = self.devicePixelRatioF()
        icons = [sample_icon(look, each.style, 2 * height, height, ratio) for each, look in pairs]
        self.legend.setIconSize(icons[0].availableSizes()[0] / ratio if icons else self.size())
        self.legend.set_names([each.label for each, _ in pairs], icons)
        self.canvas.set_hidden(self.legend.hidden_names)

    def _dress(self) -> None:
        colours = theme.active()
        self.canvas.dress(colours)
        self._crosshair.dress(colours)
        self.measure.dress(colours)
        if self._data is not None:
            self._fill_legend()

    def _name_canvas(self) -> None:
        title = self._data.title if self._data else ""
        self.canvas.setAccessibleName(self.tr("Plot {}").format(title))
        self.canvas.setAccessibleDescription(self._data.caption if self._data else "")

    def _axes(self) -> tuple[AxisData, AxisData]:
        if self._data is None:
            return AxisData(label=""), AxisData(label="")
        return self._data.x, self._data.y

    def _set_log(self) -> None:
        self.canvas.set_log(self.log_x_action.isChecked(), self.log_y_action.isChecked())
        self._mark_scales()
        self._crosshair.hide()
        if self.measure_action.isChecked():
            self.measure.set_on(True)

    def _mark_scales(self) -> None:
        log_x, log_y = self.canvas.log
        self.log_x_action.setChecked(log_x)
        self.log_y_action.setChecked(log_y)

    def _mark_range(self, chosen: object) -> None:
        self.fit_action.setChecked(chosen is None)

    def _set_measuring(self) -> None:
        self.measure.set_on(self.measure_action.isChecked())
        self.canvas.setFocus()

    def _set_grid(self) -> None:
        for axis in (self.canvas.x_axis, self.canvas.y_axis):
            axis.show_grid(self.grid_action.isChecked())

    def _ask_where_to(self) -> None:
        path = None if self._data is None else ask_path(self, self._data)
        if path is not None:
            self.export(path)


def _legend_of(series: tuple[SeriesData, ...]) -> list[tuple[str, str]]:
    return [(each.label, each.style) for each in series]
