"""Relays whose contacts do not follow their coil."""

from __future__ import annotations

from sim_backend.faults.fault import Fault
from sim_backend.instruments.tap import Tap


class StuckRelay(Fault):
    """A crosspoint that stays open or closed.

    The matrix has no contact of its own to look at: `channel.getclose` goes on telling what was
    asked for. Only the circuit shows the truth.
    """

    @property
    def counted(self) -> Tap:
        """Messages to the matrix."""
        return self.bench.roles["matrix"].tap

    def start(self) -> None:
        """Stick."""
        self.bench.circuit.stick(self.order.where, closed=self.order.kind == "stuck_closed")

    def stop(self) -> None:
        """Follow the coil again."""
        self.bench.circuit.stick(self.order.where, closed=None)
