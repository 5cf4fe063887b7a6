"""The measuring process's side of its guardian: starts it, tells it, and replaces it."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from labctl.errors import LabError
from labctl.own_process import start_module

logger = logging.getLogger(__name__)

MODULE = "labctl.guardian"
"""What Python runs as the guardian; it is never imported here."""
LOG = "guardian.log"
"""In the run's folder while a guardian runs, and afterwards if it had something to say."""
READY_WITHIN_S = 60.0
ENDS_WITHIN_S = 30.0
"""A guardian that was not told of a safe state makes the bench safe before it ends."""
LOOK_S = 0.1
"""At most so old is what a guardian knows of the instruments."""
_MOST_FAILURES = 3
"""So many guardians in a row that did not come up are enough."""


@dataclass(kw_only=True)
class Guarded:
    """A guardian for as long as the block runs; a dead one is replaced at once.

    Two threads: one starts guardians and hears what they forward, one tells them how the run is,
    so that a guardian that hangs never holds the run up.
    """

    folder: Path
    """The run's."""
    station_file: Path
    runs: Path
    """The runs directory."""
    obey: Callable[[str, str], None]
    """Does what others ask of the run: what, and why."""
    reached_at: Callable[[str], None]
    """Is told the address of the control channel."""
    give_up: Callable[[str], None]
    """Is told why there is no guardian any more."""

    _news: threading.Condition = field(default_factory=threading.Condition, init=False)
    _status: dict[str, Any] = field(default_factory=dict, init=False)
    _look: Callable[[], Mapping[str, Any]] = field(default=dict, init=False)
    _safe: dict[str, Any] | None = field(default=None, init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _untold: bool = field(default=False, init=False)
    _over: bool = field(default=False, init=False)
    _came_up: bool = field(default=False, init=False)
    _decided: threading.Event = field(default_factory=threading.Event, init=False)
    """Set when the first guardian is ready, or will never be."""
    _threads: list[threading.Thread] = field(default_factory=list, init=False)

    def __enter__(self) -> Self:
        for target in (self._keep, self._send):
            thread = threading.Thread(target=target, name="guardian", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._decided.wait(READY_WITHIN_S)
        if not self._came_up:
            self._end()
            raise LabError(
                f"the guardian of {self.folder.name} does not come up, so nothing was touched; "
                f"see {self.folder / LOG}"
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()
        log = self.folder / LOG
        with contextlib.suppress(OSError):
            if log.stat().st_size == 0:
                log.unlink()

    def tell(self, **status: Any) -> None:
        """How the run is; never waits."""
        with self._news:
            self._status |= status
            self._untold = True
            self._news.notify_all()

    def look_at(self, look: Callable[[], Mapping[str, Any]]) -> None:
        """How the instruments are; the guardian is told a few times a second."""
        with self._news:
            self._look = look

    def stand_down(self, safe: Mapping[str, Any]) -> None:
        """The instruments were brought to their safe state; `safe` is the evidence."""
        with self._news:
            self._safe = dict(safe)
            self._untold = True
            self._news.notify_all()

    def _keep(self) -> None:
        """Start guardians, one after another, until it is over."""
        failures = 0
        while failures < _MOST_FAILURES and (process := self._started()) is not None:
            failures += 1
            for message in _messages(process.stdout):
                if "ready" in message:
                    failures = 0
                    self.reached_at(message["ready"])
                    self._came_up = True
                    self._decided.set()
                elif "do" in message:
                    self.obey(message["do"], message.get("reason", ""))
            code = process.wait()
            _close(process.stdin)
            _close(process.stdout)
            with self._news:
                over, self._process = self._over, None
            if not over:
                logger.warning("the guardian ended with exit code %d; a new one starts", code)
        if not self._over:
            self.give_up(f"no guardian stays alive, see {self.folder / LOG}")
        self._decided.set()

    def _started(self) -> subprocess.Popen[bytes] | None:
        """A guardian that has its orders; None when it is over, or none can be started."""
        with self._news:
            if self._over:
                return None
        try:
            process = _spawn(self.folder / LOG)
        except OSError as error:
            logger.warning("no guardian can be started: %s", error)
            return None
        orders = {
            "folder": str(self.folder),
            "station": str(self.station_file),
            "runs": str(self.runs),
            "pid": os.getpid(),
        }
        _write(process.stdin, orders)
        with self._news:
            self._process, self._untold = process, True
            self._news.notify_all()
            if self._over:  # and nobody else will tell it
                _write(process.stdin, {"status": self._status, "safe": self._safe})
                _close(process.stdin)
        return process

    def _send(self) -> None:
        """Tell the guardian what it does not know yet, until it is over; then close its ear."""
        over, told = False, dict[str, Any]()
        while not over:
            with self._news:
                self._news.wait_for(lambda: self._untold or self._over, LOOK_S)
                status = self._status | {"instruments": dict(self._look())}
                if not (self._untold or self._over) and status == told:
                    continue
                told, message = status, {"status": status, "safe": self._safe}
                process, over, self._untold = self._process, self._over, False
            if process is not None:
                _write(process.stdin, message)
                if over:
                    _close(process.stdin)

    def _end(self) -> None:
        """Let the guardian end, and see that it does."""
        with self._news:
            self._over = True
            process = self._process
            self._news.notify_all()
        if process is not None:
            try:
                process.wait(ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                logger.warning("the guardian hangs; it was ended")
                process.kill()
        for thread in self._threads:
            thread.join(ENDS_WITHIN_S)


def _spawn(log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as errors:
        return start_module(MODULE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)


# What a guardian that has died does not hear is told to the next one.


def _write(pipe: IO[bytes] | None, message: Mapping[str, Any]) -> None:
    with contextlib.suppress(OSError, ValueError):
        if pipe is not None:
            pipe.write(json.dumps(message, default=str).encode() + b"\n")
            pipe.flush()


def _close(pipe: IO[bytes] | None) -> None:
    with contextlib.suppress(OSError, ValueError):
        if pipe is not None:
            pipe.close()


def _messages(pipe: IO[bytes] | None) -> Iterator[dict[str, Any]]:
    """Every message until the pipe ends; one that was torn by the sender's death is left out."""
    for line in pipe or ():
        with contextlib.suppress(ValueError):
            yield json.loads(line)
