"""What instruments that run TSP scripts share: their error queue and tab-separated replies."""

from __future__ import annotations

import contextlib
from typing import ClassVar, cast

import pyvisa
from pymeasure.adapters import Adapter
from pymeasure.instruments import Instrument
from pyvisa.constants import StatusCode
from pyvisa.resources import MessageBasedResource

from drivers.errors import InstrumentError

_NOTHING_TO_READ = "error -420,"
"""What a read that found nothing leaves in the queue: the echo of a time-out, never its cause."""


class TspInstrument(Instrument):
    """A Keithley instrument with the Test Script Processor: each line sent is a piece of Lua."""

    model: ClassVar[str]
    """Model number, as it stands in the reply to `*IDN?`."""

    error_count = Instrument.measurement(
        "print(errorqueue.count)",
        """Get the number of errors waiting in the error queue (int, 0 or more).""",
        get_process=int,
    )

    def __init__(self, adapter: Adapter | int | str, name: str, **kwargs: object) -> None:
        self._interruptions = 0
        kwargs.setdefault("read_termination", "\n")
        kwargs.setdefault("write_termination", "\n")
        super().__init__(adapter, name, includeSCPI=False, **kwargs)

    def identify(self) -> str:
        """The reply to `*IDN?`; raises `InstrumentError` when it is of another model."""
        identity = self.ask("*IDN?").strip()
        if self.model not in identity:
            raise InstrumentError(
                f"{self.name}: expected a Keithley {self.model}, but {identity!r} answers; "
                "check the address in the station file"
            )
        return identity

    def check_errors(self) -> list[str]:
        """Nothing when the error queue is empty; otherwise empty it and raise `InstrumentError`."""
        self._raise_errors(int(float(self.ask("print(errorqueue.count)"))))
        return []

    def check_set_errors(self) -> list[str]:
        """As `check_errors`, after a property was set."""
        return self.check_errors()

    @property
    def _connection(self) -> MessageBasedResource:
        """What PyVISA opened, for the settings that PyMeasure's adapter does not pass on."""
        return cast(MessageBasedResource, self.adapter.connection)

    def _raise_errors(self, count: int) -> None:
        if count:
            raise InstrumentError(f"{self.name}: {'; '.join(self._take_errors(count))}")

    def _take_errors(self, count: int) -> list[str]:
        """Take `count` entries out of the error queue, in the instrument's own words."""
        if not count:
            return []
        self.write(f"for _ = 1, {count} do print(errorqueue.next()) end")
        errors = []
        for _ in range(count):
            code, message, *_ = self._fields()
            errors.append(f"error {float(code):.0f}, {message}")
        return errors

    def _fields(self) -> list[str]:
        """The next reply, split at its tabs.

        Raises `InstrumentError` with the instrument's own words when no reply comes: a line of
        Lua that fails ends before its `print`.
        """
        try:
            reply = self.read()
        except pyvisa.VisaIOError as error:
            if error.error_code != StatusCode.error_timeout:
                raise
            self._interrupt()
            count = int(float(self.ask("print(errorqueue.count)")))
            causes = [w for w in self._take_errors(count) if not w.startswith(_NOTHING_TO_READ)]
            told = "; ".join(causes) or "no reply in time; check its cable, and that it stays on"
            raise InstrumentError(f"{self.name}: {told}") from error
        return reply.rstrip("\r\n").split("\t")

    def _interrupt(self) -> None:
        """Stop the script that runs now and discard its output, with a device clear."""
        if self._connection.resource_class == "SOCKET":
            self._interrupt_socket()
            return
        with contextlib.suppress(pyvisa.VisaIOError, NotImplementedError):
            self._connection.clear()
        self.write("abort")

    def _interrupt_socket(self) -> None:
        """Raw sockets know no device clear; there the word `abort` alone stops the script.

        What a VISA library makes of a clear is to listen until nothing comes for a while, or for
        ever when the connection is lost. What is left to read ends where a word of our own comes.
        """
        self._interruptions += 1
        token = f"interrupted {self._interruptions}"
        self.write("abort")
        self.write(f"print({token!r})")
        with contextlib.suppress(pyvisa.VisaIOError):
            while self._connection.read_raw().strip() != token.encode():
                pass
