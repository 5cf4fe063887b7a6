"""What a running campaign is asked by other processes, and what it tells them of its progress."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any

from labctl.atomic_file import replace_text
from labctl.campaigns.record.folder import PROGRESS, REQUEST
from labctl.runs.run_control import RunControl

logger = logging.getLogger(__name__)

LOOK_S = 0.05
"""How often a campaign looks for requests."""


class Request(StrEnum):
    """What a campaign can be asked for."""

    PAUSE = "pause"
    GO_ON = "go_on"
    STOP = "stop"


class Desk:
    """Hands requests on to the run's control, and keeps the fraction done for others to read."""

    def __init__(
        self, folder: Path, control: RunControl, on_pause: Callable[[bool], object]
    ) -> None:
        """`on_pause` is told when the campaign is to pause (True) and to go on (False)."""
        self._folder = folder
        self._control = control
        self._on_pause = on_pause
        self._item: str | None = None
        self._fraction = 0.0
        self._told: object = None

    def begin(self, item: str) -> None:
        """An item begins."""
        self._item, self._fraction = item, 0.0

    def progress(self, fraction: float) -> None:
        """This fraction of the item is done."""
        self._fraction = fraction

    @contextmanager
    def attended(self) -> Iterator[None]:
        """Look for requests while the block runs."""
        over = threading.Event()
        attendant = threading.Thread(target=self._attend, args=(over,), name="campaign's desk")
        attendant.start()
        try:
            yield
        finally:
            over.set()
            attendant.join()
            (self._folder / REQUEST).unlink(missing_ok=True)
            (self._folder / PROGRESS).unlink(missing_ok=True)

    def _attend(self, over: threading.Event) -> None:
        while not over.wait(LOOK_S):
            try:
                self._take_request()
                self._tell_progress()
            except OSError as error:
                logger.warning("the campaign's folder cannot be used: %s", error)

    def _take_request(self) -> None:
        request = read_json(self._folder / REQUEST)
        if request is None:
            return
        # One to a process that is gone is not for this one.
        if request.get("to") == os.getpid():
            self._heed(request)
        # Only now: whoever asked takes the file's absence for the answer.
        (self._folder / REQUEST).unlink(missing_ok=True)

    def _heed(self, request: Mapping[str, Any]) -> None:
        match request.get("do"):
            case Request.PAUSE if not self._control.paused:
                self._control.pause()
                self._on_pause(True)
            case Request.GO_ON if self._control.paused:
                self._on_pause(False)
                self._control.go_on()
            case Request.STOP:
                self._control.ask_stop(str(request["reason"]))

    def _tell_progress(self) -> None:
        now = {"item": self._item, "fraction": self._fraction}
        if now != self._told:
            replace_text(self._folder / PROGRESS, json.dumps(now))
            self._told = now


def ask(folder: Path, do: Request, *, to: int, reason: str) -> None:
    """Ask the process `to`, whose campaign has its journal in a folder; raises `OSError`."""
    replace_text(folder / REQUEST, json.dumps({"do": do, "to": to, "reason": reason}))


def was_heard(folder: Path, patience_s: float) -> bool:
    """Whether the campaign has taken the request within `patience_s`."""
    waiting = threading.Event()
    for _ in range(round(patience_s / LOOK_S)):
        if not (folder / REQUEST).exists():
            return True
        waiting.wait(LOOK_S)
    return not (folder / REQUEST).exists()


def read_json(path: Path) -> dict[str, Any] | None:
    """An object from a file that may be missing; files are replaced whole, never half written."""
    with suppress(OSError, ValueError):
        content = json.loads(path.read_text(encoding="utf-8"))
        return content if isinstance(content, dict) else None
    return None
