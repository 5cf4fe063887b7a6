"""What follows from the data so far: names, values, meanings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtGui import QKeyEvent, QKeySequence
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

KEYS = ("name", "value", "meaning")


class FindingsTable(QTableWidget):
    """Changed in place, so that what is selected stays selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(KEYS), parent)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setAlternatingRowColors(True)
        self.setWordWrap(True)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setDefaultAlignment(
            Qt.Alignment(Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
        )
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.sectionResized.connect(lambda *_: self.resizeRowsToContents())
        self.retranslate()

    def show_findings(self, findings: Sequence[Mapping[str, Any]]) -> None:
        """Show these findings of the clerk's."""
        names = [str(finding["name"]) for finding in findings]
        anew = names != [self.item(row, 0).text() for row in range(self.rowCount())]
        self.setRowCount(len(findings))
        changed = [
            self._put(row, column, str(finding.get(key) or ""))
            for row, finding in enumerate(findings)
            for column, key in enumerate(KEYS)
        ]
        if anew:
            self._fit_columns()
        if any(changed):
            self.resizeRowsToContents()

    def retranslate(self) -> None:
        """Say everything in the language that is in force."""
        self.setAccessibleName(self.tr("Findings"))
        self.setHorizontalHeaderLabels([self.tr("Name"), self.tr("Value"), self.tr("Meaning")])

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language of the window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Copy the selected rows, or all when none is selected."""
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = sorted({index.row() for index in self.selectedIndexes()})
            QApplication.clipboard().setText(self.as_text(rows or range(self.rowCount())))
        else:
            super().keyPressEvent(event)

    def as_text(self, rows: Sequence[int]) -> str:
        """These rows as tab-separated text."""
        return "\n".join(
            "\t".join(self.item(row, column).text() for column in range(len(KEYS))) for row in rows
        )

    def _put(self, row: int, column: int, text: str) -> bool:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            self.setItem(row, column, item)
        if item.text() == text:
            return False
        item.setText(text)
        return True

    def _fit_columns(self) -> None:
        room = self.viewport().width()
        for column in (0, 1):
            self.resizeColumnToContents(column)
            self.setColumnWidth(column, min(self.columnWidth(column), max(room // 3, 60)))
