"""The bench as it is now: who uses it, what the source drives, and how to pause the run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PyQt5.QtCore import QEvent, QObject, Qt
from PyQt5.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from labctl.gui.instruments.bench_words import state_words
from labctl.gui.instruments.readouts import Readouts
from labctl.gui.instruments.station_look import StationLook
from labctl.gui.marking import mark
from labctl.gui.plots.elided_label import ElidedLabel
from labctl.gui.queue.run_asker import RunAsker
from labctl.gui.session import Session

_PAUSABLE = frozenset({"measuring", "paused"})
_FREE = frozenset({"idle", "gone"})
_TROUBLE = frozenset({"gone", "silent"})


class InstrumentPanel(QWidget):
    """Follows the bench that the session watches, and looks at one that nobody uses."""

    def __init__(
        self,
        session: Session,
        parent: QWidget | None = None,
        new_look: Callable[[QObject], StationLook] = StationLook,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._bench: Mapping[str, Any] = {}
        self._looked: Mapping[str, Any] | None = None
        self._look_due = True
        """Whether nobody has looked since the station was opened, or since a run ended badly."""
        self._look = new_look(self)
        self._look.done.connect(self._take_look)
        self._asker = RunAsker(self)
        self._asker.silent.connect(lambda _, why: session.told.emit("warning", why))
        self._furnish()
        self.retranslate()
        session.station_changed.connect(lambda _: self._be_elsewhere())
        session.watched.connect(self._see)

    def look(self) -> None:
        """Ask every instrument what it is and how it is set; nothing is changed on them."""
        station = self._session.station.get("file")
        if station is None or self._bench.get("holder") is not None:
            return
        self._look_due = False
        self._look.look(station, self._session.runs)
        self._show()

    def pause_or_go_on(self) -> None:
        """Ask the run to stand still before its next application, or to go on."""
        if (run := self._bench.get("run")) is not None:
            self._asker.ask(run, "go_on" if self._bench.get("state") == "paused" else "pause")

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self.look_button.setText(self.tr("&Look"))
        self.look_button.setAccessibleName(self.tr("Look at the instruments"))
        self.state.setAccessibleName(self.tr("State of the bench"))
        self.trouble.setAccessibleName(self.tr("What is wrong"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _furnish(self) -> None:
        self.state = QLabel(self)
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        font = self.state.font()
        font.setBold(True)
        self.state.setFont(font)
        self.connection = ElidedLabel(self)
        self.connection.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.trouble = QLabel(self)
        self.trouble.setTextFormat(Qt.TextFormat.PlainText)
        self.trouble.setWordWrap(True)
        mark(self.trouble, "bad")
        self.readouts = Readouts(self)
        self.pause_button = QPushButton(self)
        self.pause_button.clicked.connect(self.pause_or_go_on)
        self.look_button = QPushButton(self)
        self.look_button.clicked.connect(self.look)
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(2)
        above = QHBoxLayout()
        above.addWidget(self.state)
        above.addWidget(self.connection, 1)
        column.addLayout(above)
        column.addWidget(self.trouble)
        column.addWidget(self.readouts)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(6, 0, 6, 4)
        buttons.addWidget(self.pause_button)
        buttons.addWidget(self.look_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area, 1)
        layout.addLayout(buttons)

    def _be_elsewhere(self) -> None:
        self._bench, self._looked, self._look_due = {}, None, self._may_look_unasked
        self.readouts.trend.clear()
        self._show()

    @property
    def _may_look_unasked(self) -> bool:
        """A bench that lives within its runs has nothing to be looked at between them.

        To look would only let its clock go on: a run would not be the one of the command line.
        """
        return not self._session.station.get("in_process", True)

    def _see(self, bench: Mapping[str, Any]) -> None:
        state, held = bench.get("state"), bench.get("holder") is not None
        went_wrong = state == "gone" and self._bench.get("state") != "gone"
        unsafe = ((bench.get("instruments") or {}).get("safe") or {}).get("verified") is False
        if self._may_look_unasked:
            self._look_due |= went_wrong or (unsafe and bool(bench.get("ended")))
        self._bench = bench
        if bench.get("run") or bench.get("ended"):
            self._looked = None  # what was seen then may be so no more
        if self._look_due and not held and state in _FREE:
            self.look()
        self._show()

    def _take_look(self, came: tuple[str, Mapping[str, Any]]) -> None:
        station, answer = came
        if station != self._session.station.get("file"):
            self._look_due = True
            return
        self._looked = answer
        if "error" in answer:
            self._session.told.emit("warning", str(answer["error"]))
        self._show()

    def _show(self) -> None:
        words, state = state_words(self._bench)
        self.state.setText(words)
        self.state.setToolTip(str(self._bench.get("says") or ""))
        mark(self.state, state)
        self._show_connection()
        self._show_seen()
        self._show_buttons()

    def _show_seen(self) -> None:
        """What a look has found counts more than what a run that is over has told."""
        seen = self._bench.get("instruments")
        if self._looked is not None and "instruments" in self._looked:
            safe = None if seen is None else seen.get("safe")
            seen = {**self._looked["instruments"], "safe": safe}
        self.readouts.show_seen(seen)

    def _show_connection(self) -> None:
        words, state = self._connection_words()
        self.connection.say(words)
        mark(self.connection, state)
        identities = (self._looked or {}).get("identities", {})
        told = [words, *(f"{role}: {identity}" for role, identity in identities.items())]
        self.connection.setToolTip(self._bench.get("holder") or "\n".join(told))
        self.trouble.setText(self._trouble())
        self.trouble.setVisible(bool(self.trouble.text()))

    def _connection_words(self) -> tuple[str, str]:
        if not self._session.station:
            return self.tr("No station is open"), "muted"
        if self._bench.get("holder") is not None:
            used = self.tr("{program} (process {pid})")
            who = {"program": self._bench.get("program"), "pid": self._bench.get("pid")}
            return used.format(**who), "muted"
        if self._look.looking:
            return self.tr("Looking at the instruments …"), "muted"
        if self._looked is None:
            within = self._session.station.get("in_process")
            words = self.tr("Simulated within each run"), self.tr("Nobody uses the instruments")
            return words[0] if within else words[1], "muted"
        if "error" in self._looked:
            return self.tr("✖ Not connected"), "bad"
        return self.tr("✔ {count} instruments answered {at}").format(
            count=len(self._looked["identities"]), at=str(self._looked["looked"])[11:19]
        ), "good"

    def _trouble(self) -> str:
        """What has to be known at once."""
        if self._bench.get("state") in _TROUBLE:
            return str(self._bench.get("says") or "")
        if self._bench.get("holder") is None and self._looked is not None:
            return str(self._looked.get("error", ""))
        return ""

    def _show_buttons(self) -> None:
        paused = self._bench.get("state") == "paused"
        pausable = self._bench.get("state") in _PAUSABLE and self._bench.get("run") is not None
        self.pause_button.setText(self.tr("&Go on") if paused else self.tr("P&ause"))
        self.pause_button.setEnabled(pausable)
        self.pause_button.setToolTip(
            self.tr("The run stands still before its next application, source at 0 V and off")
            if pausable
            else self.tr("Nothing is running that could be paused")
        )
        free = bool(self._session.station) and self._bench.get("holder") is None
        self.look_button.setEnabled(free and not self._look.looking)
        self.look_button.setToolTip(
            self.tr("Ask every instrument what it is and how it is set; changes nothing")
            if free
            else self.tr("The instruments are in use; what is known of them is shown above")
        )
