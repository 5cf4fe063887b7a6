"""The instruments of an open station, by role, and their common way to the safe state."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from drivers.roles import (
    BendingStage,
    Clock,
    SourceMeasureUnit,
    SwitchMatrix,
    TemperatureController,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Instruments:
    """What the one door stands in front of."""

    smu: SourceMeasureUnit
    clock: Clock
    matrix: SwitchMatrix | None = None
    temperature: TemperatureController | None = None
    bending: BendingStage | None = None
    wait_slice_s: float
    """How long a wait may go without looking whether a stop was asked for (s)."""
    transactions: Callable[[], int]
    """viWrite and viRead calls so far, the clock's own left out: a real station has none."""
    witness: Callable[[], Mapping[str, int]] | None = None
    """What the simulated bench itself counted; None on a real station."""

    def settings(self) -> dict[str, dict[str, object]]:
        """Every instrument's settings as it reports them, by role."""
        present = {
            "smu": self.smu,
            "matrix": self.matrix,
            "temperature": self.temperature,
            "bending": self.bending,
        }
        return {role: item.settings() for role, item in present.items() if item is not None}


@dataclass(frozen=True)
class SafeState:
    """What was read back when the instruments were brought to their safe state."""

    evidence: dict[str, dict[str, object]]
    """By role, what the instrument reported, or `error`."""
    failures: tuple[str, ...]

    @property
    def verified(self) -> bool:
        """Whether every step was confirmed by the instrument."""
        return not self.failures

    def as_record(self) -> dict[str, object]:
        """For the run's record."""
        return {"verified": self.verified, "failures": list(self.failures), **self.evidence}


def make_safe(instruments: Instruments) -> SafeState:
    """Source to 0 V and off, then the relays open; the stage keeps its set-point, which is noted.

    The source comes first, so that no relay opens under voltage. Each step is tried whatever
    became of the one before; nothing is raised: the failures stand in what is returned.
    """
    steps: dict[str, Callable[[], dict[str, object]]] = {"smu": instruments.smu.make_safe}
    if instruments.matrix is not None:
        steps["matrix"] = instruments.matrix.make_safe
    if (temperature := instruments.temperature) is not None:
        # Heat is no danger to a sample that was brought there; a sudden change of it is.
        steps["temperature"] = lambda: {"setpoint_k": temperature.setpoint_k()}
    evidence: dict[str, dict[str, object]] = {}
    failures: list[str] = []
    for role, step in steps.items():
        try:
            evidence[role] = step()
        except Exception as error:  # whatever went wrong, the next instrument must be made safe
            logger.exception("%s could not be brought to its safe state", role)
            evidence[role] = {"error": f"{type(error).__name__}: {error}"}
            failures.append(f"{role}: {error}")
    return SafeState(evidence, tuple(failures))
