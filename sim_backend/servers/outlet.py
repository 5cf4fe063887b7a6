"""One instrument at a TCP port: whose line it works on, and who gets the answer."""

from __future__ import annotations

from collections import deque

from sim_backend.servers.client import Client
from sim_backend.servers.pacing import Pacing
from sim_backend.visa.port import Port


class Outlet:
    """Lines of all clients, one after the other; an answer goes to whoever asked.

    A stream does not show where one viWrite ends and the next begins. So all lines up to an
    answer cost the latency of one message, and every answer that of another: for a client that
    asks one thing at a time, exactly what the same messages cost in process.
    """

    def __init__(self, port: Port, pacing: Pacing) -> None:
        self._port = port
        self._pacing = pacing
        self._lines: deque[tuple[Client, bytes]] = deque()
        self._asker: Client | None = None
        self._charged = False
        """Whether the message under way was charged."""
        self._latest_s = 0.0
        """When the message under way was heard, or its latest answer given."""

    @property
    def working(self) -> bool:
        """Whether the instrument is still at work on a line."""
        return self._port.instrument.working

    def hang_up(self) -> None:
        """Forget what waits for its turn; whoever asked gets no answer."""
        self._lines.clear()
        self._asker = None

    def take(self, client: Client, lines: list[bytes]) -> None:
        """Queue a client's lines, but for those that no instrument lets wait."""
        for line in lines:
            if self._port.instrument.urgent(line):
                self._hear(line)
            else:
                self._lines.append((client, line))

    def attend(self) -> bool:
        """Hand out what was answered, and give the instrument its next lines while it is free.

        Returns whether there was anything to do.
        """
        answered = self._answer()
        heard = False
        while self._lines and not self.working:
            heard = True
            self._asker, line = self._lines.popleft()
            self._hear(line)
            self._answer()
        return answered or heard

    def _hear(self, line: bytes) -> None:
        port = self._port
        if not self._charged:
            self._charged = True
            port.transactions += 1
            self._charge(port.instrument.clock.now_s)
            self._latest_s = port.instrument.clock.now_s
        port.instrument.receive(line + b"\n", end=False)

    def _answer(self) -> bool:
        output = self._port.instrument.output
        answered = bool(output)
        while output:
            answer = output.popleft()
            self._port.transactions += 1
            # Not later than now: a new array's clock begins anew.
            self._charge(min(self._latest_s, self._port.instrument.clock.now_s))
            self._latest_s = self._port.instrument.clock.now_s
            self._charged = False
            if self._asker is not None:
                self._asker.send(answer)
        return answered

    def _charge(self, from_s: float) -> None:
        instrument = self._port.instrument
        self._pacing.charge(instrument.clock, from_s + instrument.latency_s)
