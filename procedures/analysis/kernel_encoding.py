"""Energies and final conductances of a kernel encoding, from its recorded readings alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from procedures.analysis.conductance import (
    APERTURE_S,
    last_verified_conductance,
    pulse_energy,
)
from procedures.columns import (
    APPLICATION,
    ATTEMPT,
    CURRENT,
    DEVICE,
    DWELL,
    ELAPSED,
    PHASE,
    TARGET,
    TIME,
    VOLTAGE,
)
from procedures.findings import Finding, Findings
from procedures.techniques.kernels import HIGH_RESISTANCE_LIMIT_S, DeviceArray, holds_target

PULSE_PHASES = ("erase", "program")
ENERGIES = ("energy_j", "retry_energy_j", "erase_energy_j")

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
        "encoding": [_plain(row) for row in table.to_dict("records")],
        "unit_energy_j": _or_none(units.mean()),
        **{name: float(table[name].sum()) for name in ENERGIES},
        **{name: int(table[name].sum()) for name in ("pulses", "erases")},
        "worst_deviation": _or_none(deviation.max()),
        "highest_off_s": _or_none(off["measured_s"].max()),
        "within_tolerance": good,
        "array": array.name,
        "unit_s": array.unit_s,
        "tolerance": tolerance,
    }


def encoding_table(frame: pd.DataFrame, array: DeviceArray) -> pd.DataFrame:
    """One row a device, columns as `encode_device` names them."""
    pulses = pulse_table(frame)
    devices = frame[DEVICE.header].unique()
    return pd.DataFrame([encode_device(frame, pulses, device, array) for device in devices])


def encode_device(
    frame: pd.DataFrame, pulses: pd.DataFrame, device: str, array: DeviceArray
) -> dict[str, object]:
    """What became of one device.

    `device`; `weight` (multiple of the unit conductance); `target_s` or None; `limit_s` or None
    (where there is no target); `measured_s` (last verify reading, at 5 mV); `energy_j` (set pulses
    since the last erase); `retry_energy_j` (set pulses before it); `erase_energy_j`; `pulses` and
    `pulses_kept` (set pulses, all and since the last erase); `erases`.
    """
    rows = frame[frame[DEVICE.header] == device]
    target_s = float(rows[TARGET.header].iloc[0])
    weight = 0 if np.isnan(target_s) else round(target_s / array.unit_s)
    mine = pulses[pulses["device"] == device]
    program, erase = mine[mine["phase"] == "program"], mine[mine["phase"] == "erase"]
    kept = program[program["attempt"] == mine["attempt"].max()]
    return {
        "device": device,
        "weight": weight,
        "target_s": target_s if weight else None,
        "limit_s": None if weight else HIGH_RESISTANCE_LIMIT_S,
        "measured_s": last_verified_conductance(rows),
        "energy_j": float(kept["energy_j"].sum()),
        "retry_energy_j": float(program["energy_j"].sum() - kept["energy_j"].sum()),
        "erase_energy_j": float(erase["energy_j"].sum()),
        "pulses": len(program),
        "pulses_kept": len(kept),
        "erases": len(erase),
    }


def pulse_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Erase and set pulses: device, phase, attempt, start_s, width_s, energy_j, mean_power_w."""
    stress = frame[frame[PHASE.header].isin(PULSE_PHASES)]
    rows = [_one_pulse(rows) for _, rows in stress.groupby(APPLICATION.header, sort=False)]
    names = ["device", "phase", "attempt", "start_s", "width_s", "energy_j", "mean_power_w"]
    return pd.DataFrame(rows, columns=names)


def _one_pulse(rows: pd.DataFrame) -> dict[str, object]:
    width_s = float(rows[DWELL.header].sum())
    first = rows.iloc[0]
    middle_s = rows[ELAPSED.header] + APERTURE_S / 2
    energy_j = pulse_energy(middle_s, rows[VOLTAGE.header], rows[CURRENT.header], width_s)
    return {
        "device": first[DEVICE.header],
        "phase": first[PHASE.header],
        "attempt": int(first[ATTEMPT.header]),
        "start_s": float(first[TIME.header] - first[ELAPSED.header]),
        "width_s": width_s,
        "energy_j": energy_j,
        "mean_power_w": energy_j / width_s,
    }


def _plain(row: Mapping[Any, Any]) -> dict[str, object]:
    return {str(name): None if _is_nan(value) else value for name, value in row.items()}


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and np.isnan(value)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
