"""A bench whose stage ramps, overshoots, and drags the sample behind it; devices obey a law."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.procedures.fake_bench import FakeBench, FakeClock, FakeDevice

K_EV = 8.617333e-5


@dataclass
class SlowStage:
    """The set-point ramps; the stage follows it, and the sample the stage, each with its lag."""

    clock: FakeClock
    kelvin: float = 300.0
    sample_k: float = 300.0
    stage_lag_s: float = 15.0
    sample_lag_s: float = 8.0
    stuck: bool = False
    """Whether the stage stays where it is, as without a heater."""
    visited: list[float] = field(default_factory=list)
    _setpoint_k: float = 300.0
    _target_k: float = 300.0
    _rate_k_per_s: float = 0.0
    _time_s: float = 0.0

    def temperature_k(self) -> float:
        self._catch_up()
        return self.kelvin

    def go_to(self, setpoint_k: float, rate_k_per_min: float) -> None:
        self._catch_up()
        self._target_k, self._rate_k_per_s = setpoint_k, rate_k_per_min / 60
        self.visited.append(setpoint_k)

    def ramping(self) -> bool:
        self._catch_up()
        return self._setpoint_k != self._target_k

    def _catch_up(self) -> None:
        while self._time_s < self.clock.time_s:
            step_s = min(1.0, self.clock.time_s - self._time_s)
            self._time_s += step_s
            self.sample_k += (self.kelvin - self.sample_k) * step_s / self.sample_lag_s
            way_k = self._target_k - self._setpoint_k
            self._setpoint_k += math.copysign(min(abs(way_k), self._rate_k_per_s * step_s), way_k)
            if not self.stuck:
                self.kelvin += (self._setpoint_k - self.kelvin) * step_s / self.stage_lag_s


class ThermalDevice(FakeDevice):
    """Conductance is a law of the sample's temperature; pulses do nothing."""

    def __init__(self, law: Callable[[float], float], stage: SlowStage) -> None:
        self._law, self._stage = law, stage
        super().__init__(rate_s_per_s=0.0, stuck=True)

    @property
    def conductance_s(self) -> float:
        self._stage.temperature_k()
        return self._law(self._stage.sample_k)

    @conductance_s.setter
    def conductance_s(self, value: float) -> None:
        """The law alone counts."""


def thermionic(barrier_ev: float, at_300_k_ohm: float, series_ohm: float = 0.0):
    """Conductance against temperature of a junction, perhaps with a resistance in series."""

    def law(kelvin: float) -> float:
        steepness = barrier_ev / K_EV * (1 / kelvin - 1 / 300)
        return 1 / (series_ohm + at_300_k_ohm * math.exp(steepness) * 300 / kelvin)

    return law


def metallic(tcr_per_k: float, at_300_k_ohm: float):
    """Conductance against temperature of a metal."""
    return lambda kelvin: 1 / (at_300_k_ohm * (1 + tcr_per_k * (kelvin - 300)))


def thermal_bench(*laws: Callable[[float], float], seed: int = 1, **stage: float) -> FakeBench:
    """Devices D01, D02, ... of these laws on one slow stage."""
    clock = FakeClock()
    slow = SlowStage(clock, **stage)
    fakes = {f"D{n:02d}": ThermalDevice(law, slow) for n, law in enumerate(laws, start=1)}
    bench = FakeBench(fakes, seed=seed, clock=clock)
    bench.stage = slow
    return bench
