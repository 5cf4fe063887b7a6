"""Where a queue is kept: replaced whole at every change, and held by one window at a time."""

from __future__ import annotations

import json
import os
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from labctl.atomic_file import replace_text
from labctl.errors import Busy
from labctl.gui.queue.queue_model import Queue
from labctl.locks import Lock, holder, in_words, take

WINDOW = "window"
"""Below the runs directory: what the window keeps there."""


class QueueFile:
    """The queue of one station in one runs directory."""

    def __init__(self, runs: Path, station: str) -> None:
        """Raises `OSError` when the directory cannot be made."""
        self.home = runs / WINDOW
        self.home.mkdir(parents=True, exist_ok=True)
        self.path = self.home / f"queue-{re.sub(r'[^A-Za-z0-9_-]', '_', station)}.json"
        self._lock: Lock | None = None

    @property
    def ours(self) -> bool:
        """Whether this window holds it."""
        return self._lock is not None

    def take(self) -> str:
        """Take it, if nobody else has; returns who has, in words, or nothing when it is ours.

        Raises `OSError`.
        """
        lock = self.path.with_suffix(".lock")
        if self.ours:
            return ""
        if (facts := holder(lock)) is not None:
            return in_words(facts)
        try:
            self._lock = take(lock, {"what": "the queue"})
        except Busy as busy:
            return in_words(busy.holder)
        return ""

    def release(self) -> None:
        """Let another window have it."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def read(self) -> tuple[Queue, str]:
        """The queue as it was kept, and what was wrong; a damaged file is set aside, not lost.

        Raises `OSError` when the file is there and cannot be read, or cannot be set aside.
        """
        try:
            return Queue.from_data(_object(self.path.read_bytes())), ""
        except FileNotFoundError:
            return Queue(), ""
        except (ValueError, KeyError, TypeError) as error:
            return Queue(), self._set_aside(error)

    def write(self, queue: Queue) -> None:
        """Keep it as it is now; raises `OSError`."""
        replace_text(self.path, json.dumps(queue.as_data(), ensure_ascii=False))

    def _set_aside(self, error: Exception) -> str:
        if not self.ours:
            return f"{self.path} cannot be read: {error}"
        aside = self.path.with_suffix(f".damaged-{datetime.now():%Y%m%d-%H%M%S-%f}")
        os.replace(self.path, aside)
        return (
            f"the queue in {self.path} cannot be read ({error}); the file is kept as {aside.name}, "
            "and the queue begins empty"
        )


def _object(content: bytes) -> dict[str, Any]:
    data = json.loads(content.decode("utf-8"))
    if not isinstance(data, dict):
        raise ValueError("it is no object")
    return data
