"""A field for conditions on findings, such as `on_off_ratio > 1e5`, that knows their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt5.QtCore import QModelIndex, QStringListModel, Qt
from PyQt5.QtWidgets import QCompleter, QLineEdit, QWidget

BETWEEN = ";"


class ConditionField(QLineEdit):
    """Completes the name of a finding wherever one begins."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = QStringListModel(self)
        completer = _NameCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompleter(completer)

    def set_findings(self, findings: Sequence[Mapping[str, str]]) -> None:
        """Names to complete."""
        self._names.setStringList(list(dict.fromkeys(finding["name"] for finding in findings)))


class _NameCompleter(QCompleter):
    """Looks at the last condition only, and leaves those before it as they are."""

    def splitPath(self, path: str | None) -> list[str]:  # noqa: N802 - Qt's name
        return [(path or "").rpartition(BETWEEN)[2].strip()]

    def pathFromIndex(self, index: QModelIndex) -> str:  # noqa: N802 - Qt's name
        field = self.widget()
        typed = field.text() if isinstance(field, QLineEdit) else ""
        before, separator, _ = typed.rpartition(BETWEEN)
        start = f"{before}{separator} " if separator else ""
        return f"{start}{index.data()} "
