"""What becomes of a run when the window is closed: it goes on, or it is stopped safely first."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from labctl.gui.marking import mark
from labctl.gui.queue.item import Item, State
from labctl.gui.queue.queue_keeper import QueueKeeper
from labctl.gui.queue.queue_model import Hold
from labctl.gui.queue.queue_panel import QueuePanel

SHOWN_SAFE_MS = 1500
"""So long the safe state can be read before the window closes."""


def may_close(window: QWidget, queue: QueuePanel) -> bool:
    """Whether the window may be closed now; asks only while something of its queue runs."""
    if queue.keeper.owner or queue.keeper.queue.running is None:
        return True
    return LeavingDialog(queue.keeper, window).exec_() == QDialog.DialogCode.Accepted


class _Phase(Enum):
    ASKING = "asking"
    STOPPING = "stopping"
    SAFE = "safe"
    UNSAFE = "unsafe"
    OVER = "over"


class LeavingDialog(QDialog):
    """Three ways out; it follows the run to its verified safe state if that is wanted."""

    def __init__(self, keeper: QueueKeeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._phase = _Phase.ASKING
        self.setWindowTitle(self.tr("Close the window"))
        self._text = QLabel(self._question(), self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setMinimumWidth(30 * self.fontMetrics().horizontalAdvance("m"))
        self._go_on = QPushButton(self.tr("Let it &go on"), self)
        self._go_on.setToolTip(self.tr("The run is a process of its own; a new window finds it"))
        self._stop = QPushButton(self.tr("&Stop it safely, then close"), self)
        self._stop.setToolTip(self.tr("End the run, see that its instruments are safe, then close"))
        self._cancel = QPushButton(self.tr("&Cancel"), self)
        self._cancel.setDefault(True)
        self._lay_out()
        self._go_on.clicked.connect(self.accept)
        self._stop.clicked.connect(self._begin_to_stop)
        self._cancel.clicked.connect(self.reject)
        keeper.stop_answered.connect(self._hear)
        keeper.stop_unanswered.connect(self._hear_nothing)
        keeper.item_ended.connect(self._see_end)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.addWidget(self._text)
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (self._go_on, self._stop, self._cancel):
            row.addWidget(button)
        layout.addLayout(row)

    def _question(self) -> str:
        running = self._keeper.queue.running
        parts = [
            self.tr("{what} is still running.").format(
                what=running.procedure if running is not None else self.tr("A run")
            ),
            self.tr("It can go on without the window: a new window finds it and shows it."),
        ]
        if waiting := len(self._keeper.queue.waiting):
            parts.append(
                self.tr(
                    "Waiting in the queue: {count}. They stay there, and begin when you say so."
                ).format(count=waiting)
            )
        return "\n\n".join(parts)

    def _begin_to_stop(self) -> None:
        self._phase = _Phase.STOPPING
        self._stop.setEnabled(False)
        self._show(self.tr("Stopping: the instruments are being made safe…"), "")
        self._keeper.hold()
        self._keeper.stop()

    def _hear(self, status: Mapping[str, Any]) -> None:
        safe = status.get("safe")
        if self._phase is not _Phase.STOPPING or safe is None:
            return
        if safe.get("verified"):
            self._phase = _Phase.SAFE
            self._show(
                self.tr("Verified safe: source at 0 V and off, relays open. The run ends…"), "good"
            )
            self._close_when_over()
        else:
            failures = "; ".join(map(str, safe.get("failures", ())))
            self._warn(
                self.tr("The instruments are NOT verified safe: {why}. Check them by hand.").format(
                    why=failures
                )
            )

    def _hear_nothing(self, why: str) -> None:
        if self._phase is _Phase.STOPPING:
            self._warn(self.tr("The run does not answer: {why}").format(why=why))

    def _see_end(self, item: Item) -> None:
        if self._phase is _Phase.ASKING:
            self._phase = _Phase.OVER
            self._stop.setEnabled(False)
            self._go_on.setText(self.tr("&Close"))
            self._show(self.tr("{what} has ended.").format(what=item.procedure), "good")
        elif self._phase in (_Phase.STOPPING, _Phase.UNSAFE):
            self._judge_end(item)
        elif self._phase is _Phase.SAFE:
            self._close_when_over()

    def _judge_end(self, item: Item) -> None:
        """It ended before the channel could say how."""
        if item.state is State.INTERRUPTED or self._keeper.queue.hold is Hold.UNSAFE:
            self._warn(
                self.tr("It ended, but NOT verified safe: {why}. Check the instruments.").format(
                    why=item.why
                )
            )
            return
        self._phase = _Phase.SAFE
        self._show(self.tr("The run has ended: {why}").format(why=item.why), "good")
        self._close_when_over()

    def _close_when_over(self) -> None:
        if self._keeper.queue.running is None:
            QTimer.singleShot(SHOWN_SAFE_MS, self.accept)

    def _warn(self, text: str) -> None:
        """Nothing closes by itself now."""
        self._phase = _Phase.UNSAFE
        self._go_on.setText(self.tr("&Close all the same"))
        self._stop.setText(self.tr("&Stop again"))
        self._stop.setEnabled(self._keeper.queue.running is not None)
        self._show(text, "bad")

    def _show(self, text: str, weight: str) -> None:
        self._text.setText(text)
        mark(self._text, weight)
