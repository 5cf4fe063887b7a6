"""Fields under one heading that can be folded away."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QGridLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from labctl.gui.procedure.parameter_field import ParameterField


class FieldGroup(QWidget):
    """A heading and its fields; folded, the heading says how many were changed."""

    def __init__(self, heading: str, fields: Sequence[ParameterField], label_width: int) -> None:
        super().__init__()
        self.heading = heading
        self._fields = fields
        self.button = QToolButton()
        self.button.setCheckable(True)
        self.button.setChecked(True)
        self.button.setAutoRaise(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        font = self.button.font()
        font.setBold(True)
        self.button.setFont(font)
        self._content = QWidget()
        grid = QGridLayout(self._content)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for field in fields:
            field.put_into(grid, label_width)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.button)
        column.addWidget(self._content)
        self.button.toggled.connect(self._fold)
        self.refresh()

    @property
    def folded(self) -> bool:
        """Whether only the heading is shown."""
        return not self.button.isChecked()

    def fold(self, folded: bool) -> None:
        """Show only the heading, or everything."""
        self.button.setChecked(not folded)

    def refresh(self) -> None:
        """Say how many fields are changed; a field that is wrong is never folded away."""
        if self.folded and any(field.error for field in self._fields):
            self.fold(False)
        changed = sum(field.changed for field in self._fields)
        arrow = Qt.ArrowType.RightArrow if self.folded else Qt.ArrowType.DownArrow
        self.button.setArrowType(arrow)
        text = self.heading.replace("&", "&&")
        if changed:
            text += " " + self.tr("(%n changed)", "", changed)
        self.button.setText(text)
        self.button.setAccessibleName(self.button.text())
        state = self.tr("folded") if self.folded else self.tr("unfolded")
        self.button.setAccessibleDescription(state)

    def _fold(self, shown: bool) -> None:
        self._content.setVisible(shown)
        self.refresh()
