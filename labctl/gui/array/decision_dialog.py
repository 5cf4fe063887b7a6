"""Asks who decides about a device, and why; both are kept in its ledger."""

from __future__ import annotations

import getpass

from PyQt5.QtCore import QSettings, Qt
from PyQt5.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QWidget

WHO = "person/name"
"""Where the name is remembered."""


class DecisionDialog(QDialog):
    """One decision: what it means, the person's name, the reason."""

    def __init__(self, title: str, meaning: str, decide: str, parent: QWidget | None) -> None:
        """`decide` is what stands on the button that does it."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self._meaning = QLabel(meaning, self)
        self._meaning.setTextFormat(Qt.TextFormat.PlainText)
        self._meaning.setWordWrap(True)
        self.who_field = QLineEdit(QSettings().value(WHO, _login(), str), self)
        self.why_field = QLineEdit(self)
        self.why_field.setPlaceholderText(self.tr("what you saw, and why you decide so"))
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.decide_button = self._buttons.addButton(decide, QDialogButtonBox.ButtonRole.AcceptRole)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        for field in (self.who_field, self.why_field):
            field.textChanged.connect(self._check)
        layout = QFormLayout(self)
        layout.addRow(self._meaning)
        layout.addRow(self.tr("Your &name:"), self.who_field)
        layout.addRow(self.tr("&Why:"), self.why_field)
        layout.addRow(self._buttons)
        self.setMinimumWidth(28 * self.fontMetrics().height())
        self.why_field.setFocus()
        self._check()

    @property
    def who(self) -> str:
        """Whose decision it is."""
        return self.who_field.text().strip()

    @property
    def why(self) -> str:
        """The reason."""
        return self.why_field.text().strip()

    def accept(self) -> None:
        """Remember the name."""
        QSettings().setValue(WHO, self.who)
        super().accept()

    def _check(self) -> None:
        complete = bool(self.who and self.why)
        self.decide_button.setEnabled(complete)
        hint = "" if complete else self.tr("Say who you are and why")
        self.decide_button.setToolTip(hint)


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # nobody is logged in, as in some containers
        return ""
