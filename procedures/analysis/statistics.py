"""Statistics that several analyses share: estimates with half-widths of their 95 % intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

FloatArray = NDArray[np.float64]
CONFIDENCE = 0.95


@dataclass(frozen=True, eq=False)
class LineFit:
    """A least-squares line; whatever the points do not determine is nan."""

    slope: float
    intercept: float
    slope_u95: float
    """Half-width of the 95 % interval; nan with fewer than three points."""
    intercept_u95: float
    r_squared: float
    """Share of the variance of y that the line explains; nan for a y that does not vary."""
    residuals: FloatArray
    """y minus the line, shape (n,), in the order of the finite points."""


def fit_line(x: ArrayLike, y: ArrayLike) -> LineFit:
    """The line through (x, y), shapes (n,); points with a nan are left out.

    The intervals are Student's, for independent residuals of equal spread.
    """
    points = np.column_stack([np.asarray(x, np.float64), np.asarray(y, np.float64)])
    points = points[np.isfinite(points).all(axis=1)]
    count = len(points)
    if count < 2 or np.ptp(points[:, 0]) == 0:
        return LineFit(*(math.nan,) * 5, residuals=np.full(count, math.nan))
    fit = stats.linregress(points[:, 0], points[:, 1])
    residuals = points[:, 1] - (fit.intercept + fit.slope * points[:, 0])
    width = student_factor(count - 2)
    return LineFit(
        slope=float(fit.slope),
        intercept=float(fit.intercept),
        slope_u95=width * float(fit.stderr),
        intercept_u95=width * float(fit.intercept_stderr),
        r_squared=float(fit.rvalue**2) if np.ptp(points[:, 1]) > 0 else math.nan,
        residuals=residuals,
    )


def mean_with_interval(values: ArrayLike) -> tuple[float, float]:
    """Mean and half-width of its 95 % interval; nan values are left out, nan where undefined."""
    finite = _finite(values)
    if finite.size == 0:
        return math.nan, math.nan
    if finite.size == 1:
        return float(finite[0]), math.nan
    error = float(finite.std(ddof=1)) / math.sqrt(finite.size)
    return float(finite.mean()), student_factor(finite.size - 1) * error


def coefficient_of_variation(values: ArrayLike) -> tuple[float, float]:
    """Standard deviation over mean, and the half-width of its 95 % interval.

    nan values are left out; nan for fewer than two values or a mean of zero. The interval is the
    large-sample one for independent normal values: relative variance 1/(2(n-1)) + cv²/n.
    """
    finite = _finite(values)
    if finite.size < 2 or finite.mean() == 0:
        return math.nan, math.nan
    ratio = float(finite.std(ddof=1) / abs(finite.mean()))
    relative = math.sqrt(1 / (2 * (finite.size - 1)) + ratio**2 / finite.size)
    return ratio, student_factor(finite.size - 1) * ratio * relative


def student_factor(degrees: int) -> float:
    """How many standard errors the half-width of a 95 % interval has; nan without a degree."""
    if degrees < 1:
        return math.nan
    return float(stats.t.ppf((1 + CONFIDENCE) / 2, degrees))


def _finite(values: ArrayLike) -> FloatArray:
    array = np.asarray(values, np.float64).ravel()
    return array[np.isfinite(array)]
