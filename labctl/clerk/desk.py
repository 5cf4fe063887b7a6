"""Takes requests as they come, and answers them one after another; what is followed is told on."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any

from labctl.clerk.messages import pack, read
from labctl.errors import LabError
from procedures.errors import ParameterError

logger = logging.getLogger(__name__)

Request = Mapping[str, Any]
Answer = dict[str, Any]
Duty = Callable[[Request], Answer]
"""Answers one request at once; raises `LabError` or `ParameterError` for what cannot be done."""
Following = Callable[[Request], Iterator[Answer | None]]
"""Tells on and on how something is: an answer when there is news, None when there is none."""

REST_SHARE = 1.0
"""Of the time that a look at what is followed took, so much is rested afterwards."""
LOOK_S = 0.1
"""At least so long it is from one look to the next."""


class Desk:
    """One clerk at work: `duties` by what is asked for, `followings` by what is told on."""

    def __init__(
        self, out: IO[bytes], duties: Mapping[str, Duty], followings: Mapping[str, Following]
    ) -> None:
        self._out = out
        self._duties = duties
        self._followings = followings
        self._asked: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._followed: dict[str, tuple[int, Iterator[Answer | None], float]] = {}
        """By kind: the request's number, what tells on, and when it is looked at next."""

    def work(self, requests: IO[bytes]) -> None:
        """Answer until nobody asks any more: the window has closed, or is gone."""
        threading.Thread(target=self._listen, args=(requests,), daemon=True).start()
        while True:
            try:
                request = self._asked.get(timeout=self._patience_s())
            except queue.Empty:
                self._look()
                continue
            if request is None:
                return
            self._take(request)

    def _listen(self, requests: IO[bytes]) -> None:
        try:
            while (request := read(requests)) is not None:
                self._asked.put(request)
        except (ValueError, EOFError, KeyError, TypeError) as error:
            logger.error("a request could not be read (%s); nothing more is taken", error)
        self._asked.put(None)

    def _patience_s(self) -> float | None:
        due = [when for _, _, when in self._followed.values()]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _take(self, request: Request) -> None:
        """Answer one request, or begin or end to follow what it names."""
        what, number = str(request["do"]), int(request["id"])
        if what in self._followings:
            self._followed.pop(what, None)
            if not request.get("end"):
                telling = self._followings[what](request)
                self._followed[what] = (number, telling, time.monotonic())
            return
        self._answer(number, lambda: self._duties[what](request))

    def _look(self) -> None:
        """Look at everything that is due."""
        for what, (number, telling, when) in list(self._followed.items()):
            began_s = time.monotonic()
            if when > began_s:
                continue
            going_on = self._answer(number, lambda telling=telling: next(telling))
            took_s = time.monotonic() - began_s
            if going_on:
                rest_s = max(LOOK_S, REST_SHARE * took_s)
                self._followed[what] = (number, telling, began_s + took_s + rest_s)
            else:
                del self._followed[what]

    def _answer(self, number: int, work: Callable[[], Answer | None]) -> bool:
        """Send what comes of the work; whether it did not fail, nor end."""
        try:
            answer = work()
        except StopIteration:
            self._send({"id": number, "ended": True})
            return False
        except (LabError, ParameterError) as error:
            self._send({"id": number, "refused": str(error), "kind": type(error).__name__})
            return False
        except Exception as error:  # a lab's procedure may raise anything; the clerk goes on
            logger.exception("request %d failed", number)
            told = f"{type(error).__name__}: {error}"
            self._send({"id": number, "refused": told, "kind": type(error).__name__})
            return False
        if answer is not None:
            self._send({"id": number, "answer": answer})
        return True

    def _send(self, message: Answer) -> None:
        self._out.write(pack(message))
        self._out.flush()
