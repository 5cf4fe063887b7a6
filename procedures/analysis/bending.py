"""How conductances change with the number of bends, device by device."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from procedures.analysis.bursts import burst_table
from procedures.analysis.statistics import mean_with_interval
from procedures.columns import BEND_RADIUS, BENDS, STATE
from procedures.findings import Finding, Findings, or_none
from procedures.plots import Axis, Plot, Series

CHECKPOINT = "checkpoint"
"""Phase of the readings at a checkpoint."""

FINDINGS: Findings = {
    "bends": Finding("", "bends at the last checkpoint"),
    "radius_m": Finding("m", "radius of the bends, as asked for"),
    "worst_change": Finding("%", "largest change of any device at any checkpoint, since the first"),
    "worst_device": Finding("", "the device that changed so"),
    "mean_change": Finding("%", "mean change at the last checkpoint, over devices and states"),
    "mean_change_u95": Finding("%", "half-width of the 95 % interval of that mean"),
    "spread_of_change": Finding("%", "standard deviation of those changes"),
    "bent_over_flat": Finding("%", "change from flat to bent at the same checkpoint, mean"),
    "bent_over_flat_u95": Finding("%", "half-width of its 95 % interval"),
    "smallest_ratio": Finding("", "highest state over lowest at the worst checkpoint; means"),
    "devices": Finding("", "one row a device, state, and shape of the sample"),
    "devices.device": Finding("", "device"),
    "devices.state": Finding("", "state it was brought to"),
    "devices.sample": Finding("", "whether the sample was flat or bent"),
    "devices.first_conductance_s": Finding("S", "before the first bend"),
    "devices.last_conductance_s": Finding("S", "at the last checkpoint"),
    "devices.change": Finding("%", "from the first to the last checkpoint"),
    "devices.change_u95": Finding("%", "half-width of its 95 % interval, from the readings' noise"),
    "devices.worst_change": Finding("%", "largest change at any checkpoint"),
    "devices.worst_at_bends": Finding("", "number of bends at which that was"),
}


def bending_results(frame: pd.DataFrame, radius_m: float) -> dict[str, object]:
    """Results of `bending`, named as in `FINDINGS`; `radius_m` is that of the bends."""
    table = bending_table(frame)
    rows = [_device_row(rows) for _, rows in _by_device(table)]
    changes = [row["change"] for row in rows]
    mean, mean_u95 = mean_with_interval(changes)
    worst = max(rows, key=lambda row: abs(row["worst_change"]))
    bent, bent_u95 = mean_with_interval(_bent_over_flat(table))
    return {
        "bends": int(table["bends"].max()),
        "radius_m": radius_m,
        "worst_change": worst["worst_change"],
        "worst_device": worst["device"],
        "mean_change": mean,
        "mean_change_u95": or_none(mean_u95),
        "spread_of_change": float(np.std(changes, ddof=1)) if len(changes) > 1 else None,
        "bent_over_flat": or_none(bent),
        "bent_over_flat_u95": or_none(bent_u95),
        "smallest_ratio": _smallest_ratio(table),
        "devices": rows,
    }


def bending_table(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a reading, in the order taken.

    Columns: `device`, `state`, `bends`, `radius_m` (inf when flat), `sample` (flat or bent),
    `conductance_s`, `conductance_s_u95`.
    """
    table = burst_table(frame, CHECKPOINT, (STATE, BEND_RADIUS, BENDS)).rename(
        columns={STATE.header: "state", BEND_RADIUS.header: "radius_m", BENDS.header: "bends"}
    )
    table["sample"] = np.where(np.isinf(table["radius_m"].astype(float)), "flat", "bent")
    return table


def bending_plots(frame: pd.DataFrame) -> tuple[Plot, ...]:
    """Conductance, and its change since the first reading, against the number of bends."""
    table = bending_table(frame)
    if table.empty:
        return ()
    bends = Axis(label="bends")
    curves = [(_label(rows), rows, _changes(rows)) for _, rows in _by_device(table)]
    return (
        Plot(
            name="bending",
            caption="Conductance at 5 mV against the number of bends, device by device.",
            x=bends,
            y=Axis(label="conductance", unit="S", scale="log"),
            series=tuple(
                Series(label, rows["bends"], rows["conductance_s"], "both")
                for label, rows, _ in curves
            ),
        ),
        Plot(
            name="change",
            caption="Change since the reading before the first bend, device by device.",
            x=bends,
            y=Axis(label="change of conductance", unit="%"),
            series=tuple(
                Series(label, rows["bends"], change, "both") for label, rows, change in curves
            ),
        ),
    )


def _device_row(rows: pd.DataFrame) -> dict[str, Any]:
    first, last = rows.iloc[0], rows.iloc[-1]
    changes = _changes(rows)
    worst = int(np.argmax(np.abs(changes)))
    noise = math.hypot(
        *(float(end["conductance_s_u95"] / end["conductance_s"]) for end in (first, last))
    )
    return {
        "device": first["device"],
        "state": first["state"],
        "sample": first["sample"],
        "first_conductance_s": float(first["conductance_s"]),
        "last_conductance_s": float(last["conductance_s"]),
        "change": float(changes[-1]),
        "change_u95": or_none((1 + float(changes[-1])) * noise),
        "worst_change": float(changes[worst]),
        "worst_at_bends": int(rows["bends"].iloc[worst]),
    }


def _changes(rows: pd.DataFrame) -> np.ndarray:
    values = rows["conductance_s"].to_numpy(float)
    return values / values[0] - 1


def _bent_over_flat(table: pd.DataFrame) -> np.ndarray:
    """Relative change from flat to bent of every device at every checkpoint read both ways."""
    pairs = table.pivot_table(
        index=["device", "state", "bends"], columns="sample", values="conductance_s"
    )
    if not {"flat", "bent"} <= set(pairs.columns):
        return np.empty(0)
    return (pairs["bent"] / pairs["flat"] - 1).dropna().to_numpy()


def _smallest_ratio(table: pd.DataFrame) -> float | None:
    means = table.pivot_table(index=["bends", "sample"], columns="state", values="conductance_s")
    if means.shape[1] < 2:
        return None
    return or_none(float((means.max(axis=1) / means.min(axis=1)).min()))


def _by_device(table: pd.DataFrame) -> Any:
    return table.groupby(["device", "state", "sample"], sort=False)


def _label(rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    return f"{first['device']}: {first['state']}, {first['sample']}"
