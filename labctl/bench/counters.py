"""What one run cost: relay closures, transactions, time, and what the simulated bench saw."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

from labctl.bench.instruments import Instruments


@dataclass(frozen=True, kw_only=True)
class Reading:
    """All counters at one instant; the differences of two say what happened in between."""

    closures: int
    """Device lines that went from open to closed; the static crosspoints are left out."""
    visa_transactions: int
    """viWrite and viRead calls."""
    instrument_time_s: float
    """Time on the station's clock: real time, or simulated time with every message's latency."""
    wall_time_s: float
    """Time on the wall."""
    hot_switches: int | None
    """Relays moved under voltage, as the simulated bench counted; None on a real station."""
    pulses_seen: int | None
    """Pulses that reached a device, as the simulated bench counted; None on a real station."""

    def since(self, earlier: Reading) -> dict[str, object]:
        """The differences, by name; None stays None."""
        pairs = ((f.name, getattr(self, f.name), getattr(earlier, f.name)) for f in fields(self))
        return {name: None if now is None else now - then for name, now, then in pairs}


class Counters:
    """Reads the counters of one run, from its start and from the start of its read phase."""

    def __init__(self, instruments: Instruments, closures: Callable[[], int]) -> None:
        self._instruments = instruments
        self._closures = closures
        self._start = self._read()
        self._read_phase: Reading | None = None

    def mark_read_phase(self) -> None:
        """What is counted under `read` begins here."""
        self._read_phase = self._read()

    def report(self) -> dict[str, object]:
        """Counters since the start, and under `read` since the mark (None without one)."""
        now = self._read()
        read = None if self._read_phase is None else now.since(self._read_phase)
        return {**now.since(self._start), "read": read}

    def _read(self) -> Reading:
        witness = self._instruments.witness
        seen: Mapping[str, int] = {} if witness is None else witness()
        return Reading(
            closures=self._closures(),
            visa_transactions=self._instruments.transactions(),
            instrument_time_s=self._instruments.clock.now(),
            wall_time_s=time.monotonic(),
            hot_switches=seen.get("hot_switches"),
            pulses_seen=seen.get("pulses"),
        )
