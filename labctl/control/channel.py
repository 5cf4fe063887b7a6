"""Lines between processes of one computer: a Unix socket, or a named pipe on Windows."""

from __future__ import annotations

import sys
from typing import Protocol

if sys.platform == "win32":
    from labctl.control.named_pipe import connect, listen
else:
    from labctl.control.unix_socket import connect, listen

__all__ = ["ADDRESS_FILE", "LONGEST_LINE", "Line", "Listener", "connect", "listen"]

ADDRESS_FILE = "control.json"
"""In the run's folder while the channel is served: its address, and the process that serves it."""
LONGEST_LINE = 1 << 20


class Line(Protocol):
    """One connection, which carries lines of bytes without their ends."""

    def send(self, line: bytes) -> None:
        """Send one line; raises `OSError` when nobody is there any more."""
        ...

    def receive(self, timeout_s: float | None) -> bytes:
        """The next line; raises `TimeoutError`, or `EOFError` when there is none to come."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...


class Listener(Protocol):
    """Where others connect to."""

    @property
    def address(self) -> str:
        """What `connect` needs."""
        ...

    def accept(self) -> Line:
        """The next who comes; raises `OSError` when the listener is closed."""
        ...

    def close(self) -> None:
        """Let nobody in any more, and remove what lies on the disk."""
        ...
