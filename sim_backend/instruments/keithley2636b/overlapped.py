"""Measurements that run beside the script: `smuX.measure.overlappedY()`."""

from __future__ import annotations

from collections.abc import Callable

from sim_backend.clock import VirtualClock
from sim_backend.instruments.tsp.engine import Wait
from sim_backend.instruments.tsp.errors import TspFault


class OverlappedMeasurements:
    """At most one for each channel; what goes wrong on the way goes to `report`."""

    def __init__(
        self,
        clock: VirtualClock,
        report: Callable[[TspFault], None],
        on_change: Callable[[str, bool], None],
    ) -> None:
        self._clock = clock
        self._report = report
        self._on_change = on_change
        self._tickets: dict[str, int] = {}

    @property
    def active(self) -> frozenset[str]:
        """Channels that measure."""
        return frozenset(self._tickets)

    def start(self, name: str, measurement: Wait) -> None:
        """Begin now. Raises TspFault while the channel still measures."""
        if name in self._tickets:
            raise TspFault(-213, f"Init ignored: {name} is measuring already")
        self._go_on(name, measurement)
        if name in self._tickets:
            self._on_change(name, True)

    def abort(self, name: str) -> None:
        """End now; the reading in progress is lost."""
        if name in self._tickets:
            self._clock.cancel(self._tickets[name])
            self._end(name)

    def _go_on(self, name: str, measurement: Wait) -> None:
        try:
            until_s = next(measurement)
        except StopIteration:
            self._end(name)
        except TspFault as fault:
            self._report(fault)
            self._end(name)
        else:
            self._tickets[name] = self._clock.call_at(
                self._clock.now_s if until_s is None else until_s,
                lambda: self._go_on(name, measurement),
            )

    def _end(self, name: str) -> None:
        if self._tickets.pop(name, None) is not None:
            self._on_change(name, False)
