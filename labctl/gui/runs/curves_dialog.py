"""Plots of a run, or of several laid over each other, in a window of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDialog, QLabel, QSplitter, QTextBrowser, QVBoxLayout, QWidget

from labctl.gui.plots.image_group import ImageGroup
from labctl.gui.plots.plot_stack import PlotStack
from labctl.gui.runs.details_page import table_page
from labctl.gui.runs.run_status import status_text
from labctl.gui.session import Session


class CurvesDialog(QDialog):
    """Shows the answer of the clerk's `curves`; does not hold up the window."""

    def __init__(
        self, session: Session, answer: Mapping[str, Any], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # Beside the main window, and with a button that gives it the whole screen.
        self.setWindowFlags(Qt.WindowType.Window)
        self.setWindowTitle(self._title(answer))
        self.setSizeGripEnabled(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(_plain(self._runs(answer)))
        if complaint := self._complaint(answer):
            layout.addWidget(_plain(complaint, "warn"))
        self._splitter = QSplitter(Qt.Orientation.Vertical, self)
        self._splitter.setChildrenCollapsible(False)
        layout.addWidget(self._splitter, 1)
        self._fill(session, answer)
        em = self.fontMetrics()
        self.resize(100 * em.averageCharWidth(), 42 * em.height())

    def _fill(self, session: Session, answer: Mapping[str, Any]) -> None:
        if answer["plots"]:
            plots = PlotStack(self)
            plots.told.connect(session.told)
            plots.show_plots(answer["plots"])
            self._splitter.addWidget(plots)
        if answer["images"]:
            images = ImageGroup(self)
            images.show_images(answer["images"])
            self._splitter.addWidget(images)
        if answer["findings"]:
            self._splitter.addWidget(self._findings(answer))
        for place in range(self._splitter.count()):
            is_text = isinstance(self._splitter.widget(place), QTextBrowser)
            self._splitter.setStretchFactor(place, 1 if is_text else 4)

    def _findings(self, answer: Mapping[str, Any]) -> QTextBrowser:
        text = QTextBrowser(self)
        text.setAccessibleName(self.tr("What was found"))
        head = (self.tr("Name"), self.tr("Value"), self.tr("Meaning"))
        rows = [
            [str(found[key] or "") for key in ("name", "value", "meaning")]
            for found in answer["findings"]
        ]
        text.setHtml(table_page("", head, rows))
        return text

    def _title(self, answer: Mapping[str, Any]) -> str:
        names = [run["name"] for run in answer["runs"]]
        if len(names) == 1:
            return names[0]
        return self.tr("{count} runs laid over each other").format(count=len(names))

    def _runs(self, answer: Mapping[str, Any]) -> str:
        """Each run with its folder: two may have the same name."""
        lines = [
            f"{run['procedure']}, {status_text(run['status'])}: {run['folder']}"
            for run in answer["runs"]
        ]
        return "\n".join(lines) or self.tr("None of these runs can be read.")

    def _complaint(self, answer: Mapping[str, Any]) -> str:
        left_out = self.tr("left out: {folder}: {why}")
        lines = [left_out.format(**one) for one in answer["refused"]]
        if answer.get("problem"):
            lines.append(answer["problem"])
        return "\n".join(lines)


def _plain(text: str, state: str = "muted") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setWordWrap(True)
    label.setProperty("state", state)
    return label
