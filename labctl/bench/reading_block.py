"""Readings of one application that came in together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from drivers.roles import FloatArray, Trace
from procedures.base import Application

SMALLEST_V = 4e-3
"""Below it a conductance is mostly offset and noise of the meter (physics.md §1.6)."""


@dataclass(frozen=True)
class ReadingBlock:
    """Readings of one application that came in together."""

    application: Application
    number: int
    """Number of the application within the run."""
    first_point: int
    """Place of the first reading among all readings of the application."""
    trace: Trace
    temperature_k: FloatArray
    """Shape (n,)."""
    conductance_s: FloatArray
    """Current over voltage, both measured, shape (n,); nan where the voltage is too small."""

    @classmethod
    def of(
        cls,
        application: Application,
        number: int,
        first_point: int,
        trace: Trace,
        temperature_k: FloatArray,
    ) -> ReadingBlock:
        """`temperature_k`: shape (n,), or one value for all."""
        kelvin = np.broadcast_to(temperature_k, trace.time_s.shape)
        return cls(application, number, first_point, trace, kelvin, _conductance_s(trace))

    @property
    def points(self) -> NDArray[np.intp]:
        """Place of each reading among all readings of the application, shape (n,)."""
        return self.first_point + np.arange(len(self.trace))

    def goes_on(self, before: ReadingBlock | None) -> bool:
        """Whether its first reading is the next one after the last of another block."""
        return (
            before is not None
            and before.application is self.application
            and before.first_point + len(before.trace) == self.first_point
        )


def _conductance_s(trace: Trace) -> FloatArray:
    """Measured current over measured voltage; nan where the voltage is too small."""
    enough = np.abs(trace.voltage_v) >= SMALLEST_V
    result = np.full(len(trace), np.nan)
    return np.divide(trace.current_a, trace.voltage_v, out=result, where=enough)
