"""The conductance of every device at small bias: a map of the array that disturbs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from drivers.roles import SmuCapabilities
from procedures.analysis.array_read import FINDINGS, array_plots, array_results
from procedures.analysis.contact import ContactLimits, open_below, shorted_above
from procedures.base import Bench, LabProcedure, PlannedApplication
from procedures.columns import APPLICATION, ELAPSED, PHASE
from procedures.parameters import Quantity
from procedures.plots import Plot
from procedures.techniques.half_loops import FIRST_GUESS_S, planned_state_read, try_state


class ArrayRead(LabProcedure):
    """Read the conductance of all devices, or of those named, at ±`read_v`.

    200 readings a device, plus and minus in turn, so that the offset of the source cancels; where
    much less flows than expected, again on a range that suits it. A device that conducts less than
    `open_below` is open, one beyond `shorted_above` shorted; the others are good.
    """

    name = "array_read"
    columns = (PHASE, APPLICATION, ELAPSED)
    whole_array = True
    findings = FINDINGS

    read_v = Quantity(
        "Read voltage",
        "V",
        default=5e-3,
        minimum=1e-3,
        maximum=50e-3,
        description="devices are read at plus and minus this",
    )
    open_below = open_below()
    shorted_above = shorted_above()

    def measure(self, bench: Bench) -> Iterator[float]:
        """Device after device; one that cannot be read does not end the run."""
        for done, device in enumerate(bench.devices, start=1):
            try_state(bench, device, FIRST_GUESS_S, self.read_v, {PHASE.header: "read"})
            yield done / len(bench.devices)

    def plan(self, devices: Sequence[str], smu: SmuCapabilities) -> Iterable[PlannedApplication]:
        """One reading a device, a second where it conducts little."""
        for device in devices:
            yield planned_state_read(device, smu, FIRST_GUESS_S, self.read_v)

    def analyse(self, frame: pd.DataFrame) -> dict[str, object]:
        """See `procedures.analysis.array_read.array_results`."""
        return array_results(frame, self._limits())

    def plots(self, frame: pd.DataFrame) -> Sequence[Plot]:
        """The map: one bar a device."""
        return array_plots(frame, self._limits())

    def _limits(self) -> ContactLimits:
        return ContactLimits(open_below_s=self.open_below, shorted_above_s=self.shorted_above)
