"""Search for the voltage at which a filament forms, pulse by pulse; the interface comes first."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from drivers.roles import SmuCapabilities, Waveform
from procedures.analysis.contact import GOOD, ContactLimits, open_below, shorted_above
from procedures.analysis.forming import (
    FINDINGS,
    LEFT,
    forming_plots,
    forming_results,
    trial_bias,
)
from procedures.analysis.loop_record import AFTER, INITIAL, PULSE, READ, SWEEP
from procedures.analysis.switching import is_filament
from procedures.base import Bench, LabProcedure, PlannedApplication
from procedures.columns import APPLICATION, CYCLE, ELAPSED, HALF, PHASE
from procedures.errors import MeasurementStopped, ParameterError
from procedures.parameters import Choice, Count, Quantity
from procedures.plots import Plot
from procedures.techniques.half_loops import (
    FIRST_GUESS_S,
    HalfLoop,
    decade_above,
    planned_state_read,
    try_state,
    whole_microseconds,
)
from procedures.techniques.reading import READ_V
from procedures.techniques.states import STATE_COLUMNS, device_state, planned_preparation, prepare
from procedures.techniques.waveforms import excursions, timed_pulse

logger = logging.getLogger(__name__)

CHECK_STEPS, CHECK_DWELL_S = 80, 0.766e-3
"""The triangle of the check, as in `characterise`."""
CHECK_LIMIT_A = 1e-4
SAMPLES_PER_PULSE = 8


class Forming(LabProcedure):
    """Find where a filament forms: pulses of rising voltage, each followed by a reading at ±5 mV.

    A loop to ∓`check_v` and back shows first whether the device switches at its interface. Then
    the pulses rise from `start` by `step` to `stop`, and end at the first that leaves a filament:
    a device that conducts more than 2e²/h and is ohmic, which means that at the peak of the pulse
    it conducted at most 1.5 times what is read at ±5 mV afterwards (a barrier conducts several
    times more at high bias). Open, shorted, and already formed devices are left alone.
    """

    name = "forming"
    columns = (APPLICATION, ELAPSED, CYCLE, HALF, *STATE_COLUMNS)
    findings = FINDINGS
    groups = (("Judgement", ("check_v", "open_below", "shorted_above")),)

    start = Quantity(
        "Start",
        "V",
        default=0.25,
        minimum=0.01,
        maximum=10.0,
        description="magnitude of the first pulse",
    )
    step = Quantity(
        "Step",
        "V",
        default=0.01,
        minimum=1e-3,
        maximum=1.0,
        description="how much the magnitude rises",
    )
    stop = Quantity(
        "Stop",
        "V",
        default=0.5,
        minimum=0.01,
        maximum=10.0,
        description="magnitude that is not exceeded",
    )
    polarity = Choice(
        "Polarity",
        ("negative", "positive"),
        default="negative",
        description="sign of the pulses on the top electrode",
    )
    shape = Choice(
        "Shape",
        ("pulse", "ramp"),
        default="pulse",
        description="rectangular, or up in a straight line and down again",
    )
    width = Quantity(
        "Width",
        "s",
        default=10e-3,
        minimum=1e-3,
        maximum=10.0,
        description="duration of a pulse or ramp",
    )
    pulses_per_step = Count(
        "Pulses per step",
        default=1,
        minimum=1,
        maximum=100,
        description="pulses of each magnitude, each read",
    )
    compliance = Quantity(
        "Compliance",
        "A",
        default=1e-3,
        minimum=1e-7,
        maximum=1.0,
        description="largest current of a pulse; it sets how far the filament grows",
    )
    check_v = Quantity(
        "Check",
        "V",
        default=0.2,
        minimum=0.0,
        maximum=1.0,
        description="peak of the loop that shows the interface switch; 0 for none",
    )
    afterwards = Choice(
        "Afterwards",
        ("leave", "erase"),
        default="leave",
        description="leave the filament, or take it away at 0.5 V",
    )
    open_below = open_below()
    shorted_above = shorted_above()

    def check(self) -> None:
        """Refuse a search that has no pulse."""
        if self.stop < self.start:
            raise ParameterError(
                f"stop: {self.stop:g} V is below the start of {self.start:g} V; raise it"
            )
        if self.check_v >= self.start:
            raise ParameterError(
                f"check_v: {self.check_v:g} V is not below the start of {self.start:g} V, where "
                "the search begins; lower it, or set it to 0 V for no check"
            )
        whole_microseconds(self.width, "width")

    def asks_for_filament(self) -> bool:
        """Always: a filament is what it looks for."""
        return True

    def measure(self, bench: Bench) -> Iterator[float]:
        """Device after device: contact, check, search, and what is to be left."""
        for place, device in enumerate(bench.devices):
            initial_s = self._read(bench, device, INITIAL)
            if self._limits().verdict(initial_s) != GOOD:
                logger.warning("%s is left out, %s", device, self._limits().reason(initial_s))
                continue
            for fraction in self._search(bench, device):
                yield (place + fraction) / len(bench.devices)
            if self.afterwards == "erase":
                self._erase(bench, device)
            self._read(bench, device, LEFT)
            yield (place + 1) / len(bench.devices)

    def plan(self, devices: Sequence[str], smu: SmuCapabilities) -> Iterable[PlannedApplication]:
        """The whole search, as if no device formed; the erasing, if there is one."""
        for device in devices:
            halves = self._check_halves()
            for half in halves:
                yield PlannedApplication(application=half.application(device, half.staircase(), {}))
            yield planned_state_read(device, smu, FIRST_GUESS_S, READ_V, 2 + len(halves))
            for level_v in self.levels_v():
                pulse = self._half(level_v).application(device, self._waveform(level_v, smu), {})
                yield PlannedApplication(application=pulse)
                yield planned_state_read(device, smu, FIRST_GUESS_S, READ_V)
            if self.afterwards == "erase":
                yield from planned_preparation(device, device_state("erased"), smu)

    def levels_v(self) -> list[float]:
        """Peak of every pulse, with its sign, each as often as it is played."""
        count = int((self.stop - self.start) / self.step * (1 + 1e-9)) + 1
        magnitudes = [round(self.start + k * self.step, 9) for k in range(count)]
        sign = -1 if self.polarity == "negative" else 1
        return [sign * level_v for level_v in magnitudes for _ in range(self.pulses_per_step)]

    def analyse(self, frame: pd.DataFrame) -> dict[str, object]:
        """See `procedures.analysis.forming.forming_results`."""
        return forming_results(frame, self._limits())

    def plots(self, frame: pd.DataFrame) -> Sequence[Plot]:
        """Conductance after each pulse against its voltage."""
        return forming_plots(frame)

    def _search(self, bench: Bench, device: str) -> Iterator[float]:
        """All pulses up to the first that leaves a filament; yields the fraction done."""
        for number, half in enumerate(self._check_halves(), start=1):
            where = {CYCLE.header: 1, HALF.header: number}
            swept = {PHASE.header: SWEEP, **where}
            bench.apply(half.application(device, half.staircase(), swept))
            self._read(bench, device, AFTER, where)
            yield 0.0
        levels_v = self.levels_v()
        for done, level_v in enumerate(levels_v, start=1):
            waveform = self._waveform(level_v, bench.smu)
            pulse = self._half(level_v).application(device, waveform, {PHASE.header: PULSE})
            trace = bench.apply(pulse)
            read_s = self._read(bench, device, READ)
            bias_s = trial_bias(trace.set_v, trace.voltage_v, trace.current_a)
            if read_s > 0 and is_filament(bias_s / read_s, read_s):
                return
            yield done / len(levels_v)

    def _read(self, bench: Bench, device: str, phase: str, where: dict | None = None) -> float:
        columns = {PHASE.header: phase, **(where or {})}
        return try_state(bench, device, FIRST_GUESS_S, READ_V, columns)

    def _erase(self, bench: Bench, device: str) -> None:
        try:
            prepare(bench, device, device_state("erased"))
        except MeasurementStopped as stopped:
            logger.warning("%s", stopped)

    def _waveform(self, level_v: float, smu: SmuCapabilities) -> Waveform:
        if self.shape == "ramp":
            dwell_s = round(self.width / (2 * SAMPLES_PER_PULSE), 6)
            return excursions(level_v, SAMPLES_PER_PULSE, dwell_s)
        return timed_pulse(
            level_v,
            self.width,
            SAMPLES_PER_PULSE,
            shortest_s=smu.min_dwell_s,
            tick_s=smu.time_resolution_s,
        )

    def _half(self, level_v: float) -> HalfLoop:
        return HalfLoop(
            peak_v=level_v,
            step_v=abs(level_v),
            dwell_s=self.width,
            limit_a=self.compliance,
            range_a=decade_above(self.compliance),
        )

    def _check_halves(self) -> list[HalfLoop]:
        sign = -1 if self.polarity == "negative" else 1
        return [
            HalfLoop(
                peak_v=peak_v,
                step_v=self.check_v / CHECK_STEPS,
                dwell_s=CHECK_DWELL_S,
                limit_a=CHECK_LIMIT_A,
                range_a=CHECK_LIMIT_A,
            )
            for peak_v in (sign * self.check_v, -sign * self.check_v)
            if self.check_v
        ]

    def _limits(self) -> ContactLimits:
        return ContactLimits(open_below_s=self.open_below, shorted_above_s=self.shorted_above)
