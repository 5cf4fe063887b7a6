"""What may come between a meter's readings and the instrument that reports them."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim_backend.physics.front_end import Readings

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


class Spoiler(Protocol):
    """Changes readings before they are reported."""

    def spoil(
        self,
        number: int,
        starts_s: FloatArray,
        readings: Readings,
        limited: BoolArray,
        limit_a: float,
    ) -> tuple[Readings, BoolArray]:
        """Readings from a running number on, and whether the limit acts; shape (n,) each."""
        ...
