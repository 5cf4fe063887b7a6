"""Points of a temperature sweep: one resistance at one temperature from each burst of readings."""

from __future__ import annotations

import math

import pandas as pd

from procedures.analysis.statistics import fit_line
from procedures.columns import (
    APPLICATION,
    CURRENT,
    DEVICE,
    PHASE,
    REPEAT,
    SET_VOLTAGE,
    TEMPERATURE,
    TIME,
)

DIRECTIONS = ("cooling", "heating")
AMPLITUDE = "amplitude"
"""Phase of the readings at twice the bias."""
STRESS_PHASES = ("prepare", "program", "erase")
"""Phases whose pulses make a state."""
POINT_COLUMNS = (
    *("device", "phase", "repeat", "age_s", "kelvin"),
    *("ohm", "ohm_u95", "counts"),
)
RESOLVED = 0.1
"""A reading counts when its conductance is known to this share of itself."""


def point_table(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a reading, in the order taken: `POINT_COLUMNS`.

    Of readings taken again on another range, the last. `age_s` is the time since the device's
    state was made, or since the run began; `counts` tells the readings that are resolved, at a
    known temperature.
    """
    readings = frame[frame[PHASE.header].isin((*DIRECTIONS, AMPLITUDE))]
    keys = [DEVICE.header, PHASE.header, REPEAT.header]
    last = readings.groupby(keys)[APPLICATION.header].transform("max")
    chosen = readings[readings[APPLICATION.header] == last]
    made_s = _made_at_s(frame)
    rows = [_point(rows, made_s) for _, rows in chosen.groupby(APPLICATION.header)]
    return pd.DataFrame(rows, columns=list(POINT_COLUMNS))


def _made_at_s(frame: pd.DataFrame) -> pd.DataFrame:
    """When pulses last changed a device: columns device and time_s, rising in time."""
    stress = frame[frame[PHASE.header].isin(STRESS_PHASES)]
    begin = pd.DataFrame({"device": frame[DEVICE.header].unique(), "time_s": 0.0})
    made = stress.groupby([DEVICE.header, APPLICATION.header])[TIME.header].max().reset_index()
    made = made.rename(columns={DEVICE.header: "device", TIME.header: "time_s"})
    return pd.concat([begin, made[["device", "time_s"]]], ignore_index=True)


def _point(rows: pd.DataFrame, made: pd.DataFrame) -> dict[str, object]:
    first = rows.iloc[0]
    # Both signs stand in a burst equally often, so that an offset goes into the intercept alone.
    line = fit_line(rows[SET_VOLTAGE.header], rows[CURRENT.header])
    whole = bool(rows[CURRENT.header].notna().all())
    # Readings that were saved out of the source after an interruption have no temperature.
    kelvin = float(rows[TEMPERATURE.header].mean())
    known = whole and math.isfinite(kelvin)
    counts = known and line.slope > 0 and line.slope_u95 <= RESOLVED * line.slope
    ohm = 1 / line.slope if counts else math.nan
    time_s = float(rows[TIME.header].mean())
    before = made[(made["device"] == first[DEVICE.header]) & (made["time_s"] < time_s)]
    return {
        "device": first[DEVICE.header],
        "phase": first[PHASE.header],
        "repeat": int(first[REPEAT.header]),
        "age_s": time_s - float(before["time_s"].max()),
        "kelvin": kelvin,
        "ohm": ohm,
        "ohm_u95": line.slope_u95 * ohm**2,
        "counts": counts,
    }
