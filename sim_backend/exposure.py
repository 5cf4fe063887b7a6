"""What each device has been through: pulses, extremes of voltage, time under voltage, charge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EXCURSION_V = 0.1
"""Beyond this a level is no read: reads stay within some 25 mV (instruments.md §1)."""
FloatArray = NDArray[np.float64]


@dataclass
class Exposure:
    """The record of one device since the array was made."""

    pulses: int = 0
    excursions_above: int = 0
    """How often the programmed level went above 0.1 V."""
    excursions_below: int = 0
    """How often the programmed level went below -0.1 V."""
    min_v: float = 0.0
    max_v: float = 0.0
    seconds_under_voltage: float = 0.0
    """Time at a programmed level other than 0 V."""
    charge_c: float = 0.0
    """Sum of |current at the end of a step| times its duration, at such levels."""

    def count(self, pulses: int, above: int, below: int) -> None:
        """Enter pulses, and excursions to either side."""
        self.pulses += pulses
        self.excursions_above += above
        self.excursions_below += below

    def add(
        self,
        programmed_v: FloatArray,
        voltage_v: FloatArray,
        durations_s: FloatArray,
        current_a: FloatArray,
    ) -> None:
        """Enter steps that come again.

        `programmed_v` and `durations_s` have shape (n,); `voltage_v`, that at the terminals, and
        `current_a` have shape (repeats, n).
        """
        driven = programmed_v != 0.0
        if not driven.any():
            return
        self.min_v = min(self.min_v, float(voltage_v.min(axis=0)[driven].min()))
        self.max_v = max(self.max_v, float(voltage_v.max(axis=0)[driven].max()))
        self.seconds_under_voltage += float(durations_s[driven].sum()) * len(current_a)
        # All currents of a step have the same sign.
        self.charge_c += float(np.abs(current_a.sum(axis=0))[driven] @ durations_s[driven])
