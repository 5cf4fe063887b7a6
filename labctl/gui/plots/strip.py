"""A line of things that are shown or hidden, broken into as many rows as it needs."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QCoreApplication, QEvent, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QIcon, QKeyEvent, QResizeEvent
from PyQt5.QtWidgets import (
    QApplication,
    QFrame,
    QListView,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

MOST_ROWS = 2
"""Beyond, it scrolls."""
GAP_EM = 0.4


class Strip(QListWidget):
    """Names to click, or to choose with arrow keys and Space; Shift shows one alone."""

    toggled = pyqtSignal(object)
    """The names that are shown now, a tuple in their order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hidden: set[str] = set()
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setSpacing(1)
        self.viewport().setAutoFillBackground(False)
        self.itemClicked.connect(self._click)

    def set_names(
        self,
        names: Sequence[str],
        icons: Sequence[QIcon] = (),
        tips: Sequence[str] = (),
    ) -> None:
        """Offer these; what was hidden stays hidden."""
        if list(names) != self.names:
            self.clear()
            for name in names:
                self.addItem(QListWidgetItem(name))
            self._hidden &= set(names)
        for item, icon in zip(self._items(), icons, strict=False):
            item.setIcon(icon)
        for row, item in enumerate(self._items()):
            self._dress(item, tips[row] if tips else "")
        self.setVisible(self.count() > 0)
        self._fit_height()

    @property
    def names(self) -> list[str]:
        """All that are offered."""
        return [item.text() for item in self._items()]

    @property
    def shown(self) -> tuple[str, ...]:
        """Those that are not hidden."""
        return tuple(name for name in self.names if name not in self._hidden)

    @property
    def hidden_names(self) -> set[str]:
        """Those that are hidden."""
        return set(self._hidden)

    def show_only(self, names: Sequence[str]) -> None:
        """Show these, hide all others."""
        self._hidden = set(self.names) - set(names)
        self._tell()

    def toggle(self, name: str) -> None:
        """Show what is hidden, hide what is shown."""
        self._hidden ^= {name}
        self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space and Return do what a click does."""
        keys = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() in keys and self.currentItem() is not None:
            self._choose(self.currentItem().text(), event.modifiers())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """As high as its rows."""
        super().resizeEvent(event)
        self._fit_height()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Another font makes other rows."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_height()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One row at least."""
        return QSize(10 * self.fontMetrics().height(), self._row_height())

    def _click(self, item: QListWidgetItem) -> None:
        self._choose(item.text(), QApplication.keyboardModifiers())

    def _choose(self, name: str, modifiers: Qt.KeyboardModifiers | Qt.KeyboardModifier) -> None:
        if int(modifiers) & Qt.KeyboardModifier.ShiftModifier:
            alone = self.shown == (name,)
            self.show_only(self.names if alone else [name])
        else:
            self.toggle(name)

    def _items(self) -> list[QListWidgetItem]:
        items = [self.item(row) for row in range(self.count())]
        return [item for item in items if item is not None]

    def _tell(self) -> None:
        for item in self._items():
            self._dress(item, str(item.data(Qt.ItemDataRole.UserRole) or ""))
        self.toggled.emit(self.shown)

    def _dress(self, item: QListWidgetItem, tip: str) -> None:
        hidden = item.text() in self._hidden
        self._mark(item, hidden)
        item.setData(Qt.ItemDataRole.UserRole, tip)
        # By the name of this class: `self.tr` looks a text up under that of a class that inherits.
        translate = QCoreApplication.translate
        does = (
            translate("Strip", "click to show") if hidden else translate("Strip", "click to hide")
        )
        alone = translate("Strip", "Shift: this one alone")
        item.setToolTip("\n".join(filter(None, [tip, does, alone])))
        state = translate("Strip", "{}, hidden") if hidden else translate("Strip", "{}, shown")
        item.setData(Qt.ItemDataRole.AccessibleTextRole, state.format(item.text()))

    def _mark(self, item: QListWidgetItem, hidden: bool) -> None:
        """Strike out what is hidden, which needs no colour to be seen."""
        font = self.font()
        font.setStrikeOut(hidden)
        item.setFont(font)

    def _row_height(self) -> int:
        return self.sizeHintForRow(0) + 2 * self.spacing() if self.count() else 0

    def _fit_height(self) -> None:
        items = self._items()
        if not items:
            return
        self.doItemsLayout()
        needed = self.visualItemRect(items[-1]).bottom() - self.visualItemRect(items[0]).top()
        needed += 1 + 2 * self.spacing()
        self.setFixedHeight(min(needed, MOST_ROWS * self._row_height()) + 2)


class TickedStrip(Strip):
    """Names with a box before each, ticked when it is shown."""

    def _mark(self, item: QListWidgetItem, hidden: bool) -> None:
        # Only shown: a click anywhere on the item toggles it.
        item.setFlags(Qt.ItemFlags(Qt.ItemFlag.ItemIsEnabled) | Qt.ItemFlag.ItemIsSelectable)
        item.setCheckState(Qt.CheckState.Unchecked if hidden else Qt.CheckState.Checked)
