"""Where somebody in between hears an instrument's messages and changes its answers."""

from __future__ import annotations

from collections.abc import Callable


class Tap:
    """On the cable of one instrument; with nobody there, everything passes as it is."""

    def __init__(self) -> None:
        self.heard: list[Callable[[], None]] = []
        """Called after each message that the instrument executed."""
        self.missed: list[Callable[[], None]] = []
        """Called for each message that did not reach it."""
        self.answers: list[Callable[[bytes], bytes]] = []
        """What each answer goes through; one that comes out empty does not come at all."""

    def passed(self, answer: bytes) -> bytes:
        """What arrives of an answer."""
        for change in tuple(self.answers):
            answer = change(answer)
        return answer

    def message_heard(self) -> None:
        """Tell all who count messages."""
        for listener in tuple(self.heard):
            listener()

    def message_missed(self) -> None:
        """Tell all who count messages that were lost."""
        for listener in tuple(self.missed):
            listener()
