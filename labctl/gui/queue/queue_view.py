"""The table on screen: whole rows are chosen, and stay chosen whatever happens to the queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PyQt5.QtCore import QItemSelection, QItemSelectionModel, QItemSelectionRange, QPoint, Qt
from PyQt5.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from labctl.gui.queue.item import Item
from labctl.gui.queue.queue_table import PLACE, WHAT, QueueTable

_ROWS = (
    QItemSelectionModel.SelectionFlags()
    | QItemSelectionModel.SelectionFlag.ClearAndSelect
    | QItemSelectionModel.SelectionFlag.Rows
)
_LETTERS = {PLACE: 3, WHAT: 17}
_LINES = 2.3
"""Of text that a row has room for."""


class QueueView(QTableView):
    """Rows of two lines; the last column takes what is left of the width."""

    def __init__(self, table: QueueTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = table
        self.setModel(table)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        rows = cast(QHeaderView, self.verticalHeader())
        rows.hide()
        rows.setDefaultSectionSize(round(_LINES * self.fontMetrics().lineSpacing()))
        header = cast(QHeaderView, self.horizontalHeader())
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        for column, letters in _LETTERS.items():
            self.setColumnWidth(column, letters * self.fontMetrics().averageCharWidth())
        self.selection = cast(QItemSelectionModel, self.selectionModel())

    def chosen(self) -> list[Item]:
        """The chosen items, from the top."""
        rows = sorted(index.row() for index in self.selection.selectedRows())
        return [item for row in rows if (item := self.table.item_at(row)) is not None]

    def in_screen(self, place: QPoint) -> QPoint:
        """Where a place among the rows is on the screen."""
        return cast(QWidget, self.viewport()).mapToGlobal(place)

    def refresh(self, chosen: Sequence[str]) -> None:
        """Show what is there now; `chosen` names the items that stay chosen."""
        self.table.refresh()
        rows = self.table.rows_of(chosen)
        if sorted(index.row() for index in self.selection.selectedRows()) == rows:
            return
        wanted = QItemSelection()
        for row in rows:
            wanted.append(QItemSelectionRange(self.table.index(row, PLACE)))
        self.selection.select(wanted, _ROWS)
        if rows:
            self.scrollTo(self.table.index(rows[0], PLACE))
