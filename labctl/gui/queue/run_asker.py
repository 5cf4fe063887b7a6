"""Asks a run to pause, go on, or stop, in a thread of its own: the window never waits."""

from __future__ import annotations

import contextlib
import threading
import time

from PyQt5.QtCore import QObject, pyqtSignal

from labctl.control.client import answers
from labctl.errors import LabError

ANSWERS_WITHIN_S = 1.0
KEEPS_TRYING_S = 2.0
"""A run that has just begun has no channel yet."""
_PAUSE_S = 0.1


class RunAsker(QObject):
    """One request after another to whatever run; what comes back is told in the GUI's thread."""

    answered = pyqtSignal(str, object)
    """What was asked, and the run's status; of an abort twice: at once, and when it is safe."""
    silent = pyqtSignal(str, str)
    """What was asked, and why there is no answer."""

    def ask(self, folder: str, do: str, reason: str = "") -> None:
        """Ask the run in a folder: "pause", "go_on", or "abort"."""
        threading.Thread(
            target=self._ask, args=(folder, do, reason), name=f"ask to {do}", daemon=True
        ).start()

    def _ask(self, folder: str, do: str, reason: str) -> None:
        over_s = time.monotonic() + KEEPS_TRYING_S
        heard = False
        # The window may be gone when the answer comes, and this object with it.
        with contextlib.suppress(RuntimeError):
            while True:
                try:
                    request = {"do": do, "reason": reason}
                    for answer in answers(folder, request, ANSWERS_WITHIN_S):
                        heard = True
                        self.answered.emit(do, answer)
                    return
                except LabError as error:
                    if heard or time.monotonic() > over_s:
                        self.silent.emit(do, str(error))
                        return
                threading.Event().wait(_PAUSE_S)
