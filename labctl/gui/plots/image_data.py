"""An image as it comes from the clerk, checked once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labctl.gui.plots.colours import Kind


@dataclass(frozen=True, kw_only=True, eq=False)
class ImageData:
    """Values of shape (rows, columns) in SI base units; nan has not been measured yet."""

    name: str
    title: str
    unit: str
    values: NDArray[np.float64]
    low: float
    high: float
    log: bool
    kind: Kind

    @staticmethod
    def of(told: Mapping[str, Any]) -> ImageData:
        """An image of the clerk's; a diverging scale has 0 in its middle."""
        values = np.asarray(told["values"], np.float64)
        known = values[np.isfinite(values)]
        low = told.get("low")
        high = told.get("high")
        low = float(low if low is not None else np.min(known, initial=0.0))
        high = float(high if high is not None else np.max(known, initial=1.0))
        kind = told.get("kind") or "sequential"
        if kind == "diverging":
            farthest = max(abs(low), abs(high))
            low, high = -farthest, farthest
        return ImageData(
            name=told["name"],
            title=told.get("title") or told["name"].replace("_", " "),
            unit=told.get("unit") or "",
            values=values,
            low=low,
            high=high,
            log=told.get("scale") == "log",
            kind=kind,
        )

    @property
    def can_be_log(self) -> bool:
        """Whether a logarithmic scale can show it."""
        return self.kind != "diverging" and self.low > 0

    @property
    def missing(self) -> int:
        """Values that have not been measured."""
        return int(np.count_nonzero(~np.isfinite(self.values)))
