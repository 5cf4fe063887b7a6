"""The item that runs: a run is asked by its channel, a campaign through the file on its desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt5.QtCore import QObject, pyqtSignal

from labctl.gui.queue.item import Item, Kind
from labctl.gui.queue.run_asker import RunAsker
from labctl.gui.queue.run_process import RunProcess
from labctl.gui.session import Session

_REASON = "asked by the person at the window"


class RunningItem(QObject):
    """The item that runs, with its process; whoever asks never waits."""

    stop_answered = pyqtSignal(object)
    """To an abort: the run's status, at once and when it is safe."""
    stop_unanswered = pyqtSignal(str)
    """Why there was no answer to an abort; a signal has asked the process instead if it could."""

    def __init__(
        self, session: Session, item: Item, process: RunProcess, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.item = item
        self.process = process
        self.stopped_early = False
        """Whether it was ended before it had a run."""
        self._session = session
        self._asker = RunAsker(self)
        self._asker.answered.connect(self._hear)
        self._asker.silent.connect(self._hear_nothing)
        process.setParent(self)

    def leave(self) -> None:
        """Look no more; the process goes on."""
        self.process.leave()
        self.deleteLater()

    def end_before_it_begins(self) -> bool:
        """End it if it has no run yet, so that nothing was touched; whether that was so."""
        self.stopped_early |= self.process.end_before_it_begins()
        return self.stopped_early

    def stop_everything(self) -> None:
        """For STOP, which ends the run on the bench itself: nothing is to follow that run."""
        if self.item.kind is Kind.CAMPAIGN and self.process.folder is not None:
            self._ask_campaign("stop")
        else:
            self.end_before_it_begins()

    def ask(self, do: str, run: str | None) -> None:
        """Ask for "pause", "go_on", or "abort"; `run` is the folder of the run on the bench."""
        if self.item.kind is Kind.CAMPAIGN:
            self._ask_campaign("stop" if do == "abort" else do)
            folder = run if do == "abort" else None
        else:
            folder = self.process.folder
        if do == "abort" and self.item.kind is Kind.RUN and self.end_before_it_begins():
            return
        if folder is not None:
            self._asker.ask(folder, do, _REASON)

    def _ask_campaign(self, do: str) -> None:
        self._session.office.ask(
            "campaign_ask",
            lambda _: None,
            refused=lambda why: self._session.told.emit("error", why),
            runs=str(self._session.runs),
            name=self.item.procedure,
            ask=do,
            reason=_REASON,
        )

    def _hear(self, do: str, status: Mapping[str, Any]) -> None:
        if do == "abort":
            self.stop_answered.emit(status)

    def _hear_nothing(self, do: str, why: str) -> None:
        if do == "abort":
            self.process.end_by_signal()
            self.stop_unanswered.emit(why)
            return
        told = self.tr("The run could not be asked to pause or to go on: {why}")
        self._session.told.emit("error", told.format(why=why))
