"""Convolve a picture with the kernel that 18 devices hold, by 16,200 read pulses (Fig 4a, 4b)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from drivers.roles import SmuCapabilities
from procedures.analysis.convolution import (
    FINDINGS,
    FULL_SCALE_V,
    OUTPUT_SIDE,
    VOLTS_PER_GRAY,
    array_that_holds,
    convolution_results,
    kernel_faults,
)
from procedures.base import Application, Bench, LabProcedure, PlannedApplication, Purpose
from procedures.columns import APPLICATION, COLUMN, DWELL, GRAY, PHASE, ROW, TAP
from procedures.errors import MeasurementStopped, ParameterError
from procedures.parameters import Choice, Quantity
from procedures.techniques.kernels import (
    DEVICES,
    HIGH_RESISTANCE_LIMIT_S,
    WIDEST_ARRAY,
    Kernel,
    kernel_weights,
    refuse_weights_beyond,
)
from procedures.techniques.pictures import SHIPPED, Picture, load_gray
from procedures.techniques.reading import (
    READ_DWELL_S,
    READ_LIMIT_A,
    planned_read,
    read_conductance,
    settled_sensing,
)
from procedures.techniques.waveforms import pulse_train

PIXELS_PER_BLOCK = {
    "device-major": OUTPUT_SIDE * OUTPUT_SIDE,
    "row-blocks": OUTPUT_SIDE,
    "pixel-major": 1,
}
"""Output pixels that one device reads in a row before the next device has its turn."""


class Convolution(LabProcedure):
    """Read a picture through the encoded kernel; nothing is programmed.

    First the 18 conductances are read; where they do not hold the kernel the procedure stops. Gray
    0-255 becomes 0-25.5 mV, positive at P devices and negative at N devices; the 18 currents of an
    output pixel are summed afterwards. Every pulse is followed by a reading at 0 V for the offset.
    Results: see `procedures.analysis.convolution.convolution_results`.
    """

    name = "convolution"
    columns = (PHASE, APPLICATION, ROW, COLUMN, TAP, GRAY, DWELL)
    device_count = DEVICES
    findings = FINDINGS

    kernel = Kernel(
        "Kernel",
        default="sharpen",
        description="the kernel that was encoded: a name, or nine integers row by row",
    )
    image = Picture(
        "Image",
        default=SHIPPED,
        description="picture file (PNG, JPEG, TIFF), brought to 32x32 gray; or 'test picture'",
    )
    order = Choice(
        "Order",
        tuple(PIXELS_PER_BLOCK),
        default="device-major",
        description="what is read in one go: a device's 900 pulses, 30 of them (a row), or one",
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
    hold_tolerance = Quantity(
        "Hold tolerance",
        "",
        default=0.05,
        minimum=0.01,
        maximum=0.5,
        description="how far a conductance may be from its weight before the picture is refused",
    )

    gray: NDArray[np.uint8] | None = None
    """The picture, shape (32, 32); there after `check`."""

    def check(self) -> None:
        """Refuse a kernel no array holds and a period too short for the width; read the picture."""
        refuse_weights_beyond(WIDEST_ARRAY, kernel_weights(self.kernel))
        gap_s = self.read_period - self.read_width
        if gap_s < 1e-4 * (1 - 1e-9):
            raise ParameterError(
                f"read_period: {self.read_period:g} s leaves {gap_s:.3g} s at 0 V after a pulse of "
                f"{self.read_width:g} s; the reading there needs at least 1e-04 s"
            )
        self.gray = load_gray(self.image)

    def measure(self, bench: Bench) -> Iterator[float]:
        """Read the conductances, then play every device's pulses block by block."""
        devices = [name for name in bench.wired_devices if name in bench.devices]
        conductances_s = self._read_kernel(bench, devices)
        yield 0.0
        bench.mark_read_phase()
        applications = self._applications(devices, conductances_s, bench.smu)
        total = DEVICES * OUTPUT_SIDE**2 / PIXELS_PER_BLOCK[self.order]
        for done, _ in enumerate(bench.apply_each(applications), start=1):
            yield done / total

    def plan(self, devices: Sequence[str], smu: SmuCapabilities) -> Iterable[PlannedApplication]:
        """18 conductance readings and 18 x 900 pulses, exactly."""
        yield from (planned_read(device, smu) for device in devices)
        unit_s = [HIGH_RESISTANCE_LIMIT_S] * len(devices)
        for application in self._applications(devices, unit_s, smu):
            yield PlannedApplication(application=application)

    def analyse(self, frame: pd.DataFrame) -> dict[str, object]:
        """See `procedures.analysis.convolution.convolution_results`."""
        return convolution_results(frame, kernel_weights(self.kernel))

    def _read_kernel(self, bench: Bench, devices: Sequence[str]) -> list[float]:
        columns = {
            PHASE.header: "verify",
            DWELL.header: READ_DWELL_S,
            **{column.header: -1 for column in (ROW, COLUMN, TAP, GRAY)},
        }
        measured_s = [
            read_conductance(bench, device, HIGH_RESISTANCE_LIMIT_S, columns) for device in devices
        ]
        weights = kernel_weights(self.kernel)
        array = array_that_holds(weights, measured_s)
        faults = kernel_faults(devices, weights, measured_s, array, self.hold_tolerance)
        if faults:
            raise MeasurementStopped(
                f"the devices do not hold the kernel {self.kernel!r}: {'; '.join(faults[:4])}"
                f"{f'; and {len(faults) - 4} more' if len(faults) > 4 else ''}. Run: labctl run "
                f'kernel_encoding --set kernel="{self.kernel}" --set array={array.name}'
            )
        return measured_s

    def _applications(
        self, devices: Sequence[str], conductances_s: Sequence[float], smu: SmuCapabilities
    ) -> Iterator[Application]:
        pixels = np.arange(OUTPUT_SIDE**2)
        for block in np.split(pixels, pixels.size // PIXELS_PER_BLOCK[self.order]):
            for index, device in enumerate(devices):
                yield self._block(index, device, conductances_s[index], block, smu)

    def _block(
        self,
        index: int,
        device: str,
        conductance_s: float,
        pixels: NDArray[np.int64],
        smu: SmuCapabilities,
    ) -> Application:
        if self.gray is None:
            raise ParameterError("image: not read yet; check() comes before measure()")
        tap, is_negative = divmod(index, 2)
        row, column = np.divmod(pixels, OUTPUT_SIDE)
        gray = self.gray[row + tap // 3, column + tap % 3].astype(np.int64)
        levels_v = (-1 if is_negative else 1) * gray * VOLTS_PER_GRAY
        width_s, period_s = (
            round(time_s / smu.time_resolution_s) * smu.time_resolution_s
            for time_s in (self.read_width, self.read_period)
        )
        train = pulse_train(levels_v, width_s, period_s)
        settle_s = min(width_s, period_s - width_s)
        return Application(
            device=device,
            waveform=train,
            sensing=settled_sensing(
                smu, 1.5 * conductance_s * FULL_SCALE_V, settle_s, READ_LIMIT_A
            ),
            purpose=Purpose.READ,
            columns={
                PHASE.header: np.tile(["pulse", "offset"], pixels.size),
                ROW.header: np.repeat(row, 2),
                COLUMN.header: np.repeat(column, 2),
                TAP.header: tap,
                GRAY.header: np.repeat(gray, 2),
                DWELL.header: train.dwell_s,
            },
        )
