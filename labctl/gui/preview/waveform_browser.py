"""Every distinct waveform of a planned run, and the plot of the one that is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PyQt5.QtWidgets import QAbstractItemView, QLabel, QVBoxLayout, QWidget

from labctl.gui.plots.plot_view import PlotView
from labctl.gui.preview.rows_table import RowsTable

PLOT_EM = 13
"""Height of the plot."""
STRESS = "stress"
LISTED = 5
"""Waveforms that are listed without scrolling."""


class WaveformBrowser(QWidget):
    """A list above a plot; the arrow keys go from one waveform to the next."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waveforms: Sequence[Mapping[str, Any]] = ()
        self._drawn: Mapping[str, Any] | None = None
        self.table = RowsTable(right_from=3, stretched=0)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.plot = PlotView()
        self.plot.setFixedHeight(int(PLOT_EM * self.fontMetrics().height()))
        self._more = QLabel()
        self._more.setProperty("state", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.table, self._more, self.plot):
            column.addWidget(widget)
        self.table.selectionModel().currentRowChanged.connect(
            lambda chosen, _: self._draw(chosen.row())
        )

    def show_waveforms(
        self, waveforms: Sequence[Mapping[str, Any]], more: int, *, anew: bool
    ) -> None:
        """List these, `more` are not listed; unless it is `anew`, the one chosen stays chosen."""
        place = self._place_among(waveforms, anew=anew)
        self._waveforms = waveforms
        head = (self.tr("Waveform"), self.tr("Device"), self.tr("Purpose"), self.tr("Times"))
        self.table.put(head, [self._row(waveform) for waveform in waveforms], LISTED)
        self._more.setText(self.tr("and %n more, not listed", "", more))
        self._more.setVisible(more > 0)
        if waveforms:
            self.table.selectRow(place)
            self._draw(place)

    def _row(self, waveform: Mapping[str, Any]) -> tuple[str, ...]:
        purpose = self.tr("stress") if waveform["purpose"] == STRESS else self.tr("read")
        return waveform["title"], waveform["device"], purpose, self._times(waveform)

    def _times(self, waveform: Mapping[str, Any]) -> str:
        if waveform["at_most"] is None:
            return f"{waveform['count']:,}"
        text = self.tr("≈ {expected}, ≤ {most}")
        return text.format(expected=f"{waveform['count']:,}", most=f"{waveform['at_most']:,}")

    def _place_among(self, waveforms: Sequence[Mapping[str, Any]], *, anew: bool) -> int:
        """Where the waveform that is chosen now stands, or else the first that stresses."""
        chosen = [] if anew else self.table.selectionModel().selectedRows()
        titles = [waveform["title"] for waveform in waveforms]
        if chosen and (title := self._waveforms[chosen[0].row()]["title"]) in titles:
            return titles.index(title)
        purposes = [waveform["purpose"] for waveform in waveforms]
        return purposes.index(STRESS) if STRESS in purposes else 0

    def _draw(self, place: int) -> None:
        """Draw one; that of the preview before may have had the same name, and looked different."""
        waveform = self._waveforms[place] if 0 <= place < len(self._waveforms) else None
        if waveform is not None and waveform is not self._drawn:
            self._drawn = waveform
            self.plot.show_plot(waveform["plot"])
