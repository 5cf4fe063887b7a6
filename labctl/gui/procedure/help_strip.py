"""What the parameter under the cursor means; always in the same place, so that nothing jumps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QSizePolicy, QWidget

LINES = 2


class HelpStrip(QLabel):
    """A few lines; longer help is in the field's tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("state", "muted")
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(LINES * self.fontMetrics().lineSpacing() + 2)

    def show_procedure(self, description: Mapping[str, Any]) -> None:
        """Say what a procedure measures, while nobody is at one of its fields."""
        self.setText(f"{description['name']}: {description['meaning']}")

    def show_parameter(self, parameter: Mapping[str, Any]) -> None:
        """Say what a parameter means, and between which limits it lies."""
        limits = f" ({parameter['limits']})" if parameter["limits"] else ""
        self.setText(f"{parameter['label']}{limits}: {parameter['help']}")
