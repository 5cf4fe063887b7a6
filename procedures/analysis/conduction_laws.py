"""Laws of conduction against temperature: thermionic emission, metallic conduction, and which."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import constants, special

from procedures.analysis.statistics import fit_line, student_factor

FloatArray = NDArray[np.float64]

K_EV_PER_K = constants.k / constants.e
SURE = 0.95
"""Share of the evidence from which a law is named."""
_ROUNDING = 1e-20
"""Residuals below 1e-10 are rounding: no law is better than another for it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Thermionic:
    """ln(R·T) is a line against 1/T; its slope is the barrier over k (Richardson, per volt)."""

    barrier_ev: float
    barrier_ev_u95: float
    r_squared: float
    """Of ln(R·T) against 1/T."""
    intercept: float
    residuals: FloatArray
    """Logarithm of measured over fitted resistance, shape (n,)."""

    def resistance_ohm(self, kelvin: ArrayLike) -> FloatArray:
        """What the line says at these temperatures."""
        t = np.asarray(kelvin, np.float64)
        return np.exp(self.intercept + self.barrier_ev / (K_EV_PER_K * t)) / t


@dataclass(frozen=True, kw_only=True, eq=False)
class Metallic:
    """R is a line in T; its slope over its value at the reference temperature is the TCR."""

    tcr_per_k: float
    tcr_per_k_u95: float
    reference_ohm: float
    reference_ohm_u95: float
    reference_k: float
    r_squared: float
    """Of R against T."""
    residuals: FloatArray
    """Measured over fitted resistance, less one, shape (n,)."""

    def resistance_ohm(self, kelvin: ArrayLike) -> FloatArray:
        """What the line says at these temperatures."""
        t = np.asarray(kelvin, np.float64)
        return self.reference_ohm * (1 + self.tcr_per_k * (t - self.reference_k))


@dataclass(frozen=True)
class Verdict:
    """Which law describes the data, and its share of the evidence (Akaike weight)."""

    law: str
    """`thermionic`, `metallic`, or `undecided`."""
    weight: float


def fit_thermionic(kelvin: ArrayLike, resistance_ohm: ArrayLike) -> Thermionic:
    """The line through ln(R·T) against 1/T; shapes (n,), n of two or more, all above zero."""
    t, r = np.asarray(kelvin, np.float64), np.asarray(resistance_ohm, np.float64)
    line = fit_line(1 / t, np.log(r * t))
    return Thermionic(
        barrier_ev=line.slope * K_EV_PER_K,
        barrier_ev_u95=line.slope_u95 * K_EV_PER_K,
        r_squared=line.r_squared,
        intercept=line.intercept,
        residuals=line.residuals,
    )


def fit_metallic(kelvin: ArrayLike, resistance_ohm: ArrayLike, reference_k: float) -> Metallic:
    """The line of R in T that deviates least, relative to R; shapes (n,), n of three or more."""
    t, r = np.asarray(kelvin, np.float64), np.asarray(resistance_ohm, np.float64)
    design = np.column_stack([1 / r, (t - reference_k) / r])
    (ohm, slope), *_ = np.linalg.lstsq(design, np.ones_like(r))
    fitted = ohm + slope * (t - reference_k)
    relative = 1 - fitted / r
    variance = float(relative @ relative) / (r.size - 2)
    covariance = variance * np.linalg.inv(design.T @ design)
    # d(slope / ohm), to first order
    gradient = np.array([-slope / ohm**2, 1 / ohm])
    factor = student_factor(r.size - 2)
    return Metallic(
        tcr_per_k=float(slope / ohm),
        tcr_per_k_u95=factor * math.sqrt(gradient @ covariance @ gradient),
        reference_ohm=float(ohm),
        reference_ohm_u95=factor * math.sqrt(covariance[0, 0]),
        reference_k=reference_k,
        r_squared=_explained(r, fitted),
        residuals=relative,
    )


def fit_linear(design: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Least-squares coefficients, and half-widths of their 95 % intervals, each of shape (k,).

    `design` has shape (n, k), `values` (n,); rows with a nan are left out, and everything is nan
    when they do not determine the coefficients.
    """
    usable = np.isfinite(design).all(axis=1) & np.isfinite(values)
    design, values = design[usable], values[usable]
    count, parameters = design.shape
    if count <= parameters or np.linalg.matrix_rank(design) < parameters:
        return np.full(parameters, math.nan), np.full(parameters, math.nan)
    found, *_ = np.linalg.lstsq(design, values)
    residuals = values - design @ found
    variance = float(residuals @ residuals) / (count - parameters)
    errors = np.sqrt(variance * np.diag(np.linalg.inv(design.T @ design)))
    return np.asarray(found, np.float64), student_factor(count - parameters) * errors


def compare(thermionic: Thermionic, metallic: Metallic) -> Verdict:
    """Which of two laws with as many parameters leaves the smaller relative residuals.

    The Akaike weight of a law is its likelihood over the sum of both, for independent residuals.
    """
    spreads = (_spread(metallic.residuals), _spread(thermionic.residuals))
    weight = float(special.expit(metallic.residuals.size / 2 * math.log(spreads[0] / spreads[1])))
    law, weight = max(("thermionic", weight), ("metallic", 1 - weight), key=lambda item: item[1])
    return Verdict(law if weight >= SURE else "undecided", weight)


def _explained(values: FloatArray, fitted: FloatArray) -> float:
    """Share of the variance; nan for values that do not vary, negative for a fit beside them."""
    if np.ptp(values) == 0:
        return math.nan
    return 1 - float(np.mean((values - fitted) ** 2) / np.var(values))


def akaike(residuals: FloatArray, parameters: int) -> float:
    """Akaike's criterion, corrected for few points: the lower, the better described.

    The spread of the residuals counts as a parameter; inf when there are too few points.
    """
    n, k = residuals.size, parameters + 1
    if n <= k + 1:
        return math.inf
    return n * math.log(_spread(residuals)) + 2 * k + 2 * k * (k + 1) / (n - k - 1)


def _spread(residuals: FloatArray) -> float:
    return max(float(np.mean(residuals**2)), _ROUNDING)
