"""Long computations beside the looks at a run, so that none of them waits for another's end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")

REST_SHARE = 1.0
"""Of the time that a computation took, so much passes before the next: half of the time at most."""
SHORTEST_REST_S = 0.4
"""What is drawn need not change more often."""


class Aside(Generic[T]):
    """One computation at a time, in a thread that nobody waits for."""

    def __init__(self) -> None:
        self._work: Future[T] | None = None
        self._began_s = self._next_s = time.monotonic()

    @property
    def busy(self) -> bool:
        """Whether a computation goes on, or its result has not been taken."""
        return self._work is not None

    @property
    def rested(self) -> bool:
        """Whether enough time has passed since the last one."""
        return time.monotonic() >= self._next_s

    def begin(self, compute: Callable[[], T]) -> None:
        """Begin a computation; there must be no other. It must not touch what others change."""
        if self._work is not None:
            raise RuntimeError("a computation goes on already")
        work: Future[T] = Future()
        self._work, self._began_s = work, time.monotonic()
        threading.Thread(target=_settle, args=(work, compute), daemon=True).start()

    def result(self) -> T | None:
        """What came of it, once; None while it goes on. Raises what the computation raised."""
        work = self._work
        if work is None or not work.done():
            return None
        now_s = time.monotonic()
        self._work = None
        self._next_s = now_s + max(SHORTEST_REST_S, REST_SHARE * (now_s - self._began_s))
        return work.result()


def _settle(work: Future[T], compute: Callable[[], T]) -> None:
    try:
        work.set_result(compute())
    except BaseException as error:  # raised where the result is asked for
        work.set_exception(error)
