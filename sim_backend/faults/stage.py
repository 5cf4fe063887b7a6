"""A stage that does not stay where the controller wants it."""

from __future__ import annotations

import math

from sim_backend.faults.fault import Fault
from sim_backend.instruments.tap import Tap
from sim_backend.physics.cryostat import SAMPLE_LAG_S, Disturbance


class UnsteadyStage(Fault):
    """The stage drifts away, or swings for ever, whatever the heater does; the sensor shows it."""

    @property
    def counted(self) -> Tap:
        """Messages to the temperature controller."""
        return self.bench.roles["temperature"].tap

    def start(self) -> None:
        """Leave."""
        order = self.order
        if order.kind == "drift":
            disturbance = _drift(order.rate_k_per_min / 60.0)
        else:
            disturbance = _swing(order.amplitude_k, order.period_s)
        self.bench.cryostat.disturb(disturbance)

    def stop(self) -> None:
        """Let the controller bring it back."""
        self.bench.cryostat.disturb(None)


def _drift(rate_k_per_s: float) -> Disturbance:
    def at(elapsed_s: float) -> tuple[float, float]:
        behind_s = SAMPLE_LAG_S * -math.expm1(-elapsed_s / SAMPLE_LAG_S)
        return rate_k_per_s * elapsed_s, rate_k_per_s * (elapsed_s - behind_s)

    return at


def _swing(amplitude_k: float, period_s: float) -> Disturbance:
    turn = 2 * math.pi / period_s
    lag = turn * SAMPLE_LAG_S

    def at(elapsed_s: float) -> tuple[float, float]:
        phase, fading = turn * elapsed_s, math.exp(-elapsed_s / SAMPLE_LAG_S)
        sample = (math.sin(phase) - lag * (math.cos(phase) - fading)) / (1 + lag**2)
        return amplitude_k * math.sin(phase), amplitude_k * sample

    return at
