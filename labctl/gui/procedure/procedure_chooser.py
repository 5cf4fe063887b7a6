"""Chooses a procedure by its name; what each measures stands beside it in the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt5.QtCore import QModelIndex, Qt
from PyQt5.QtGui import QWheelEvent
from PyQt5.QtWidgets import QComboBox, QStyledItemDelegate, QStyleOptionViewItem, QWidget

MEANING = Qt.ItemDataRole.UserRole
LIST_EM = 36


class _NameAndMeaning(QStyledItemDelegate):
    """A line of the list that drops down."""

    def initStyleOption(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        option.text = f"{option.text} – {index.data(MEANING)}"


class ProcedureChooser(QComboBox):
    """Typing the beginning of a name goes to it; the wheel changes nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setItemDelegate(_NameAndMeaning(self))
        self.setMaxVisibleItems(24)
        self.setMinimumContentsLength(10)
        self.view().setMinimumWidth(LIST_EM * self.fontMetrics().height())
        self.view().setTextElideMode(Qt.TextElideMode.ElideRight)

    def offer(self, procedures: Sequence[Mapping[str, str]], wanted: str) -> None:
        """Offer these, `wanted` chosen if it is among them; tells nobody."""
        self.blockSignals(True)
        self.clear()
        for place, entry in enumerate(procedures):
            self.addItem(entry["name"])
            self.setItemData(place, entry["meaning"], MEANING)
            self.setItemData(place, entry["meaning"], Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(max(0, self.findText(wanted)))
        self.blockSignals(False)

    def choose(self, name: str) -> bool:
        """Choose by name, telling nobody; whether there is one of that name."""
        place = self.findText(name, Qt.MatchFlag.MatchExactly)
        if place >= 0:
            self.blockSignals(True)
            self.setCurrentIndex(place)
            self.blockSignals(False)
        return place >= 0

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Change nothing: a wheel that passes by must not change what is measured."""
        event.ignore()
