"""What every fault is to the board that arms it, and to the bench it befalls."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Protocol

from sim_backend.circuit import Circuit
from sim_backend.clock import VirtualClock
from sim_backend.faults.order import FaultOrder
from sim_backend.instruments.tap import Tap
from sim_backend.physics.cryostat import Cryostat
from sim_backend.visa.port import Port


class Bench(Protocol):
    """What faults can befall: the world."""

    clock: VirtualClock

    @property
    def roles(self) -> Mapping[str, Port]:
        """Ports by what stands there."""
        ...

    @property
    def circuit(self) -> Circuit:
        """Where relays stick and readings go wrong."""
        ...

    @property
    def cryostat(self) -> Cryostat:
        """What drifts."""
        ...

    def power_cycle(self, role: str) -> None:
        """Switch an instrument off and on."""
        ...


class Fault(ABC):
    """A fault of one bench; begins once, by messages or by the clock, and may end."""

    def __init__(self, order: FaultOrder, bench: Bench) -> None:
        self.order = order
        self.bench = bench
        self._begun = False
        self._over = False
        self._left = order.after

    @property
    def state(self) -> str:
        """ "armed", "acting", or "over"."""
        return "over" if self._over else "acting" if self._begun else "armed"

    def arm(self) -> None:
        """Begin when the order says so."""
        if self.order.at_s is not None:
            self.bench.clock.call_at(self.order.at_s, self._begin)
        elif self.order.after == 0:
            self._begin()
        else:
            self.counted.heard.append(self._count)

    def end(self) -> None:
        """All is well again; nothing happens any more."""
        if self._begun and not self._over:
            self.stop()
        elif self._count in self.counted.heard:
            self.counted.heard.remove(self._count)
        self._over = True

    @property
    def counted(self) -> Tap:
        """Where the messages pass that are counted before it begins."""
        return self.bench.roles[self.order.where].tap

    @abstractmethod
    def start(self) -> None:
        """What goes wrong, from now on."""

    @abstractmethod
    def stop(self) -> None:
        """No more of that."""

    def _count(self) -> None:
        self._left -= 1
        if not self._left:
            self.counted.heard.remove(self._count)
            self._begin()

    def _begin(self) -> None:
        if self._over:
            return
        self._begun = True
        self.start()
        if self.order.for_s is not None:
            self.bench.clock.call_at(self.bench.clock.now_s + self.order.for_s, self._end_in_time)

    def _end_in_time(self) -> None:
        if not self._over:
            self.end()
