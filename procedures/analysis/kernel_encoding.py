"""Energies and final conductances of a kernel encoding, from its recorded readings alone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from procedures.analysis.conductance import last_verified_conductance
from procedures.analysis.programmed import programming_cost
from procedures.columns import DEVICE, TARGET
from procedures.findings import Finding, Findings, or_none, plain_records
from procedures.techniques.kernels import HIGH_RESISTANCE_LIMIT_S, DeviceArray, holds_target

ENERGIES = ("energy_j", "retry_energy_j", "erase_energy_j")
COSTS = (*ENERGIES, "pulses", "pulses_kept", "erases")

FINDINGS: Findings = {
    "unit_energy_j": Finding("J", "mean energy to program a device of weight 1, retries apart"),
    "energy_j": Finding("J", "set pulses since each device's last erase, all devices together"),
    "retry_energy_j": Finding("J", "set pulses whose effect was erased again"),
    "erase_energy_j": Finding("J", "erase pulses"),
    "pulses": Finding("", "set pulses, retries included"),
    "erases": Finding("", "erase pulses"),
    "worst_deviation": Finding("%", "largest deviation of a conductance from its target"),
    "highest_off_s": Finding("S", "largest conductance among the devices of weight 0"),
    "within_tolerance": Finding("", "whether every device is where it should be"),
    "array": Finding("", "how the devices hold weights"),
    "unit_s": Finding("S", "conductance that stands for weight 1"),
    "tolerance": Finding("%", "deviation that was accepted"),
    "encoding.device": Finding("", "name in the wiring"),
    "encoding.weight": Finding("", "multiple of the unit conductance; 0 for high resistance"),
    "encoding.target_s": Finding("S", "conductance aimed at; none for high resistance"),
    "encoding.limit_s": Finding("S", "conductance to be below; none where there is a target"),
    "encoding.measured_s": Finding("S", "last verified conductance, at 5 mV"),
    "encoding.pulses_kept": Finding("", "set pulses since the last erase"),
}


def encoding_results(
    frame: pd.DataFrame, array: DeviceArray, tolerance: float
) -> dict[str, object]:
    """Results of `kernel_encoding`.

    - `encoding`: a list, one entry a device in the order of programming: see `encode_device`
    - `unit_energy_j`: mean `energy_j` over the devices of weight 1; null without one
    - `energy_j`, `retry_energy_j`, `erase_energy_j`: sums over all devices
    - `pulses`, `erases`: sums over all devices
    - `worst_deviation`: largest relative deviation from a target; null without a target
    - `highest_off_s`: largest conductance among the devices of weight 0; null without one
    - `within_tolerance`: whether every device is where it should be
    - `array`, `unit_s`, `tolerance`: what was asked for
    """
    table = encoding_table(frame, array)
    on, off = table[table["weight"] > 0], table[table["weight"] == 0]
    deviation = (on["measured_s"] / on["target_s"] - 1).abs()
    units = table.loc[table["weight"] == 1, "energy_j"]
    targets_s = table["target_s"].astype(float)
    good = all(
        holds_target(measured_s, None if np.isnan(target_s) else target_s, tolerance)
        for measured_s, target_s in zip(
            table["measured_s"].tolist(), targets_s.tolist(), strict=True
        )
    )
    return {
        "encoding": plain_records(table),
        "unit_energy_j": or_none(units.mean()),
        **{name: float(table[name].sum()) for name in ENERGIES},
        **{name: int(table[name].sum()) for name in ("pulses", "erases")},
        "worst_deviation": or_none(deviation.max()),
        "highest_off_s": or_none(off["measured_s"].max()),
        "within_tolerance": good,
        "array": array.name,
        "unit_s": array.unit_s,
        "tolerance": tolerance,
    }


def encoding_table(frame: pd.DataFrame, array: DeviceArray) -> pd.DataFrame:
    """One row a device, columns as `encode_device` names them."""
    devices = frame[DEVICE.header].unique()
    return pd.DataFrame([encode_device(frame, device, array) for device in devices])


def encode_device(frame: pd.DataFrame, device: str, array: DeviceArray) -> dict[str, object]:
    """What became of one device.

    `device`; `weight` (multiple of the unit conductance); `target_s` or None; `limit_s` or None
    (where there is no target); `measured_s` (last verify reading, at 5 mV); `energy_j` (set pulses
    since the last erase); `retry_energy_j` (set pulses before it); `erase_energy_j`; `pulses` and
    `pulses_kept` (set pulses, all and since the last erase); `erases`.
    """
    rows = frame[frame[DEVICE.header] == device]
    target_s = float(rows[TARGET.header].iloc[0])
    weight = 0 if np.isnan(target_s) else round(target_s / array.unit_s)
    cost = programming_cost(rows)
    return {
        "device": device,
        "weight": weight,
        "target_s": target_s if weight else None,
        "limit_s": None if weight else HIGH_RESISTANCE_LIMIT_S,
        "measured_s": last_verified_conductance(rows),
        **{name: cost[name] for name in COSTS},
    }
