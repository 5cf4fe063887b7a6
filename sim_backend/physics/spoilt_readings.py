"""What may come between a meter's readings and the instrument that reports them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim_backend.physics.front_end import Readings

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class TakenReadings:
    """Readings before they are reported; arrays have shape (n,)."""

    number: int
    """Running number of the first, over all readings of the bench."""
    starts_s: FloatArray
    readings: Readings
    limited: BoolArray
    """Whether the limit acts."""
    limit_a: float


class Spoiler(Protocol):
    """Changes readings before they are reported."""

    def spoil(self, taken: TakenReadings) -> TakenReadings:
        """The same readings as they will be reported."""
        ...


def spoilt(taken: TakenReadings, spoilers: Iterable[Spoiler]) -> TakenReadings:
    """What one spoiler after the other leaves of readings."""
    for spoiler in spoilers:
        taken = spoiler.spoil(taken)
    return taken
