"""The items of a campaign as a table: how long each takes, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PyQt5.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from labctl.gui.queue.item import State
from labctl.gui.queue.state_icons import state_icon

ITEM, TAKES, STATE = range(3)
_STATES = {
    "waiting": State.WAITING,
    "begun": State.RUNNING,
    "finished": State.FINISHED,
    "failed": State.FAILED,
    "aborted": State.ABORTED,
    "skipped": State.SKIPPED,
}


class CampaignTable(QAbstractTableModel):
    """Rows of a checked file, with the states that the campaign's journal tells."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: Sequence[Mapping[str, Any]] = ()
        self._states: Mapping[str, Mapping[str, Any]] = {}
        self._alive = False

    def show_items(self, items: Sequence[Mapping[str, Any]]) -> None:
        """What a file would do; see `labctl.clerk.campaigns.campaign_check`."""
        self.beginResetModel()
        self._items, self._states = items, {}
        self.endResetModel()

    def show_state(self, state: Mapping[str, Any]) -> None:
        """What became of it so far; see `labctl.clerk.campaigns.campaign_state`."""
        alive = state.get("pid") is not None
        told = {item["key"]: item for item in state["items"]}
        if (told, alive) == (self._states, self._alive):
            return
        self._states, self._alive = told, alive
        if rows := self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, STATE))

    def row_of(self, key: str | None) -> int:
        """Where an item stands; -1 when it is not there."""
        places = (place for place, item in enumerate(self._items) if item["key"] == key)
        return next(places, -1)

    def folder_at(self, row: int) -> str | None:
        """The run of the item in a row."""
        return self._states.get(self._items[row]["key"], {}).get("folder")

    def rowCount(self, parent: QModelIndex | None = None) -> int:  # noqa: N802 - Qt's name
        """One for each item."""
        return 0 if parent is not None and parent.isValid() else len(self._items)

    def columnCount(self, parent: QModelIndex | None = None) -> int:  # noqa: N802 - Qt's name
        """Item, duration, state."""
        return 0 if parent is not None and parent.isValid() else 3

    def headerData(  # noqa: N802 - Qt's name
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """What a column shows."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (self.tr("Item"), self.tr("Takes"), self.tr("State"))[section]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell."""
        row, column = index.row(), index.column()
        if not 0 <= row < self.rowCount():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._text(row, column).replace("&", "&amp;").replace("<", "&lt;")
        if role == Qt.ItemDataRole.DecorationRole and column == STATE:
            return state_icon(self._state(row))
        return None

    def _state(self, row: int) -> State:
        item = self._items[row]
        told = self._states.get(item["key"], {}).get("status", "waiting")
        if told == "begun" and not self._alive:
            return State.INTERRUPTED
        return _STATES.get(told, State.WAITING)

    def _text(self, row: int, column: int) -> str:
        item = self._items[row]
        if column == ITEM:
            return str(item["key"])
        if column == TAKES:
            return str(item["text"])
        told = self._states.get(item["key"], {})
        words = self._words()[self._state(row)]
        return f"{words}: {told['reason']}" if told.get("reason") else words

    def _words(self) -> dict[State, str]:
        return {
            State.WAITING: self.tr("to do"),
            State.RUNNING: self.tr("running"),
            State.FINISHED: self.tr("finished"),
            State.FAILED: self.tr("failed"),
            State.ABORTED: self.tr("stopped"),
            State.SKIPPED: self.tr("skipped"),
            State.INTERRUPTED: self.tr("interrupted"),
        }
