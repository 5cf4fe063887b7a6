"""What stands in the way of a start, and what should be known before it; by sign, word, colour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QVBoxLayout, QWidget

from labctl.gui.marking import mark


class Notices(QWidget):
    """A line for each, the gravest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3)
        self._lines: list[QLabel] = []

    def show_preview(self, preview: Mapping[str, Any]) -> None:
        """Show the problem, the fields that are wrong, and the warnings."""
        said = [(text, "bad") for text in _wrong(preview)]
        for warning in preview["warnings"]:
            text = self.tr("{text} (set by: {who})")
            said.append((text.format(text=warning["text"], who=warning["set_by"]), "warn"))
        while len(self._lines) < len(said):
            self._add_line()
        for place, line in enumerate(self._lines):
            line.setVisible(place < len(said))
            if place < len(said):
                text, state = said[place]
                line.setText(("✗ " if state == "bad" else "⚠ ") + text)
                mark(line, state)

    def texts(self) -> list[str]:
        """Every line that is shown."""
        return [line.text() for line in self._lines if not line.isHidden()]

    def _add_line(self) -> None:
        line = QLabel()
        line.setTextFormat(Qt.TextFormat.PlainText)
        line.setWordWrap(True)
        line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lines.append(line)
        self._column.addWidget(line)


def _wrong(preview: Mapping[str, Any]) -> list[str]:
    if preview["problem"]:
        return [preview["problem"]]
    return [f"{name}: {message}" for name, message in preview["fields"].items()]
