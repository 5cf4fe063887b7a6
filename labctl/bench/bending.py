"""Bending, with no voltage on the sample: it moves, and it may be a hand that moves it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from drivers.roles import BendingStage

logger = logging.getLogger(__name__)


class QuietBending:
    """A bending stage behind a source that is switched off; fills `procedures.base.Bending`."""

    def __init__(self, stage: BendingStage, switch_off: Callable[[], object]) -> None:
        self._stage = stage
        self._switch_off = switch_off

    def bend(self, radius_m: float) -> None:
        """Bend to a radius and stay there, inf for flat; the source is at 0 V and off meanwhile."""
        self._switch_off()
        logger.info("bending to a radius of %g m", radius_m)
        self._stage.bend(radius_m)

    def cycle(self, radius_m: float, cycles: int) -> None:
        """Bend to a radius and flatten, `cycles` times; the source is at 0 V and off meanwhile."""
        self._switch_off()
        logger.info("bending %d times to a radius of %g m", cycles, radius_m)
        self._stage.cycle(radius_m, cycles)
