"""An instrument that loses its power for a moment."""

from __future__ import annotations

from sim_backend.faults.fault import Fault


class PowerLoss(Fault):
    """Settings, scripts, buffers, and what was playing are gone; outputs off, relays open."""

    def start(self) -> None:
        """Off and on."""
        self.bench.power_cycle(self.order.where)
        self.end()

    def stop(self) -> None:
        """It is over as soon as it has happened."""
