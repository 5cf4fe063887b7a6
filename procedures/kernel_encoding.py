"""Encode a 3x3 kernel into 18 devices, closed loop, and verify all at the end (Fig 4f, 4g)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from drivers.roles import SmuCapabilities
from procedures.analysis.kernel_encoding import FINDINGS, encoding_results
from procedures.base import Bench, LabProcedure, PlannedApplication
from procedures.columns import APPLICATION, ATTEMPT, DWELL, ELAPSED, PHASE, TARGET
from procedures.parameters import Choice, Quantity
from procedures.techniques.kernels import (
    ARRAYS,
    DEVICES,
    FTM,
    Kernel,
    kernel_weights,
    pair_weights,
    refuse_weights_beyond,
)
from procedures.techniques.programming import (
    RELAXATION_S,
    DeviceProgrammer,
    planned_programming,
    program_until_held,
)
from procedures.techniques.reading import planned_read


class KernelEncoding(LabProcedure):
    """Program 18 devices to a kernel: nine taps, each a pair of P (positive part) and N (negative).

    Which device holds which weight follows from the station's wiring: its first device is P of tap
    0, its second N of tap 0, and so on. The order in which devices are named is the order in which
    they are programmed. Results: see `procedures.analysis.kernel_encoding.encoding_results`.
    """

    name = "kernel_encoding"
    columns = (PHASE, APPLICATION, ATTEMPT, TARGET, DWELL, ELAPSED)
    device_count = DEVICES
    findings = FINDINGS

    kernel = Kernel(
        "Kernel",
        default="sharpen",
        description="sharpen, soften, cross, centre5, cross5, or nine integers row by row",
    )
    array = Choice(
        "Array",
        tuple(ARRAYS),
        default="ITM",
        description="ITM: interface switching, 1e-5 S for weight 1; FTM: filaments, 1e-3 S",
    )
    tolerance = Quantity(
        "Tolerance",
        "",
        default=0.02,
        minimum=0.01,
        maximum=0.2,
        description="largest relative deviation of a programmed conductance after the final verify",
    )

    def check(self) -> None:
        """Refuse a kernel that the array cannot hold."""
        refuse_weights_beyond(ARRAYS[self.array], kernel_weights(self.kernel))

    def targets(self, wired_devices: Sequence[str]) -> dict[str, float | None]:
        """Conductance each device is to hold (S), by device; None for the high-resistance state."""
        unit_s = ARRAYS[self.array].unit_s
        weights = pair_weights(kernel_weights(self.kernel))
        return {
            device: weight * unit_s if weight else None
            for device, weight in zip(wired_devices, weights, strict=True)
        }

    def asks_for_filament(self) -> bool:
        """Whether the weights are held by filaments."""
        return self.array == FTM.name

    def measure(self, bench: Bench) -> Iterator[float]:
        """Program every device, then verify all; repeat for those that have drifted out."""
        targets = self.targets([name for name in bench.wired_devices if name in bench.devices])
        programmers = {
            device: DeviceProgrammer(bench, device, targets[device], self.array)
            for device in bench.devices
        }
        yield from program_until_held(bench, programmers, self.tolerance)

    def plan(self, devices: Sequence[str], smu: SmuCapabilities) -> Iterable[PlannedApplication]:
        """Erasures and pulses as they usually come, each read; then the verify of all."""
        for device, target_s in self.targets(devices).items():
            yield from planned_programming(device, target_s, self.array, smu)
        for number, device in enumerate(devices):
            yield planned_read(device, smu, pause_s=0.0 if number else RELAXATION_S)

    def analyse(self, frame: pd.DataFrame) -> dict[str, object]:
        """See `procedures.analysis.kernel_encoding.encoding_results`."""
        return encoding_results(frame, ARRAYS[self.array], self.tolerance)
