"""The part of a report that tells how a picture went through the encoded kernel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from labctl.quantities import with_unit
from labctl.report.convolution_figures import (
    drift_chart,
    error_histogram,
    image_panels,
    measured_against_software,
)
from labctl.report.page import Picture, Section, Table, Text
from labctl.report.results_table import results_table, value_text
from procedures.analysis.block_drift import block_ratios
from procedures.analysis.conductance import slope_conductance
from procedures.analysis.convolution import VOLTS_PER_GRAY, decode, input_gray
from procedures.columns import CURRENT, DEVICE, PHASE, SET_VOLTAGE
from procedures.findings import Findings


def convolution_section(
    frame: pd.DataFrame,
    results: Mapping[str, Any],
    findings: Findings,
    kernel: NDArray[np.int64],
) -> Section:
    """Pictures, error, and every device's readings of one finished `convolution` run.

    `frame`, `results`, `findings`: of the run; `kernel`: shape (3, 3).
    """
    numbers = results_table(results, findings)
    reads = device_reads(frame)
    weights = {entry["device"]: int(entry["weight"]) for entry in results["conductances"]}
    ratios = {name: read.ratios for name, read in reads.items() if weights[name] > 0}
    array = str(results["array"])
    panels, *others = _pictures(frame, kernel, ratios, array)
    unit_s = float(results["unit_s"])
    blocks = [*_explained(kernel, unit_s), panels, numbers, *others, _devices(reads, weights)]
    return Section(f"Convolution, {array}", blocks)


def _explained(kernel: NDArray[np.int64], unit_s: float) -> list[Text]:
    rows = " | ".join(" ".join(str(weight) for weight in row) for row in kernel.tolist())
    unit, step = with_unit(unit_s, "S"), with_unit(VOLTS_PER_GRAY, "V")
    return [
        Text(
            f"The kernel {rows} is held by 18 devices: each weight by a pair, one device for its "
            f"positive and one for its negative part, with {unit} for a weight of 1. Every output "
            f"pixel takes 18 read pulses: an input of gray level g is a pulse of g × {step}, "
            "negative at the devices of negative parts. The current at 0 V after each pulse is "
            f"taken off; the sum of the 18 currents in units of {unit} × {step} is the gray level "
            "of the output, rounded and clipped to 0-255."
        ),
        Text(
            "Chosen, not measured: the volts per gray level and which device holds which weight. "
            "The software result is the same kernel computed with whole numbers, clipped alike."
        ),
    ]


@dataclass(frozen=True, kw_only=True)
class DeviceReads:
    """What one device read during the picture."""

    pulses: int
    conductance_s: float
    """Slope of current against requested voltage over all pulses, the offset taken off."""
    offset_a: float
    """Mean current at 0 V."""
    ratios: NDArray[np.float64]
    """See `procedures.analysis.block_drift.block_ratios`."""

    @property
    def drift(self) -> float:
        """Relative change of the conductance from the first part of the readings to the last."""
        return float(self.ratios[-1] / self.ratios[0] - 1)


def device_reads(frame: pd.DataFrame) -> dict[str, DeviceReads]:
    """What each device read, in the order of reading; the columns are those of `convolution`."""
    reads = {}
    for device, mine in frame.groupby(DEVICE.header, sort=False):
        offset_a = float(mine.loc[mine[PHASE.header] == "offset", CURRENT.header].mean())
        pulses = mine[mine[PHASE.header] == "pulse"]
        set_v, current_a = pulses[SET_VOLTAGE.header], pulses[CURRENT.header] - offset_a
        reads[str(device)] = DeviceReads(
            pulses=len(pulses),
            conductance_s=slope_conductance(set_v, current_a),
            offset_a=offset_a,
            ratios=block_ratios(set_v, current_a),
        )
    return reads


def _pictures(
    frame: pd.DataFrame,
    kernel: NDArray[np.int64],
    ratios: Mapping[str, NDArray[np.float64]],
    array: str,
) -> list[Picture]:
    decoded = decode(frame, kernel)
    return [
        Picture.drawn(
            f"convolution-pictures-{array}",
            image_panels(input_gray(frame), decoded.software, decoded.measured, decoded.error),
            "The picture fed in, its convolution computed in software, the one measured "
            "by the devices, and the difference (positive: measured is brighter).",
        ),
        Picture.drawn(
            f"convolution-error-{array}",
            error_histogram(decoded.error),
            "Error of the output pixels as shown, in gray levels.",
        ),
        Picture.drawn(
            f"convolution-measured-against-software-{array}",
            measured_against_software(decoded.software, decoded.measured),
            "Every output pixel: on the line, measurement and software agree.",
        ),
        Picture.drawn(
            f"convolution-drift-{array}",
            drift_chart(ratios),
            "Devices that carry weight: conductance in each tenth of a device's reads, "
            "against the first tenth; the picture's own brightness is taken out.",
        ),
    ]


def _devices(reads: Mapping[str, DeviceReads], weights: Mapping[str, int]) -> Table:
    rows = [
        (
            device,
            str(weights[device]),
            f"{read.pulses:,}",
            with_unit(read.conductance_s, "S"),
            value_text(read.drift, "%") if weights[device] else "–",
            with_unit(read.offset_a, "A"),
        )
        for device, read in reads.items()
    ]
    return Table(
        head=("Device", "Weight", "Pulses", "Conductance", "Drift", "Offset"),
        rows=rows,
        numeric=(False, *[True] * 5),
        caption="What each device read: conductance is the slope of current against requested "
        "voltage over its pulses, drift its change from the first tenth of them to the last, "
        "the offset its mean current at 0 V.",
    )
