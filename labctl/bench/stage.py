"""The stage's temperature, within its limits."""

from __future__ import annotations

import logging

from drivers.roles import TemperatureController
from labctl.bench.glance import Glance
from labctl.bench.limits import Limits

logger = logging.getLogger(__name__)


class LimitedStage:
    """A temperature controller behind the limits; fills `procedures.base.Stage`."""

    def __init__(
        self, controller: TemperatureController, limits: Limits, glance: Glance | None = None
    ) -> None:
        """`glance` learns what the controller says, for those who watch."""
        self._controller = controller
        self._limits = limits
        self._glance = Glance() if glance is None else glance

    def temperature_k(self) -> float:
        """Stage temperature now."""
        self._glance.temperature_k = self._controller.temperature_k()
        return self._glance.temperature_k

    def go_to(self, setpoint_k: float, rate_k_per_min: float) -> None:
        """Ramp to a set-point at a rate; returns at once.

        Raises `LimitRefused` outside the limits, before anything is sent.
        """
        self._limits.check_temperature(setpoint_k)
        logger.info("stage to %g K at %g K/min", setpoint_k, rate_k_per_min)
        self._controller.go_to(setpoint_k, rate_k_per_min)
        self._glance.setpoint_k = setpoint_k

    def ramping(self) -> bool:
        """Whether the set-point is still moving."""
        return self._controller.ramping()
