"""The form of one procedure, made from what the clerk says of its parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from labctl.gui.procedure.field_group import FieldGroup
from labctl.gui.procedure.parameter_field import CHANGED_MARK, ParameterField

LABEL_EM = 7
"""Labels that are longer than this are wrapped."""


class ParameterForm(QScrollArea):
    """Fields in groups; knows texts, and nothing of what they mean."""

    edited = pyqtSignal()
    focused = pyqtSignal(object)
    """The description of the parameter whose field somebody has come to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: dict[str, ParameterField] = {}
        """By the parameter's name."""
        self.groups: list[FieldGroup] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_parameters(self, parameters: Sequence[Mapping[str, Any]]) -> None:
        """Make the fields, at their defaults."""
        content = QWidget()
        self.fields = {entry["name"]: ParameterField(entry, content) for entry in parameters}
        width = self._label_width()
        self.groups = [
            FieldGroup(heading, [self.fields[entry["name"]] for entry in entries], width)
            for heading, entries in groupby(parameters, key=lambda entry: entry["group"])
        ]
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(4)
        for group in self.groups:
            column.addWidget(group)
        column.addStretch(1)
        for field in self.fields.values():
            field.edited.connect(self._edited)
            field.focused.connect(self.focused)
        self.setWidget(content)

    def values(self) -> dict[str, str]:
        """Every text as typed, by the parameter's name."""
        return {name: field.value for name, field in self.fields.items()}

    def set_values(self, values: Mapping[str, str]) -> list[str]:
        """Put texts in, and the default where there is none; names that have no field."""
        for name, field in self.fields.items():
            field.editor.set_value(values.get(name, field.parameter["default"]))
        return [name for name in values if name not in self.fields]

    def say(self, errors: Mapping[str, str], remarks: Mapping[str, str]) -> None:
        """Mark the fields that are wrong, and remark on others."""
        for name, field in self.fields.items():
            error = errors.get(name, "")
            field.say(error or self._local_error(field), remarks.get(name, ""))
        for group in self.groups:
            group.refresh()

    def first_wrong(self) -> ParameterField | None:
        """The first field that is marked as bad."""
        return next((field for field in self.fields.values() if field.error), None)

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        for field in self.fields.values():
            field.retranslate()
        for group in self.groups:
            group.refresh()

    def _edited(self) -> None:
        for field in self.fields.values():
            if empty := self._local_error(field):
                field.say(empty)
        for group in self.groups:
            group.refresh()
        self.edited.emit()

    def _local_error(self, field: ParameterField) -> str:
        """What is known to be wrong without asking anybody."""
        return "" if field.value.strip() else self.tr("nothing is entered")

    def _label_width(self) -> int:
        metrics = self.fontMetrics()
        widest = max(
            (metrics.horizontalAdvance(CHANGED_MARK + field.parameter["label"]) * 1.1)
            for field in self.fields.values()
        )
        return int(min(widest, LABEL_EM * metrics.height()))
