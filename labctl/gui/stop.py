"""STOP: a button, and F12 wherever the focus is; what came of it stands beside it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from PyQt5.QtCore import QCoreApplication, QEvent, QObject, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from labctl.control.in_use import Outcome
from labctl.gui import theme
from labctl.gui.marking import mark
from labctl.gui.plots.elided_label import ElidedLabel
from labctl.gui.session import Session
from labctl.gui.stopping import stop

KEY = Qt.Key.Key_F12
_OUTCOME_LETTERS = 30
_PADDING_EM = 1.2


class StopButton(QWidget):
    """Never disabled; every press asks again, from a thread of its own."""

    stopped = pyqtSignal()
    """STOP was pressed: whatever else was to begin must not."""
    made_safe = pyqtSignal(object)
    """What came of all presses since the bench was last left alone: a list of `Outcome`."""
    _came = pyqtSignal(object)
    """From the thread: what came of one press."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._address: str | None = None
        self._pending = 0
        self._outcomes: dict[str, Outcome] = {}
        self._said: tuple[str, str] = ("", "")
        self.button = QPushButton(self)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.clicked.connect(self.stop)
        self.outcome = ElidedLabel(self)
        self.outcome.setFixedWidth(_OUTCOME_LETTERS * self.fontMetrics().averageCharWidth())
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.outcome)
        layout.addWidget(self.button)
        self._came.connect(self._take)
        session.watched.connect(self._see)
        session.station_changed.connect(lambda _: self._forget())
        cast(QCoreApplication, QCoreApplication.instance()).installEventFilter(self)
        self.retranslate()
        self._colour()

    def stop(self) -> None:
        """Bring everything of this station to its safe state; returns at once."""
        self.stopped.emit()
        station = self._session.station.get("file")
        if station is None:
            self._say(self.tr("No station is open"), "warn")
            return
        if self._pending == 0:
            self._outcomes = {}
        self._pending += 1
        self._say(self.tr("Stopping …"), "warn")
        threading.Thread(
            target=self._stop, args=(station, self._address), name="STOP", daemon=True
        ).start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """F12, before whoever has the focus sees it: a dialog, a menu, a field."""
        if event.type() != QEvent.Type.KeyPress:
            return False
        key = cast(QKeyEvent, event)
        if key.key() != KEY:
            return False
        if not key.isAutoRepeat():
            self.stop()
        return True

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self.button.setText(self.tr("STOP  F12"))
        self.button.setAccessibleName(self.tr("STOP: source off, relays open"))
        self.button.setToolTip(
            self.tr(
                "Ends every run on this station: source to 0 V and off, relays open, both read "
                "back. F12 does the same from everywhere."
            )
        )

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow language and theme."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
        super().changeEvent(event)

    def _stop(self, station: str, address: str | None) -> None:
        """In a thread of its own."""
        outcomes = stop(station, self._session.runs, address)
        with contextlib.suppress(RuntimeError):  # the window is gone, and this object with it
            self._came.emit(outcomes)

    def _see(self, bench: Mapping[str, Any]) -> None:
        self._address = bench.get("control")
        if bench.get("state") in ("starting", "measuring") and self._pending == 0:
            self._say("", "")

    def _forget(self) -> None:
        self._address = None
        self._say("", "")

    def _take(self, outcomes: Sequence[Outcome]) -> None:
        self._pending -= 1
        self._outcomes |= {outcome.bench: outcome for outcome in outcomes}
        if self._pending:
            return
        at = f"{datetime.now():%H:%M:%S}"
        unsafe = [one for one in self._outcomes.values() if not one.verified]
        if unsafe:
            words = "; ".join(outcome.in_words() for outcome in unsafe)
            self._say(self.tr("NOT verified safe {at}: {words}").format(at=at, words=words), "bad")
            self._session.told.emit("error", words)
        elif self._outcomes:
            self._say(self.tr("✔ Safe, read back {at}").format(at=at), "good")
            for outcome in self._outcomes.values():
                self._session.told.emit("info", outcome.in_words())
        else:
            self._say(self.tr("Nothing was running {at}").format(at=at), "muted")
        self.made_safe.emit(list(self._outcomes.values()))

    def _say(self, text: str, state: str) -> None:
        if (text, state) == self._said:
            return
        self._said = (text, state)
        self.outcome.say(text)
        mark(self.outcome, state)

    def _colour(self) -> None:
        colours, em = theme.active(), self.fontMetrics().height()
        sheet = f"""
            QPushButton {{ background: {colours.bad}; color: {colours.on_bad}; font-weight: bold;
                padding: {em // 4}px {round(_PADDING_EM * em)}px; border: 2px solid {colours.bad};
                border-radius: {em // 4}px; }}
            QPushButton:focus {{ border-color: {colours.text}; }}
            QPushButton:hover, QPushButton:pressed {{ border-color: {colours.on_bad}; }}
        """
        if self.button.styleSheet() != sheet:
            self.button.setStyleSheet(sheet)
