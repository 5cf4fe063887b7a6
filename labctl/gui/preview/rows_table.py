"""A table of texts to be read and copied, as high as its rows up to a limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PyQt5.QtCore import QAbstractTableModel, QModelIndex, Qt
from PyQt5.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PyQt5.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

Rows = Sequence[Sequence[str]]
MOST_ROWS = 8
"""More are scrolled."""
_ROOT = QModelIndex()


class RowsModel(QAbstractTableModel):
    """Rows of texts under a head; numbers stand on the right."""

    def __init__(self, right_from: int) -> None:
        super().__init__()
        self._right_from = right_from
        self._head: Sequence[str] = ()
        self._rows: Rows = ()

    def put(self, head: Sequence[str], rows: Rows) -> None:
        """Show these; the same once more change nothing."""
        if (head, rows) == (self._head, self._rows):
            return
        self.beginResetModel()
        self._head, self._rows = head, rows
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = _ROOT) -> int:  # noqa: N802 - Qt's name
        """How many rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = _ROOT) -> int:  # noqa: N802 - Qt's name
        """How many columns."""
        return 0 if parent.isValid() else len(self._head)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell; the whole of it as a tooltip."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        return None

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """What stands in a column."""
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._head[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return self._alignment(section)
        return None

    def _alignment(self, column: int) -> int:
        side = (
            Qt.AlignmentFlag.AlignRight
            if column >= self._right_from
            else Qt.AlignmentFlag.AlignLeft
        )
        return int(side | Qt.AlignmentFlag.AlignVCenter)


class RowsTable(QTableView):
    """Shows the rows; Ctrl+C copies those that are selected."""

    def __init__(self, *, right_from: int, stretched: int, parent: QWidget | None = None) -> None:
        """Columns from `right_from` on hold numbers; the column `stretched` takes what is left."""
        super().__init__(parent)
        self._model = RowsModel(right_from)
        self._stretched = stretched
        self.setModel(self._model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(int(1.5 * self.fontMetrics().height()))
        self.horizontalHeader().setHighlightSections(False)

    def put(self, head: Sequence[str], rows: Rows, most_rows: int = MOST_ROWS) -> None:
        """Show these rows; more than `most_rows` are scrolled."""
        self._model.put(head, rows)
        header = self.horizontalHeader()
        for column in range(len(head)):
            stretched = column == self._stretched
            header.setSectionResizeMode(
                column,
                QHeaderView.ResizeMode.Stretch
                if stretched
                else QHeaderView.ResizeMode.ResizeToContents,
            )
        row_height = self.verticalHeader().defaultSectionSize()
        shown = min(len(rows), most_rows)
        self.setFixedHeight(header.sizeHint().height() + shown * row_height + 4)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Copy what is selected."""
        if not event.matches(QKeySequence.StandardKey.Copy):
            super().keyPressEvent(event)
            return
        chosen = sorted(index.row() for index in self.selectionModel().selectedRows())
        columns = range(self._model.columnCount())
        lines = (
            "\t".join(str(self._model.index(row, column).data()) for column in columns)
            for row in chosen
        )
        QGuiApplication.clipboard().setText("\n".join(lines))
