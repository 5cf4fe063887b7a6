"""All faults of a bench: armed from the world file or the control port, told, and cleared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sim_backend.faults.answers import AnswerFault
from sim_backend.faults.connection import LostConnection
from sim_backend.faults.fault import Bench, Fault
from sim_backend.faults.order import FaultOrder
from sim_backend.faults.power import PowerLoss
from sim_backend.faults.readings import ReadingFault
from sim_backend.faults.relays import StuckRelay
from sim_backend.faults.stage import UnsteadyStage

_CLASSES: dict[str, type[Fault]] = {
    **dict.fromkeys(("timeout", "garbled", "truncated"), AnswerFault),
    **dict.fromkeys(("overflow", "nan", "compliance"), ReadingFault),
    **dict.fromkeys(("stuck_open", "stuck_closed"), StuckRelay),
    **dict.fromkeys(("drift", "never_settles"), UnsteadyStage),
    "lost": LostConnection,
    "reset": PowerLoss,
}


class FaultBoard:
    """The faults that were ordered, in their order."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._faults: list[Fault] = []

    def add(self, order: FaultOrder) -> None:
        """Arm one more fault."""
        fault = _CLASSES[order.kind](order, self._bench)
        self._faults.append(fault)
        fault.arm()

    def add_all(self, orders: Iterable[FaultOrder]) -> None:
        """Arm several."""
        for order in orders:
            self.add(order)

    def clear(self) -> list[FaultOrder]:
        """End all faults and forget them; returns what had been ordered."""
        for fault in self._faults:
            fault.end()
        orders = [fault.order for fault in self._faults]
        self._faults.clear()
        return orders

    def told(self) -> list[dict[str, Any]]:
        """Every fault and its state, JSON-able."""
        return [{**fault.order.told(), "state": fault.state} for fault in self._faults]
