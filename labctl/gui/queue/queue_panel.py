"""The queue at the right of the window: what runs, what follows, what became of the rest."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QEvent, QPoint, Qt, QTimer
from PyQt5.QtGui import QCloseEvent
from PyQt5.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from labctl.gui.campaigns.campaign_window import CampaignWindow
from labctl.gui.queue.item import Item, Kind
from labctl.gui.queue.item_actions import ItemActions
from labctl.gui.queue.item_deeds import ItemDeeds
from labctl.gui.queue.queue_keeper import QueueKeeper
from labctl.gui.queue.queue_model import OnFailure, Queue
from labctl.gui.queue.queue_status import QueueStatus
from labctl.gui.queue.queue_table import QueueTable
from labctl.gui.queue.queue_view import QueueView
from labctl.gui.session import Session

CAMPAIGN_LOOK_MS = 1000
DETAIL_LINES = 3
_BUTTONS = ("up", "down", "edit", "skip")


class QueuePanel(QWidget):
    """Shows a `QueueKeeper`, and lets a person do to it what can be done."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.keeper = QueueKeeper(session, self)
        self.campaigns: CampaignWindow | None = None
        self._chosen: tuple[str, ...] = ()
        self._model = QueueTable(self.keeper, self)
        self._table = QueueView(self._model, self)
        self._make_controls()
        self._lay_out()
        self._connect()
        self.retranslate()
        self._show()

    def hold(self) -> None:
        """Begin nothing more, whatever waits; for the STOP button."""
        self.keeper.hold()

    def resume(self, folder: str) -> None:
        """Let the run in a folder go on, whoever started it."""
        self._deeds.resume_folder(folder)

    def open_campaign(self, file: Path | None = None) -> None:
        """Show the window for campaign files, with one of them opened."""
        if self.campaigns is None:
            self.campaigns = CampaignWindow(self._session, self.window())
        self.campaigns.show()
        self.campaigns.raise_()
        self.campaigns.activateWindow()
        if file is not None:
            self.campaigns.panel.open_file(file)

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self._stop.setText(self.tr("S&top run"))
        self._stop.setToolTip(self.tr("End what runs; its instruments are made safe"))
        self._campaign.setText(self.tr("Campai&gns…"))
        self._campaign.setToolTip(self.tr("Open, check, run, and follow a campaign file"))
        self._policy.setItemText(0, self.tr("If a run fails: hold"))
        self._policy.setItemText(1, self.tr("If a run fails: go on"))
        self._policy.setToolTip(self.tr("What the queue does when one of its items fails"))
        self._policy.setAccessibleName(self.tr("When a run fails"))
        self._more.setText(self.tr("M&ore"))
        self._more.setToolTip(self.tr("All that can be done to the chosen items"))
        self._table.setAccessibleName(self.tr("Queue"))
        self._detail.setAccessibleName(self.tr("About the chosen item"))
        self._status.setAccessibleName(self.tr("State of the queue"))
        self._actions.retranslate()
        self._name_toggles()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language; pictures and colours are asked for whenever they are drawn."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self._show()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Let the queue go; what runs goes on."""
        self._look.stop()
        if self.campaigns is not None:
            self.campaigns.close()
        self.keeper.close()
        super().closeEvent(event)

    def _make_controls(self) -> None:
        self._status = QueueStatus(self)
        self._run = QPushButton(self)
        self._pause = QPushButton(self)
        self._stop = QPushButton(self)
        self._campaign = QPushButton(self)
        self._policy = QComboBox(self)
        for policy in (OnFailure.STOP, OnFailure.GO_ON):
            self._policy.addItem("", policy)
        self._actions = ItemActions(self)
        self._deeds = ItemDeeds(self._session, self.keeper, self._actions, self._table)
        self._menu = QMenu(self)
        self._menu.addActions(list(self._actions.actions.values()))
        self._buttons = [self._button(name) for name in _BUTTONS]
        self._more = QToolButton(self)
        self._more.setMenu(self._menu)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._detail = QPlainTextEdit(self)
        self._detail.setReadOnly(True)
        self._detail.setTabChangesFocus(True)
        self._detail.setMinimumHeight(DETAIL_LINES * self.fontMetrics().lineSpacing())
        self._look = QTimer(self)

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(self._actions[name])
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if name in ("up", "down"):
            arrow = Qt.ArrowType.UpArrow if name == "up" else Qt.ArrowType.DownArrow
            button.setArrowType(arrow)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        return button

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(4)
        layout.addWidget(self._status)
        layout.addLayout(_row(self._run, self._pause, self._stop))
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.addWidget(self._table)
        split.addWidget(self._detail)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        layout.addWidget(split, 1)
        tools = _row(*self._buttons, self._more)
        tools.addStretch(1)
        layout.addLayout(tools)
        layout.addLayout(_row(self._policy, self._campaign))

    def _connect(self) -> None:
        keeper = self.keeper
        keeper.changed.connect(self._show)
        self._session.watched.connect(lambda _: self._see())
        self._run.clicked.connect(self._toggle_queue)
        self._pause.clicked.connect(lambda: keeper.pause(pause=not self._paused()))
        self._stop.clicked.connect(keeper.stop)
        self._campaign.clicked.connect(lambda _: self.open_campaign())
        self._policy.activated.connect(self._set_policy)
        self._table.selection.selectionChanged.connect(lambda *_: self._choose())
        self._table.customContextMenuRequested.connect(self._show_menu)
        self._deeds.campaign_opened.connect(lambda file: self.open_campaign(Path(file)))
        self._look.timeout.connect(self._look_at_campaign)
        self._look.start(CAMPAIGN_LOOK_MS)

    def _show(self) -> None:
        """Everything anew; what was chosen stays chosen."""
        self._table.refresh(self._chosen)
        self._choose()
        place = self._policy.findData(self.keeper.queue.on_failure)
        self._policy.setCurrentIndex(place)
        self._see()

    def _see(self) -> None:
        """How far it is, and what can be done now."""
        keeper, queue = self.keeper, self.keeper.queue
        self._model.see()
        self._status.show_status(keeper)
        ours, runs = not keeper.owner, queue.running is not None
        self._run.setEnabled(ours and (bool(queue.waiting) or (runs and queue.hold is not None)))
        self._pause.setEnabled(ours and runs)
        self._stop.setEnabled(ours and runs)
        self._policy.setEnabled(ours)
        self._name_toggles()

    def _name_toggles(self) -> None:
        going = self.keeper.queue.hold is None
        self._run.setText(self.tr("&Hold queue") if going else self.tr("Start &queue"))
        self._run.setToolTip(
            self.tr("Begin nothing more; what runs goes on")
            if going
            else self.tr("Run what waits, one after the other")
        )
        paused = self._paused()
        self._pause.setText(self.tr("Go &on") if paused else self.tr("Pa&use"))
        self._pause.setToolTip(
            self.tr("Let the run go on")
            if paused
            else self.tr("Let the run stand still between two waveforms, with the source off")
        )

    def _paused(self) -> bool:
        return self.keeper.bench.get("state") == "paused"

    def _choose(self) -> None:
        items = self._table.chosen()
        self._chosen = tuple(item.id for item in items)
        self._actions.offer(items, ours=not self.keeper.owner)
        self._show_detail(items[0] if len(items) == 1 else None)

    def _show_detail(self, item: Item | None) -> None:
        self._detail.setVisible(item is not None)
        text = "" if item is None else self._model.about(item)
        if text != self._detail.toPlainText():
            self._detail.setPlainText(text)

    def _toggle_queue(self) -> None:
        if self.keeper.queue.hold is None:
            self.keeper.change(Queue.hold_all)
        else:
            self._deeds.start_queue()

    def _set_policy(self, place: int) -> None:
        policy = OnFailure(self._policy.itemData(place))
        self.keeper.change(lambda queue: queue.decide(policy))

    def _show_menu(self, place: QPoint) -> None:
        self._menu.popup(self._table.in_screen(place))

    def _look_at_campaign(self) -> None:
        item = self.keeper.queue.running
        if item is not None and item.kind is Kind.CAMPAIGN:
            self._session.office.ask(
                "campaign_state",
                self._model.see_campaign,
                topic="campaign of the queue",
                runs=str(self._session.runs),
                name=item.procedure,
            )


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    for widget in widgets:
        row.addWidget(widget)
    return row
