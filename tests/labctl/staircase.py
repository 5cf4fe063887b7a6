"""A small procedure of its own module, so that PyMeasure can find it again by its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from drivers.roles import Sensing, SmuCapabilities, Waveform
from procedures.base import Application, Bench, LabProcedure, PlannedApplication, Purpose
from procedures.columns import APPLICATION, PHASE
from procedures.errors import ParameterError
from procedures.parameters import Choice, Quantity


class Staircase(LabProcedure):
    """Play a staircase on every device; may be told to go wrong."""

    name = "staircase"
    columns = (PHASE, APPLICATION)
    trouble: ClassVar[Any] = None
    """Called with the procedure between two applications, and at the analysis."""

    peak = Quantity(
        "Peak", "V", default=0.1, minimum=-20.0, maximum=20.0, description="highest level"
    )
    speed = Choice("Speed", ("slow", "fast"), default="fast", description="how long a level stands")

    def check(self) -> None:
        if self.peak == 0.0:
            raise ParameterError("peak: 0 V is no staircase")

    def measure(self, bench: Bench) -> Iterator[float]:
        for done, device in enumerate(bench.devices, start=1):
            levels_v = np.linspace(0.0, self.peak, 5)
            bench.apply(
                Application(
                    device=device,
                    waveform=Waveform(levels_v, 0.5 if self.speed == "slow" else 1e-3),
                    sensing=Sensing(range_a=1e-3, limit_a=1e-3),
                    purpose=Purpose.STRESS,
                    columns={PHASE.header: "stairs"},
                )
            )
            if self.trouble is not None:
                self.trouble(bench)
            yield done / len(bench.devices)

    def plan(self, devices: Sequence[str], smu: SmuCapabilities) -> Sequence[PlannedApplication]:
        """Nothing: what it does is refused when it does it."""
        return ()

    def analyse(self, frame: pd.DataFrame) -> dict[str, object]:
        fit = np.polyfit(frame["Set voltage (V)"], frame["Current (A)"], 1)
        return {"conductance_s": fit[0], "rows": len(frame), "nothing": np.nan}
