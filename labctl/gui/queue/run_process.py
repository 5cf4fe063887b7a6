"""The process of one item, started or found again; looked at several times a second."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from labctl.gui.queue.run_place import Outcome, RunPlace
from labctl.locks import holder
from labctl.own_process import start_module

LOOK_MS = 200
_RUN_LOCK = "run.lock"
LOST_AFTER_S = 60.0
"""A process that another window started and that never came to a folder is given up."""


class RunProcess(QObject):
    """Tells of its folder and of its end; dropping it leaves the process alone."""

    found_folder = pyqtSignal(str)
    ended = pyqtSignal(object)
    """The `Outcome`; nothing more is told after it."""

    def __init__(
        self,
        place: RunPlace,
        *,
        folder: str | None,
        lock: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`lock` is held by a campaign's process while it lives, and says its folder."""
        super().__init__(parent)
        self.folder = folder
        self._place = place
        self._lock = lock
        self._process: subprocess.Popen[bytes] | None = None
        self._since_s = time.monotonic()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)

    def start(self, words: Sequence[str]) -> None:
        """Start `labctl` with these words; raises `OSError`."""
        self._place.clear()
        with (
            self._place.answer_file.open("wb") as answer,
            self._place.words_file.open("wb") as complaints,
        ):
            self._process = start_module("labctl", words, stdout=answer, stderr=complaints)
        self._timer.start(LOOK_MS)

    def adopt(self) -> None:
        """Watch a process that another window has started."""
        self._timer.start(LOOK_MS)

    def leave(self) -> None:
        """Look no more; the process goes on."""
        self._timer.stop()
        if self._process is not None and self._process.poll() is None:
            # Whoever started it has to see its end: nothing of it is left then.
            threading.Thread(target=self._process.wait, name="left alone", daemon=True).start()

    @property
    def pid(self) -> int | None:
        """Of the process; None when another window started it."""
        return None if self._process is None else self._process.pid

    def end_before_it_begins(self) -> bool:
        """End a process that has no run yet; whether there was one to be ended.

        One that has just begun ends its run safe: it is asked by a signal.
        """
        self._find_folder()
        return self.folder is None and self.end_by_signal()

    def end_by_signal(self) -> bool:
        """Ask a process that does not answer to end its run safe; whether it could be asked.

        Where a signal ends it at once, its guardian makes the bench safe.
        """
        if self._process is not None:
            self._process.terminate()
            return True
        facts = None if self.folder is None else holder(Path(self.folder) / _RUN_LOCK)
        if facts is None or facts.get("host") != socket.gethostname():
            return False
        os.kill(int(facts["pid"]), signal.SIGTERM)
        return True

    def look(self) -> None:
        """See whether it has a folder now, and whether it is still there."""
        alive = self._alive()
        self._find_folder()
        if alive:
            return
        self._timer.stop()
        code = None if self._process is None else self._process.returncode
        self.ended.emit(self._outcome(code))

    def _outcome(self, code: int | None) -> Outcome:
        return self._place.outcome(self.folder, code)

    def _find_folder(self) -> None:
        if self.folder is not None:
            return
        found = self._place.folder()
        if found is None and self._lock is not None:
            found = (holder(self._lock) or {}).get("folder")
        if found is not None:
            self.folder = found
            self.found_folder.emit(found)

    def _alive(self) -> bool:
        if self._process is not None:
            return self._process.poll() is None
        if self._place.answer() is not None:
            return False
        lock = self._lock
        if lock is None and self.folder is not None:
            lock = Path(self.folder) / _RUN_LOCK
        if lock is None:
            return time.monotonic() - self._since_s < LOST_AFTER_S
        return holder(lock) is not None
