"""The substrate, which can be bent: what strain does to conductances (physics.md §1.4)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from sim_backend.physics.parameters import ArrayParameters
from sim_backend.physics.statistics import gauss

_STREAM = 6
"""Stream of random numbers of a device, behind those of its events and its making (array.py)."""

_SPREAD_CYCLES, _SPREAD_RADIUS_M = 1000, 3e-3
"""What `bending_spread` is given for."""
_CYCLES_AT_ONCE = 1 << 16


class Bending:
    """How the substrate is bent now, and what having been bent has left.

    `devices` gives each device its number. A new sample is flat.
    """

    def __init__(self, seed: int, parameters: ArrayParameters, devices: Mapping[str, int]) -> None:
        self._seed = seed
        self._parameters = parameters
        self._devices = dict(devices)
        self.radius_m = math.inf
        """Radius of curvature now; infinite when flat."""
        self._cycles = 0
        self._walks = dict.fromkeys(devices, 0.0)

    def cycle(self, radius_m: float, cycles: int) -> None:
        """Bend to a radius and back, so many times; flat afterwards.

        Each time every device's ln G takes a random step, in proportion to the strain [choice].
        """
        step = self._parameters.bending_spread / math.sqrt(_SPREAD_CYCLES)
        step *= _SPREAD_RADIUS_M / radius_m
        for first in range(self._cycles, self._cycles + cycles, _CYCLES_AT_ONCE):
            numbers = np.arange(first, min(first + _CYCLES_AT_ONCE, self._cycles + cycles))
            for name, device in self._devices.items():
                draws = gauss(self._seed, device, _STREAM, numbers)
                self._walks[name] += step * float(draws.sum())
        self._cycles += cycles
        self.radius_m = math.inf

    def gain(self, device: str) -> float:
        """What the conductance of a device is multiplied by."""
        strain = self._parameters.substrate_thickness_m / 2.0 / self.radius_m
        return math.exp(self._parameters.bending_gauge * strain + self._walks[device])

    def snapshot(self) -> dict[str, Any]:
        """JSON-able at full precision."""
        radius_m = None if math.isinf(self.radius_m) else self.radius_m
        return {"radius_m": radius_m, "cycles": self._cycles, "walks": dict(self._walks)}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take up a snapshot of the same devices."""
        radius_m = kept["radius_m"]
        self.radius_m = math.inf if radius_m is None else float(radius_m)
        self._cycles = int(kept["cycles"])
        self._walks = {name: float(kept["walks"][name]) for name in self._devices}
