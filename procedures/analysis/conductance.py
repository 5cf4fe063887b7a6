"""Numbers from the readings of one application: conductance of a read burst, energy of a pulse."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from procedures.columns import APPLICATION, CURRENT, PHASE, SET_VOLTAGE

FloatArray = NDArray[np.float64]

APERTURE_S = 20e-6
"""Integration time of every reading; the instrument's stamp is its beginning."""


def slope_conductance(set_v: ArrayLike, current_a: ArrayLike) -> float:
    """Conductance (S) as the slope of current against requested voltage, through the origin.

    Both arrays have shape (n,). A source offset cancels when the readings stand at +V and -V
    equally often. nan when a reading overflowed or no voltage was applied.
    """
    volts = np.asarray(set_v, dtype=np.float64)
    amps = np.asarray(current_a, dtype=np.float64)
    weight = float(volts @ volts)
    return float(volts @ amps) / weight if weight > 0 else float("nan")


def pulse_energy(
    elapsed_s: ArrayLike, voltage_v: ArrayLike, current_a: ArrayLike, width_s: float
) -> float:
    """Energy (J) of one pulse that began at 0 s and lasted `width_s`: the integral of V times I.

    The arrays, shape (n,), hold the readings inside the pulse. The power runs in straight lines
    between readings and on beyond the first and the last; with one reading it is constant.
    """
    t = np.asarray(elapsed_s, dtype=np.float64)
    power_w = np.asarray(voltage_v, np.float64) * np.asarray(current_a, np.float64)
    if t.size == 1:
        return float(power_w[0]) * width_s
    first = power_w[0] - t[0] * (power_w[1] - power_w[0]) / (t[1] - t[0])
    last = power_w[-1] + (width_s - t[-1]) * (power_w[-1] - power_w[-2]) / (t[-1] - t[-2])
    return float(np.trapezoid(np.r_[first, power_w, last], np.r_[0.0, t, width_s]))


def last_verified_conductance(rows: pd.DataFrame) -> float:
    """Conductance (S) of one device from its last burst of the phase `verify`; nan without one."""
    return last_conductance(rows, ("verify",))


def last_conductance(rows: pd.DataFrame, phases: Collection[str]) -> float:
    """Conductance (S) of one device from its last burst of any of these phases; nan without one.

    An earlier burst may have overflowed: it was repeated on a larger range.
    """
    read = rows[rows[PHASE.header].isin(list(phases))]
    last = read[read[APPLICATION.header] == read[APPLICATION.header].max()]
    return slope_conductance(last[SET_VOLTAGE.header], last[CURRENT.header])
