"""What parameters are typed into: texts stay as typed, and nothing is put in their place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QWheelEvent
from PyQt5.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSizePolicy

YES, NO = "yes", "no"


class TextEditor(QLineEdit):
    """A line of text: a quantity, a list, a name."""

    edited = pyqtSignal()

    def __init__(self, limits: str) -> None:
        super().__init__()
        self.setPlaceholderText(limits)
        self.textChanged.connect(self.edited)

    def value(self) -> str:
        """The text as it stands."""
        return self.text()

    def set_value(self, text: str) -> None:
        """Show a text from its beginning."""
        self.setText(text)
        self.setCursorPosition(0)


class ChoiceEditor(QComboBox):
    """One of a few names; a name that is none of them stays, to be refused, not replaced."""

    edited = pyqtSignal()

    def __init__(self, choices: list[str]) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.addItems(choices)
        self.currentIndexChanged.connect(self.edited)

    def value(self) -> str:
        """The name that is chosen."""
        return self.currentText()

    def set_value(self, text: str) -> None:
        """Choose a name."""
        if self.findText(text, Qt.MatchFlag.MatchExactly) < 0:
            self.addItem(text)
        self.setCurrentIndex(self.findText(text, Qt.MatchFlag.MatchExactly))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Scroll the form: a wheel that passes by must not change what is measured."""
        event.ignore()


class SwitchEditor(QCheckBox):
    """Yes or no; another text stays, to be refused, until somebody clicks."""

    edited = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._foreign = ""
        self.stateChanged.connect(self._changed)

    def value(self) -> str:
        """`yes`, `no`, or what was set and is neither."""
        if self.checkState() == Qt.CheckState.PartiallyChecked:
            return self._foreign
        return YES if self.isChecked() else NO

    def set_value(self, text: str) -> None:
        """Check or uncheck; neither, for a text that is neither."""
        self._foreign = text
        known = {YES: Qt.CheckState.Checked, NO: Qt.CheckState.Unchecked}
        self.setCheckState(known.get(text, Qt.CheckState.PartiallyChecked))

    def _changed(self) -> None:
        self.setTristate(self.checkState() == Qt.CheckState.PartiallyChecked)
        self.setText(self.value())
        self.edited.emit()


Editor = TextEditor | ChoiceEditor | SwitchEditor


def editor_for(parameter: Mapping[str, Any]) -> Editor:
    """The editor that suits a parameter, as `labctl.clerk.procedures` describes it."""
    if parameter["kind"] == "choice":
        return ChoiceEditor(parameter["choices"])
    if parameter["kind"] == "switch":
        return SwitchEditor()
    return TextEditor(parameter["limits"])
