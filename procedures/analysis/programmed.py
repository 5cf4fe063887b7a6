"""What it took to program a device, from its recorded pulses."""

from __future__ import annotations

import pandas as pd

from procedures.analysis.conductance import APERTURE_S, pulse_energy
from procedures.columns import (
    APPLICATION,
    ATTEMPT,
    CURRENT,
    DEVICE,
    DWELL,
    ELAPSED,
    PHASE,
    SET_VOLTAGE,
    TIME,
    VOLTAGE,
)
from procedures.findings import Finding, Findings

PULSE_PHASES = ("erase", "program")
READ_PHASES = ("erased", "check", "verify")
"""Bursts that read the conductance: after an erase, after a set pulse, and at the end."""

COST: Findings = {
    "pulses": Finding("", "set pulses, those before the last erase included"),
    "pulses_kept": Finding("", "set pulses since the last erase"),
    "erases": Finding("", "erase pulses"),
    "energy_j": Finding("J", "set pulses since the last erase, the integral of V times I"),
    "retry_energy_j": Finding("J", "set pulses whose effect was erased again"),
    "erase_energy_j": Finding("J", "erase pulses"),
    "amplitude_v": Finding("V", "amplitude of the last set pulse"),
}


def programming_cost(rows: pd.DataFrame) -> dict[str, object]:
    """Pulses and energies of one device brought to one target; names as in `COST`.

    `rows` are all recorded rows of the device from its first erase to its verify.
    """
    pulses = pulse_table(rows)
    program, erase = (pulses[pulses["phase"] == phase] for phase in ("program", "erase"))
    kept = program[program["attempt"] == pulses["attempt"].max()]
    levels_v = rows.loc[rows[PHASE.header] == "program", SET_VOLTAGE.header]
    return {
        "pulses": len(program),
        "pulses_kept": len(kept),
        "erases": len(erase),
        "energy_j": float(kept["energy_j"].sum()),
        "retry_energy_j": float(program["energy_j"].sum() - kept["energy_j"].sum()),
        "erase_energy_j": float(erase["energy_j"].sum()),
        "amplitude_v": float(levels_v.iloc[-1]) if len(levels_v) else None,
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
