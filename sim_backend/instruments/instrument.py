"""What every simulated instrument is to the bus: messages in, messages out, a status byte."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque

from sim_backend.clock import VirtualClock
from sim_backend.instruments.tap import Tap

MESSAGE_AVAILABLE = 0x10


class SimulatedInstrument(ABC):
    """Collects bytes into messages and queues answers; a subclass gives messages their meaning.

    An answer that takes time is queued when the clock gets there (`VirtualClock.call_at`), so a
    read that waits for it, and its time-out, are judged in simulated time.
    """

    latency_s = 3e-3
    """Simulated time one viWrite or viRead takes; 3.0 ms is the median of a LAN query."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self._input = bytearray()
        self.output: deque[bytes] = deque()
        """Answers not read yet; each entry is one message that ends with END."""
        self.tap = Tap()

    def receive(self, data: bytes, *, end: bool) -> None:
        """Take the bytes of one viWrite: several messages, one, or part of one.

        A message ends at LF, or where the interface marks END.
        """
        self._input += data
        while (cut := self._input.find(b"\n")) >= 0:
            message = bytes(self._input[:cut])
            del self._input[: cut + 1]
            self._execute_one(message.rstrip(b"\r"))
        if end and self._input:
            message = bytes(self._input)
            self._input.clear()
            self._execute_one(message)

    def _execute_one(self, message: bytes) -> None:
        self.handle(message)
        if not self.collecting:
            self.tap.message_heard()

    @property
    def working(self) -> bool:
        """Whether a message is still being executed, so that the next one has to wait."""
        return False

    @property
    def collecting(self) -> bool:
        """Whether the lines that come are parts of one message, such as a script."""
        return False

    def urgent(self, message: bytes) -> bool:
        """Whether a message is one that does not wait for its turn."""
        return False

    @abstractmethod
    def handle(self, message: bytes) -> None:
        """Execute one complete message (its terminator removed)."""

    def respond(self, answer: bytes) -> None:
        """Queue one answer, terminator included."""
        if passed := self.tap.passed(answer):
            self.output.append(passed)

    def device_clear(self) -> None:
        """Empty input and output (viClear); a subclass also stops what runs."""
        self._input.clear()
        self.output.clear()

    def power_off(self) -> None:
        """Let go of everything outside: sources off, relays open, heaters off."""
        self.device_clear()

    def note_unterminated(self) -> None:  # noqa: B027 (an instrument need not mind)
        """Somebody waited for an answer that was not there (IEEE 488.2, UNTERMINATED)."""

    def status_byte(self) -> int:
        """The IEEE-488 status byte (viReadSTB)."""
        return MESSAGE_AVAILABLE if self.output else 0

    def trigger(self) -> None:  # noqa: B027 (an instrument need not listen)
        """A bus trigger (viAssertTrigger); ignored unless a subclass listens."""
