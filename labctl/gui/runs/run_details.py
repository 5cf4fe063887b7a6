"""Everything that is known of the run that was chosen, a page at a time, as text to be copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextBrowser,
    QWidget,
)

from labctl.gui.runs.details_page import Section, facts_page, lines_page, table_page
from labctl.gui.runs.run_status import STATES, status_meaning, status_text
from labctl.gui.runs.run_table_model import moment

OVERVIEW = "overview"
_SHOWN_AT_ONCE = ("warnings", "results")
"""Sections that stand in the overview as well."""
_LIST_CHARACTERS = 17


class RunDetails(QWidget):
    """A list of pages, and the page that is chosen; the same one stays chosen for other runs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = QListWidget(self)
        self._text = QTextBrowser(self)
        self._text.setOpenLinks(False)
        self._told: Mapping[str, Any] = {}
        self._lines: tuple[str, Sequence[str], str] = ("", (), "")
        self._page = OVERVIEW
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(self._list)
        splitter.addWidget(self._text)
        splitter.setStretchFactor(1, 1)
        width = _LIST_CHARACTERS * self.fontMetrics().averageCharWidth()
        splitter.setSizes([width, 5 * width])
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)
        self._list.currentRowChanged.connect(self._turn_to)
        self.retranslate()

    @property
    def folder(self) -> str | None:
        """Of the run that is shown."""
        return self._told.get("folder")

    def show_run(self, told: Mapping[str, Any]) -> None:
        """Show what the clerk's `run_details` says."""
        self._told = told
        self._lines = ("", (), "")
        self._list_pages()

    def wait_for(self, name: str) -> None:
        """Show no run until the one of this name has been read; the list of pages stays."""
        self._told = {}
        self._lines = (name, [self.tr("It is being read …")], "")
        self._show_page()

    def show_lines(self, title: str, lines: Sequence[str], note: str = "") -> None:
        """Show these lines, and no run."""
        self._told = {}
        self._lines = (title, lines, note)
        self._list_pages()

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self._list.setAccessibleName(self.tr("What to show of the run"))
        self._text.setAccessibleName(self.tr("What is known of the run"))
        self._list_pages()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow language and colours."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.PaletteChange:
            self._show_page()
        super().changeEvent(event)

    def _pages(self) -> dict[str, tuple[str, Section | None]]:
        """By key: title and section of every page; the overview has no section of its own."""
        if not self._told:
            return {}
        named = {section.get("title", section["name"]): section for section in self._sections()}
        pages: dict[str, tuple[str, Section | None]] = {OVERVIEW: (self._title(OVERVIEW), None)}
        return pages | {key: (self._title(key), section) for key, section in named.items()}

    def _sections(self) -> Sequence[Section]:
        return self._told.get("sections", ())

    def _list_pages(self) -> None:
        pages = self._pages()
        self._list.blockSignals(True)
        self._list.clear()
        for key, (title, _) in pages.items():
            item = QListWidgetItem(title, self._list)
            item.setData(Qt.ItemDataRole.UserRole, key)
        self._list.setCurrentRow([*pages].index(self._page) if self._page in pages else 0)
        self._list.blockSignals(False)
        self._list.setVisible(bool(pages))
        self._show_page()

    def _turn_to(self, at: int) -> None:
        item = self._list.item(at)
        if item is not None:
            self._page = item.data(Qt.ItemDataRole.UserRole)
            self._show_page()

    def _show_page(self) -> None:
        if not self._told:
            self._text.setHtml(lines_page(*self._lines))
            return
        _, section = self._pages().get(self._page, ("", None))
        self._text.setHtml(self._overview() if section is None else self._section(section))

    def _overview(self) -> str:
        shown = [section for section in self._sections() if section["name"] in _SHOWN_AT_ONCE]
        return "".join([facts_page(self._facts()), *map(self._section, shown)])

    def _facts(self) -> list[tuple[str, str, str]]:
        told = self._told
        state = STATES.get(told["status"], "")
        reason = told["reason"] or status_meaning(told["status"])
        devices = ", ".join(told["devices"]) or self.tr("none")
        began, ended = moment(told["started"]), moment(told["ended"])
        benches = {True: self.tr("simulated"), False: self.tr("real instruments")}
        bench = benches.get(told["simulated"], self.tr("nobody knows of what kind"))
        return [
            (self.tr("Procedure"), told["procedure"], ""),
            (self.tr("Status"), f"{status_text(told['status'])}: {reason}", state),
            (self.tr("Devices"), devices, ""),
            (self.tr("Bench"), f"{told['station']} ({bench})", ""),
            (self.tr("Sample"), told["sample"] or "–", ""),
            (self.tr("Started"), began, ""),
            (self.tr("Ended"), ended, ""),
            (self.tr("Rows"), f"{told['rows']:,}", ""),
            (self.tr("Seed"), "–" if told["seed"] is None else str(told["seed"]), ""),
            self._safe_state(),
            (self.tr("Folder"), told["folder"], ""),
        ]

    def _safe_state(self) -> tuple[str, str, str]:
        name = self.tr("Safe state")
        if self._told["status"] == "running":
            return name, self.tr("not yet: it is being measured"), ""
        if self._told["safe"] is None:
            return name, self.tr("not recorded; check the instruments"), "bad"
        if not self._told["safe"]:
            return name, self.tr("NOT verified; check the instruments"), "bad"
        return name, self.tr("verified by reading the instruments back"), ""

    def _section(self, section: Section) -> str:
        title = self._title(section.get("title", section["name"]))
        if not section["head"]:
            return lines_page(title, [row[0] for row in section["rows"]], section["note"])
        named = section["name"] == "table"
        head = section["head"] if named else [self._head(word) for word in section["head"]]
        return table_page(title, head, section["rows"], section["note"])

    def _head(self, word: str) -> str:
        words = {
            "name": self.tr("Name"),
            "value": self.tr("Value"),
            "meaning": self.tr("Meaning"),
            "set_by": self.tr("Set by"),
            "file": self.tr("File"),
            "size": self.tr("Size"),
        }
        return words.get(word, word)

    def _title(self, name: str) -> str:
        titles = {
            OVERVIEW: self.tr("Overview"),
            "warnings": self.tr("Warnings"),
            "results": self.tr("Results"),
            "parameters": self.tr("Parameters"),
            "limits": self.tr("Limits"),
            "station": self.tr("Station"),
            "sample": self.tr("Sample"),
            "instruments": self.tr("Instruments"),
            "settings": self.tr("Settings"),
            "safe_state": self.tr("Safe state"),
            "guard": self.tr("Guard"),
            "versions": self.tr("Software"),
            "host": self.tr("Computer"),
            "requires": self.tr("Required"),
            "operator_limits": self.tr("Own limits"),
            "applications": self.tr("Applications"),
            "bench": self.tr("Cost"),
            "adopted": self.tr("Adopted"),
            "resumptions": self.tr("Resumptions"),
            "other": self.tr("Other"),
            "files": self.tr("Files"),
        }
        return titles.get(name, name)
