"""What it took to program a device, from its recorded pulses."""

from __future__ import annotations

import pandas as pd

from procedures.analysis.kernel_encoding import pulse_table
from procedures.columns import PHASE, SET_VOLTAGE
from procedures.findings import Finding, Findings

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
