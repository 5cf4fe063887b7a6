"""VISA connections that count their transactions (one viWrite or one viRead each)."""

from __future__ import annotations

import contextlib
from typing import Any

from pymeasure.adapters import VISAAdapter
from pyvisa import VisaIOError
from pyvisa.constants import InterfaceType

# PyVISA's 20 kB would cut one binary block of 60 000 readings into dozens of viReads.
CHUNK_BYTES = 1 << 20
_SOCKET_TIMEOUT_MS = 10_000
_MESSAGE_AVAILABLE = 16
"""Bit of the status byte (IEEE 488.2)."""
_MOST_UNREAD = 100


class TransactionCounter:
    """Number of viWrite and viRead calls of the connections that share it."""

    def __init__(self) -> None:
        self.count = 0


class _CountingLibrary:
    """A VISA library that counts reads and writes and is the library itself in all else."""

    def __init__(self, library: Any, counter: TransactionCounter) -> None:
        self._library = library
        self._counter = counter

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)

    def read(self, session: Any, count: int) -> Any:
        self._counter.count += 1
        return self._library.read(session, count)

    def write(self, session: Any, data: bytes) -> Any:
        self._counter.count += 1
        return self._library.write(session, data)


class CountingAdapter(VISAAdapter):
    """PyMeasure's VISA adapter, counted; a message ends with LF, and an answer with END."""

    _open = False

    def __init__(self, resource: str, visa_library: str, counter: TransactionCounter) -> None:
        super().__init__(resource, visa_library=visa_library)
        connection: Any = self.connection
        connection.chunk_size = CHUNK_BYTES
        connection.write_termination = "\n"
        # With a termination character set, VISA would stop at every 0x0A within a binary block;
        # only interfaces that know no END need one.
        if connection.resource_class == "SOCKET" or connection.interface_type == InterfaceType.asrl:
            connection.read_termination = "\n"
        if connection.resource_class == "SOCKET":
            # There is no device clear to get out of a computation that takes longer.
            connection.timeout = _SOCKET_TIMEOUT_MS
        # Counted below PyVISA's convenience methods: one of them may read many times.
        connection.visalib = _CountingLibrary(connection.visalib, counter)
        self._open = True
        self.discard_unread()

    def discard_unread(self) -> bool:
        """Take out answers that somebody asked for and did not live to read; whether any were.

        They would be taken for answers to what is asked now. Nothing else in the instrument
        changes; a device clear would stop what it does.
        """
        found = False
        connection: Any = self.connection
        # Sockets and serial lines have no status byte, and nothing in it that is from before.
        with contextlib.suppress(NotImplementedError, VisaIOError):
            for _ in range(_MOST_UNREAD):
                if not connection.read_stb() & _MESSAGE_AVAILABLE:
                    break
                connection.read_raw()
                found = True
        return found

    def close(self) -> None:
        """Close the connection, once: PyMeasure closes again while the interpreter shuts down."""
        if self._open:
            self._open = False
            super().close()
