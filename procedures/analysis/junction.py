"""A thermionic junction among other resistances: what bends the line of ln(R·T) at its ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from procedures.analysis.conduction_laws import K_EV_PER_K, Thermionic, akaike
from procedures.analysis.statistics import FloatArray, student_factor

BETTER_BY = 2.0
"""A further resistance is believed when Akaike's criterion falls by so much."""


@dataclass(frozen=True, kw_only=True)
class Junction:
    """A thermionic junction, a resistance in series with it, and a leak beside both.

    Neither of the two changes with temperature; what the data do not ask for is nan.
    """

    barrier_ev: float
    barrier_ev_u95: float
    series_ohm: float
    series_ohm_u95: float
    leak_s: float
    leak_s_u95: float


@dataclass(frozen=True)
class _Fit:
    """Intercept, barrier (eV), then shares of the smallest R and of the smallest 1/R."""

    values: FloatArray
    u95: FloatArray
    criterion: float


def fit_junction(kelvin: ArrayLike, resistance_ohm: ArrayLike, plain: Thermionic) -> Junction:
    """The junction behind R(T), shapes (n,), starting from the line that fits best.

    Least squares of ln R. Series resistance and leak are each taken in only where the data ask
    for them.
    """
    t, r = np.asarray(kelvin, np.float64), np.asarray(resistance_ohm, np.float64)
    best = _Fit(
        values=np.array([plain.intercept, plain.barrier_ev, math.nan, math.nan]),
        u95=np.array([math.nan, plain.barrier_ev_u95, math.nan, math.nan]),
        criterion=akaike(plain.residuals, 2),
    )
    for further in ((2,), (3,), (2, 3)):
        found = _fit(t, r, plain, further)
        if found is not None and found.criterion < best.criterion - BETTER_BY:
            best = found
    (_, barrier_ev, series, leak), (_, barrier_u95, series_u95, leak_u95) = best.values, best.u95
    smallest_ohm, smallest_s = r.min(), 1 / r.max()
    return Junction(
        barrier_ev=float(barrier_ev),
        barrier_ev_u95=float(barrier_u95),
        series_ohm=float(series * smallest_ohm),
        series_ohm_u95=float(series_u95 * smallest_ohm),
        leak_s=float(leak * smallest_s),
        leak_s_u95=float(leak_u95 * smallest_s),
    )


def _fit(t: FloatArray, r: FloatArray, plain: Thermionic, further: Sequence[int]) -> _Fit | None:
    """The fit with some of the further parameters; None where there is none."""
    used = [0, 1, *further]
    if r.size <= len(used) + 2:
        return None

    def residuals(parameters: FloatArray) -> FloatArray:
        intercept, barrier_ev, series, leak = _all(parameters, used, 0.0)
        junction_ohm = np.exp(intercept + barrier_ev / (K_EV_PER_K * t)) / t
        siemens = 1 / (junction_ohm + series * r.min()) + leak / r.max()
        return np.log(r * siemens)

    start = [plain.intercept, plain.barrier_ev, *(0.1 for _ in further)]
    low, high = (
        [-np.inf, -np.inf, *(0.0 for _ in further)],
        [np.inf, np.inf, *(1.0 for _ in further)],
    )
    found = optimize.least_squares(residuals, start, bounds=(low, high), x_scale="jac")
    slopes = cast(FloatArray, found.jac)
    curvature = slopes.T @ slopes
    if not found.success or np.linalg.matrix_rank(curvature) < len(used):
        return None
    variance = float(found.fun @ found.fun) / (r.size - len(used))
    u95 = student_factor(r.size - len(used)) * np.sqrt(variance * np.diag(np.linalg.inv(curvature)))
    return _Fit(
        values=_all(found.x, used, math.nan),
        u95=_all(u95, used, math.nan),
        criterion=akaike(found.fun, len(used)),
    )


def _all(parameters: FloatArray, used: Sequence[int], absent: float) -> FloatArray:
    values = np.full(4, absent)
    values[used] = parameters
    return values
