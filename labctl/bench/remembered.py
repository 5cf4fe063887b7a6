"""Clock, stage, and bending of a run, which answer a resumed procedure as they did before."""

from __future__ import annotations

import logging
import math

from labctl.bench.bending import QuietBending
from labctl.bench.clock import RunClock
from labctl.bench.memory import Memory
from labctl.bench.stage import LimitedStage

logger = logging.getLogger(__name__)


class RememberedClock:
    """The run's clock; fills the role `Clock`."""

    def __init__(self, clock: RunClock, memory: Memory) -> None:
        self._clock = clock
        self._memory = memory

    def now(self) -> float:
        """Seconds since the start of the run."""
        return self._memory.answer("now", self._clock.now)

    def wait(self, duration_s: float) -> None:
        """Return after `duration_s`; raises `Stopped` when the run is asked to stop.

        A wait in which the run was interrupted ends when it would have ended.
        """
        if self._memory.recalling:
            self._memory.ask_for("wait until", math.nan, self._clock.wait_until)
        else:
            until_s = self._clock.now() + duration_s
            self._memory.ask_for("wait until", until_s, lambda _: self._clock.wait(duration_s))


class RememberedStage:
    """The stage's temperature, within its limits; fills `procedures.base.Stage`."""

    def __init__(self, stage: LimitedStage, memory: Memory) -> None:
        self._stage = stage
        self._memory = memory

    def temperature_k(self) -> float:
        """Stage temperature now."""
        return self._memory.answer("temperature", self._stage.temperature_k)

    def go_to(self, setpoint_k: float, rate_k_per_min: float) -> None:
        """Ramp to a set-point at a rate; returns at once.

        Raises `LimitRefused` outside the limits, before anything is sent.
        """
        self._memory.ask_for(
            "go to",
            setpoint_k,
            lambda target_k: self._stage.go_to(target_k, rate_k_per_min),
        )

    def ramping(self) -> bool:
        """Whether the set-point is still moving."""
        return self._memory.answer("ramping", self._stage.ramping)


class RememberedBending:
    """What bends the sample; fills `procedures.base.Bending`."""

    def __init__(self, bending: QuietBending, memory: Memory) -> None:
        self._bending = bending
        self._memory = memory

    def bend(self, radius_m: float) -> None:
        """Bend to a radius and stay there, inf for flat; returns when it is done."""
        self._memory.ask_for("bend", radius_m, self._bending.bend)

    def cycle(self, radius_m: float, cycles: int) -> None:
        """Bend to a radius and flatten, `cycles` times; ends flat.

        Cycles in which the run was interrupted count as done: bending is stress, too.
        """
        if self._memory.recalling:
            self._memory.ask_for("bend often", 0, self._flatten)
        else:
            self._memory.ask_for(
                "bend often", cycles, lambda often: self._bending.cycle(radius_m, often)
            )

    def _flatten(self, cycles: int) -> None:
        logger.warning(
            "interrupted while the sample was bent %d times; how often it was is not known, and "
            "it is not repeated",
            cycles,
        )
        self._bending.bend(math.inf)
