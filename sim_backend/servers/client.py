"""One connection to a served instrument: lines that come in, answers that go out."""

from __future__ import annotations

import socket

CHUNK_BYTES = 1 << 16
LONGEST_LINE_BYTES = 1 << 24
"""Whoever sends more without an end of line is no client of an instrument."""
_QUICK_ACK: int | None = getattr(socket, "TCP_QUICKACK", None)


class Client:
    """A socket that never blocks; whatever goes wrong with it, the client is gone."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._acknowledge_at_once()
        self.gone = False
        self._received = bytearray()
        self._unsent = bytearray()

    @property
    def behind(self) -> bool:
        """Whether answers are left that the socket did not take yet."""
        return bool(self._unsent) and not self.gone

    def lines(self) -> list[bytes]:
        """What has come in and is complete, without the LF; `gone` when the other end is."""
        try:
            data = self.connection.recv(CHUNK_BYTES)
        except BlockingIOError:
            return []
        except OSError:
            data = b""
        self.gone = not data
        if self.gone:
            return []
        self._acknowledge_at_once()
        self._received += data
        *complete, rest = self._received.split(b"\n")
        self._received = rest
        self.gone = len(rest) > LONGEST_LINE_BYTES
        return [bytes(line) for line in complete]

    def send(self, answer: bytes) -> None:
        """Send an answer, now or when the socket takes it; one that is gone gets nothing."""
        self._unsent += answer
        self.send_rest()

    def send_rest(self) -> None:
        """Send what the socket takes."""
        try:
            while self.behind:
                del self._unsent[: self.connection.send(self._unsent)]
        except BlockingIOError:
            return
        except OSError:
            self.gone = True

    def _acknowledge_at_once(self) -> None:
        # PyVISA-py leaves Nagle's algorithm on: a delayed acknowledgement would hold up what it
        # sends next for 44 ms (performance.md §3). The system forgets the option by itself.
        if _QUICK_ACK is not None and self.connection.fileno() >= 0:
            self.connection.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)
