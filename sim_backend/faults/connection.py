"""A connection that is lost, and may come back; the instrument itself goes on meanwhile."""

from __future__ import annotations

from sim_backend.faults.fault import Fault


class LostConnection(Fault):
    """From its beginning on no message reaches the instrument.

    It is back after `count` messages on the bench, those that were in vain among them.
    """

    def start(self) -> None:
        """Cut the cable."""
        self.bench.roles[self.order.where].cut()
        if self.order.count is not None:
            self._missing = self.order.count
            for listeners in self._listeners():
                listeners.append(self._one_more)

    def stop(self) -> None:
        """Plug it in again."""
        self.bench.roles[self.order.where].mend()
        for listeners in self._listeners():
            if self._one_more in listeners:
                listeners.remove(self._one_more)

    def _listeners(self) -> list[list]:
        taps = [self.bench.roles[role].tap for role in ("smu", "matrix", "temperature")]
        return [listeners for tap in taps for listeners in (tap.heard, tap.missed)]

    def _one_more(self) -> None:
        self._missing -= 1
        if not self._missing:
            self.end()
