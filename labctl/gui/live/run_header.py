"""What is measured, how it goes, and what can be done with it when it is over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QDateTime, QEvent, Qt, pyqtSignal
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from labctl.gui.live.run_states import OVER, state_look
from labctl.gui.marking import mark
from labctl.gui.plots.elided_label import ElidedLabel

DEVICES_NAMED = 3


class RunHeader(QWidget):
    """Two lines above the plots; a reason or a problem stands below in full."""

    report_wanted = pyqtSignal()
    runs_wanted = pyqtSignal()
    parameters_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: Mapping[str, Any] = {}
        self._bench_state: str | None = None
        self._state = QLabel()
        self._what = ElidedLabel()
        self._facts = ElidedLabel()
        self._why = QLabel()
        self._report = QPushButton()
        self._in_runs = QPushButton()
        self._reuse = QPushButton()
        self._lay_out()
        self._report.clicked.connect(self.report_wanted)
        self._in_runs.clicked.connect(self.runs_wanted)
        self._reuse.clicked.connect(self.parameters_wanted)
        self.retranslate()

    def show_run(self, run: Mapping[str, Any], bench_state: str | None) -> None:
        """Show how the run is; `bench_state` tells more of one that is running."""
        self._run, self._bench_state = run, bench_state
        self._say()

    def retranslate(self) -> None:
        """Say everything in the language that is in force."""
        self._report.setText(self.tr("Open &report"))
        self._report.setToolTip(self.tr("Show the report of this run in the browser"))
        self._in_runs.setText(self.tr("Show in r&uns"))
        self._in_runs.setToolTip(self.tr("Show this run among all others"))
        self._reuse.setText(self.tr("Use these &parameters"))
        self._reuse.setToolTip(self.tr("Put the parameters of this run into the procedure panel"))
        self._say()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language of the window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    @property
    def state_text(self) -> str:
        """The status in words."""
        return self._state.text()

    def _lay_out(self) -> None:
        for label in (self._state, self._why):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._why.setWordWrap(True)
        self._why.setTextInteractionFlags(
            Qt.TextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        bold = self._what.font()
        bold.setBold(True)
        self._what.setFont(bold)
        self._state.setFont(bold)
        self._facts.setProperty("state", "muted")
        first, buttons = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self._what, 1)
        first.addWidget(self._state)
        for button in (self._report, self._in_runs, self._reuse):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 0)
        layout.setSpacing(2)
        layout.addLayout(first)
        layout.addWidget(self._facts)
        layout.addWidget(self._why)
        layout.addLayout(buttons)

    def _say(self) -> None:
        run = self._run
        look = state_look(str(run.get("status") or ""), self._bench_state)
        self._state.setText(f"{look.sign} {look.word}" if run else "")
        self._state.setAccessibleName(look.word)
        mark(self._state, look.style)
        self._what.say(self._headline() if run else "")
        self._facts.say(self._details() if run else "")
        over = run.get("status") in OVER
        for button in (self._report, self._in_runs, self._reuse):
            button.setVisible(over)
        self._report.setEnabled(bool(run.get("report")))
        why = [str(run[key]) for key in ("reason", "problem") if run.get(key)]
        self._why.setText("\n".join(why))
        self._why.setVisible(bool(why))
        mark(self._why, "bad" if run.get("status") in ("failed", "incomplete") else "warn")

    def _headline(self) -> str:
        devices = list(self._run.get("devices") or ())
        named = ", ".join(devices[:DEVICES_NAMED])
        if len(devices) > DEVICES_NAMED:
            named = self.tr("{} and %n more", "", len(devices) - DEVICES_NAMED).format(named)
        procedure = str(self._run.get("procedure") or "?")
        return self.tr("{} on {}").format(procedure, named) if named else procedure

    def _details(self) -> str:
        rows = int(self._run.get("rows") or 0)
        parts = [
            self.tr("simulated") if self._run.get("simulated") else "",
            self.tr("{} rows").format(rows),
            self._times(),
            Path(str(self._run.get("folder") or "")).name,
        ]
        return "  ·  ".join(part for part in parts if part)

    def _times(self) -> str:
        started, ended = (_clock_time(self._run.get(key)) for key in ("started", "ended"))
        if not started:
            return ""
        if ended:
            return self.tr("{} to {}").format(started, ended)
        return self.tr("since {}").format(started)


def _clock_time(iso: object) -> str:
    """A time in ISO format as local time, with the date where it is not today's."""
    when = QDateTime.fromString(str(iso or ""), Qt.DateFormat.ISODateWithMs).toLocalTime()
    if not when.isValid():
        return ""
    today = when.date() == QDateTime.currentDateTime().date()
    return when.toString("HH:mm:ss" if today else "yyyy-MM-dd HH:mm:ss")
