"""The one question before something real is done to a device."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QAbstractButton, QMessageBox, QWidget


class StartQuestion(QMessageBox):
    """Names what will be done, and where; Enter alone does not begin it."""

    def __init__(
        self, parent: QWidget, station: str, preview: Mapping[str, Any], begin: Callable[[], object]
    ) -> None:
        super().__init__(parent)
        self.setIcon(QMessageBox.Icon.Warning)
        self.setWindowTitle(self.tr("Start on the real station?"))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(self.tr("This drives real instruments at {station}.").format(station=station))
        rows = [f"{label}: {text}" for label, text in preview["confirm"]]
        warnings = [f"⚠ {warning['text']}" for warning in preview["warnings"]]
        self.setInformativeText("\n".join([*rows, *warnings]))
        self.start_button = self.addButton(
            self.tr("&Start on {station}").format(station=station.replace("&", "&&")),
            QMessageBox.ButtonRole.AcceptRole,
        )
        cancel = self.addButton(QMessageBox.StandardButton.Cancel)
        self.setDefaultButton(cancel)
        self.setEscapeButton(cancel)
        self._begin = begin
        self.buttonClicked.connect(self._answer)
        self.finished.connect(self.deleteLater)

    def _answer(self, button: QAbstractButton) -> None:
        if button is self.start_button:
            self._begin()
