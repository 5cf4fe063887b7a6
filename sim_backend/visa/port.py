"""One address on the simulated bus: the instrument behind it, the cost of a message, the lock."""

from __future__ import annotations

from collections.abc import Callable

from sim_backend.instruments.instrument import SimulatedInstrument
from sim_backend.visa.resource_lock import ResourceLock


class Port:
    """What every session opened at one address shares.

    The instrument may be replaced under open sessions (`NEW` at the control port), so nobody but
    the port keeps a reference to it.
    """

    def __init__(self, address: str, instrument: SimulatedInstrument) -> None:
        self.address = address
        self.tap = instrument.tap
        self._instrument = instrument
        self.lost = False
        """Whether the connection is cut, so that no message gets through."""
        self.on_cable: Callable[[], None] = lambda: None
        """Called when the connection has been cut or mended."""
        self.lock = ResourceLock()
        self.transactions = 0
        """Messages that went either way: viWrite and viRead calls."""

    @property
    def instrument(self) -> SimulatedInstrument:
        """What answers here now."""
        return self._instrument

    @instrument.setter
    def instrument(self, instrument: SimulatedInstrument) -> None:
        instrument.tap = self.tap
        self._instrument = instrument

    def cut(self) -> None:
        """Let no message through any more; what was not read yet is gone."""
        if not self.lost:
            self.lost = True
            self.instrument.output.clear()
            self.on_cable()

    def mend(self) -> None:
        """Let messages through again; what was answered meanwhile is gone as well."""
        if self.lost:
            self.instrument.output.clear()
            self.lost = False
            self.on_cable()

    def miss(self) -> None:
        """Count a message that the lost connection swallows."""
        self.transactions += 1
        self.tap.message_missed()

    def write(self, data: bytes, *, end: bool) -> None:
        """Carry the bytes of one viWrite to the instrument; they arrive after its latency."""
        self.transactions += 1
        instrument = self.instrument
        instrument.clock.advance(instrument.latency_s)
        instrument.receive(data, end=end)

    def begin_read(self) -> None:
        """Charge one viRead."""
        self.transactions += 1
        self.instrument.clock.advance(self.instrument.latency_s)

    def await_output(self, deadline_s: float) -> bool:
        """Let time pass until an answer is there, at most to `deadline_s`; whether there is one."""
        output = self.instrument.output
        if not output:
            clock = self.instrument.clock
            clock.advance_until(lambda: output or self.lost, deadline_s)
        return bool(output) and not self.lost

    def wait(self, duration_s: float) -> None:
        """Let time pass for nothing; an infinite wait would never end and lets none pass."""
        clock = self.instrument.clock
        clock.advance_until(lambda: False, clock.now_s + duration_s)
