"""The channel on POSIX: a Unix socket that only its owner can open."""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
import time
from pathlib import Path

NAME = "control.sock"
_LONGEST_PATH = 100
"""Bytes; systems take 104 or 108 (unix(7), unix(4))."""
_WAITING = 64


class SocketLine:
    """One connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._received = b""

    def send(self, line: bytes) -> None:
        """Send one line."""
        self._socket.sendall(line + b"\n")

    def receive(self, timeout_s: float | None) -> bytes:
        """The next line; raises `TimeoutError` or `EOFError`."""
        end_s = None if timeout_s is None else time.monotonic() + timeout_s
        while b"\n" not in self._received:
            if end_s is not None:
                self._socket.settimeout(max(1e-6, end_s - time.monotonic()))
            part = self._socket.recv(1 << 16)
            if not part:
                raise EOFError
            self._received += part
        line, _, self._received = self._received.partition(b"\n")
        return line

    def close(self) -> None:
        """End the connection."""
        self._socket.close()


class SocketListener:
    """A socket in a folder, or, where its path would be too long, in a private directory."""

    def __init__(self, folder: Path) -> None:
        self._private: Path | None = None
        path = folder.resolve() / NAME
        if len(os.fsencode(path)) > _LONGEST_PATH:
            self._private = Path(tempfile.mkdtemp(prefix="labctl-"))
            path = self._private / NAME
        self._path = path
        self._closed = False
        # A process that was killed left its socket behind.
        self._path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(self.address)
        self._path.chmod(0o600)
        self._identity = os.stat(self._path).st_ino
        self._socket.listen(_WAITING)

    @property
    def address(self) -> str:
        """Path of the socket."""
        return str(self._path)

    def accept(self) -> SocketLine:
        """The next who comes; raises `OSError` when the listener is closed."""
        connection, _ = self._socket.accept()
        if self._closed:
            connection.close()
            raise OSError(f"{self.address} is closed")
        return SocketLine(connection)

    def close(self) -> None:
        """Let nobody in any more, and remove the socket, unless another took its place."""
        self._closed = True
        # `accept` in another thread does not notice that its socket is closed, but that it is
        # shut down (Linux) or that somebody calls (elsewhere).
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            connect(self.address, timeout_s=0.1).close()
        self._socket.close()
        with contextlib.suppress(FileNotFoundError):
            if os.stat(self._path).st_ino == self._identity:
                self._path.unlink()
        if self._private is not None:
            with contextlib.suppress(OSError):
                self._private.rmdir()


def listen(folder: Path) -> SocketListener:
    """Let others connect to a socket in this folder."""
    return SocketListener(folder)


def connect(address: str, timeout_s: float) -> SocketLine:
    """Connect to a socket; raises `OSError` when nobody listens."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(timeout_s)
    try:
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    return SocketLine(connection)
