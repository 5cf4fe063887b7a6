"""The part of a report that tells how a kernel was encoded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from labctl.quantities import with_unit
from labctl.report.encoding_figures import (
    PulseSteps,
    conductance_map,
    energy_chart,
    pulse_power_chart,
    target_chart,
)
from labctl.report.page import Picture, Section, Table, Text
from labctl.report.results_table import results_table, value_text
from procedures.analysis.programmed import pulse_table
from procedures.findings import Findings


def encoding_section(
    frame: pd.DataFrame,
    results: Mapping[str, Any],
    findings: Findings,
    kernel: ArrayLike,
    wired_devices: Sequence[str],
) -> Section:
    """Numbers, conductances against targets, power, and energies of one `kernel_encoding` run.

    `frame`, `results`, `findings`: of the run; `kernel`: shape (3, 3); `wired_devices`: in the
    order of the wiring, which says which device is P and which N of each tap.
    """
    table = pd.DataFrame(results["encoding"]).set_index("device")
    table = table.reindex([name for name in wired_devices if name in table.index])
    title = f"Kernel encoding, {results['array']}"
    numbers = results_table(results, findings)
    pictures = _pictures(frame, table, kernel, results)
    return Section(title, [_explained(results), numbers, *pictures, _devices(table)])


def _explained(results: Mapping[str, Any]) -> Text:
    unit = with_unit(float(results["unit_s"]), "S")
    return Text(
        "Every device was erased; those with a weight were then set by voltage pulses, read at "
        f"±5 mV after each, until their conductance was their weight times {unit}, and erased "
        "again where it went too far. After a pause all were read once more: these conductances "
        f"count, and {value_text(results['tolerance'], '%')} is the deviation that was accepted. "
        "ITM means switching at the interface, FTM by filaments through the film. Energies are "
        "V times I over the pulses; set pulses that were erased again stand apart as retries."
    )


def _pictures(
    frame: pd.DataFrame, table: pd.DataFrame, kernel: ArrayLike, results: Mapping[str, Any]
) -> list[Picture]:
    devices = [str(name) for name in table.index]
    measured_s = table["measured_s"].to_numpy(float)
    target_s = table["target_s"].to_numpy(float)
    array, tolerance = str(results["array"]), float(results["tolerance"])
    energies_j = (table["energy_j"].to_numpy(float), table["retry_energy_j"].to_numpy(float))
    return [
        Picture.drawn(
            f"encoded-conductances-{array}",
            conductance_map(devices, measured_s, kernel),
            "The array after encoding: above each pair its weight; + is the device that "
            "carries the positive part, − the negative.",
        ),
        Picture.drawn(
            f"encoding-against-target-{array}",
            target_chart(devices, measured_s, target_s, tolerance),
            "Conductance at ±5 mV after the last device was programmed. Devices of "
            "weight 0 have no target; they are only to stay in the high-resistance state.",
        ),
        Picture.drawn(
            f"encoding-pulse-power-{array}",
            pulse_power_chart(*set_pulses(frame)),
            "Mean power of the set pulses, one after the other, pauses left out.",
        ),
        Picture.drawn(
            f"encoding-energy-{array}",
            energy_chart(devices, *energies_j),
            "Energy of the set pulses (integral of V times I) of each device.",
        ),
    ]


def set_pulses(frame: pd.DataFrame) -> tuple[dict[str, PulseSteps], dict[str, PulseSteps]]:
    """Set pulses by device: those that made the final state, and those erased again before."""
    pulses = pulse_table(frame)
    last = pulses.groupby("device")["attempt"].transform("max")
    program = pulses["phase"] == "program"
    kept, retried = (
        {
            str(device): PulseSteps(
                mine["width_s"].to_numpy(np.float64), mine["mean_power_w"].to_numpy(np.float64)
            )
            for device, mine in pulses[program & chosen].groupby("device", sort=False)
        }
        for chosen in (pulses["attempt"] == last, pulses["attempt"] < last)
    )
    return kept, retried


def _devices(table: pd.DataFrame) -> Table:
    columns = (
        ("weight", ""), ("target_s", "S"), ("measured_s", "S"), ("energy_j", "J"),
        ("retry_energy_j", "J"), ("erase_energy_j", "J"), ("pulses", ""), ("erases", ""),
    )  # fmt: skip
    head = (
        "Device",
        "Weight",
        "Target",
        "Measured",
        "Energy",
        "Retries",
        "Erases",
        "Pulses",
        "Erasures",
    )
    rows = [
        (str(device), *(_cell(row[name], unit) for name, unit in columns))
        for device, row in table.iterrows()
    ]
    return Table(
        head=head,
        rows=rows,
        numeric=(False, *[True] * len(columns)),
        caption="Every device, in the order of the wiring. Energy: set pulses since the last "
        "erase; Retries: set pulses before it; Erases: energy of the erase pulses.",
    )


def _cell(value: object, unit: str) -> str:
    number = float(str(value)) if value is not None else float("nan")
    if np.isnan(number):
        return "–"
    return value_text(number if unit else int(number), unit)
