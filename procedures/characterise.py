"""A short standard test of an array: contact, conductance, and small loops of every device."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from drivers.roles import SmuCapabilities
from procedures.analysis.characterise import (
    FINDINGS,
    Criteria,
    characterise_plots,
    characterise_results,
)
from procedures.analysis.contact import GOOD, ContactLimits, open_below, shorted_above
from procedures.analysis.iv_loop import LoopSettings
from procedures.analysis.loop_record import AFTER, INITIAL, SWEEP
from procedures.base import Bench, LabProcedure, PlannedApplication
from procedures.columns import APPLICATION, CYCLE, ELAPSED, HALF, PHASE
from procedures.parameters import Count, Quantity
from procedures.plots import Plot
from procedures.techniques.half_loops import (
    FIRST_GUESS_S,
    RESOLVED_SHARE,
    HalfLoop,
    decade_above,
    planned_state_read,
    try_state,
    whole_microseconds,
)
from procedures.techniques.reading import READ_V

STEPS = 80
"""Of one edge: as fine as the triangle of the endurance measurement (physics.md §4)."""


class Characterise(LabProcedure):
    """Test every device of a fresh array, and say of each whether it is good, and why not.

    A device is read at ±5 mV first: an open or shorted one is not stressed. The others go through
    `cycles` loops 0 → −`amplitude` → `amplitude` → 0, and are read after every half: ON after the
    negative, OFF after the positive one. The compliance keeps filaments away. A bad device does
    not end the run. Ends with every device OFF.
    """

    name = "characterise"
    columns = (PHASE, APPLICATION, CYCLE, HALF, ELAPSED)
    whole_array = True
    findings = FINDINGS
    groups = (
        ("Loop", ("amplitude", "dwell", "cycles")),
        ("Judgement", ("least_ratio", "open_below", "shorted_above")),
    )

    amplitude = Quantity(
        "Amplitude",
        "V",
        default=0.2,
        minimum=0.02,
        maximum=0.35,
        description="peak of the loops; below the 0.4 V from which filaments form",
    )
    dwell = Quantity(
        "Dwell",
        "s",
        default=0.766e-3,
        minimum=270e-6,
        maximum=0.1,
        description="how long each of the 80 levels of an edge is held",
    )
    cycles = Count("Cycles", default=3, minimum=1, maximum=100, description="loops of a device")
    compliance = Quantity(
        "Compliance",
        "A",
        default=1e-4,
        minimum=1e-7,
        maximum=1e-3,
        description="largest current; the range is the decade above it",
    )
    least_ratio = Quantity(
        "Least ON/OFF",
        "",
        default=10.0,
        minimum=1.0,
        maximum=1e6,
        description="a device whose ON/OFF is smaller counts as weak",
    )
    open_below = open_below()
    shorted_above = shorted_above()

    def check(self) -> None:
        """Refuse a dwell instruments cannot keep."""
        whole_microseconds(self.dwell, "dwell")

    def measure(self, bench: Bench) -> Iterator[float]:
        """Device after device; those without contact are left alone."""
        parts = 1 + 2 * self.cycles
        for place, device in enumerate(bench.devices):
            for done, _ in enumerate(self._test(bench, device), start=1):
                yield (place + done / parts) / len(bench.devices)

    def plan(self, devices: Sequence[str], smu: SmuCapabilities) -> Iterable[PlannedApplication]:
        """All loops and readings, as if every device had contact."""
        for device in devices:
            for half in self._halves():
                application = half.application(device, half.staircase(), {})
                yield PlannedApplication(application=application, count=self.cycles)
            reads = 1 + 2 * self.cycles
            yield planned_state_read(device, smu, FIRST_GUESS_S, READ_V, reads)

    def analyse(self, frame: pd.DataFrame) -> dict[str, object]:
        """See `procedures.analysis.characterise.characterise_results`."""
        return characterise_results(frame, self._criteria())

    def plots(self, frame: pd.DataFrame) -> Sequence[Plot]:
        """ON and OFF of every device, and the loops."""
        return characterise_plots(frame, self._criteria())

    def _test(self, bench: Bench, device: str) -> Iterator[None]:
        state_s = try_state(bench, device, FIRST_GUESS_S, READ_V, {PHASE.header: INITIAL})
        yield
        if self._criteria().contact.verdict(state_s) != GOOD:
            return
        for cycle in range(1, self.cycles + 1):
            for number, half in enumerate(self._halves(), start=1):
                where = {CYCLE.header: cycle, HALF.header: number}
                swept = {PHASE.header: SWEEP, **where}
                bench.apply(half.application(device, half.staircase(), swept))
                expected_s = FIRST_GUESS_S if math.isnan(state_s) else max(state_s, FIRST_GUESS_S)
                state_s = try_state(
                    bench, device, expected_s, READ_V, {PHASE.header: AFTER, **where}
                )
                yield

    def _halves(self) -> list[HalfLoop]:
        return [
            HalfLoop(
                peak_v=peak_v,
                step_v=self.amplitude / STEPS,
                dwell_s=self.dwell,
                limit_a=self.compliance,
                range_a=decade_above(self.compliance),
            )
            for peak_v in (-self.amplitude, self.amplitude)
        ]

    def _criteria(self) -> Criteria:
        resolved_a = RESOLVED_SHARE * decade_above(self.compliance)
        return Criteria(
            contact=ContactLimits(open_below_s=self.open_below, shorted_above_s=self.shorted_above),
            least_ratio=self.least_ratio,
            loop=LoopSettings(
                set_sign=-1,
                resolved_a={-1: resolved_a, 1: resolved_a},
                peaks=2,
                stop_decades=0.0,
            ),
        )
