"""What the measuring process says to its guardian, and what the guardian forwards to it."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

_LOOK_EVERY_S = 0.1


@dataclass(frozen=True)
class Orders:
    """Whom a guardian watches, and which bench it makes safe."""

    folder: Path
    """The run's folder."""
    station: str
    """Path of the station file."""
    runs: Path
    """The runs directory."""
    pid: int
    """The measuring process."""

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> Self:
        """From the first message; raises `KeyError` when it is none of a measuring process."""
        return cls(
            folder=Path(message["folder"]),
            station=message["station"],
            runs=Path(message["runs"]),
            pid=message["pid"],
        )


class Parent:
    """The measuring process, at the other end of two pipes."""

    def __init__(self, hears: IO[str], says: IO[str], pid: int) -> None:
        self._says = says
        self._saying = threading.Lock()
        self._pid = pid
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        # A thread of its own: on Windows, one cannot wait for a pipe with a time limit.
        threading.Thread(target=self._listen, args=(hears,), daemon=True).start()

    def lives(self) -> bool:
        """Whether it is there; always, on Windows, where one learns it from the pipe alone."""
        return sys.platform == "win32" or os.getppid() == self._pid

    def say(self, message: Mapping[str, Any]) -> None:
        """Send a message; one who is dead does not hear it."""
        with self._saying, contextlib.suppress(OSError):
            self._says.write(json.dumps(message) + "\n")
            self._says.flush()

    def messages(self) -> Iterator[dict[str, Any]]:
        """All that comes, until the measuring process is gone or closes its end."""
        while True:
            try:
                line = self._lines.get(timeout=_LOOK_EVERY_S)
            except queue.Empty:
                # A child that it forked may keep the pipe open after its death.
                if self.lives():
                    continue
                return
            if not line:
                return
            with contextlib.suppress(ValueError):  # torn by its death; the end comes next
                yield json.loads(line)

    def _listen(self, hears: IO[str]) -> None:
        for line in hears:
            self._lines.put(line)
        self._lines.put("")
