"""Connections to the instruments of one station, made one by one and closed together."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping
from typing import Any

from pymeasure.adapters import Adapter, ProtocolAdapter

from drivers.bench_control import BenchControl
from drivers.roles import Clock
from labctl.bench.clock import WallClock
from labctl.bench.driver_table import drivers_for
from labctl.bench.instruments import Instruments
from labctl.bench.named_errors import NamedErrors
from labctl.bench.transactions import CountingAdapter, TransactionCounter
from labctl.bench.visa_library import CONNECTION_ERRORS, in_one_line
from labctl.config import StationConfig

logger = logging.getLogger(__name__)

WALL_SLICE_S = 0.05
"""How long a wait in real time may go without looking for a stop."""
CLOCK = "clock"
"""The control port of a simulated bench, beside the roles of instruments."""


class Connections:
    """The connections of one station while it is open; connecting sends nothing."""

    def __init__(self, config: StationConfig, visa_library: str) -> None:
        self._config = config
        self._library = visa_library
        self._counter = TransactionCounter()
        self._opened: dict[str, CountingAdapter] = {}

    def clock(self) -> Clock:
        """The wall clock, or a simulated bench's control port; raises `CONNECTION_ERRORS`."""
        resource = self._config.clock.resource
        if resource is None:
            return WallClock()
        # Counted apart and thrown away: a real station has no control port.
        return BenchControl(self._adapter(CLOCK, resource, TransactionCounter()))

    def instrument(self, role: str, clock: Clock) -> Any:
        """The driver of a role, connected; raises one of `CONNECTION_ERRORS`."""
        entry = self._config.instruments[role]
        build = drivers_for(role)[entry.driver].build
        if entry.resource is None:
            return build(ProtocolAdapter(), clock, entry.options)
        adapter = self._adapter(role, entry.resource, self._counter)
        return NamedErrors(build(adapter, clock, entry.options), f"{role} at {entry.resource}")

    def instruments(self, built: Mapping[str, Any], clock: Clock) -> Instruments:
        """What was connected, by role, in the form that the one door stands in front of."""
        control = clock if isinstance(clock, BenchControl) else None
        return Instruments(
            smu=built["smu"],
            matrix=built.get("matrix"),
            temperature=built.get("temperature"),
            bending=built.get("bending"),
            clock=clock,
            wait_slice_s=WALL_SLICE_S if control is None else math.inf,
            transactions=lambda: self._counter.count,
            witness=None if control is None else control.counts,
        )

    def discard_unread(self, role: str) -> bool:
        """Take out answers that an earlier process left unread; whether there were any."""
        adapter = self._opened.get(role)
        return adapter is not None and adapter.discard_unread()

    def disconnect(self, role: str) -> None:
        """Close one connection; one that does not let itself be closed is told in the log."""
        adapter = self._opened.pop(role, None)
        if adapter is None:
            return
        try:
            adapter.close()
        except CONNECTION_ERRORS as error:
            logger.warning("%s could not be closed: %s", role, in_one_line(error))

    def close(self) -> None:
        """Close every connection, the last first."""
        for role in reversed(tuple(self._opened)):
            self.disconnect(role)

    def _adapter(self, role: str, resource: str, counter: TransactionCounter) -> Adapter:
        adapter = CountingAdapter(resource, self._library, counter)
        self._opened[role] = adapter
        return adapter


def try_each(steps: Mapping[str, Callable[[], Any]], failures: dict[str, str]) -> dict[str, Any]:
    """What every step gives; those that fail to connect are told in `failures` instead."""
    results = {}
    for role, step in steps.items():
        try:
            results[role] = step()
        except CONNECTION_ERRORS as error:
            failures[role] = in_one_line(error)
    return results
