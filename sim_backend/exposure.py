"""What each device has been through: pulses, extremes of voltage, time under voltage, charge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass
class Exposure:
    """The record of one device since the array was made."""

    pulses: int = 0
    min_v: float = 0.0
    max_v: float = 0.0
    seconds_under_voltage: float = 0.0
    """Time at a programmed level other than 0 V."""
    charge_c: float = 0.0
    """Sum of |current at the end of a step| times its duration, at such levels."""

    def add(
        self,
        programmed_v: FloatArray,
        voltage_v: FloatArray,
        durations_s: FloatArray,
        current_a: FloatArray,
    ) -> None:
        """Enter steps, each array of shape (n,); `voltage_v` is that at the terminals."""
        driven = programmed_v != 0.0
        if not driven.any():
            return
        self.min_v = min(self.min_v, float(voltage_v[driven].min()))
        self.max_v = max(self.max_v, float(voltage_v[driven].max()))
        self.seconds_under_voltage += float(durations_s[driven].sum())
        self.charge_c += float((np.abs(current_a[driven]) * durations_s[driven]).sum())
