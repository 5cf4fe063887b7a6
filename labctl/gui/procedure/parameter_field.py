"""One parameter in the form: its label, what is typed, its unit, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from PyQt5.QtCore import QEvent, QObject, Qt, pyqtSignal
from PyQt5.QtWidgets import QGridLayout, QLabel, QToolButton, QWidget

from labctl.gui.marking import mark
from labctl.gui.procedure.editors import editor_for

CHANGED_MARK = "• "
"""Before the label of a field that is not at its default."""


class ParameterField(QObject):
    """Widgets of one parameter, to be put into a grid of four columns."""

    edited = pyqtSignal()
    focused = pyqtSignal(object)
    """The parameter's description, when somebody comes to its field."""

    def __init__(self, parameter: Mapping[str, Any], parent: QWidget) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self.editor = editor_for(parameter)
        self.editor.set_value(parameter["default"])
        self.label = QLabel()
        self.unit = QLabel(parameter["unit"].replace("ohm", "Ω"))
        self.unit.setProperty("state", "muted")
        self.reset_button = QToolButton()
        self.reset_button.setText("↺")
        self.reset_button.setAutoRaise(True)
        self.message = QLabel()
        self.error = ""
        self._furnish()
        self._mark_changed()

    def put_into(self, grid: QGridLayout, label_width: int) -> None:
        """Take the next two rows: the field, and what is said of it."""
        row = grid.rowCount()
        self.label.setFixedWidth(label_width)
        for column, widget in enumerate((self.label, self.editor, self.unit, self.reset_button)):
            grid.addWidget(widget, row, column)
        grid.addWidget(self.message, row + 1, 0, 1, 4)

    @property
    def value(self) -> str:
        """The text as typed."""
        return self.editor.value()

    @property
    def changed(self) -> bool:
        """Whether it is not at its default."""
        return self.value != self.parameter["default"]

    def reset(self) -> None:
        """Back to the default."""
        self.editor.set_value(self.parameter["default"])

    def say(self, error: str, remark: str = "") -> None:
        """Mark the field as bad, with why; or remark on it; or neither."""
        self.error = error
        mark(self.editor, "bad" if error else "")
        self.message.setText(f"⚠ {error}" if error else remark)
        self.message.setVisible(bool(error or remark))
        mark(self.message, "bad" if error else "muted")
        self.editor.setAccessibleDescription(error or remark or self.parameter["help"])

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        default = self.parameter["default"]
        limits = self.parameter["limits"]
        lines = [
            self.parameter["help"],
            self.tr("Limits: {limits}").format(limits=limits) if limits else "",
            self.tr("Default: {default}").format(default=default),
            self.tr("Name for scripts: {name}").format(name=self.parameter["name"]),
        ]
        help_text = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
        for widget in (self.label, self.editor):
            widget.setToolTip(help_text)
            widget.setWhatsThis(help_text)
        reset = self.tr("Reset {label} to {default}").format(
            label=self.parameter["label"], default=default
        )
        self.reset_button.setToolTip(escape(reset))
        self.reset_button.setAccessibleName(reset)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Tell when the keyboard comes to the field."""
        if event.type() == QEvent.Type.FocusIn and watched is self.editor:
            self.focused.emit(self.parameter)
        return super().eventFilter(watched, event)

    def _furnish(self) -> None:
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setBuddy(self.editor)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.message.hide()
        self.editor.setObjectName(self.parameter["name"])
        self.editor.setAccessibleName(self.parameter["label"])
        self.editor.setAccessibleDescription(self.parameter["help"])
        self.editor.installEventFilter(self)
        self.editor.edited.connect(self._edited)
        self.reset_button.clicked.connect(self.reset)
        self.retranslate()

    def _edited(self) -> None:
        self._mark_changed()
        self.edited.emit()

    def _mark_changed(self) -> None:
        label = self.parameter["label"].replace("&", "&&")
        self.label.setText(CHANGED_MARK + label if self.changed else label)
        self.reset_button.setEnabled(self.changed)
