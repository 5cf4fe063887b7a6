"""What many read pulses did to a conductance, from the readings before and after them."""

from __future__ import annotations

import math

import pandas as pd

from procedures.analysis.conductance import slope_conductance
from procedures.analysis.statistics import mean_with_interval
from procedures.columns import APPLICATION, CURRENT, DEVICE, PHASE, REPEAT, SET_VOLTAGE

CONTROL, BEFORE, DISTURB, AFTER = "control", "before", "disturb", "after"
"""Phases: a precise reading, another as long after it as a train takes, the train, a third."""

COLUMNS = [
    *("device", "level_v", "reads", "before_s", "change", "change_u95"),
    *("control_change", "control_change_u95"),
]


def disturb_table(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a train that was read before and after.

    `device`; `level_v` of the pulses; `reads`; `before_s` (conductance before them); `change`
    (relative); `control_change` (relative, over the same time at 0 V just before); intervals.
    """
    phases = frame[PHASE.header].isin((CONTROL, BEFORE, DISTURB, AFTER))
    trains = frame[phases].groupby([DEVICE.header, REPEAT.header], sort=False)
    rows = [_train(str(device), mine) for (device, _), mine in trains]
    return pd.DataFrame([row for row in rows if row is not None], columns=COLUMNS)


def _train(device: str, mine: pd.DataFrame) -> tuple[object, ...] | None:
    readings = dict(list(mine.groupby(PHASE.header)))
    if not {CONTROL, BEFORE, DISTURB, AFTER} <= readings.keys():
        return None
    control, before, after = (_precise(readings[phase]) for phase in (CONTROL, BEFORE, AFTER))
    pulses = readings[DISTURB]
    level_v = float(pulses[SET_VOLTAGE.header].iloc[0])
    return device, level_v, len(pulses), before[0], *_ratio(after, before), *_ratio(before, control)


def _precise(rows: pd.DataFrame) -> tuple[float, float]:
    """Mean conductance of several bursts, and its interval."""
    return mean_with_interval(
        [
            slope_conductance(burst[SET_VOLTAGE.header], burst[CURRENT.header])
            for _, burst in rows.groupby(APPLICATION.header)
        ]
    )


def _ratio(later: tuple[float, float], earlier: tuple[float, float]) -> tuple[float, float]:
    """Relative change from one reading to another, and its interval."""
    ratio = later[0] / earlier[0]
    return ratio - 1, ratio * math.hypot(later[1] / later[0], earlier[1] / earlier[0])
