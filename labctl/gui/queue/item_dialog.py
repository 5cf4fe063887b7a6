"""Edit an item that has not begun; the clerk says whether it could run as it is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from labctl.gui.marking import mark
from labctl.gui.queue.item import Item
from labctl.gui.session import Session

MOST_REPEATS = 999


class ItemDialog(QDialog):
    """One line a parameter; OK only when the clerk finds nothing wrong."""

    def __init__(self, session: Session, item: Item, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._item = item
        self._fields: dict[str, QLineEdit] = {}
        self.setWindowTitle(self.tr("Edit {procedure}").format(procedure=item.procedure))
        self._form = QFormLayout()
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._devices = self._line(self.tr("&Devices"), ", ".join(item.devices))
        self._devices.setPlaceholderText(self.tr("the procedure's choice"))
        self._repeat = QSpinBox(self)
        self._repeat.setRange(1, MOST_REPEATS)
        self._repeat.setValue(item.repeat)
        self._form.addRow(self.tr("&Times"), self._repeat)
        for name, text in item.values.items():
            self._fields[name] = self._line(name, text)
        self._problem = QLabel(self)
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._problem.setWordWrap(True)
        ok, cancel = QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButtons() | ok | cancel, self)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._lay_out()
        self._check()
        session.office.ask(
            "procedure",
            self._label,
            station=session.station["file"],
            name=item.procedure,
        )

    def changes(self) -> dict[str, Any]:
        """What to change in the item."""
        return {
            "devices": self._named_devices(),
            "repeat": self._repeat.value(),
            "values": self._values(),
        }

    def _line(self, label: str, text: str) -> QLineEdit:
        line = QLineEdit(text, self)
        line.setAccessibleName(label.replace("&", ""))
        line.textEdited.connect(self._check)
        self._form.addRow(label, line)
        return line

    def _lay_out(self) -> None:
        inside = QWidget(self)
        inside.setLayout(self._form)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.addWidget(area, 1)
        layout.addWidget(self._problem)
        layout.addWidget(self._buttons)
        em = self.fontMetrics().horizontalAdvance("m")
        self.resize(36 * em, min(40 * em, (6 + 3 * (len(self._fields) + 2)) * em))

    def _label(self, procedure: Mapping[str, Any]) -> None:
        """Put labels and help in the place of bare names."""
        for parameter in procedure["parameters"]:
            field = self._fields.get(parameter["name"])
            label = None if field is None else self._form.labelForField(field)
            if field is None or not isinstance(label, QLabel):
                continue
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setText(parameter["label"])
            field.setAccessibleName(parameter["label"])
            field.setToolTip(f"{parameter.get('help', '')}\n{parameter.get('limits', '')}".strip())

    def _check(self) -> None:
        """Nothing is OK until the clerk has said so."""
        self._offer(ready=False)
        self._session.office.ask(
            "preview",
            self._judge,
            refused=self._show_problem,
            topic="preview of an item",
            station=self._session.station["file"],
            runs=str(self._session.runs),
            procedure=self._item.procedure,
            values=self._values(),
            devices=list(self._named_devices()),
            limits=dict(self._item.limits),
        )

    def _judge(self, preview: Mapping[str, Any]) -> None:
        wrong: Mapping[str, str] = preview.get("fields", {})
        for name, field in self._fields.items():
            mark(field, "bad" if name in wrong else "")
        told = [f"{name}: {why}" for name, why in wrong.items()]
        self._show_problem("\n".join(told) or str(preview.get("problem") or ""))
        self._offer(ready=bool(preview.get("ready")))

    def _show_problem(self, text: str) -> None:
        mark(self._problem, "bad")
        self._problem.setText(text)

    def _offer(self, *, ready: bool) -> None:
        button = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        cast(QPushButton, button).setEnabled(ready)

    def _values(self) -> dict[str, str]:
        return {name: field.text().strip() for name, field in self._fields.items()}

    def _named_devices(self) -> tuple[str, ...]:
        names = (name.strip() for name in self._devices.text().split(","))
        return tuple(name for name in names if name)
