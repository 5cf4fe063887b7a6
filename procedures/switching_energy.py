"""Energy of switching a device by one pulse, against the ON/OFF ratio it reaches (Fig 3c)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import pandas as pd

from drivers.roles import SmuCapabilities
from procedures.analysis.switching_energy import (
    FINDINGS,
    READINGS_TO_RESOLVE,
    Goals,
    energy_results,
)
from procedures.analysis.switching_energy_plots import energy_plots
from procedures.base import Bench, LabProcedure, PlannedApplication
from procedures.columns import APPLICATION, ELAPSED, PULSE_WIDTH, REPEAT, STATE
from procedures.errors import ParameterError
from procedures.parameters import Choice, Count, Quantities, Quantity
from procedures.plots import Plot
from procedures.techniques.pulse_response import PulsedDevice, PulseShape, planned_pulse
from procedures.techniques.ratio_search import LONGEST_PULSE_S, RatioSearch
from procedures.techniques.states import (
    STATE_COLUMNS,
    States,
    any_filament,
    device_state,
    planned_preparation,
)

RATIO, WIDTH = "ratio", "width"
SAMPLES_PER_PULSE = 64
RESTS_BEFORE_PULSE = 20
WIDTH_PLAYED = 0.01
"""Widths are played in whole ticks of the source, of which the shortest pulse has a hundred."""
EXPECTED_TRIES, EXPECTED_WIDTH_S = 2, 1e-3
"""Pulses until a ratio is met, and their width, as they usually come (for `plan`)."""


class SwitchingEnergy(LabProcedure):
    """Energy of setting a device by one pulse: the integral of V times I (Fig 3c).

    Each pulse begins at a start state that was made anew and read at +-5 mV; the device is read
    again a fixed delay later. With `aim = ratio` the width is looked for that reaches each ON/OFF
    ratio (conductance after over before); with `aim = width` the widths given are played. Every
    pulse stands in the table `single_pulses`; an energy is never scaled to another width or ratio.

    Before a pulse the current is read at 0 V on the same range: its scatter is the floor. A pulse
    is `unresolved` when it has fewer than four readings, or readings below three times the floor;
    `unresolved_share` is the part of its energy that does not lie between two good readings. The
    bound V² * G_before * t holds for whatever happens in the pulse. From it follows what a claimed
    energy would imply: see `statement` and the table `implied`.
    """

    name = "switching_energy"
    columns = (*STATE_COLUMNS, APPLICATION, ELAPSED, STATE, REPEAT, PULSE_WIDTH)
    findings = FINDINGS

    amplitude = Quantity(
        "Amplitude",
        "V",
        default=-0.2,
        minimum=-1.0,
        maximum=-0.1,
        description="voltage of the pulse; negative sets the device",
    )
    aim = Choice(
        "Aim",
        (RATIO, WIDTH),
        default=RATIO,
        description="ratio: look for the width of each ratio; width: play the widths",
    )
    ratios = Quantities(
        "ON/OFF ratios",
        "",
        default="5, 10, 20, 50",
        minimum=1.1,
        maximum=1e6,
        description="conductance after the pulse over before it, wanted (aim = ratio)",
        most=100,
    )
    widths = Quantities(
        "Widths",
        "s",
        default="1 ms",
        minimum=1e-4,
        maximum=LONGEST_PULSE_S,
        description="durations of the pulses (aim = width)",
        most=100,
    )
    starts = States(
        "Start states",
        default="off",
        description="states before the pulse: off, erased, as is, or conductances; each in turn",
    )
    repeats = Count(
        "Repeats",
        default=3,
        minimum=1,
        maximum=1000,
        description="how often everything is measured",
    )
    tolerance = Quantity(
        "Tolerance",
        "",
        default=0.1,
        minimum=0.01,
        maximum=1.0,
        description="how far from the wanted ratio counts as reached (aim = ratio)",
    )
    tries = Count(
        "Tries",
        default=10,
        minimum=1,
        maximum=100,
        description="pulses to spend on one ratio before it is given up (aim = ratio)",
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
        description="current limit of the pulse",
    )
    current_range = Quantity(
        "Current range",
        "A",
        default=1e-3,
        minimum=1e-7,
        maximum=0.1,
        description="measuring range of the pulse; a smaller one has a lower floor, but settles "
        "more slowly",
    )
    claimed_energy = Quantity(
        "Claimed energy",
        "J",
        default=0.2e-15,
        minimum=1e-21,
        maximum=1.0,
        description="an energy of which the results say what it would imply",
    )

    def check(self) -> None:
        """Refuse a range above the compliance. Raises `ParameterError`."""
        if self.current_range > self.compliance:
            raise ParameterError(
                f"current_range: {self.current_range:g} A is above the compliance of "
                f"{self.compliance:g} A; no current could reach it"
            )

    def asks_for_filament(self) -> bool:
        """Whether one of the start states is held by a filament."""
        return any_filament(self.starts)

    def measure(self, bench: Bench) -> Iterator[float]:
        """Every start state, repeat, and goal of one device, then the next device."""
        goals = self._goals.values
        total = len(bench.devices) * len(self.starts) * self.repeats * len(goals)
        done = 0
        widths_s: list[float] = []
        for name, start in product(bench.devices, self.starts):
            device = PulsedDevice(bench, name, self._pulse())
            search = RatioSearch(device, device_state(start), self._pulse(), bench.smu)
            for repeat, goal in product(range(1, self.repeats + 1), goals):
                for _ in self._pulses(search, goal, {REPEAT.header: repeat}):
                    yield done / total
                done += 1
            widths_s += search.played_s
        self._warn_of_few_readings(min(widths_s), bench.smu)
        yield 1.0

    def plan(self, devices: Sequence[str], smu: SmuCapabilities) -> Iterable[PlannedApplication]:
        """Start states, pulses, and readings: exact for widths, as they usually come for ratios."""
        expected, most = (EXPECTED_TRIES, self.tries) if self.aim == RATIO else (1, 1)
        for name in devices:
            for start in self.starts:
                for goal in self._goals.values * self.repeats:
                    width_s = EXPECTED_WIDTH_S if self.aim == RATIO else goal
                    for planned in (
                        *planned_preparation(name, device_state(start), smu),
                        *planned_pulse(name, self._pulse(), width_s, smu),
                    ):
                        yield _times(planned, expected, most)

    def analyse(self, frame: pd.DataFrame) -> dict[str, object]:
        """See `procedures.analysis.switching_energy.energy_results`."""
        return energy_results(frame, self._goals, self.claimed_energy)

    def plots(self, frame: pd.DataFrame) -> Sequence[Plot]:
        """Energy against ratio and against conductance; what the claimed energy implies."""
        return energy_plots(frame, self._goals, self.claimed_energy)

    @property
    def _goals(self) -> Goals:
        if self.aim == WIDTH:
            return Goals("width_s", self.widths, WIDTH_PLAYED)
        return Goals("ratio", self.ratios, self.tolerance)

    def _pulses(
        self, search: RatioSearch, goal: float, columns: Mapping[str, Any]
    ) -> Iterator[None]:
        if self.aim == RATIO:
            yield from search.reach(goal, self.tolerance, self.tries, columns)
        else:
            search.play(goal, columns)
            yield

    def _warn_of_few_readings(self, shortest_s: float, smu: SmuCapabilities) -> None:
        readings = self._pulse().readings(shortest_s, smu)
        if readings < READINGS_TO_RESOLVE:
            logging.getLogger(__name__).warning(
                "pulses as short as %.4g s have %d reading(s), fewer than the %d that resolve an "
                "energy; see unresolved_share",
                shortest_s,
                readings,
                READINGS_TO_RESOLVE,
            )

    def _pulse(self) -> PulseShape:
        return PulseShape(
            amplitude_v=self.amplitude,
            limit_a=self.compliance,
            range_a=self.current_range,
            delay_s=self.delay,
            samples=SAMPLES_PER_PULSE,
            rests=RESTS_BEFORE_PULSE,
        )


def _times(planned: PlannedApplication, expected: int, most: int) -> PlannedApplication:
    """What is planned once, planned for as many tries."""
    if most == 1:
        return planned
    at_most = most * (planned.at_most or planned.count)
    return replace(planned, count=expected * planned.count, at_most=at_most)
