"""What a device has seen and may see, as a text of two columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from PyQt5.QtWidgets import QFrame, QProgressBar, QTextBrowser, QVBoxLayout, QWidget


class DeviceFacts(QWidget):
    """Sums of its history, its limits with who set them, and how many of its cycles are used."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told: Mapping[str, Any] = {}
        self.text = QTextBrowser(self)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setOpenLinks(False)
        self.text.setTabChangesFocus(True)
        self.used = QProgressBar(self)
        self.used.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.used)
        self.setMinimumWidth(20 * self.fontMetrics().height())

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self.text.setAccessibleName(self.tr("What the device has seen and may see"))
        self.used.setAccessibleName(self.tr("Cycles used of those allowed"))
        if self._told:
            self.show_facts(self._told)

    def show_facts(self, told: Mapping[str, Any]) -> None:
        """Show what the clerk tells of a device."""
        self._told = told
        seen = [(self.tr("Sample, crosspoint"), f"{told['sample']}, {told['crosspoint']}")]
        seen += told["facts"]
        allowed = [
            (limit["name"].replace("_", " "), f"{limit['text']} ({limit['set_by']})")
            for limit in told["limits"]
        ]
        self.text.setHtml(
            _table(self.tr("What it has seen"), seen) + _table(self.tr("What it may see"), allowed)
        )
        share = told["cycles"]["share"]
        self.used.setVisible(share is not None)
        if share is not None:
            self.used.setValue(min(100, round(100 * share)))
            used = self.tr("{percent} % of its cycles are used").format(
                percent=f"{100 * share:.3g}"
            )
            self.used.setFormat(used)
            self.used.setToolTip(told["cycles"]["text"])


def _table(title: str, rows: Sequence[Sequence[str]]) -> str:
    """As plain text would stand, whatever is in it."""
    lines = "".join(
        f"<tr><td style='padding-right: 10px'>{escape(label)}</td><td>{escape(text)}</td></tr>"
        for label, text in rows
    )
    return f"<p><b>{escape(title)}</b></p><table>{lines}</table>"
