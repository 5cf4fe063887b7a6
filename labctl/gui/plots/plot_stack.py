"""Several plots, one above the other, that move together where they share an x axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PyQt5.QtCore import QEvent, Qt, pyqtSignal
from PyQt5.QtGui import QShowEvent
from PyQt5.QtWidgets import QSplitter, QVBoxLayout, QWidget

from labctl.gui.plots.canvas import Range
from labctl.gui.plots.plot_data import PlotData
from labctl.gui.plots.plot_view import PlotView
from labctl.gui.plots.strip import TickedStrip

PLOT_EM = 11
"""Height that a plot should have; so many are shown at first as have it."""
MOST_AT_FIRST = 3


class PlotStack(QWidget):
    """Plots by their names; a double click on one gives it all the room, and back."""

    told = pyqtSignal(str, str)
    """A message for the person: "info" or "error", and its text."""
    shown_changed = pyqtSignal(object)
    """A person has chosen which plots to see: their names, a tuple."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views: dict[str, PlotView] = {}
        self._titles: dict[str, str] = {}
        self._wanted: tuple[str, ...] | None = None
        """What a person chose to see; None until then."""
        self._before: tuple[str, ...] = ()
        """What was seen before one plot got all the room."""
        self._names = TickedStrip()
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._names)
        layout.addWidget(self._splitter, 1)
        self._names.toggled.connect(self._choose)
        self._names.hide()
        self.retranslate()

    def show_plots(self, told: Sequence[Mapping[str, Any]]) -> None:
        """Show these plots of the clerk's; those that are there already are changed in place."""
        plots = [PlotData.of(plot) for plot in told]
        names = [plot.name for plot in plots]
        if names != list(self._views):
            self._arrange(plots)
        for plot in plots:
            self._views[plot.name].show_plot(plot)
        self._share_x()

    def want(self, names: Sequence[str] | None) -> None:
        """See these plots whenever they are there; None for as many as have room."""
        self._wanted = None if names is None else tuple(names)
        self._apply_shown()

    @property
    def views(self) -> dict[str, PlotView]:
        """All plots, by name."""
        return dict(self._views)

    @property
    def shown(self) -> tuple[str, ...]:
        """Names of the plots that are not hidden."""
        return tuple(name for name, view in self._views.items() if not view.isHidden())

    def maximise(self, name: str) -> None:
        """Give one plot all the room; called again, give it back."""
        if self.shown == (name,) and self._before:
            chosen, self._before = self._before, ()
        else:
            chosen, self._before = (name,), self.shown
        self.want(chosen)

    def retranslate(self) -> None:
        """Say everything in the language that is in force."""
        self._names.setAccessibleName(self.tr("Plots to show"))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language of the window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Now that the room is known, show as many plots as have it."""
        super().showEvent(event)
        self._apply_shown()

    def _arrange(self, plots: Sequence[PlotData]) -> None:
        old = self._views
        self._views = {plot.name: old.pop(plot.name, None) or self._new(plot) for plot in plots}
        for view in old.values():
            view.hide()
            view.deleteLater()  # with its parent, so that Qt alone decides when
        for place, view in enumerate(self._views.values()):
            self._splitter.insertWidget(place, view)
        self._titles = {plot.name: plot.title for plot in plots}
        self._names.set_names(list(self._titles.values()), tips=[plot.caption for plot in plots])
        self._names.setVisible(len(plots) > 1)
        self._apply_shown()

    def _new(self, plot: PlotData) -> PlotView:
        view = PlotView()
        view.told.connect(self.told)
        view.maximise_asked.connect(lambda: self.maximise(plot.name))
        view.canvas.range_chosen.connect(lambda chosen: self._follow(plot.name, chosen))
        return view

    def _choose(self, shown: tuple[str, ...]) -> None:
        if shown:  # the last one stays
            names = tuple(name for name, title in self._titles.items() if title in shown)
            self._wanted = names
            self.shown_changed.emit(names)
        self._apply_shown()

    def _apply_shown(self) -> None:
        names = list(self._views)
        wanted = [name for name in self._wanted or () if name in self._views]
        if not wanted:
            fit = self.height() // (PLOT_EM * self.fontMetrics().height())
            wanted = names[: min(max(1, fit), MOST_AT_FIRST)]
        for name, view in self._views.items():
            view.setVisible(name in wanted)
        self._names.blockSignals(True)
        self._names.show_only([self._titles[name] for name in wanted])
        self._names.blockSignals(False)
        self._share_x()

    def _partners(self, name: str) -> list[PlotView]:
        """Other plots in view that have the same x axis."""
        mine = self._views[name]
        if mine.data is None:
            return []
        return [
            view
            for other, view in self._views.items()
            if other != name
            and not view.isHidden()
            and view.data is not None
            and view.data.x == mine.data.x
            and view.canvas.log[0] == mine.canvas.log[0]
        ]

    def _follow(self, name: str, chosen: Range | None) -> None:
        """What a person does to the x axis of one plot happens to its partners."""
        for view in self._partners(name):
            if chosen is not None:
                view.canvas.choose_x(chosen)
            elif view.canvas.chosen:
                view.canvas.fit()

    def _share_x(self) -> None:
        """Let plots with the same x axis show the same range of it."""
        for name in self.shown:
            bounds = [view.canvas.x_bounds() for view in self._partners(name)]
            ends = [end for bound in bounds if bound is not None for end in bound]
            common = (min(ends), max(ends)) if ends else None
            self._views[name].canvas.follow_common_x(common)
