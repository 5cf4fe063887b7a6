"""Figures of the read accuracy: deviation against voltage, currents, and histogram."""

from __future__ import annotations

import numpy as np
import pandas as pd

from procedures.analysis.read_accuracy import reading_table
from procedures.plots import Axis, Plot, Series

HISTOGRAM_EDGES = np.linspace(-0.1, 0.1, 41)


def accuracy_plots(frame: pd.DataFrame) -> tuple[Plot, ...]:
    """Fig 4d, 4e; none before the first reading."""
    readings = reading_table(frame)
    if readings.empty:
        return ()
    return _deviations(readings), _currents(readings), _histogram(readings)


def _deviations(readings: pd.DataFrame) -> Plot:
    series = []
    for name, mine in readings.groupby("device", sort=False):
        mean = mine["deviation"].abs().groupby(mine["set_v"]).mean()
        series.append(Series(str(name), mean.index, mean))
    runs = readings["run"].nunique()
    return Plot(
        name="read_accuracy",
        caption=(
            "Deviation of the read current from requested voltage times verified conductance, in "
            f"magnitude, mean of {runs} run{'s' if runs > 1 else ''}."
        ),
        x=Axis(label="reading voltage", unit="V"),
        y=Axis(label="deviation", unit="%", scale="log"),
        series=tuple(series),
    )


def _currents(readings: pd.DataFrame) -> Plot:
    series = []
    for name, mine in readings.groupby("device", sort=False):
        first = mine[mine["run"] == mine["run"].min()].sort_values("set_v")
        series.append(Series(str(name), first["set_v"], first["current_a"]))
        series.append(Series("", first["set_v"], first["arithmetic_a"], "line"))
    return Plot(
        name="read_currents",
        caption=(
            "Measured currents of the first run (points), and requested voltage times the "
            "conductance verified before it (lines)."
        ),
        x=Axis(label="reading voltage", unit="V"),
        y=Axis(label="current", unit="A"),
        series=tuple(series),
    )


def _histogram(readings: pd.DataFrame) -> Plot:
    middles = (HISTOGRAM_EDGES[1:] + HISTOGRAM_EDGES[:-1]) / 2
    series = []
    for name, mine in readings.groupby("device", sort=False):
        counts = np.histogram(mine["deviation"], HISTOGRAM_EDGES)[0]
        series.append(Series(str(name), middles, counts / len(mine), "bars"))
    beyond = float((readings["deviation"].abs() > HISTOGRAM_EDGES[-1]).mean())
    return Plot(
        name="deviation_histogram",
        caption=(
            "How often a reading deviates by how much, all runs; "
            f"{beyond:.1%} of the readings lie beyond the ends."
        ),
        x=Axis(label="deviation", unit="%"),
        y=Axis(label="share of the readings", unit="%"),
        series=tuple(series),
    )
