"""A look at instruments that nobody uses: `labctl station check`, in a process of its own."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QObject, pyqtSignal

from labctl.own_process import start_module


class StationLook(QObject):
    """Opening a station changes nothing on it; one look at a time."""

    done = pyqtSignal(object)
    """The station's file, and what the command answered: `identities`, and `instruments` or
    `failures` and `error`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None

    @property
    def looking(self) -> bool:
        """Whether one is under way."""
        return self._thread is not None and self._thread.is_alive()

    def look(self, station: str, runs: Path) -> None:
        """Look at the station of a file; returns at once."""
        if self.looking:
            return
        self._thread = threading.Thread(
            target=self._look, args=(station, runs), name="look at the station", daemon=True
        )
        self._thread.start()

    def wait(self) -> None:
        """Return when no look is under way."""
        if self._thread is not None:
            self._thread.join()

    def _look(self, station: str, runs: Path) -> None:
        answer = _checked(station, runs)
        with contextlib.suppress(RuntimeError):  # the window is gone, and this object with it
            self.done.emit((station, answer))


def _checked(station: str, runs: Path) -> dict[str, Any]:
    words = ["station", "check", station, "--out", str(runs), "--json"]
    try:
        process = start_module("labctl", words, stdout=subprocess.PIPE)
        printed, _ = process.communicate()
        return json.loads(printed)
    except (OSError, ValueError) as error:
        return {"error": f"the station could not be looked at: {error}"}
