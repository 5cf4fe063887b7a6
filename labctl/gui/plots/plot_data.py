"""A plot as it comes from the clerk, checked once, so that nobody else has to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Style = Literal["points", "line", "both", "bars"]


@dataclass(frozen=True, kw_only=True)
class AxisData:
    """What stands on an axis, in which SI unit ("%" for fractions)."""

    label: str
    unit: str = ""
    log: bool = False
    categories: tuple[str, ...] = ()
    """Names of the positions 0, 1, 2, ...; empty for an axis of numbers."""

    @staticmethod
    def of(told: Mapping[str, Any]) -> AxisData:
        """An axis of the clerk's."""
        return AxisData(
            label=told["label"],
            unit=told.get("unit") or "",
            log=told.get("scale") == "log",
            categories=tuple(told.get("categories") or ()),
        )

    @property
    def title(self) -> str:
        """Label and unit, for a column of a table."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass(frozen=True, kw_only=True, eq=False)
class SeriesData:
    """One set of points; `x`, `y`, and `error` have shape (n,), nan is left out."""

    label: str
    x: FloatArray
    y: FloatArray
    style: Style = "points"
    error: FloatArray | None = None

    @staticmethod
    def of(told: Mapping[str, Any]) -> SeriesData:
        """A series of the clerk's."""
        error = told.get("error")
        return SeriesData(
            label=told.get("label") or "",
            x=np.asarray(told["x"], np.float64),
            y=np.asarray(told["y"], np.float64),
            style=told.get("style") or "points",
            error=None if error is None else np.asarray(error, np.float64),
        )

    def same_as(self, other: SeriesData) -> bool:
        """Whether it would look the same."""
        return self.style == other.style and all(
            mine is theirs
            or (
                mine is not None
                and theirs is not None
                and np.array_equal(mine, theirs, equal_nan=True)
            )
            for mine, theirs in ((self.x, other.x), (self.y, other.y), (self.error, other.error))
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class PlotData:
    """One plot."""

    name: str
    caption: str
    x: AxisData
    y: AxisData
    series: tuple[SeriesData, ...]

    @staticmethod
    def of(told: Mapping[str, Any]) -> PlotData:
        """A plot of the clerk's."""
        return PlotData(
            name=told["name"],
            caption=told.get("caption") or "",
            x=AxisData.of(told["x"]),
            y=AxisData.of(told["y"]),
            series=tuple(SeriesData.of(series) for series in told["series"]),
        )

    @property
    def title(self) -> str:
        """The name as words; that of a signal without the prefix that makes it unique."""
        return self.name.removeprefix("signal_").replace("_", " ")


def drawn(values: FloatArray, log: bool) -> FloatArray:
    """Values as coordinates of the canvas; what a logarithmic axis cannot show is nan."""
    if not log:
        return np.where(np.isfinite(values), values, np.nan)
    return np.log10(np.where(np.isfinite(values) & (values > 0), values, np.nan))


def value_at(coordinate: float, log: bool) -> float:
    """The value that stands at a coordinate of the canvas."""
    if not log:
        return coordinate
    return 10.0**coordinate if abs(coordinate) < 300 else float("nan")
