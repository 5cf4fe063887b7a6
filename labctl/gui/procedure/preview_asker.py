"""Keeps the preview of what is typed up to date: asks when typing rests, drops what is outdated."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from labctl.gui.session import Session

REST_MS = 150
"""After the last key."""


class PreviewAsker(QObject):
    """Asks the clerk about one draft after another; only the answer to the latest counts."""

    outdated = pyqtSignal()
    """The preview is no longer of what is typed."""
    previewed = pyqtSignal(object)
    """The preview of what is typed, see `labctl.clerk.preview`."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._draft: Mapping[str, Any] = {}
        self._preview: Mapping[str, Any] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self._ask)

    def propose(self, draft: Mapping[str, Any]) -> None:
        """Have this previewed: `procedure`, `values`, `devices`, and `limits` of an order."""
        if draft != self._draft:
            self._draft = draft
            self.again()

    def again(self) -> None:
        """The same once more: devices have seen more since."""
        self._preview = None
        if self._draft:
            self._timer.start()
            self.outdated.emit()

    def forget(self) -> None:
        """There is no draft."""
        self._timer.stop()
        self._draft, self._preview = {}, None

    def ready_for(self, draft: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The preview of exactly this draft if nothing is wrong with it, or else None."""
        preview = self._preview
        return preview if preview and preview["ready"] and draft == self._draft else None

    def _ask(self) -> None:
        draft = self._draft
        self._session.office.ask(
            "preview",
            partial(self._take, draft),
            refused=lambda why: self._take(draft, refused_preview(draft, why)),
            topic="preview",
            station=self._session.station["file"],
            runs=str(self._session.runs),
            **draft,
        )

    def _take(self, draft: Mapping[str, Any], preview: Mapping[str, Any]) -> None:
        if draft is not self._draft or self._timer.isActive():
            return
        self._preview = preview
        self.previewed.emit(preview)


def refused_preview(draft: Mapping[str, Any], why: str) -> dict[str, Any]:
    """In the place of a preview that could not be made."""
    lists = ("devices", "costs", "waveforms", "dose", "limits", "warnings", "confirm")
    return {
        "procedure": draft["procedure"],
        "fields": {},
        "remarks": {},
        "problem": why,
        "ready": False,
        "more_waveforms": 0,
        "duration_s": None,
        "longest_s": None,
        **{name: [] for name in lists},
    }
