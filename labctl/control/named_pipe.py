"""The channel on Windows: a named pipe, written and read as bytes, never as objects."""

from __future__ import annotations

import contextlib
import secrets
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path

_WAITING = 64


class PipeLine:
    """One connection; one message of the pipe is one line."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def send(self, line: bytes) -> None:
        """Send one line."""
        self._connection.send_bytes(line)

    def receive(self, timeout_s: float | None) -> bytes:
        """The next line; raises `TimeoutError` or `EOFError`."""
        if not self._connection.poll(timeout_s):
            raise TimeoutError
        return self._connection.recv_bytes()

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


class PipeListener:
    """A pipe with a name that nobody guesses."""

    def __init__(self) -> None:
        self._listener = Listener(
            rf"\\.\pipe\labctl-{secrets.token_hex(16)}", "AF_PIPE", backlog=_WAITING
        )
        self._closed = False

    @property
    def address(self) -> str:
        """Name of the pipe."""
        return str(self._listener.address)

    def accept(self) -> PipeLine:
        """The next who comes; raises `OSError` when the listener is closed."""
        connection = self._listener.accept()
        if self._closed:
            connection.close()
            raise OSError(f"{self.address} is closed")
        return PipeLine(connection)

    def close(self) -> None:
        """Let nobody in any more."""
        self._closed = True
        # `accept` in another thread does not notice that its pipe is closed, but a caller.
        with contextlib.suppress(OSError):
            connect(self.address, timeout_s=0.1).close()
        self._listener.close()


def listen(folder: Path) -> PipeListener:
    """Let others connect to a pipe."""
    return PipeListener()


def connect(address: str, timeout_s: float) -> PipeLine:
    """Connect to a pipe; raises `OSError` when nobody listens."""
    return PipeLine(Client(address, "AF_PIPE"))
