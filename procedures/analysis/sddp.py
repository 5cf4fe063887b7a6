"""How linear the conductance follows the pulse duration, from the recorded readings alone."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from procedures.analysis.pulse_response import pulse_responses
from procedures.analysis.statistics import (
    LineFit,
    coefficient_of_variation,
    fit_line,
    mean_with_interval,
)
from procedures.findings import Finding, Findings, or_none, plain_records
from procedures.plots import Axis, Plot, Series

REPEATS_FOR_SCATTER = 3
"""From so many repeats on, the slope's interval is taken from how they differ."""

FINDINGS: Findings = {
    "slope_s_per_s": Finding("S/s", "change of conductance per duration of pulse, mean of devices"),
    "r_squared": Finding("", "share of the variance the line explains, lowest of the devices"),
    "worst_deviation": Finding("%", "largest of the devices' worst deviations from their lines"),
    "repeatability": Finding("%", "mean of the devices' scatter of the same pulse"),
    "pulses": Finding("", "pulses read before and after"),
    "limited_pulses": Finding("", "pulses that met the compliance"),
    "devices.device": Finding("", "name in the station's wiring"),
    "devices.slope_s_per_s": Finding("S/s", "change of conductance per duration of pulse"),
    "devices.intercept_s": Finding("S", "change of conductance the line has at no duration"),
    "devices.r_squared": Finding("", "of the line through all single pulses"),
    "devices.worst_deviation": Finding(
        "%", "largest distance of a duration's mean from the line, as a share of the line's span"
    ),
    "devices.repeatability": Finding(
        "%", "coefficient of variation of the change at one duration, mean over the durations"
    ),
    "devices.start_s": Finding("S", "mean conductance of the start state"),
    "durations.device": Finding("", "name in the station's wiring"),
    "durations.duration_s": Finding("s", "duration of all pulses since the start state"),
    "durations.change_s": Finding("S", "mean change of conductance since the start state"),
    "durations.variation": Finding("%", "coefficient of variation of the change"),
    "durations.pulses": Finding("", "how many were measured"),
}


DEVICE_COLUMNS = [
    "device",
    *("slope_s_per_s", "slope_s_per_s_u95", "intercept_s", "intercept_s_u95"),
    *("r_squared", "worst_deviation", "repeatability", "start_s"),
]
DURATION_COLUMNS = ["device", "duration_s", "change_s", "change_s_u95", "variation", "pulses"]


def sddp_results(frame: pd.DataFrame) -> dict[str, object]:
    """Results of `sddp`, as `FINDINGS` names them; None for what is not defined.

    With several devices the interval of the slope is that of their mean.
    """
    changes = _changes(frame)
    devices = _devices(changes)
    slope, slope_u95 = mean_with_interval(devices["slope_s_per_s"])
    if len(devices) == 1:
        slope_u95 = float(devices["slope_s_per_s_u95"].iloc[0])
    return {
        "slope_s_per_s": or_none(slope),
        "slope_s_per_s_u95": or_none(slope_u95),
        "r_squared": or_none(devices["r_squared"].min()),
        "worst_deviation": or_none(devices["worst_deviation"].max()),
        "repeatability": or_none(devices["repeatability"].mean()),
        "pulses": len(changes),
        "limited_pulses": int(changes["limited"].sum()),
        "devices": plain_records(devices),
        "durations": plain_records(_durations(changes)),
    }


def sddp_plots(frame: pd.DataFrame) -> tuple[Plot, ...]:
    """Fig 3a: the mean change at every duration, and the line through all pulses."""
    changes = _changes(frame)
    if changes.empty:
        return ()
    series: list[Series] = []
    for name, mine in changes.groupby("device", sort=False):
        means = _durations(mine)
        error = means["change_s_u95"].fillna(0.0)
        series.append(Series(str(name), means["duration_s"], means["change_s"], "points", error))
        fit = fit_line(mine["duration_s"], mine["change_s"])
        ends = np.array([mine["duration_s"].min(), mine["duration_s"].max()])
        series.append(Series("", ends, fit.intercept + fit.slope * ends, "line"))
    amplitude_v = changes["amplitude_v"].iloc[0]
    return (
        Plot(
            name="sddp",
            caption=(
                f"Change of conductance against the duration of pulses of {amplitude_v:+g} V: "
                "means with their 95 % intervals, and the least-squares line of all pulses."
            ),
            x=Axis(label="pulse duration", unit="s"),
            y=Axis(label="change of conductance", unit="S"),
            series=tuple(series),
        ),
    )


def _changes(frame: pd.DataFrame) -> pd.DataFrame:
    """Every pulse with its change since the start state and the duration that made it."""
    pulses = pulse_responses(frame)
    return pulses.assign(
        # To the nanosecond: the same duration, added up in another order, is the same.
        duration_s=pulses["exposed_s"].astype(float).round(9),
        change_s=(pulses["after_s"] - pulses["start_s"]).astype(float),
    )


def _devices(changes: pd.DataFrame) -> pd.DataFrame:
    rows = [_device(name, mine) for name, mine in changes.groupby("device", sort=False)]
    return pd.DataFrame(rows, columns=DEVICE_COLUMNS)


def _device(name: object, mine: pd.DataFrame) -> dict[str, object]:
    fit = fit_line(mine["duration_s"], mine["change_s"])
    slopes = [
        fit_line(series["duration_s"], series["change_s"]).slope
        for _, series in mine.groupby("repeat")
    ]
    by_scatter = len(slopes) >= REPEATS_FOR_SCATTER
    return {
        "device": str(name),
        "slope_s_per_s": fit.slope,
        "slope_s_per_s_u95": mean_with_interval(slopes)[1] if by_scatter else fit.slope_u95,
        "intercept_s": fit.intercept,
        "intercept_s_u95": fit.intercept_u95,
        "r_squared": fit.r_squared,
        "worst_deviation": _worst_deviation(mine, fit),
        "repeatability": float(_durations(mine)["variation"].mean()),
        "start_s": float(mine["start_s"].mean()),
    }


def _worst_deviation(mine: pd.DataFrame, fit: LineFit) -> float:
    means = mine.groupby("duration_s")["change_s"].mean()
    durations_s = means.index.to_numpy(dtype=np.float64)
    span = abs(fit.slope) * float(np.ptp(durations_s))
    distances = np.abs(means.to_numpy() - fit.intercept - fit.slope * durations_s)
    return float(distances.max()) / span if span > 0 else math.nan


def _durations(changes: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for (device, duration_s), same in changes.groupby(["device", "duration_s"], sort=False):
        mean, mean_u95 = mean_with_interval(same["change_s"])
        variation = coefficient_of_variation(same["change_s"])[0]
        rows.append((device, duration_s, mean, mean_u95, variation, len(same)))
    return pd.DataFrame(rows, columns=DURATION_COLUMNS)
