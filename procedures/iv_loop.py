"""I-V loops of any order, with the state read at small bias between half loops (Fig 1b, 1c)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from drivers.roles import SmuCapabilities
from procedures.analysis.iv_loop import LoopSettings, loop_results
from procedures.analysis.loop_findings import FINDINGS
from procedures.analysis.loop_plots import loop_plots
from procedures.analysis.loop_record import AFTER, INITIAL, PULSE, READ, SWEEP
from procedures.base import Application, Bench, LabProcedure, PlannedApplication
from procedures.columns import APPLICATION, CYCLE, ELAPSED, HALF, PHASE
from procedures.errors import ParameterError
from procedures.parameters import Choice, Count, Quantities, Quantity
from procedures.plots import Plot
from procedures.techniques.half_loops import (
    FIRST_GUESS_S,
    RESOLVED_SHARE,
    HalfLoop,
    decade_above,
    jump_guard,
    planned_state_read,
    whole_microseconds,
)
from procedures.techniques.small_signal import read_small_signal
from procedures.techniques.waveforms import sampled_pulse

logger = logging.getLogger(__name__)

STAIRCASE, PULSED, PULSE_AND_READ = "staircase", "pulsed", "pulse-and-read"


class IvLoop(LabProcedure):
    """I-V loops of any order: half loops from 0 V to a peak and back, one after another.

    As it stands it is the loop of Fig 1c, the interface alone: 0 → −0.2 V → 0.2 V → 0 in steps of
    5 mV every 20 ms with 10 mA compliance. For the loop of Fig 1b, where a filament forms and
    dissolves, say so: `peaks="-0.5 V, 0.5 V"` and `regime=filament`.

    Before the first half loop and after every one the device is read at ±`read_v` on a range of
    its own. Every voltage that a result names is an applied one, as a magnitude where it says so.
    Results rest on the recorded currents; those below 1e-4 of the range count as not resolved.
    """

    name = "iv_loop"
    columns = (PHASE, APPLICATION, CYCLE, HALF, ELAPSED)
    findings = FINDINGS
    groups = (
        ("Loop", ("peaks", "cycles", "mode", "step", "dwell", "ramp_rate", "gap")),
        ("Reading", ("read_v", "range", "set_polarity")),
        ("Safety", ("stop_step",)),
    )

    peaks = Quantities(
        "Peaks",
        "V",
        default="-0.2 V, 0.2 V",
        minimum=-5.0,
        maximum=5.0,
        most=100,
        description="voltages at which the loop turns, in order; it passes 0 V between them. "
        "One is a half loop; '0.5 V, -0.5 V' begins with the positive half",
    )
    cycles = Count(
        "Cycles",
        default=1,
        minimum=1,
        maximum=10_000,
        description="how often the peaks are visited",
    )
    step = Quantity(
        "Step",
        "V",
        default=5e-3,
        minimum=1e-4,
        maximum=1.0,
        description="from level to level; adjusted to divide each peak evenly",
    )
    dwell = Quantity(
        "Dwell",
        "s",
        default=20e-3,
        minimum=90e-6,
        maximum=100.0,
        description="how long a level is held; in the pulsed modes the width of a pulse",
    )
    ramp_rate = Quantity(
        "Ramp rate",
        "V/s",
        default=0.0,
        minimum=0.0,
        maximum=1e4,
        description="instead of a dwell: each level is held for step / ramp rate; 0 to use dwell",
    )
    mode = Choice(
        "Mode",
        (STAIRCASE, PULSED, PULSE_AND_READ),
        default=STAIRCASE,
        description="staircase: level after level, read at bias; pulsed: 0 V between levels, read "
        "at bias; pulse-and-read: after every pulse a reading at ±read_v",
    )
    gap = Quantity(
        "Gap",
        "s",
        default=20e-3,
        minimum=100e-6,
        maximum=100.0,
        description="time at 0 V between the pulses of the mode pulsed",
    )
    compliance_negative = Quantity(
        "Compliance at negative voltage",
        "A",
        default=10e-3,
        minimum=1e-9,
        maximum=1.0,
        description="largest current in half loops below 0 V",
    )
    compliance_positive = Quantity(
        "Compliance at positive voltage",
        "A",
        default=10e-3,
        minimum=1e-9,
        maximum=1.0,
        description="largest current in half loops above 0 V",
    )
    range = Quantity(
        "Current range",
        "A",
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        description="fixed measuring range of the half loops; 0: the decade above the compliance",
    )
    read_v = Quantity(
        "Read voltage",
        "V",
        default=5e-3,
        minimum=1e-3,
        maximum=50e-3,
        description="the state is read at plus and minus this",
    )
    set_polarity = Choice(
        "Set polarity",
        ("negative", "positive"),
        default="negative",
        description="sign of the voltage on the top electrode that raises the conductance",
    )
    stop_step = Quantity(
        "Step that stops",
        "",
        default=0.0,
        minimum=0.0,
        maximum=10.0,
        description="a rise of the conductance by so many decades from one reading to the next "
        "ends the loops of this device, the source at 0 V (filament guard); 0: off",
    )

    def check(self) -> None:
        """Refuse peaks of 0 V, steps beyond a peak, and times instruments cannot keep."""
        smallest_v = min(abs(peak_v) for peak_v in self.peaks)
        if smallest_v < self.step:
            raise ParameterError(
                f"peaks: {smallest_v:g} V is less than one step of {self.step:g} V; "
                "leave it out or lower the step"
            )
        if self.ramp_rate and not 90e-6 <= self.step / self.ramp_rate <= 100:
            raise ParameterError(
                f"ramp_rate: {self.step:g} V at {self.ramp_rate:g} V/s is a dwell of "
                f"{self.step / self.ramp_rate:g} s; it must be 90 us to 100 s"
            )
        for half in self._halves():
            whole_microseconds(half.dwell_s, "the dwell")
        whole_microseconds(self.gap, "gap")

    def measure(self, bench: Bench) -> Iterator[float]:
        """Half loop after half loop on each device in turn, the state read in between."""
        each = len(self._halves()) * self.cycles
        for place, device in enumerate(bench.devices):
            loops = _DeviceLoops(self, bench, device)
            loops.read(INITIAL, 0, 0)
            for done, (cycle, number, half) in enumerate(self._schedule()):
                for part in loops.play(half, cycle, number):
                    yield (place + (done + part) / each) / len(bench.devices)
                loops.read(AFTER, cycle, number)
                yield (place + (done + 1) / each) / len(bench.devices)
                if loops.stopped:
                    logger.warning(loops.stopped)
                    break

    def plan(self, devices: Sequence[str], smu: SmuCapabilities) -> Iterable[PlannedApplication]:
        """Every half loop, and the readings between them; a guard may end the loops sooner."""
        for device in devices:
            yield planned_state_read(device, smu, FIRST_GUESS_S, self.read_v)
            for half in self._halves():
                for application in self.applications(device, half, {}):
                    yield PlannedApplication(application=application, count=self.cycles)
                reads = self.cycles * (2 * half.steps if self.mode == PULSE_AND_READ else 1)
                yield planned_state_read(device, smu, FIRST_GUESS_S, self.read_v, reads)

    def applications(
        self, device: str, half: HalfLoop, columns: Mapping[str, Any]
    ) -> Iterator[Application]:
        """One half loop as the mode has it: one application, or one a pulse."""
        if self.mode == PULSE_AND_READ:
            for level_v in half.staircase().levels_v[:-1]:
                pulse = sampled_pulse(level_v, half.dwell_s, 1)
                yield half.application(device, pulse, {**columns, PHASE.header: PULSE})
            return
        waveform = half.staircase() if self.mode == STAIRCASE else half.pulses(self.gap)
        swept = {**columns, PHASE.header: SWEEP}
        yield half.application(device, waveform, swept, jump_guard(half, self.stop_step))

    def analyse(self, frame: pd.DataFrame) -> dict[str, object]:
        """See `procedures.analysis.iv_loop.loop_results`."""
        return loop_results(frame, self.settings())

    def plots(self, frame: pd.DataFrame) -> Sequence[Plot]:
        """I-V linear and logarithmic, R-V, and the readings between half loops."""
        return loop_plots(frame, self.settings())

    def settings(self) -> LoopSettings:
        """What the analysis has to know."""
        ranges = {int(np.sign(half.peak_v)): half.range_a for half in self._halves()}
        return LoopSettings(
            set_sign=-1 if self.set_polarity == "negative" else 1,
            resolved_a={sign: RESOLVED_SHARE * range_a for sign, range_a in ranges.items()},
            peaks=len(self.peaks),
            stop_decades=self.stop_step,
        )

    def _halves(self) -> list[HalfLoop]:
        limits = {-1: self.compliance_negative, 1: self.compliance_positive}
        return [
            HalfLoop(
                peak_v=peak_v,
                step_v=self.step,
                dwell_s=self._dwell_s(),
                limit_a=limits[int(np.sign(peak_v))],
                range_a=self.range or decade_above(limits[int(np.sign(peak_v))]),
            )
            for peak_v in self.peaks
        ]

    def _dwell_s(self) -> float:
        return round(self.step / self.ramp_rate, 6) if self.ramp_rate else self.dwell

    def _schedule(self) -> Iterator[tuple[int, int, HalfLoop]]:
        for cycle in range(1, self.cycles + 1):
            for number, half in enumerate(self._halves(), start=1):
                yield cycle, number, half


class _DeviceLoops:
    """The loops of one device, and the state it was last seen in."""

    def __init__(self, procedure: IvLoop, bench: Bench, device: str) -> None:
        self._procedure = procedure
        self._bench = bench
        self._device = device
        self._state_s = FIRST_GUESS_S
        self.stopped = ""
        """Why no further half loop is played; empty while there is no reason."""

    def read(self, phase: str, cycle: int, number: int) -> None:
        """Read the state; the next reading starts on a range that suits it."""
        columns = {PHASE.header: phase, CYCLE.header: cycle, HALF.header: number}
        expected_s = max(self._state_s, FIRST_GUESS_S)
        read_v = self._procedure.read_v
        self._state_s = read_small_signal(self._bench, self._device, expected_s, read_v, columns)

    def play(self, half: HalfLoop, cycle: int, number: int) -> Iterator[float]:
        """One half loop; yields the fraction of it that is done."""
        columns = {CYCLE.header: cycle, HALF.header: number}
        planned = self._procedure.applications(self._device, half, columns)
        for done, application in enumerate(planned, start=1):
            trace, before_s = self._bench.apply(application), self._state_s
            abrupt = application.watch is not None and application.watch.tripped(trace)
            if self._procedure.mode == PULSE_AND_READ:
                self.read(READ, cycle, number)
                limit = self._procedure.stop_step
                abrupt = limit > 0 and self._state_s > max(before_s, 0.0) * 10**limit
            if abrupt:
                self._stop(float(trace.set_v[-1]), cycle, number)
                return
            yield done / (2 * half.steps)

    def _stop(self, at_v: float, cycle: int, number: int) -> None:
        self.stopped = (
            f"{self._device}: the loop was ended at {at_v:g} V in cycle {cycle}, half loop "
            f"{number}: the conductance rose by {self._procedure.stop_step:g} decades or more "
            "within one step"
        )
