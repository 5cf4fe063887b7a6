"""What the actions on chosen items do, and what is asked before something real begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PyQt5.QtCore import QModelIndex, QObject, Qt, pyqtSignal
from PyQt5.QtWidgets import QWidget

from labctl.gui.queue.confirmation import confirmed
from labctl.gui.queue.item import Item, Kind
from labctl.gui.queue.item_actions import ItemActions
from labctl.gui.queue.item_dialog import ItemDialog
from labctl.gui.queue.queue_keeper import QueueKeeper
from labctl.gui.queue.queue_model import Queue
from labctl.gui.queue.queue_view import QueueView
from labctl.gui.session import Session


class ItemDeeds(QObject):
    """Does to the chosen items of a view what its actions say."""

    campaign_opened = pyqtSignal(str)
    """Somebody wants to see the campaign of this file."""

    def __init__(
        self, session: Session, keeper: QueueKeeper, actions: ItemActions, view: QueueView
    ) -> None:
        super().__init__(view)
        self._session = session
        self._keeper = keeper
        self._actions = actions
        self._view = view
        for name, do in {
            "up": lambda: self._move(up=True),
            "down": lambda: self._move(up=False),
            "edit": lambda: self._edit(self._chosen()[0]),
            "hold": self._hold_or_let_go,
            "skip": lambda: self._to_each(Queue.skip),
            "remove": lambda: keeper.remove([item.id for item in self._chosen()]),
            "again": lambda: self._to_each(Queue.again),
            "resume": lambda: self.resume(self._chosen()[0]),
            "use": lambda: self._use(self._chosen()[0]),
            "open": lambda: self._open(self._chosen()[0]),
            "clear": keeper.clear,
        }.items():
            actions[name].triggered.connect(lambda _=False, do=do: do())
        view.activated.connect(self._activate)

    def start_queue(self) -> None:
        """Run what waits, one after the other."""
        question = self.tr("Start the queue on the REAL station {station}? Waiting: {count}")
        if self._sure(question):
            self._keeper.change(Queue.go_on)

    def resume(self, item: Item) -> None:
        """Let an item go on where it stopped."""
        if self._sure(self.tr("Go on with this run on the REAL station {station}?")):
            self._keeper.resume(item.id)

    def resume_folder(self, folder: str) -> None:
        """Let the run in a folder go on, whoever started it."""
        self._session.office.ask(
            "parameters_of",
            lambda found: self._resume_run(folder, found),
            refused=lambda why: self._session.told.emit("error", why),
            folder=folder,
        )

    def _resume_run(self, folder: str, found: Mapping[str, Any]) -> None:
        if self._sure(self.tr("Go on with this run on the REAL station {station}?")):
            self._session.order_given.emit({**found, "folder": folder, "now": True})

    def _sure(self, question: str) -> bool:
        text = question.format(
            station=self._session.station.get("name", ""), count=len(self._keeper.queue.waiting)
        )
        window = QWidget.window(self._view)
        return confirmed(self._session, window, self.tr("Real station"), text)

    def _chosen(self) -> list[Item]:
        return self._view.chosen()

    def _to_each(self, do: Callable[[Queue, str], object]) -> None:
        chosen = self._chosen()
        self._keeper.change(lambda queue: [do(queue, item.id) for item in chosen])

    def _move(self, *, up: bool) -> None:
        ids = [item.id for item in self._chosen()]
        self._keeper.change(lambda queue: queue.move(ids, up=up))

    def _hold_or_let_go(self) -> None:
        self._to_each(Queue.let_go if self._actions.lets_go() else Queue.hold_item)

    def _edit(self, item: Item) -> None:
        dialog = ItemDialog(self._session, item, self._view)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._change(item, dialog.changes()))
        dialog.open()

    def _change(self, item: Item, changes: Mapping[str, Any]) -> None:
        self._keeper.change(lambda queue: queue.edit(item.id, **changes))

    def _use(self, item: Item) -> None:
        wanted = {"values": dict(item.values), "devices": list(item.devices)}
        self._session.parameters_wanted.emit({"procedure": item.procedure, **wanted})

    def _open(self, item: Item) -> None:
        if item.kind is Kind.CAMPAIGN:
            self.campaign_opened.emit(item.file)
        elif item.folder is not None:
            self._session.run_opened.emit(item.folder)

    def _activate(self, index: QModelIndex) -> None:
        item = self._view.table.item_at(index.row())
        if item is not None and item.editable and not self._keeper.owner:
            self._edit(item)
        elif item is not None:
            self._open(item)
