"""The panel of all runs: filters, the list, what is known of one, and what to do with several."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QEvent, Qt, pyqtSignal
from PyQt5.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShowEvent
from PyQt5.QtWidgets import (
    QLabel,
    QShortcut,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from labctl.gui.runs.filter_bar import FilterBar
from labctl.gui.runs.list_strip import ListStrip
from labctl.gui.runs.run_actions import RunActions
from labctl.gui.runs.run_deeds import RunDeeds
from labctl.gui.runs.run_details import RunDetails
from labctl.gui.runs.run_search import RunSearch
from labctl.gui.runs.run_table import RunTable
from labctl.gui.runs.run_table_model import Row, RunTableModel
from labctl.gui.session import Session


class RunsPanel(QWidget):
    """Nothing here changes a run: it is found, looked at, compared, and taken as a beginning."""

    resume_wanted = pyqtSignal(str)
    """The run in this folder is to go on."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._model = RunTableModel(self)
        self._search = RunSearch(session, self._model)
        self._order: Mapping[str, Any] = {"sort": "started", "descending": True}
        self._stale = True
        """Whether there may be other runs than those listed; looked for when it can be seen."""
        self._unreadable: Mapping[str, Any] = {"unreadable": (), "unreadable_count": 0}
        self.filters = FilterBar(self)
        self.table = RunTable(self._model, self)
        self.actions_row = RunActions(self)
        self.details = RunDetails(self)
        self.strip = ListStrip(self.table, self)
        self._empty = QLabel(self)
        self._stack = QStackedWidget(self)
        self._deeds = RunDeeds(session, self.table, self.actions_row, self)
        self._deeds.resume_wanted.connect(self.resume_wanted)
        self._lay_out()
        self._connect()
        self.retranslate()
        self.setAcceptDrops(True)

    def open_run(self, called: str) -> None:
        """Look at one run, wherever it lies: by its path, a path in it, its name, or its end."""
        self._session.office.ask(
            "find", self._open, refused=self._complain, runs=str(self._session.runs), called=called
        )

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self._empty.setAccessibleName(self.tr("Why the list of runs is empty"))
        self._show_emptiness()
        self._count()
        if not self.table.chosen():
            self._show_no_run()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.table.retranslate()
            self.retranslate()
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look for runs that came while nobody could see them."""
        super().showEvent(event)
        if self._stale:
            self._renew()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take folders and files."""
        if _paths(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Open the runs that were dropped."""
        event.acceptProposedAction()
        for path in _paths(event):
            self._session.run_opened.emit(path)

    def _lay_out(self) -> None:
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        self._empty.setMargin(self.fontMetrics().height())
        self._empty.setProperty("state", "muted")
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        upper = QWidget(self)
        rows = QVBoxLayout(upper)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        for part in (self.filters, self._stack, self.strip, self.actions_row):
            rows.addWidget(part, 1 if part is self._stack else 0)
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.addWidget(upper)
        splitter.addWidget(self.details)
        splitter.setChildrenCollapsible(False)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(splitter)

    def _connect(self) -> None:
        session, search, table = self._session, self._search, self.table
        session.station_changed.connect(lambda facts: table.remember_as(facts["name"]))
        session.run_changed.connect(self._expect)
        session.run_ended.connect(self._expect)
        session.run_opened.connect(self.open_run)
        self.filters.changed.connect(self._look)
        self.filters.named.connect(self._open_named)
        table.sort_wanted.connect(self._sort)
        table.chosen_changed.connect(self._choose)
        search.told.connect(self._take_first_page)
        search.renewed.connect(self._show_emptiness)
        search.misunderstood.connect(self.filters.show_problems)
        search.refused.connect(lambda why: self.filters.show_problems({"": why}))
        self._model.rowsInserted.connect(self._count)
        self._model.modelReset.connect(self._count)
        self.strip.unreadable_wanted.connect(self._show_unreadable)
        self.strip.export_wanted.connect(lambda path: self._deeds.export(path, search.filters))
        self._key("Ctrl+F", self.filters.focus_text)
        self._key("F5", self._renew)
        self._key("Esc", self._list_all)

    def _key(self, key: str, do: Callable[[], None]) -> None:
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(do)

    def _look(self) -> None:
        self._stale = False
        self._search.look_for({**self.filters.filters(), **self._order})

    def _sort(self, key: str, descending: bool) -> None:
        self._order = {"sort": key, "descending": descending}
        self._look()

    def _expect(self, folder: str | None) -> None:
        """A run began or ended."""
        if folder is not None and folder == self.details.folder:
            self._ask_details(folder)
        self._stale = True
        if self.isVisible():
            self._renew()

    def _renew(self) -> None:
        if not self._search.filters:
            self._look()
            return
        self._stale = False
        self._search.look_again()

    def _list_all(self) -> None:
        self._model.forget_opened()
        self.filters.clear()

    def _take_first_page(self, answer: Mapping[str, Any]) -> None:
        self._unreadable = answer
        self.filters.offer(answer["facets"])
        self.strip.tell_unreadable(answer["unreadable_count"])

    def _count(self) -> None:
        self.strip.tell_count(self._model.rowCount(), more=self._model.is_more())
        self._stack.setCurrentIndex(0 if self._model.rowCount() else 1)

    def _show_emptiness(self) -> None:
        if self.filters.filters():
            text = self.tr("No run fits these filters.\nEsc lists all runs again.")
            self._empty.setText(text)
            return
        text = self.tr(
            "There are no runs in {folder} yet.\n\n"
            "Choose devices and a procedure and press Start: the run is listed here.\n"
            "To look at a run that lies elsewhere, drop its folder here."
        )
        self._empty.setText(text.format(folder=self._session.runs))

    def _choose(self) -> None:
        self.actions_row.suit(self.table.chosen())
        current = self.table.current()
        if current is None:
            self._show_no_run()
        elif current["folder"] != self.details.folder:
            self.details.wait_for(current["name"])
            self._ask_details(current["folder"])

    def _show_no_run(self) -> None:
        self.details.show_lines("", [self.tr("Choose a run to see what is known of it.")])

    def _ask_details(self, folder: str) -> None:
        self._session.office.ask(
            "run_details",
            self._show_details,
            refused=lambda why: self.details.show_lines(folder, [why]),
            topic="run_details",
            folder=folder,
        )

    def _show_details(self, told: Mapping[str, Any]) -> None:
        current = self.table.current()
        if current is not None and current["folder"] == told["folder"]:
            self.details.show_run(told)

    def _show_unreadable(self) -> None:
        told = self._unreadable
        lines = [f"{one['place']}: {one['why']}" for one in told["unreadable"]]
        left_out = told["unreadable_count"] - len(lines)
        if left_out > 0:
            lines.append(self.tr("and {count} more").format(count=left_out))
        self.table.clearSelection()
        self.details.show_lines(
            self.tr("Folders that hold no run that can be read"),
            lines,
            self.tr("This mends what can be mended: {command}").format(
                command=f"labctl runs doctor --out {self._session.runs}"
            ),
        )

    def _open(self, row: Row) -> None:
        self._model.put_first(row)
        self._count()
        self.table.choose(row["folder"])
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_named(self, called: str) -> None:
        """What was typed may be a name; if it is only a part of some, the list shows them."""
        if called:
            self._session.office.ask(
                "find",
                self._open,
                refused=lambda why: None if self._model.rowCount() else self._complain(why),
                runs=str(self._session.runs),
                called=called,
            )

    def _complain(self, why: str) -> None:
        self._session.told.emit("error", why)


def _paths(event: QDropEvent) -> list[str]:
    """Files and folders of this computer that are dragged."""
    urls = event.mimeData().urls()
    return [str(Path(url.toLocalFile())) for url in urls if url.isLocalFile()]
