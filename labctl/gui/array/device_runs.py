"""The runs that measured one device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

_FOLDER = Qt.ItemDataRole.UserRole
_SIGNS = {"finished": "✓", "running": "▶", "aborted": "■", "failed": "✗", "incomplete": "…"}


class DeviceRuns(QTreeWidget):
    """The latest first; double click or Return opens one."""

    opened = pyqtSignal(str)
    """A person wants to look at the run in this folder."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setColumnCount(5)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.itemActivated.connect(lambda item, _: self.opened.emit(item.data(0, _FOLDER)))

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self.setHeaderLabels([self.tr("Started"), self.tr("Procedure"), self.tr("Status"),
                              self.tr("Rows"), self.tr("Run")])  # fmt: skip
        self.setAccessibleName(self.tr("Runs with this device"))
        self.setToolTip(self.tr("Double click or Return shows a run"))

    def show_runs(self, runs: Sequence[Mapping[str, Any]], *, more: bool) -> None:
        """Show these, and say so when there are `more`."""
        self.clear()
        self.addTopLevelItems([_item(run) for run in runs])
        if not runs or more:
            text = self.tr("older ones are under Runs") if more else self.tr("no run so far")
            last = QTreeWidgetItem([text])
            last.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addTopLevelItem(last)


def _item(run: Mapping[str, Any]) -> QTreeWidgetItem:
    status = f"{_SIGNS.get(run['status'], '')} {run['status']}".strip()
    texts = [run["started"], run["procedure"], status, f"{run['rows']:,}", run["name"]]
    item = QTreeWidgetItem(texts)
    item.setTextAlignment(3, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    item.setData(0, _FOLDER, run["folder"])
    return item
