"""Figures as data: what is drawn against what. Whoever shows them chooses how (report, window)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
Style = Literal["points", "line", "both", "bars"]
Scale = Literal["linear", "log"]


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One axis: what stands on it, in which SI unit ("" for a plain number, "%" for fractions)."""

    label: str
    unit: str = ""
    scale: Scale = "linear"
    categories: tuple[str, ...] = ()
    """Names for the positions 0, 1, 2, ... (devices, say) instead of numbers."""


@dataclass(frozen=True, eq=False)
class Series:
    """One set of points; `x`, `y`, and `error` have shape (n,). nan is left out.

    Raises `ValueError` for unequal lengths.
    """

    label: str
    """For the legend; "" for none."""
    x: FloatArray
    y: FloatArray
    style: Style = "points"
    error: FloatArray | None = None
    """Half-width of the interval around each y."""

    def __init__(
        self,
        label: str,
        x: ArrayLike,
        y: ArrayLike,
        style: Style = "points",
        error: ArrayLike | None = None,
    ) -> None:
        columns = {"x": x, "y": y} | ({} if error is None else {"error": error})
        arrays = {name: np.asarray(values, np.float64) for name, values in columns.items()}
        if len({array.shape for array in arrays.values()}) != 1 or arrays["x"].ndim != 1:
            shapes = {name: array.shape for name, array in arrays.items()}
            raise ValueError(f"series {label!r}: one row of equal length each, not {shapes}")
        for name, value in {"label": label, "style": style, "error": None, **arrays}.items():
            object.__setattr__(self, name, value)


@dataclass(frozen=True, kw_only=True)
class Plot:
    """One figure of a procedure."""

    name: str
    """File name without ending; unique within the procedure."""
    caption: str
    """What is seen, with what is needed to read it."""
    x: Axis
    y: Axis
    series: tuple[Series, ...]
