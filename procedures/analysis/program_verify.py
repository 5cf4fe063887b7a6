"""Where programming ended and what it took, from the recorded readings and pulses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from procedures.analysis.bursts import burst_table
from procedures.analysis.programmed import COST, programming_cost
from procedures.analysis.statistics import mean_with_interval
from procedures.columns import DEVICE, TARGET
from procedures.findings import Finding, Findings, or_none
from procedures.plots import Axis, Plot, Series

PROGRAMMED: Findings = {
    "device": Finding("", "device"),
    "target_s": Finding("S", "conductance aimed at"),
    "measured_s": Finding("S", "conductance at the last verify"),
    "measured_s_u95": Finding("S", "half-width of its 95 % interval, from the readings"),
    "deviation": Finding("%", "of the measured conductance from the target"),
    **COST,
}
"""What is found of one device brought to one target."""

FINDINGS: Findings = {
    "target_s": Finding("S", "conductance aimed at"),
    "worst_deviation": Finding("%", "largest deviation from the target at the verify, either way"),
    "within_tolerance": Finding("", "whether every device ended within the tolerance"),
    "energy_j": Finding("J", "mean energy of the set pulses since the last erase, per device"),
    "energy_j_u95": Finding("J", "half-width of the 95 % interval of that mean; none for one"),
    "pulses": Finding("", "set pulses of all devices, retries included"),
    "erases": Finding("", "erase pulses of all devices"),
    "devices": Finding("", "one row a device"),
    **{f"devices.{name}": finding for name, finding in PROGRAMMED.items()},
}


def program_results(frame: pd.DataFrame, tolerance: float) -> dict[str, object]:
    """Results of `program_verify`, named as in `FINDINGS`."""
    rows = [programmed_device(mine) for _, mine in frame.groupby(DEVICE.header, sort=False)]
    table = pd.DataFrame(rows)
    energy_j, energy_j_u95 = mean_with_interval(table["energy_j"])
    worst = float(table["deviation"].abs().max())
    return {
        "target_s": float(table["target_s"].iloc[0]),
        "worst_deviation": worst,
        "within_tolerance": worst <= tolerance,
        "energy_j": energy_j,
        "energy_j_u95": or_none(energy_j_u95),
        "pulses": int(table["pulses"].sum()),
        "erases": int(table["erases"].sum()),
        "devices": rows,
    }


def programmed_device(rows: pd.DataFrame) -> dict[str, Any]:
    """What is found of one device brought to one target: see `PROGRAMMED`."""
    verified = burst_table(rows, "verify").iloc[-1]
    target_s = float(rows[TARGET.header].iloc[0])
    return {
        "device": verified["device"],
        "target_s": target_s,
        "measured_s": float(verified["conductance_s"]),
        "measured_s_u95": float(verified["conductance_s_u95"]),
        "deviation": float(verified["conductance_s"]) / target_s - 1,
        **programming_cost(rows),
    }


def program_plots(frame: pd.DataFrame, target_s: float, tolerance: float) -> tuple[Plot, ...]:
    """Every reading between pulses, counted from the first; the target and its tolerance."""
    checks = burst_table(frame, "check")
    if checks.empty:
        return ()
    approaches = [
        Series(str(device), np.arange(1, len(rows) + 1), rows["conductance_s"], "both")
        for device, rows in checks.groupby("device", sort=False)
    ]
    longest = max(series.x.size for series in approaches)
    edges = [
        Series(label, [0.5, longest + 0.5], [level_s, level_s], "line")
        for label, level_s in (
            (f"target ± {100 * tolerance:g} %", target_s * (1 + tolerance)),
            ("", target_s * (1 - tolerance)),
        )
    ]
    return (
        Plot(
            name="approach",
            caption=(
                "Conductance one second after each set pulse. Where it falls the device was erased "
                "in between, after an overshoot or to try a weaker pulse. The two lines are the "
                "edges of the tolerance."
            ),
            x=Axis(label="set pulse"),
            y=Axis(label="conductance", unit="S"),
            series=(*approaches, *edges),
        ),
    )
