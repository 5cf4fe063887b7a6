"""The window's side of its clerk: questions go out, answers come back in the GUI's thread."""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any

from PyQt5.QtCore import QObject, pyqtSignal

from labctl.clerk.messages import pack, read
from labctl.own_process import start_module

logger = logging.getLogger(__name__)

Then = Callable[[dict[str, Any]], object]
Refused = Callable[[str], object]


@dataclass
class _Question:
    number: int
    request: Mapping[str, Any]
    then: Then
    refused: Refused
    topic: str | None
    following: bool = False


class ClerkLink(QObject):
    """One clerk; it is started with the first question, and again should it die."""

    arrived = pyqtSignal(object, object)
    """From the thread that reads: the process, and its message (None at the end)."""
    died = pyqtSignal(str)
    """The clerk ended unasked; it starts again by itself, what was asked is refused."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: subprocess.Popen[bytes] | None = None
        self._number = 0
        self._open: dict[int, _Question] = {}
        self._waiting: dict[str, _Question] = {}
        """By topic, the latest question while an older one is being answered."""
        self.arrived.connect(self._take)

    def ask(
        self,
        do: str,
        then: Then,
        *,
        refused: Refused | None = None,
        topic: str | None = None,
        **details: Any,
    ) -> None:
        """Ask; `then` gets the answer, or `refused` the reason there is none.

        Of questions on one `topic` only the latest counts: answers to older ones are dropped, and
        there is never more than one with the clerk.
        """
        question = self._question(do, then, refused, topic, details)
        if topic is not None and any(open_.topic == topic for open_ in self._open.values()):
            self._waiting[topic] = question
            return
        self._send(question)

    def follow(
        self, do: str, then: Then, *, refused: Refused | None = None, **details: Any
    ) -> None:
        """Be told on and on, instead of what was followed under the same name before."""
        self._forget(do)
        question = self._question(do, then, refused, None, details)
        question.following = True
        self._send(question)

    def unfollow(self, do: str) -> None:
        """Be told no more."""
        if self._forget(do):
            self._write({"do": do, "id": 0, "end": True})

    def close(self) -> None:
        """Let the clerk go; nothing more arrives."""
        process, self._process = self._process, None
        self._open.clear()
        self._waiting.clear()
        if process is not None and process.stdin is not None:
            process.stdin.close()

    @property
    def pid(self) -> int | None:
        """Of the clerk's process; None before the first question."""
        return None if self._process is None else self._process.pid

    def _question(
        self,
        do: str,
        then: Then,
        refused: Refused | None,
        topic: str | None,
        details: Mapping[str, Any],
    ) -> _Question:
        self._number += 1
        request = {**details, "do": do, "id": self._number}
        return _Question(self._number, request, then, refused or self._log_refusal, topic)

    def _log_refusal(self, why: str) -> None:
        logger.warning("%s", why)

    def _forget(self, do: str) -> bool:
        followed = [q.number for q in self._open.values() if q.following and q.request["do"] == do]
        for number in followed:
            del self._open[number]
        return bool(followed)

    def _send(self, question: _Question) -> None:
        self._open[question.number] = question
        try:
            if self._process is None:
                self._start()
            self._write(question.request)
        except OSError as error:
            self._open.pop(question.number, None)
            question.refused(f"the clerk's process cannot be reached: {error}")

    def _start(self) -> None:
        self._process = start_module(
            "labctl.clerk", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=None
        )
        reader = threading.Thread(
            target=self._listen, args=(self._process,), name="clerk", daemon=True
        )
        reader.start()

    def _write(self, request: Mapping[str, Any]) -> None:
        stdin: IO[bytes] | None = None if self._process is None else self._process.stdin
        if stdin is not None:
            stdin.write(pack(request))
            stdin.flush()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """In a thread of its own: hands every message over to the GUI's thread."""
        with process:  # at its end the pipes are closed, and the process has ended
            while message := self._next(process):
                if not self._hand_over(process, message):
                    return
        self._hand_over(process, None)

    def _next(self, process: subprocess.Popen[bytes]) -> dict[str, Any] | None:
        try:
            return None if process.stdout is None else read(process.stdout)
        except (OSError, ValueError, EOFError):
            return None

    def _hand_over(self, process: subprocess.Popen[bytes], message: dict[str, Any] | None) -> bool:
        try:
            self.arrived.emit(process, message)
        except RuntimeError:  # the window is gone, and its objects with it
            return False
        return True

    def _take(self, process: subprocess.Popen[bytes], message: Mapping[str, Any] | None) -> None:
        if process is not self._process:
            return
        if message is None:
            self._mourn()
            return
        question = self._open.get(message["id"])
        if question is None:
            return
        if not (question.following and "answer" in message):
            del self._open[question.number]
        overtaken = question.topic is not None and question.topic in self._waiting
        if question.topic is not None and overtaken:
            self._send(self._waiting.pop(question.topic))
        elif "answer" in message:
            question.then(message["answer"])
        elif "refused" in message:
            question.refused(message["refused"])

    def _mourn(self) -> None:
        """The clerk is gone: follow again what was followed, refuse what was asked."""
        process, self._process = self._process, None
        code = None if process is None else process.returncode
        questions = [*self._open.values(), *self._waiting.values()]
        self._open.clear()
        self._waiting.clear()
        why = f"the process that computes for the window ended (exit code {code})"
        self.died.emit(why)
        for question in questions:
            if question.following:
                self._send(question)
            else:
                question.refused(f"{why}; ask again")
