"""Slow decay of a conductance as a power law of the time since its state was made."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from procedures.analysis.statistics import fit_line, student_factor

LONGEST_TIME_S = 1e30
"""Times beyond this are not given: nothing is known of them."""


@dataclass(frozen=True, kw_only=True)
class Decay:
    """G = G0 (t / t0)^-exponent, as a straight line of log G against log t."""

    exponent: float
    """Positive for a decay; nan with fewer than two readings."""
    exponent_u95: float
    scatter: float
    """Standard deviation of a single reading around the line, relative; nan below 3 readings."""
    log_intercept: float
    readings: int

    def conductance_s(self, age_s: ArrayLike) -> np.ndarray:
        """The fitted conductance at these ages, shape as given."""
        return np.exp(self.log_intercept - self.exponent * np.log(np.asarray(age_s, np.float64)))

    @property
    def reading_spread(self) -> float:
        """Half-width of the interval that holds 95 % of single readings, relative."""
        return student_factor(self.readings - 2) * self.scatter


def fit_decay(age_s: ArrayLike, conductance_s: ArrayLike) -> Decay:
    """Fit the power law; both arrays have shape (n,). Values not above zero are left out."""
    ages, values = np.asarray(age_s, np.float64), np.asarray(conductance_s, np.float64)
    usable = (ages > 0) & (values > 0)
    line = fit_line(np.log(ages[usable]), np.log(values[usable]))
    readings = int(usable.sum())
    free = readings - 2
    scatter = math.sqrt(float(line.residuals @ line.residuals) / free) if free > 0 else math.nan
    return Decay(
        exponent=-line.slope,
        exponent_u95=line.slope_u95,
        scatter=scatter,
        log_intercept=line.intercept,
        readings=readings,
    )


def time_to_loss(exponent: float, loss: float, reference_s: float) -> float | None:
    """When a share `loss` of the conductance at `reference_s` is lost (s); None for never.

    Never stands for what does not decay, and for anything beyond 1e30 s.
    """
    if not exponent > 0:
        return None
    log_time = math.log(reference_s) - math.log1p(-loss) / exponent
    return math.exp(log_time) if log_time < math.log(LONGEST_TIME_S) else None
