"""What the window says of itself: its version, and all its keys in one table."""

from __future__ import annotations

from importlib.metadata import version

from PyQt5.QtCore import QCoreApplication, Qt
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QMessageBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)


def show_about(parent: QWidget) -> None:
    """Version, and what the window rests on."""
    text = QCoreApplication.translate("About", "labctl {version}: measures a memristor array.")
    box = QMessageBox(parent)
    box.setWindowTitle(QCoreApplication.translate("About", "About labctl"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text.format(version=version("labctl")))
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


def keys() -> list[tuple[str, str]]:
    """Every key that works wherever the focus is, and what it does."""
    translate = QCoreApplication.translate
    return [
        ("F12", translate("About", "STOP: everything safe, now")),
        ("Ctrl+Return", translate("About", "Start what is previewed")),
        ("Ctrl+Shift+Return", translate("About", "Add it to the queue")),
        ("Ctrl+1, Ctrl+2, Ctrl+3", translate("About", "Preview, live, runs")),
        ("Ctrl+A, Esc", translate("About", "In the array: all devices, none")),
        ("Ctrl+O", translate("About", "Open a station file")),
        ("Ctrl+Shift+O", translate("About", "Open a campaign")),
        ("F1", translate("About", "This table")),
        ("Shift+F1", translate("About", "What is this? for the field with the focus")),
    ]


def show_keys(parent: QWidget) -> None:
    """All keys in a table."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(QCoreApplication.translate("About", "Keys"))
    rows = keys()
    table = QTableWidget(len(rows), 2, dialog)
    table.setAccessibleName(QCoreApplication.translate("About", "Keys and what they do"))
    table.setHorizontalHeaderLabels(
        [
            QCoreApplication.translate("About", "Key"),
            QCoreApplication.translate("About", "What it does"),
        ]
    )
    table.verticalHeader().hide()
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            table.setItem(row, column, QTableWidgetItem(text))
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.horizontalHeader().setStretchLastSection(True)
    QVBoxLayout(dialog).addWidget(table)
    dialog.resize(70 * dialog.fontMetrics().averageCharWidth(), 20 * dialog.fontMetrics().height())
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
