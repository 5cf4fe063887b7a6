"""What differs between two runs, value beside value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)


class DifferenceDialog(QDialog):
    """Shows the answer of the clerk's `compare`; does not hold up the window."""

    def __init__(self, found: Mapping[str, Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Two runs compared"))
        layout = QVBoxLayout(self)
        for letter in ("a", "b"):
            layout.addWidget(_plain(f"{letter.upper()}: {found[letter]['folder']}"))
        if found["same"]:
            layout.addWidget(_plain(self.tr("Nothing differs but name and times."), "good"))
        else:
            layout.addWidget(self._tree(found))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        em = self.fontMetrics()
        if not found["same"]:
            self.resize(110 * em.averageCharWidth(), 30 * em.height())

    def _tree(self, found: Mapping[str, Any]) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setAccessibleName(self.tr("Differences"))
        tree.setHeaderLabels([self.tr("Name"), "A", "B"])
        tree.setAlternatingRowColors(True)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        tree.setUniformRowHeights(True)
        titles = self._titles()
        for section in found["sections"]:
            top = QTreeWidgetItem(tree, [titles.get(section["name"], section["name"])])
            top.setFirstColumnSpanned(True)
            for row in section["rows"]:
                item = QTreeWidgetItem(top, row)
                for column, text in enumerate(row):
                    item.setToolTip(column, text)
            if section["left_out"]:
                text = self.tr("and {count} more; labctl runs diff --json tells all")
                QTreeWidgetItem(top, [text.format(count=section["left_out"])])
            top.setExpanded(True)
        header = tree.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.resizeSection(1, 36 * self.fontMetrics().averageCharWidth())
        return tree

    def _titles(self) -> Mapping[str, str]:
        return {
            "procedure": self.tr("Procedure"),
            "parameters": self.tr("Parameters"),
            "regime": self.tr("Regime"),
            "devices": self.tr("Devices"),
            "station": self.tr("Station"),
            "seed": self.tr("Seed"),
            "sample": self.tr("Sample"),
            "wiring": self.tr("Wiring"),
            "instruments": self.tr("Instruments"),
            "operator_limits": self.tr("Own limits"),
            "requires": self.tr("Required"),
            "limits": self.tr("Limits"),
            "guard": self.tr("Guard"),
            "versions": self.tr("Software"),
            "status": self.tr("Status"),
            "results": self.tr("Results"),
        }


def _plain(text: str, state: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setWordWrap(True)
    label.setProperty("state", state)
    return label
