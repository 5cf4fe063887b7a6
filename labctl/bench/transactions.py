"""VISA connections that count their transactions (one viWrite or one viRead each)."""

from __future__ import annotations

from typing import Any

from pymeasure.adapters import VISAAdapter
from pyvisa.constants import InterfaceType

# PyVISA's 20 kB would cut one binary block of 60 000 readings into dozens of viReads.
CHUNK_BYTES = 1 << 20


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
        # Counted below PyVISA's convenience methods: one of them may read many times.
        connection.visalib = _CountingLibrary(connection.visalib, counter)
        self._open = True

    def close(self) -> None:
        """Close the connection, once: PyMeasure closes again while the interpreter shuts down."""
        if self._open:
            self._open = False
            super().close()
