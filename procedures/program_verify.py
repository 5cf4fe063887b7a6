"""Program devices to one conductance, closed loop in the duration of pulses, and verify it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pandas as pd

from drivers.roles import SmuCapabilities
from procedures.analysis.program_verify import FINDINGS, program_plots, program_results
from procedures.base import Bench, LabProcedure, PlannedApplication
from procedures.columns import APPLICATION, ELAPSED
from procedures.parameters import Count, Quantity, QuantityOrWord
from procedures.plots import Plot
from procedures.techniques.growth import SET_PULSES, WEAKEST_AMPLITUDE_V, SetPulse
from procedures.techniques.kernels import FTM
from procedures.techniques.programming import (
    MOST_PULSES,
    RELAXATION_S,
    DeviceProgrammer,
    planned_programming,
    program_until_held,
)
from procedures.techniques.reading import planned_read
from procedures.techniques.states import (
    HIGHEST_TARGET_S,
    LOWEST_TARGET_S,
    STATE_COLUMNS,
    array_for,
)


class ProgramVerify(LabProcedure):
    """Bring every device to one conductance: erase at +0.5 V, set pulses, wait, read, and verify.

    Pulses of one amplitude differ in duration, because the conductance grows in proportion to it
    (Fig 3a); each duration follows from the gap that is left and the growth seen so far. An
    overshoot is erased. Targets up to 1e-4 S are held at the interface (-0.2 V), higher ones by a
    filament (-0.5 V). Below 1e-5 S the shortest pulse at -0.2 V is too coarse: then the amplitude
    is lowered, 10 mV at a time, until one shortest pulse moves the device little enough; what was
    used is in the results. Devices that drift out of tolerance before the verify are done again.
    Energies are integrals of measured voltage times current.
    """

    name = "program_verify"
    columns = (*STATE_COLUMNS, APPLICATION, ELAPSED)
    findings = FINDINGS

    target = Quantity(
        "Target",
        "S",
        default=1e-5,
        minimum=LOWEST_TARGET_S,
        maximum=HIGHEST_TARGET_S,
        description="conductance at 5 mV that every device is brought to",
    )
    tolerance = Quantity(
        "Tolerance",
        "",
        default=0.02,
        minimum=0.005,
        maximum=0.2,
        description="largest relative deviation from the target at the verify",
    )
    amplitude = QuantityOrWord(
        "Amplitude",
        "V",
        "automatic",
        default="automatic",
        minimum=-0.6,
        maximum=WEAKEST_AMPLITUDE_V,
        description="amplitude of the set pulses; automatic: as the target needs it",
    )
    pulses = Count(
        "Pulses",
        default=200,
        minimum=1,
        maximum=MOST_PULSES,
        description="most set pulses for one device, retries included",
    )
    relaxation = Quantity(
        "Relaxation",
        "s",
        default=RELAXATION_S,
        minimum=0.0,
        maximum=1e5,
        description="wait between the last pulse of all and the verify",
    )

    def asks_for_filament(self) -> bool:
        """Whether the target is held by a filament."""
        return array_for(self.target) == FTM.name

    def measure(self, bench: Bench) -> Iterator[float]:
        """Program every device, then verify all; repeat for those that have drifted out."""
        programmers = {
            device: DeviceProgrammer(
                bench,
                device,
                self.target,
                array_for(self.target),
                pulse=self._pulse,
                most_pulses=self.pulses,
            )
            for device in bench.devices
        }
        yield from program_until_held(bench, programmers, self.tolerance, self.relaxation)

    @property
    def _pulse(self) -> SetPulse | None:
        """The pulse that was asked for; None leaves it to the programmer."""
        if isinstance(self.amplitude, str):
            return None
        return replace(SET_PULSES[array_for(self.target)], amplitude_v=self.amplitude)

    def plan(self, devices: Sequence[str], smu: SmuCapabilities) -> Iterable[PlannedApplication]:
        """Erasures and pulses as they usually come, each read; then the verify of all."""
        for device in devices:
            yield from planned_programming(device, self.target, array_for(self.target), smu)
        for number, device in enumerate(devices):
            yield planned_read(device, smu, pause_s=0.0 if number else self.relaxation)

    def analyse(self, frame: pd.DataFrame) -> dict[str, object]:
        """See `procedures.analysis.program_verify.program_results`."""
        return program_results(frame, self.tolerance)

    def plots(self, frame: pd.DataFrame) -> Sequence[Plot]:
        """How every device came to the target, reading by reading."""
        return program_plots(frame, self.target, self.tolerance)
