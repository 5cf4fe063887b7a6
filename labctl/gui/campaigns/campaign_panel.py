"""A campaign file: what it would do, what is wrong with it, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from PyQt5.QtCore import QEvent, QMimeData, QModelIndex, QSettings, Qt, QTimer
from PyQt5.QtGui import QDragEnterEvent, QDropEvent
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from labctl.gui.campaigns.campaign_table import ITEM, TAKES, CampaignTable
from labctl.gui.campaigns.campaign_words import CampaignWords
from labctl.gui.marking import mark
from labctl.gui.queue.confirmation import confirmed
from labctl.gui.session import Session

LOOK_MS = 1000
PROBLEM_LINES = 9
SUFFIX = ".toml"


class CampaignPanel(QWidget):
    """Opened and checked by the clerk, run by the queue, followed while it runs."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._file: Path | None = None
        self._check: Mapping[str, Any] = {}
        self._state: Mapping[str, Any] = {}
        self._wrong = ""
        self._words = CampaignWords(self)
        self.setAcceptDrops(True)
        self._make_controls()
        self._make_table()
        self._lay_out()
        self._connect()
        self.retranslate()

    def open_file(self, file: Path) -> None:
        """Have a campaign file checked, and show what comes of it."""
        if not self._session.station:
            return
        self._file, self._check, self._state, self._wrong = file, {}, {}, ""
        self._model.show_items(())
        self._head.setText(self.tr("Checking {file}…").format(file=file.name))
        mark(self._head, "muted")
        self._session.office.ask(
            "campaign_check",
            self._show_check,
            refused=self._show_refusal,
            topic="check of a campaign",
            file=str(file),
            runs=str(self._session.runs),
        )
        self._offer()

    def rest(self) -> None:
        """Look at the campaign no more, until a file is opened."""
        self._look.stop()

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        texts = {
            self._open: (self.tr("&Open…"), self.tr("Open a campaign file, or drop one here")),
            self._again: (self.tr("&Check again"), self.tr("Read the file once more")),
            self._run: (self.tr("&Run"), self.tr("Put the campaign first in the queue")),
            self._resume: (
                self.tr("R&esume"),
                self.tr("Go on where the campaign ended; what is over is not repeated"),
            ),
            self._pause: (self.tr("&Pause"), self.tr("Let the campaign stand still")),
            self._stop: (self.tr("&Stop"), self.tr("End its run safe, and the campaign with it")),
        }
        for button, (text, tip) in texts.items():
            button.setText(text)
            button.setToolTip(tip)
        self._table.setAccessibleName(self.tr("Items of the campaign"))
        self._head.setAccessibleName(self.tr("Campaign"))
        self._problems.setAccessibleName(self.tr("What is wrong with the campaign"))
        self._costs.setAccessibleName(self.tr("What the campaign takes"))
        self._progress.setAccessibleName(self.tr("State of the campaign"))
        self._tell()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take campaign files."""
        if self._dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Open the file."""
        if (file := self._dropped(event)) is not None:
            event.acceptProposedAction()
            self.open_file(file)

    def _make_controls(self) -> None:
        self._head, self._costs, self._progress = QLabel(self), QLabel(self), QLabel(self)
        for label in (self._head, self._costs, self._progress):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self._problems = QPlainTextEdit(self)
        self._problems.setReadOnly(True)
        self._problems.setTabChangesFocus(True)
        self._problems.setMaximumHeight(PROBLEM_LINES * self.fontMetrics().lineSpacing())
        self._open, self._again = QPushButton(self), QPushButton(self)
        self._run, self._resume = QPushButton(self), QPushButton(self)
        self._pause, self._stop = QPushButton(self), QPushButton(self)
        self._look = QTimer(self)

    def _make_table(self) -> None:
        self._model = CampaignTable(self)
        self._table = QTableView(self)
        self._table.setModel(self._model)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setTabKeyNavigation(False)
        self._table.setShowGrid(False)
        self._table.setWordWrap(False)
        rows = cast(QHeaderView, self._table.verticalHeader())
        rows.hide()
        rows.setDefaultSectionSize(round(1.6 * self.fontMetrics().lineSpacing()))
        header = cast(QHeaderView, self._table.horizontalHeader())
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        letter = self.fontMetrics().averageCharWidth()
        self._table.setColumnWidth(ITEM, 34 * letter)
        self._table.setColumnWidth(TAKES, 13 * letter)
        self._table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.addWidget(self._head)
        layout.addWidget(self._problems)
        layout.addWidget(self._costs)
        layout.addWidget(self._table, 1)
        layout.addWidget(self._progress)
        row = QHBoxLayout()
        for button in (self._open, self._again):
            row.addWidget(button)
        row.addStretch(1)
        for button in (self._run, self._resume, self._pause, self._stop):
            row.addWidget(button)
        layout.addLayout(row)

    def _connect(self) -> None:
        self._open.clicked.connect(self._choose_file)
        self._again.clicked.connect(self._open_again)
        self._run.clicked.connect(lambda: self._order(resume=False))
        self._resume.clicked.connect(lambda: self._order(resume=True))
        self._pause.clicked.connect(
            lambda: self._ask("go_on" if self._state.get("paused") else "pause")
        )
        self._stop.clicked.connect(lambda: self._ask("stop"))
        self._table.activated.connect(self._open_run)
        self._look.timeout.connect(self._ask_state)
        self._session.station_changed.connect(lambda _: self._open_again())

    def _choose_file(self) -> None:
        key = f"station/{self._session.station.get('name', '')}/campaigns/directory"
        directory = QSettings().value(key, "", str)
        path, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open campaign"), directory, self.tr("Campaigns (*.toml)")
        )
        if path:
            QSettings().setValue(key, str(Path(path).parent))
            self.open_file(Path(path))

    def _open_again(self) -> None:
        if self._file is not None:
            self.open_file(self._file)

    def _show_check(self, check: Mapping[str, Any]) -> None:
        self._check = check
        self._model.show_items(check["items"])
        self._tell()
        self._ask_state()
        self._look.start(LOOK_MS)

    def _show_refusal(self, why: str) -> None:
        self._wrong = why
        self._look.stop()
        self._tell()

    def _show_state(self, state: Mapping[str, Any]) -> None:
        if state.get("name") != self._check.get("name"):
            return
        went_on = state.get("running") != self._state.get("running")
        self._state = state
        self._model.show_state(state)
        self._tell()
        row = self._model.row_of(state.get("running"))
        if went_on and row >= 0:
            self._table.scrollTo(self._model.index(row, ITEM))

    def _tell(self) -> None:
        """All that is known, in words."""
        text, weight = self._words.verdict(self._check, self._session.station)
        self._head.setText(self._wrong or text)
        mark(self._head, "bad" if self._wrong else weight)
        self._problems.setVisible(bool(self._check.get("problems")))
        self._problems.setPlainText(self._words.problems(self._check))
        self._costs.setText(self._words.costs(self._check))
        self._progress.setText(self._words.progress(self._check, self._state))
        self._offer()

    def _offer(self) -> None:
        alive = self._state.get("pid") is not None
        here = self._check.get("station_file") == self._session.station.get("file")
        ready = bool(self._check) and not self._check["problems"] and here
        resumable = bool(self._state.get("resumable"))
        self._again.setEnabled(self._file is not None)
        self._run.setEnabled(ready and not alive and not resumable)
        self._resume.setEnabled(ready and not alive and resumable)
        self._pause.setEnabled(alive)
        self._pause.setText(self.tr("&Go on") if self._state.get("paused") else self.tr("&Pause"))
        self._stop.setEnabled(alive)

    def _order(self, *, resume: bool) -> None:
        question = self.tr("Run campaign {name} on the REAL station {station}?").format(
            name=self._check["name"], station=self._check["station"]
        )
        if not confirmed(self._session, self, self.tr("Real station"), question):
            return
        self._session.order_given.emit(
            {
                "kind": "campaign",
                "procedure": self._check["name"],
                "file": self._check["file"],
                "folder": self._state["folder"] if resume else None,
                "now": True,
            }
        )

    def _ask(self, what: str) -> None:
        self._session.office.ask(
            "campaign_ask",
            lambda _: self._ask_state(),
            refused=lambda why: self._session.told.emit("error", why),
            runs=str(self._session.runs),
            name=self._check["name"],
            ask=what,
        )

    def _ask_state(self) -> None:
        if self._check and self.isVisible():
            self._session.office.ask(
                "campaign_state",
                self._show_state,
                topic="state of a campaign",
                runs=str(self._session.runs),
                name=self._check["name"],
            )

    def _open_run(self, index: QModelIndex) -> None:
        if (folder := self._model.folder_at(index.row())) is not None:
            self._session.run_opened.emit(folder)

    def _dropped(self, event: QDropEvent) -> Path | None:
        urls = cast(QMimeData, event.mimeData()).urls()
        files = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        return next((file for file in files if file.suffix == SUFFIX), None)
