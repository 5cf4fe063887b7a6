"""A clerk whose answers are given by the test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PyQt5.QtCore import QObject, pyqtSignal

STATION: dict[str, Any] = {
    "name": "simulated",
    "file": "/stations/simulated.toml",
    "simulated": True,
    "in_process": True,
    "sample": {"name": "simulated Ag2S dot array", "id": "dot18"},
    "devices": [f"D{number:02d}" for number in range(1, 19)],
    "procedures": [
        {"name": "iv_loop", "meaning": "I-V loops of any order"},
        {"name": "endurance", "meaning": "cycle each device between ON and OFF"},
    ],
}


class FakeLink(QObject):
    """In the place of a `ClerkLink`: keeps what is asked, and answers when the test says so."""

    died = pyqtSignal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.asked: list[dict[str, Any]] = []
        """Every question and following, with `do`, `then`, `refused`, and its details."""
        self.followed: dict[str, dict[str, Any]] = {}
        """What is followed now, by name."""
        self.pid = None

    def ask(
        self,
        do: str,
        then: Callable[[dict[str, Any]], object],
        *,
        refused: Callable[[str], object] | None = None,
        topic: str | None = None,
        **details: Any,
    ) -> None:
        self.asked.append({**details, "do": do, "then": then, "refused": refused, "topic": topic})

    def follow(
        self,
        do: str,
        then: Callable[[dict[str, Any]], object],
        *,
        refused: Callable[[str], object] | None = None,
        **details: Any,
    ) -> None:
        self.followed[do] = {**details, "do": do, "then": then, "refused": refused}

    def unfollow(self, do: str) -> None:
        self.followed.pop(do, None)

    def close(self) -> None:
        self.asked.clear()
        self.followed.clear()

    def last(self, do: str) -> dict[str, Any]:
        """The latest question of a kind."""
        return next(question for question in reversed(self.asked) if question["do"] == do)

    def answer(self, do: str, answer: Mapping[str, Any]) -> None:
        """Answer the latest question of a kind."""
        self.last(do)["then"](answer)

    def refuse(self, do: str, why: str) -> None:
        """Refuse the latest question of a kind."""
        self.last(do)["refused"](why)

    def tell(self, do: str, answer: Mapping[str, Any]) -> None:
        """News of what is followed."""
        self.followed[do]["then"](answer)
