"""Readings of held states against the time since each state was made."""

from __future__ import annotations

import numpy as np
import pandas as pd

from procedures.analysis.bursts import burst_table
from procedures.columns import DEVICE, DUE, PHASE, REPEAT, STATE, TARGET, TIME

MAKING_PHASES = ("erase", "program", "prepare")
"""Phases of the waveforms that make a state; the last of them begins its age."""

_NAMES = {REPEAT: "round", STATE: "state", DUE: "due_s", TARGET: "target_s"}


def held_table(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a reading of a held state, in the order taken.

    Columns: `device`, `round` (from 1), `state`, `due_s`, `age_s` (time since the last pulse that
    made the state; for a state that was found, since the run took it), `target_s` (nan for a state
    without one), `conductance_s`, `conductance_s_u95`.
    """
    table = burst_table(frame, "hold", tuple(_NAMES)).rename(
        columns={column.header: name for column, name in _NAMES.items()}
    )
    making = frame[frame[PHASE.header].isin(MAKING_PHASES)]
    made_s = making.groupby([DEVICE.header, REPEAT.header])[TIME.header].max()
    begun_s = [made_s.get((row.device, row.round), np.nan) for row in table.itertuples(index=False)]
    table["age_s"] = table["time_s"] - np.asarray(begun_s, np.float64)
    found = table["age_s"].isna()
    first = table.groupby(["device", "round"], sort=False)[["time_s", "due_s"]].transform("first")
    since_first_s = table["time_s"] - first["time_s"] + first["due_s"]
    table.loc[found, "age_s"] = since_first_s[found]
    return table.drop(columns="time_s")
