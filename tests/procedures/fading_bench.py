"""A bench whose devices fade as a power law of time, and change when the sample is bent."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from drivers.roles import Trace
from procedures.base import Application, Purpose
from tests.procedures.fake_bench import FakeBench, FakeBending


@dataclass
class FadingBench(FakeBench):
    """What is read of a device is what it was made to, times what age and bends have left."""

    exponents: dict[str, float] = field(default_factory=dict)
    """G ~ t^-exponent from one second after the last stress; 0 for devices not named."""
    per_bend: dict[str, float] = field(default_factory=dict)
    """Relative change of a device with each bend."""
    while_bent: float = 0.0
    """Relative change of all devices while the sample is bent."""
    disturb: dict[str, float] = field(default_factory=dict)
    """Relative change of a device with each reading."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._made_s: dict[str, float] = {}
        self._reads: dict[str, int] = {}

    def apply(self, application: Application) -> Trace:
        name = application.device
        if application.purpose is Purpose.STRESS:
            trace = super().apply(application)
            self._made_s[name], self._reads[name] = self.clock.now(), 0
            return trace
        device = self.fakes[name]
        made_s = device.conductance_s
        device.conductance_s = made_s * self._left(name)
        trace = super().apply(application)
        device.conductance_s = made_s
        self._reads[name] = self._reads.get(name, 0) + 1
        return trace

    def _left(self, name: str) -> float:
        age_s = max(1.0, self.clock.now() - self._made_s.get(name, -math.inf))
        faded = age_s ** -self.exponents.get(name, 0.0) if math.isfinite(age_s) else 1.0
        bends = sum(cycles for _, _, cycles in self.bending.asked)
        read = 1 + self.disturb.get(name, 0.0) * self._reads.get(name, 0)
        bent = 1 + (self.while_bent if self._is_bent(self.bending) else 0.0)
        return faded * (1 + self.per_bend.get(name, 0.0) * bends) * bent * read

    @staticmethod
    def _is_bent(bending: FakeBending) -> bool:
        if not bending.asked:
            return False
        kind, radius_m, _ = bending.asked[-1]
        return kind == "bend" and bool(np.isfinite(radius_m))
