"""Deviation of read currents from voltage times conductance, both polarities (Fig 4d, 4e, S6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from drivers.roles import SmuCapabilities
from procedures.analysis.read_accuracy import (
    FINDINGS,
    GAP,
    READ,
    VERIFY,
    accuracy_results,
)
from procedures.analysis.read_accuracy_plots import accuracy_plots
from procedures.base import Application, Bench, LabProcedure, PlannedApplication, Purpose
from procedures.columns import APPLICATION, PHASE, REPEAT, STATE
from procedures.errors import ParameterError
from procedures.parameters import Count, Quantities, Quantity
from procedures.plots import Plot
from procedures.techniques.kernels import ITM
from procedures.techniques.read_disturb import POLARITIES, DisturbTest
from procedures.techniques.reading import (
    READ_LIMIT_A,
    planned_read,
    read_conductance,
    settled_sensing,
)
from procedures.techniques.states import (
    STATE_COLUMNS,
    State,
    device_state,
    planned_preparation,
    prepare,
)
from procedures.techniques.waveforms import pulse_train

SHORTEST_GAP_S = 1e-4


class ReadAccuracy(LabProcedure):
    """Read currents against arithmetic: requested voltage times the conductance just verified.

    Each device is programmed; then, in every run, its conductance is read at +-5 mV and each
    reading voltage is applied once at both polarities, as short pulses with one reading each, as
    in the convolution (Fig 4d, 4e; S6). The deviation is the measured over the arithmetic current,
    less 1, in magnitude; the source's offset stays in, unless a name says `corrected`. The mean
    depends on the voltages chosen: a grid of 0.1 mV is one gray level a step.

    With `disturb_reads` above 0 the device is read so many times more at the largest voltage, in
    each polarity, between two precise readings, and left alone for the same time before: the table
    `disturb` tells what the readings changed.
    """

    name = "read_accuracy"
    columns = (*STATE_COLUMNS, APPLICATION, STATE, REPEAT)
    findings = FINDINGS
    groups = (
        ("State", ("state", "tolerance")),
        ("Reading", ("voltages", "read_width", "read_period", "runs", "disturb_reads")),
    )

    state = State(
        "State",
        default="10 uS",
        description="what the device is programmed to before: a conductance or a named state",
    )
    voltages = Quantities(
        "Voltages",
        "V",
        default="lin(0.1 mV, 25.5 mV, 255)",
        minimum=1e-6,
        maximum=0.05,
        description="reading voltages; each is applied at both polarities",
        most=10_000,
    )
    runs = Count(
        "Runs",
        default=20,
        minimum=1,
        maximum=10_000,
        description="how often all voltages are read, each time after a verification",
    )
    read_width = Quantity(
        "Read width",
        "s",
        default=1e-3,
        minimum=2e-4,
        maximum=1.0,
        description="duration of a read pulse",
    )
    read_period = Quantity(
        "Read period",
        "s",
        default=2e-3,
        minimum=4e-4,
        maximum=2.0,
        description="from pulse to pulse",
    )
    tolerance = Quantity(
        "Tolerance",
        "",
        default=0.02,
        minimum=0.01,
        maximum=0.2,
        description="how closely a state given as a conductance is programmed",
    )
    disturb_reads = Count(
        "Disturb reads",
        default=0,
        minimum=0,
        maximum=1_000_000,
        description="further pulses at the largest voltage, per polarity; 16200 is one picture",
    )

    def check(self) -> None:
        """Refuse a period too short for the width. Raises `ParameterError`."""
        gap_s = self.read_period - self.read_width
        if gap_s < SHORTEST_GAP_S * (1 - 1e-9):
            raise ParameterError(
                f"read_period: {self.read_period:g} s leaves {gap_s:.3g} s at 0 V after a pulse of "
                f"{self.read_width:g} s; the reading there needs at least {SHORTEST_GAP_S:g} s"
            )

    def asks_for_filament(self) -> bool:
        """Whether the state is held by a filament."""
        return device_state(self.state).is_filament

    def measure(self, bench: Bench) -> Iterator[float]:
        """All runs on one device, then its disturb trains, then the next device."""
        parts = self.runs + (len(POLARITIES) if self.disturb_reads else 0)
        total, done = len(bench.devices) * parts, 0
        for device in bench.devices:
            for _ in self._read_device(bench, device):
                done += 1
                yield done / total

    def plan(self, devices: Sequence[str], smu: SmuCapabilities) -> Iterable[PlannedApplication]:
        """Programming, then every verification, train of readings, and disturb train."""
        state = device_state(self.state)
        expected_s = state.target_s or ITM.unit_s
        for device in devices:
            yield from planned_preparation(device, state, smu)
            verify = planned_read(device, smu).application
            yield PlannedApplication(application=verify, count=self.runs)
            train = self._train(device, expected_s, 1, smu)
            yield PlannedApplication(application=train, count=self.runs)
            if self.disturb_reads:
                yield from self._disturb().plan(device, expected_s, smu)

    def analyse(self, frame: pd.DataFrame) -> dict[str, object]:
        """See `procedures.analysis.read_accuracy.accuracy_results`."""
        return accuracy_results(frame)

    def plots(self, frame: pd.DataFrame) -> Sequence[Plot]:
        """Deviation against voltage, currents, and the histogram of deviations."""
        return accuracy_plots(frame)

    def _read_device(self, bench: Bench, device: str) -> Iterator[None]:
        columns = {STATE.header: self.state}
        state = device_state(self.state)
        conductance_s = prepare(bench, device, state, tolerance=self.tolerance, columns=columns)
        for run in range(1, self.runs + 1):
            verify = {**columns, PHASE.header: VERIFY, REPEAT.header: run}
            conductance_s = read_conductance(bench, device, conductance_s, verify)
            bench.apply(self._train(device, conductance_s, run, bench.smu))
            yield
        if self.disturb_reads:
            yield from self._disturb().measure(bench, device, conductance_s, columns)

    def _train(
        self, device: str, conductance_s: float, run: int, smu: SmuCapabilities
    ) -> Application:
        """Every voltage once at each polarity, smallest or first given first."""
        voltages_v = np.array(self.voltages)
        width_s, period_s = self._times(smu)
        current_a = 1.5 * conductance_s * float(voltages_v.max())
        settle_s = min(width_s, period_s - width_s)
        return Application(
            device=device,
            waveform=pulse_train(
                np.column_stack([voltages_v, -voltages_v]).ravel(), width_s, period_s
            ),
            sensing=settled_sensing(smu, current_a, settle_s, READ_LIMIT_A),
            purpose=Purpose.READ,
            columns={
                PHASE.header: np.tile([READ, GAP], 2 * voltages_v.size),
                STATE.header: self.state,
                REPEAT.header: run,
            },
        )

    def _times(self, smu: SmuCapabilities) -> tuple[float, float]:
        """Width and period of a read pulse, in whole ticks of the source."""
        tick_s = smu.time_resolution_s
        return round(self.read_width / tick_s) * tick_s, round(self.read_period / tick_s) * tick_s

    def _disturb(self) -> DisturbTest:
        return DisturbTest(
            reads=self.disturb_reads,
            level_v=max(self.voltages),
            width_s=self.read_width,
            period_s=self.read_period,
        )
