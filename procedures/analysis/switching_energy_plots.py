"""Figures of the switching energy: against ratio, against conductance, and what a claim implies."""

from __future__ import annotations

import numpy as np
import pandas as pd

from procedures.analysis.switching_energy import (
    Goals,
    chosen_pulses,
    energy_coefficient,
    energy_table,
    implied_table,
    squares_s2,
)
from procedures.plots import Axis, Plot, Series

CONDUCTANCES_S = np.logspace(-12, -3, 10)
"""Over which the claim is drawn: from what 1 ms would need to what filaments have."""


def energy_plots(frame: pd.DataFrame, goals: Goals, claimed_j: float) -> tuple[Plot, ...]:
    """Fig 3c and what it rests on; none before the first pulse."""
    pulses = energy_table(frame)
    if pulses.empty:
        return ()
    coefficient = energy_coefficient(chosen_pulses(pulses, goals))[0]
    return (
        _against_ratio(pulses, coefficient),
        _against_squares(pulses, coefficient),
        _implied(pulses, claimed_j),
    )


def _against_ratio(pulses: pd.DataFrame, coefficient: float) -> Plot:
    series: list[Series] = []
    for state, mine in pulses.groupby("state", sort=False):
        series += _points(str(state), mine["ratio"], mine)
        ratios = np.geomspace(max(mine["ratio"].min(), 1.05), mine["ratio"].max(), 50)
        line_j = coefficient * float(mine["before_s"].mean()) ** 2 * (ratios**2 - 1)
        series.append(Series(f"k·G²·(ratio² − 1) from {state}", ratios, line_j, "line"))
    return Plot(
        name="switching_energy",
        caption=(
            "Energy of single pulses against the ON/OFF ratio they reached. The lines have one "
            f"k = {coefficient:.3g} J/S², the mean of the resolved pulses that met a goal; G is "
            "the mean conductance before the pulses, of each start state."
        ),
        x=Axis(label="conductance after over before the pulse", scale="log"),
        y=Axis(label="switching energy", unit="J", scale="log"),
        series=tuple(series),
    )


def _against_squares(pulses: pd.DataFrame, coefficient: float) -> Plot:
    squares = squares_s2(pulses)
    series: list[Series] = []
    for state, mine in pulses.groupby("state", sort=False):
        series += _points(str(state), squares[mine.index], mine)
    ends = np.array([squares[squares > 0].min(), squares.max()])
    series.append(Series("proportional", ends, coefficient * ends, "line"))
    return Plot(
        name="energy_and_conductance",
        caption=(
            "Energy against the difference of squared conductances: a conductance that grows "
            "linearly in time makes one straight line of slope 1 for all start states."
        ),
        x=Axis(label="G² after the pulse − G² before it (S²)", scale="log"),
        y=Axis(label="switching energy", unit="J", scale="log"),
        series=tuple(series),
    )


def _implied(pulses: pd.DataFrame, claimed_j: float) -> Plot:
    voltage_v = float(pulses["amplitude_v"].abs().max())
    implied = implied_table(pulses, claimed_j)
    return Plot(
        name="implied_width",
        caption=(
            f"Longest pulse of {voltage_v:g} V that could cost {claimed_j:.3g} J, from the bound "
            "V²·G·t, with the conductances measured before the pulses; and the pulses "
            "that were played."
        ),
        x=Axis(label="conductance before the pulse", unit="S", scale="log"),
        y=Axis(label="pulse width", unit="s", scale="log"),
        series=(
            Series(
                f"{claimed_j:.3g} J",
                CONDUCTANCES_S,
                claimed_j / (voltage_v**2 * CONDUCTANCES_S),
                "line",
            ),
            Series("at the conductances measured", implied["before_s"], implied["width_s"]),
            Series("pulses played", pulses["before_s"], pulses["width_s"]),
        ),
    )


def _points(label: str, x: pd.Series, mine: pd.DataFrame) -> list[Series]:
    """Energies of one start state, those that are not resolved apart."""
    apart = {label: ~mine["unresolved"].astype(bool), f"{label}, unresolved": mine["unresolved"]}
    return [
        Series(name, x[chosen], mine.loc[chosen, "energy_j"])
        for name, chosen in ((name, mask.astype(bool)) for name, mask in apart.items())
        if chosen.any()
    ]
