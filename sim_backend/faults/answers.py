"""Faults of answers: none comes, or not all of it, or not what was sent."""

from __future__ import annotations

from sim_backend.faults.fault import Fault

_FLIPPED_BITS = 0x15
"""Turns digits into signs, so that no number is taken for another."""


class AnswerFault(Fault):
    """Spoils an instrument's answers, the next `count` or all that follow; `after` counts those."""

    def arm(self) -> None:
        """From the first answer on it counts."""
        if self.order.at_s is None:
            self._begin()
        else:
            super().arm()

    @property
    def state(self) -> str:
        """Armed as long as answers pass."""
        return "armed" if super().state == "acting" and self._left else super().state

    def start(self) -> None:
        """Change what passes."""
        self._spoilt = 0
        self.counted.answers.append(self._pass)

    def stop(self) -> None:
        """Let pass what comes."""
        self.counted.answers.remove(self._pass)

    def _pass(self, answer: bytes) -> bytes:
        if self._left:
            self._left -= 1
            return answer
        self._spoilt += 1
        if self._spoilt == self.order.count:
            self.end()
        return _SPOILERS[self.order.kind](answer)


def _garbled(answer: bytes) -> bytes:
    """Every third byte is another; the end of the message is left as it is."""
    content = answer.rstrip(b"\r\n")
    changed = bytearray(content)
    changed[::3] = bytes(byte ^ _FLIPPED_BITS for byte in content[::3])
    return bytes(changed) + answer[len(content) :]


def _truncated(answer: bytes) -> bytes:
    """The first half, and no end of line."""
    return answer[: (len(answer) - 1) // 2]


_SPOILERS = {"timeout": lambda _: b"", "garbled": _garbled, "truncated": _truncated}
