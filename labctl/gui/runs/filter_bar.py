"""What the list of runs is narrowed by: words, choices, dates, and conditions on findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PyQt5.QtCore import QEvent, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QResizeEvent
from PyQt5.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from labctl.gui.marking import mark
from labctl.gui.runs.condition_field import ConditionField
from labctl.gui.runs.run_status import status_icon, status_text

TYPING_MS = 300
"""So long after the last key, what was typed is taken for what is meant."""
_WIDE_FROM_CHARACTERS = 66
_NARROW = (("text", "procedure", "status"), ("where", "device", "sample"),
           ("since", "before", "clear"))  # fmt: skip
_WIDE = (("text", "procedure", "status", "device", "clear"),
         ("where", "sample", "since", "before"))  # fmt: skip
_STRETCHES = (4, 5, 4, 4)
_CHOICE_CHARACTERS = 6
_FIELD_CHARACTERS = 10


class FilterBar(QWidget):
    """Filters by the names that the clerk's `search` knows; an empty one asks for nothing."""

    changed = pyqtSignal()
    """Other filters are meant; see `filters`."""
    named = pyqtSignal(str)
    """Return was pressed on this text: a run's name, its end, or a path."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._where = QLineEdit(self), ConditionField(self)
        self._since, self._before = QLineEdit(self), QLineEdit(self)
        self._lines: dict[str, QLineEdit] = {
            "text": self._text, "where": self._where, "since": self._since, "before": self._before,
        }  # fmt: skip
        self._choices = {
            name: QComboBox(self) for name in ("procedure", "status", "sample", "device")
        }
        self._clear = QToolButton(self)
        self._problem = QLabel(self)
        self._grid = QGridLayout()
        self._rows: Sequence[Sequence[str]] = ()
        self._typed = QTimer(self)
        self._said: dict[str, str] = {}
        self._meant: dict[str, str] = {}
        self._furnish()
        self._lay_out()
        self.retranslate()

    def filters(self) -> dict[str, str]:
        """By name, those that ask for something."""
        typed = {name: line.text().strip() for name, line in self._lines.items()}
        chosen = {name: str(box.currentData() or "") for name, box in self._choices.items()}
        return {name: text for name, text in (typed | chosen).items() if text}

    def clear(self) -> None:
        """Ask for nothing."""
        for line in self._lines.values():
            line.clear()
        for box in self._choices.values():
            box.setCurrentIndex(0)
        self._settle()

    def offer(self, facets: Mapping[str, Any]) -> None:
        """Let people choose among what there is."""
        for name, key in (
            ("procedure", "procedures"), ("status", "statuses"), ("sample", "samples"),
            ("device", "devices"),
        ):  # fmt: skip
            self._fill(name, facets.get(key, ()))
        self._where.set_findings(facets.get("findings", ()))

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Mark filters that make no sense, and say why."""
        for name, line in self._lines.items():
            mark(line, "bad" if name in problems else "")
            line.setToolTip(problems.get(name) or self._said.get(name, ""))
        self._problem.setText("\n".join(problems.values()))
        self._problem.setVisible(bool(problems))

    def focus_text(self) -> None:
        """Begin to type a name."""
        self._text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._text.selectAll()

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self._name("text", self.tr("Name of run"), self.tr(
            "Part of a run's folder name. Return opens the run that is called so; a path does too."
        ))  # fmt: skip
        self._name("where", self.tr("on_off_ratio > 1e5"), self.tr(
            "Runs whose findings are so: a finding, one of < <= > >= = !=, and a value with its "
            "unit. Several with ; between them must all hold."
        ))  # fmt: skip
        self._name("since", self.tr("from date"), self.tr(
            "Started then or later: 2026-11-01, or 2026-11-01T14:30"
        ))  # fmt: skip
        self._name("before", self.tr("to date"), self.tr(
            "Started then or earlier, all of that day: 2026-11-01"
        ))  # fmt: skip
        for name, (everything, meaning) in self._choice_texts().items():
            box = self._choices[name]
            box.setAccessibleName(meaning)
            box.setToolTip(meaning)
            box.setItemText(0, everything)
        for at in range(1, self._choices["status"].count()):
            word = status_text(self._choices["status"].itemData(at))
            self._choices["status"].setItemText(at, word)
        self._clear.setText("✕")
        self._clear.setAccessibleName(self.tr("List all runs again"))
        self._clear.setToolTip(self.tr("List all runs again (Esc)"))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow language and colours."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.PaletteChange:
            self._colour_statuses()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Take as few rows as there is width for."""
        super().resizeEvent(event)
        wide = _WIDE_FROM_CHARACTERS * self.fontMetrics().averageCharWidth()
        self._arrange(_WIDE if self.width() >= wide else _NARROW)

    def _furnish(self) -> None:
        self._typed.setSingleShot(True)
        self._typed.setInterval(TYPING_MS)
        self._typed.timeout.connect(self._settle)
        for line in self._lines.values():
            line.setClearButtonEnabled(True)
            line.setMinimumWidth(_FIELD_CHARACTERS * self.fontMetrics().averageCharWidth())
            line.textEdited.connect(self._typed.start)
            line.editingFinished.connect(self._settle)
            # The clear button empties without editing.
            line.textChanged.connect(lambda text: text or self._typed.start())
        self._text.returnPressed.connect(lambda: self.named.emit(self._text.text().strip()))
        for box in self._choices.values():
            box.addItem("", "")
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(_CHOICE_CHARACTERS)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            box.activated.connect(self._settle)
        self._clear.clicked.connect(self.clear)
        self._clear.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._problem.setWordWrap(True)
        mark(self._problem, "bad")
        self._problem.hide()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self._grid.setSpacing(4)
        layout.addLayout(self._grid)
        layout.addWidget(self._problem)
        self._arrange(_NARROW)

    def _arrange(self, rows: Sequence[Sequence[str]]) -> None:
        """Put the fields into rows, and let the tab key go along them."""
        if rows is self._rows:
            return
        self._rows = rows
        for column, stretch in enumerate(_STRETCHES):
            self._grid.setColumnStretch(column, stretch if column < len(rows[1]) else 0)
        fields = {**self._lines, **self._choices, "clear": self._clear}
        before = self._text
        for row, names in enumerate(rows):
            for column, name in enumerate(names):
                self._grid.addWidget(fields[name], row, column)
                self.setTabOrder(before, fields[name])
                before = fields[name]

    def _settle(self) -> None:
        """Tell others, if something else is meant than before."""
        self._typed.stop()
        meant = self.filters()
        if meant != self._meant:
            self._meant = meant
            self.changed.emit()

    def _fill(self, name: str, values: Sequence[str]) -> None:
        box = self._choices[name]
        chosen = str(box.currentData() or "")
        values = [*values] if not chosen or chosen in values else [*values, chosen]
        if [box.itemData(at) for at in range(1, box.count())] == values:
            return
        while box.count() > 1:
            box.removeItem(box.count() - 1)
        for value in values:
            if name == "status":
                box.addItem(status_icon(value), status_text(value), value)
            else:
                box.addItem(value, value)
        box.setCurrentIndex(max(0, box.findData(chosen)))

    def _name(self, name: str, placeholder: str, meaning: str) -> None:
        self._said[name] = meaning
        line = self._lines[name]
        line.setPlaceholderText(placeholder)
        line.setAccessibleName(placeholder)
        line.setAccessibleDescription(meaning)
        line.setToolTip(meaning)

    def _choice_texts(self) -> Mapping[str, tuple[str, str]]:
        return {
            "procedure": (self.tr("Any procedure"), self.tr("Runs of this procedure")),
            "status": (self.tr("Any status"), self.tr("Runs that ended so")),
            "sample": (self.tr("Any sample"), self.tr("Runs on this sample")),
            "device": (self.tr("Any device"), self.tr("Runs that measured this device")),
        }

    def _colour_statuses(self) -> None:
        box = self._choices["status"]
        for at in range(1, box.count()):
            box.setItemIcon(at, status_icon(box.itemData(at)))
