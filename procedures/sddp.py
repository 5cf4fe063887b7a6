"""Linearity of the conductance change against the pulse duration (Fig 3a)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from drivers.roles import SmuCapabilities
from procedures.analysis.sddp import FINDINGS, sddp_plots, sddp_results
from procedures.base import Bench, LabProcedure, PlannedApplication
from procedures.columns import APPLICATION, ELAPSED, PULSE_WIDTH, REPEAT, STATE
from procedures.errors import ParameterError
from procedures.parameters import Choice, Count, Quantities, Quantity
from procedures.plots import Plot
from procedures.techniques.pulse_response import PulsedDevice, PulseShape, planned_pulse
from procedures.techniques.states import STATE_COLUMNS, State, device_state, planned_preparation

RESET, CUMULATIVE = "reset", "cumulative"
SAMPLES_PER_PULSE = 16
LOW_STATES = ("off", "erased")


class Sddp(LabProcedure):
    """Conductance against pulse duration at one amplitude (spike-duration-dependent plasticity).

    A device is brought to its start state, read at +-5 mV, pulsed, and read again a fixed delay
    later (Fig 3a). With `between = reset` every pulse begins at the start state; with `cumulative`
    the durations follow one another and add up. A negative amplitude raises the conductance, a
    positive one lowers it: then start from "on" or from a conductance. The line is fitted to the
    change of conductance since the start state against the duration of all pulses since then.

    The slope's interval comes from the scatter between the repeats, since what one pulse does
    differs by several per cent from the next; with fewer than three repeats, from the residuals.
    """

    name = "sddp"
    columns = (*STATE_COLUMNS, APPLICATION, ELAPSED, STATE, REPEAT, PULSE_WIDTH)
    findings = FINDINGS

    amplitude = Quantity(
        "Amplitude",
        "V",
        default=-0.2,
        minimum=-1.0,
        maximum=1.0,
        description="voltage of every pulse; negative raises the conductance",
    )
    durations = Quantities(
        "Durations",
        "s",
        default="lin(0.5 ms, 5 ms, 10)",
        minimum=1e-4,
        maximum=10.0,
        description="of the pulses, in the order given; or lin(a, b, n), log(a, b, n)",
        most=1000,
    )
    repeats = Count(
        "Repeats",
        default=5,
        minimum=1,
        maximum=1000,
        description="how often the whole series of durations is measured",
    )
    between = Choice(
        "Between pulses",
        (RESET, CUMULATIVE),
        default=RESET,
        description="reset: back to the start state before each pulse; cumulative: once a series",
    )
    start = State(
        "Start state",
        default="off",
        description="state before the pulses: on, off, erased, filament, as is, or a conductance",
    )
    delay = Quantity(
        "Delay",
        "s",
        default=1.0,
        minimum=0.0,
        maximum=1e4,
        description="from the end of a pulse to the reading after it",
    )
    compliance = Quantity(
        "Compliance",
        "A",
        default=1e-3,
        minimum=1e-6,
        maximum=0.1,
        description="current limit of the pulses, and their measuring range",
    )

    def check(self) -> None:
        """Refuse an amplitude that stresses nothing; doubt one that the start state does not suit.

        Raises `ParameterError`.
        """
        if abs(self.amplitude) < 0.01:
            raise ParameterError(
                f"amplitude: {self.amplitude:g} V is no more than a reading; a pulse needs at "
                "least 0.01 V"
            )
        if self.amplitude > 0 and self.start in LOW_STATES:
            logging.getLogger(__name__).warning(
                "pulses of %+g V lower the conductance, and %r is low already; "
                "start from 'on' or a conductance",
                self.amplitude,
                self.start,
            )

    def asks_for_filament(self) -> bool:
        """Whether the start state is held by a filament."""
        return device_state(self.start).is_filament

    def measure(self, bench: Bench) -> Iterator[float]:
        """Every repeat on one device, then the next device."""
        total = len(bench.devices) * self.repeats * len(self.durations)
        done = 0
        for name in bench.devices:
            device = PulsedDevice(bench, name, self._pulse())
            for repeat in range(1, self.repeats + 1):
                for _ in self._series(device, repeat):
                    done += 1
                    yield done / total

    def plan(self, devices: Sequence[str], smu: SmuCapabilities) -> Iterable[PlannedApplication]:
        """Every start state, pulse, and reading."""
        for name in devices:
            for _ in range(self.repeats):
                for number, width_s in enumerate(self.durations):
                    if self._starts_anew(number):
                        yield from planned_preparation(name, device_state(self.start), smu)
                    yield from planned_pulse(name, self._pulse(), width_s, smu)

    def analyse(self, frame: pd.DataFrame) -> dict[str, object]:
        """See `procedures.analysis.sddp.sddp_results`."""
        return sddp_results(frame)

    def plots(self, frame: pd.DataFrame) -> Sequence[Plot]:
        """Change of conductance against duration, with its line."""
        return sddp_plots(frame)

    def _series(self, device: PulsedDevice, repeat: int) -> Iterator[None]:
        for number, width_s in enumerate(self.durations):
            if self._starts_anew(number):
                device.start_from(device_state(self.start), {REPEAT.header: repeat})
            device.pulse(width_s)
            yield

    def _starts_anew(self, number: int) -> bool:
        return number == 0 or self.between == RESET

    def _pulse(self) -> PulseShape:
        return PulseShape(
            amplitude_v=self.amplitude,
            limit_a=self.compliance,
            range_a=self.compliance,
            delay_s=self.delay,
            samples=SAMPLES_PER_PULSE,
        )
