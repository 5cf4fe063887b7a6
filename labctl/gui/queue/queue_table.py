"""The queue as a table: one row of two lines an item, with its state in words and how far it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from PyQt5.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PyQt5.QtGui import QBrush, QColor

from labctl.gui import theme
from labctl.gui.queue.item import Item, Kind, State
from labctl.gui.queue.queue_keeper import QueueKeeper
from labctl.gui.queue.state_icons import state_icon

PLACE, WHAT, STATE = range(3)
SHOWN_DEVICES = 3
_QUIET = frozenset({State.FINISHED, State.SKIPPED})


class QueueTable(QAbstractTableModel):
    """Reads the keeper's queue; `refresh` when it has changed."""

    def __init__(self, keeper: QueueKeeper, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._items: tuple[Item, ...] = ()
        self._campaign: Mapping[str, Any] = {}
        self._progress = ""
        self._seen_at: str | None = None
        """Folder of the run that was last seen on the bench."""

    def refresh(self) -> None:
        """Show what is there now; rows that stay keep their selection."""
        items = tuple(self._keeper.queue.items)
        kept = [item.id for item in items] == [item.id for item in self._items]
        if kept:
            before, self._items = self._items, items
            changed = [row for row, item in enumerate(items) if item is not before[row]]
            if changed:
                self._tell(min(changed), max(changed))
            return
        self.beginResetModel()
        self._items = items
        self.endResetModel()

    def see(self) -> None:
        """The item that runs has gone on."""
        progress = self._running_words()
        if progress == self._progress:
            return
        self._progress = progress
        for row, item in enumerate(self._items):
            if item.state is State.RUNNING:
                self._tell(row, row)

    def see_campaign(self, state: Mapping[str, Any]) -> None:
        """How far the campaign is that runs; see `labctl.clerk.campaigns.campaign_state`."""
        self._campaign = state
        self.see()

    def item_at(self, row: int) -> Item | None:
        """What stands in a row."""
        return self._items[row] if 0 <= row < len(self._items) else None

    def rows_of(self, ids: Collection[str]) -> list[int]:
        """Where items stand, from the top; those that are not there are left out."""
        wanted = frozenset(ids)
        return [row for row, item in enumerate(self._items) if item.id in wanted]

    def state_in_words(self, item: Item) -> str:
        """What a person reads about an item, with why."""
        if item.state is State.RUNNING:
            return self._running_words()
        words = self._words()[item.state]
        if item.state is State.WAITING and item.folder is not None:
            words = self.tr("waiting, goes on where it stopped")
        return f"{words}: {item.why}" if item.why else words

    def about(self, item: Item) -> str:
        """All that is known of an item, one thing a line."""
        lines = [self.state_in_words(item)]
        if item.devices:
            lines.append(self.tr("Devices: {names}").format(names=", ".join(item.devices)))
        if item.file:
            lines.append(item.file)
        lines += [f"{name} = {text}" for name, text in item.values.items()]
        limit = self.tr("limit {name} = {text}")
        lines += [limit.format(name=name, text=text) for name, text in item.limits.items()]
        if item.folder is not None:
            lines.append(self.tr("Folder: {folder}").format(folder=item.folder))
        return "\n".join(lines)

    def rowCount(self, parent: QModelIndex | None = None) -> int:  # noqa: N802 - Qt's name
        """One for each item."""
        return 0 if parent is not None and parent.isValid() else len(self._items)

    def columnCount(self, parent: QModelIndex | None = None) -> int:  # noqa: N802 - Qt's name
        """Place, what and on which devices, state."""
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
        return (self.tr("#"), self.tr("Run"), self.tr("State"))[section]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell."""
        item = self.item_at(index.row())
        if item is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(item, index.row(), index.column())
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._whole_text(item, index.column())
        return _look(item, index.column(), role)

    def _text(self, item: Item, row: int, column: int) -> str:
        if column == PLACE:
            return str(row + 1)
        if column == WHAT:
            times = f" ×{item.repeat}" if item.repeat > 1 else ""
            return f"{item.procedure}{times}\n{self._devices(item)}"
        return self.state_in_words(item)

    def _whole_text(self, item: Item, column: int) -> str:
        text = self._text(item, 0, column)
        if column == WHAT and item.devices:
            text = f"{item.procedure}\n{', '.join(item.devices)}"
        # Qt takes what looks like HTML for it.
        if "<" not in text:
            return text
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")

    def _devices(self, item: Item) -> str:
        if item.kind is Kind.CAMPAIGN:
            return self.tr("campaign")
        if not item.devices:
            return self.tr("its own choice")
        if len(item.devices) > SHOWN_DEVICES:
            return self.tr("{count} devices").format(count=len(item.devices))
        return ", ".join(item.devices)

    def _running_words(self) -> str:
        item = self._keeper.queue.running
        if item is None:
            return ""
        if item.kind is Kind.CAMPAIGN:
            return self._campaign_words(item)
        bench = self._keeper.bench
        if item.folder is None or bench.get("run") != item.folder:
            at_its_end = item.folder is not None and item.folder == self._seen_at
            return self.tr("finishing") if at_its_end else self.tr("starting")
        self._seen_at = item.folder
        percent = round(100 * float(bench.get("fraction") or 0.0))
        words = {
            "paused": self.tr("paused at {percent} %"),
            "stopping": self.tr("stopping at {percent} %"),
        }.get(str(bench.get("state")), self.tr("running, {percent} %"))
        return words.format(percent=percent)

    def _campaign_words(self, item: Item) -> str:
        state = self._campaign
        if state.get("name") != item.procedure or not state.get("running"):
            return self.tr("starting")
        words = self.tr("paused, {done} of {all}") if state.get("paused") else ""
        return (words or self.tr("running, {done} of {all}")).format(
            done=state.get("done", 0), all=state.get("all", 0)
        )

    def _words(self) -> dict[State, str]:
        return {
            State.WAITING: self.tr("waiting"),
            State.HELD: self.tr("held"),
            State.FINISHED: self.tr("finished"),
            State.FAILED: self.tr("failed"),
            State.ABORTED: self.tr("stopped"),
            State.SKIPPED: self.tr("skipped"),
            State.INTERRUPTED: self.tr("interrupted"),
        }

    def _tell(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, STATE))


def _look(item: Item, column: int, role: int) -> Any:
    if role == Qt.ItemDataRole.DecorationRole and column == STATE:
        return state_icon(item.state)
    if role == Qt.ItemDataRole.ForegroundRole and item.state in _QUIET:
        return QBrush(QColor(theme.active().muted))
    if role == Qt.ItemDataRole.TextAlignmentRole and column == PLACE:
        return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return None
