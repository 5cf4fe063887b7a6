"""Conductances of read bursts, one row a burst, each with the uncertainty its readings show."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from procedures.analysis.statistics import fit_line
from procedures.columns import APPLICATION, CURRENT, DEVICE, PHASE, SET_VOLTAGE, TIME, Column


def burst_table(frame: pd.DataFrame, phase: str, carried: Sequence[Column] = ()) -> pd.DataFrame:
    """The bursts of one phase, in the order taken.

    Columns: `device`; `time_s` (middle of the burst, the run's clock); `conductance_s` (slope of
    current against requested voltage, so that a source offset cancels) and `conductance_s_u95`;
    and those of `carried` under their headers. A burst that overflowed is left out: it was
    repeated on a larger range.
    """
    rows = frame[frame[PHASE.header] == phase]
    bursts = [
        _burst(burst, carried)
        for _, burst in rows.groupby(APPLICATION.header, sort=False)
        if np.isfinite(burst[CURRENT.header]).all()
    ]
    names = ["device", "time_s", "conductance_s", "conductance_s_u95"]
    return pd.DataFrame(bursts, columns=[*names, *(column.header for column in carried)])


def _burst(rows: pd.DataFrame, carried: Sequence[Column]) -> dict[str, object]:
    line = fit_line(rows[SET_VOLTAGE.header], rows[CURRENT.header])
    first = rows.iloc[0]
    return {
        "device": first[DEVICE.header],
        "time_s": float(rows[TIME.header].mean()),
        "conductance_s": line.slope,
        "conductance_s_u95": line.slope_u95,
        **{column.header: first[column.header] for column in carried},
    }
