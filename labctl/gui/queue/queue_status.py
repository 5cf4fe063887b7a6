"""The first line of the queue panel: whether it runs, why it does not, and what follows."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QWidget

from labctl.gui.marking import mark
from labctl.gui.queue.item import State
from labctl.gui.queue.queue_keeper import QueueKeeper
from labctl.gui.queue.queue_model import Hold

_BAD = (Hold.FAILED, Hold.INTERRUPTED, Hold.UNSAFE)
_ENDED_BADLY = (State.FAILED, State.ABORTED, State.INTERRUPTED)


class QueueStatus(QLabel):
    """Words first; the colour of the theme only repeats them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)

    def show_status(self, keeper: QueueKeeper) -> None:
        """How the queue is now."""
        text, weight = self._status(keeper)
        if text != self.text():
            self.setText(text)
        mark(self, weight)

    def _status(self, keeper: QueueKeeper) -> tuple[str, str]:
        if keeper.owner:
            text = self.tr("Another window has this queue; here it can only be looked at: {who}")
            return text.format(who=keeper.owner), "warn"
        queue = keeper.queue
        if queue.hold is None and queue.running is None and keeper.blocked_by():
            text = self.tr("Waits for the bench, which is in use by {who}")
            return text.format(who=keeper.blocked_by()), "warn"
        if queue.hold is None or (queue.hold is Hold.IDLE and queue.running is not None):
            return self.tr("Running, {waits}").format(waits=self._waits(keeper)), "good"
        if queue.hold is Hold.IDLE and not queue.waiting:
            empty = not queue.items
            return (self.tr("The queue is empty") if empty else self.tr("All is done")), "muted"
        text = self._hold_in_words(queue.hold).format(waits=self._waits(keeper))
        if ended := self._what_ended(keeper):
            text += f"\n{ended}"
        return text, "bad" if queue.hold in _BAD else "warn"

    def _waits(self, keeper: QueueKeeper) -> str:
        waiting = len(keeper.queue.waiting)
        return (
            self.tr("{count} waiting").format(count=waiting)
            if waiting
            else self.tr("nothing waits")
        )

    def _hold_in_words(self, hold: Hold) -> str:
        return {
            Hold.IDLE: self.tr("Not started, {waits}"),
            Hold.PERSON: self.tr("On hold, {waits}"),
            Hold.FAILED: self.tr("On hold because a run failed, {waits}"),
            Hold.ABORTED: self.tr("On hold because a run was stopped, {waits}"),
            Hold.INTERRUPTED: self.tr("On hold because a run was interrupted, {waits}"),
            Hold.UNSAFE: self.tr(
                "On hold: the instruments are NOT verified safe, check them by hand; {waits}"
            ),
            Hold.RESTART: self.tr("On hold since the window was opened anew, {waits}"),
        }[hold]

    def _what_ended(self, keeper: QueueKeeper) -> str:
        if keeper.queue.hold not in (*_BAD, Hold.ABORTED):
            return ""
        ended = [item for item in keeper.queue.items if item.state in _ENDED_BADLY]
        return f"{ended[-1].procedure}: {ended[-1].why}" if ended else ""
