"""What others learn about one run, and what becomes of what they ask."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

SAFE_WITHIN_S = 10.0
"""Longest that somebody who asked for an abort waits for the safe state."""
_REQUESTS = ("status", "pause", "go_on", "abort")


@dataclass(frozen=True)
class Forward:
    """How requests reach the process that measures."""

    ask: Callable[[str, str], None]
    """What is to be done ("pause", "go_on", "abort"), and why."""
    overdue: Callable[[], None] = lambda: None
    """The run was to abort, and is not safe in time."""
    overdue_after_s: float = SAFE_WITHIN_S


class Desk:
    """Answers requests about one run; every method may be called from any thread."""

    def __init__(self, run: str, pid: int, forward: Forward) -> None:
        self._status: dict[str, Any] = {"run": run, "pid": pid, "state": "starting", "safe": None}
        self._forward = forward
        self._look: Callable[[], Mapping[str, Any]] | None = None
        self._changed = threading.Condition()

    def tell(self, **status: Any) -> None:
        """What is known of the run now."""
        with self._changed:
            self._status |= status

    def look_at(self, look: Callable[[], Mapping[str, Any]]) -> None:
        """Tell from now on, under `instruments`, what `look` gives whenever somebody asks."""
        self._look = look

    def stand_down(self, safe: Mapping[str, Any]) -> None:
        """The instruments were brought to their safe state; `safe` is the evidence."""
        with self._changed:
            self._status["safe"] = dict(safe)
            self._changed.notify_all()

    def start_again(self) -> None:
        """The instruments are about to be brought to their safe state once more."""
        with self._changed:
            self._status |= {"state": "stopping", "safe": None}

    @property
    def verified_safe(self) -> bool:
        """Whether the instruments are known to be in their safe state."""
        with self._changed:
            safe = self._status["safe"]
        return safe is not None and bool(safe.get("verified"))

    def status(self) -> dict[str, Any]:
        """All that is known of the run; whatever it does then, its `state` is safe once it is."""
        with self._changed:
            status = dict(self._status)
        if self._look is not None:
            status["instruments"] = self._look()
        return status | {"state": "safe"} if self.verified_safe else status

    def answers(self, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Do what is asked; the handler for `labctl.control.server.serving`."""
        what, reason = request.get("do"), str(request.get("reason", ""))
        match what:
            case "status":
                yield self.status()
            case "pause" | "go_on":
                self._forward.ask(what, reason)
                yield self.status()
            case "abort":
                yield from self._abort(reason)
            case _:
                known = ", ".join(_REQUESTS)
                yield {**self.status(), "error": f"cannot do {what!r}; what can be asked: {known}"}

    def _abort(self, reason: str) -> Iterator[dict[str, Any]]:
        self._forward.ask("abort", reason or "asked to stop")
        yield {**self.status(), "more": True}
        if not self._safe_within(self._forward.overdue_after_s):
            self._forward.overdue()
            self._safe_within(SAFE_WITHIN_S)
        yield self.status()

    def _safe_within(self, duration_s: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._status["safe"] is not None, duration_s)
