"""The status line: what goes on or was just told, how far it is, and how long it still takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt5.QtCore import QEvent, QTimer
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from labctl.gui.plots.elided_label import ElidedLabel
from labctl.gui.session import Session

STEPS = 1000
"""Of the bar from its beginning to its end."""
_SECONDS_UP_TO = 120
_MESSAGE_STAYS_MS = 8000


class ProgressStrip(QWidget):
    """Follows the bench that the session watches; `says` of the watch is shown as it is."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seen: Mapping[str, Any] = {}
        self._message = QTimer(self)
        self._message.setSingleShot(True)
        self._message.timeout.connect(self._show)
        self._told = ""
        self._says = ElidedLabel(self)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, STEPS)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(20 * self.fontMetrics().averageCharWidth())
        self._rest = QLabel(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 0, 6, 0)
        layout.addWidget(self._says, 1)
        layout.addWidget(self._bar)
        layout.addWidget(self._rest)
        self.retranslate()
        self._show()
        session.watched.connect(self._see)
        session.told.connect(self._hear)

    @property
    def labels(self) -> tuple[ElidedLabel, QLabel]:
        """What goes on or was told, and how far it is."""
        return self._says, self._rest

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self._says.setAccessibleName(self.tr("What goes on"))
        self._bar.setAccessibleName(self.tr("Progress of the run"))
        self._rest.setAccessibleName(self.tr("Time left"))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self._show()
        super().changeEvent(event)

    def _see(self, bench: Mapping[str, Any]) -> None:
        self._seen = bench
        self._show()

    def _hear(self, _: str, text: str) -> None:
        """A message stands for a while in the place of what goes on; the log keeps it."""
        self._told = " ".join(text.split())
        self._message.start(_MESSAGE_STAYS_MS)
        self._show()

    def _show(self) -> None:
        says = self._told if self._message.isActive() else str(self._seen.get("says") or "")
        self._says.say(says)
        fraction = self._seen.get("fraction")
        going_on = fraction is not None and bool(self._seen.get("run"))
        self._bar.setVisible(going_on)
        self._rest.setVisible(going_on)
        if going_on:
            self._bar.setValue(round(STEPS * float(fraction or 0.0)))
            self._rest.setText(self._rest_in_words())

    def _rest_in_words(self) -> str:
        percent = self.tr("{percent} %").format(percent=round(100 * float(self._seen["fraction"])))
        remaining_s = self._seen.get("remaining_s")
        if remaining_s is None:
            return percent
        left = self.tr("{time} left").format(time=self._in_words(float(remaining_s)))
        return f"{percent}, {left}"

    def _in_words(self, seconds: float) -> str:
        if seconds < _SECONDS_UP_TO:
            return self.tr("{seconds} s").format(seconds=round(seconds))
        hours, minutes = divmod(round(seconds / 60), 60)
        if hours:
            return self.tr("{hours} h {minutes:02d} min").format(hours=hours, minutes=minutes)
        return self.tr("{minutes} min").format(minutes=minutes)
