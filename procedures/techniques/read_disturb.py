"""How far many readings at the largest voltage move a device, beside the same time without any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from drivers.roles import SmuCapabilities
from procedures.analysis.read_disturb import AFTER, BEFORE, CONTROL, DISTURB
from procedures.base import Application, Bench, PlannedApplication, Purpose
from procedures.columns import PHASE, REPEAT
from procedures.techniques.reading import (
    READ_LIMIT_A,
    planned_read,
    read_conductance,
    settled_sensing,
)
from procedures.techniques.waveforms import repeated_pulse

BURSTS_PER_READING = 10
"""A change of a per mille has to show; one burst scatters by as much."""
POLARITIES = (1, -1)


@dataclass(frozen=True, kw_only=True)
class DisturbTest:
    """Trains of equal read pulses, one of each polarity, each between two precise readings."""

    reads: int
    level_v: float
    width_s: float
    period_s: float

    def measure(
        self, bench: Bench, device: str, conductance_s: float, columns: Mapping[str, Any]
    ) -> Iterator[None]:
        """Read, wait as long as a train takes, read, play the train, read; for each polarity."""
        for number, sign in enumerate(POLARITIES, start=1):
            beside = {**columns, REPEAT.header: number}
            self._read(bench, device, conductance_s, {**beside, PHASE.header: CONTROL})
            bench.clock.wait(self.reads * self.period_s)
            self._read(bench, device, conductance_s, {**beside, PHASE.header: BEFORE})
            bench.apply(self._train(device, sign, conductance_s, bench.smu, beside))
            self._read(bench, device, conductance_s, {**beside, PHASE.header: AFTER})
            yield

    def plan(
        self, device: str, conductance_s: float, smu: SmuCapabilities
    ) -> Iterator[PlannedApplication]:
        """The same, for `plan`."""
        for sign in POLARITIES:
            pause_s = self.reads * self.period_s
            yield planned_read(device, smu, pause_s)
            read = planned_read(device, smu)
            yield PlannedApplication(application=read.application, count=3 * BURSTS_PER_READING - 1)
            yield PlannedApplication(application=self._train(device, sign, conductance_s, smu, {}))

    def _read(
        self, bench: Bench, device: str, conductance_s: float, columns: Mapping[str, Any]
    ) -> None:
        for _ in range(BURSTS_PER_READING):
            read_conductance(bench, device, conductance_s, columns)

    def _train(
        self,
        device: str,
        sign: int,
        conductance_s: float,
        smu: SmuCapabilities,
        columns: Mapping[str, Any],
    ) -> Application:
        settle_s = min(self.width_s, self.period_s - self.width_s)
        current_a = 1.5 * conductance_s * self.level_v
        return Application(
            device=device,
            waveform=repeated_pulse(sign * self.level_v, self.width_s, self.period_s, self.reads),
            sensing=settled_sensing(smu, current_a, settle_s, READ_LIMIT_A),
            # To repeat it after a crash would disturb twice.
            purpose=Purpose.STRESS,
            columns={**columns, PHASE.header: DISTURB},
        )
