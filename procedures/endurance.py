"""Endurance: set and reset many times, reading both states in every cycle (Fig 2a to 2e)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from drivers.roles import SmuCapabilities
from procedures.analysis.endurance import FINDINGS, endurance_results
from procedures.analysis.endurance_failures import Criteria, FailureRun
from procedures.analysis.endurance_plots import endurance_plots
from procedures.base import Bench, LabProcedure, PlannedApplication
from procedures.columns import CYCLE, PHASE
from procedures.errors import ParameterError
from procedures.parameters import Choice, Count, Quantity
from procedures.plots import Plot
from procedures.techniques.endurance_cycle import (
    FEWEST_STEPS,
    MOST_STEPS,
    SHAPES,
    Cycle,
    pulse_cycle,
    square_cycle,
    triangle_cycle,
)
from procedures.techniques.endurance_player import CyclePlayer
from procedures.techniques.stored_cycles import MOST_CYCLES, CycleNumbers, Store, storage

logger = logging.getLogger(__name__)


class Endurance(LabProcedure):
    """Cycle each device in turn between ON and OFF, and read both states in every cycle.

    A cycle sets the device at negative voltage and resets it at positive voltage. Both states are
    read at a small voltage inside the cycle, ON at -`read_voltage` after the set and OFF at
    +`read_voltage` after the reset, as in Fig 2a; the conductance is current over requested
    voltage, so an offset of the source is in it. In the default triangle the reads are two of its
    steps. Every cycle is read and judged; `store` says which are written. The cycles in
    `full_cycles` are recorded point by point, on a range that holds their peaks: their two reads
    are coarser, stay in the statistics, and are counted in the results.

    A device that fails `failures` cycles in a row is cycled no further, and the next one follows.
    When not every cycle is stored, that many further cycles are stored in a row to show it; a
    device that recovers in them goes on.
    """

    name = "endurance"
    columns = (PHASE, CYCLE)
    findings = FINDINGS
    groups = (
        ("Cycle", ("cycles", "amplitude", "period", "shape", "steps", "pulse_width")),
        ("Reading", ("read_voltage", "read_range", "peak_range")),
        ("Stored rows", ("store", "full_cycles")),
        ("Failure", ("min_ratio", "stuck_on", "stuck_off", "failures")),
    )

    cycles = Count(
        "Cycles",
        default=1000,
        minimum=1,
        maximum=MOST_CYCLES,
        description="cycles each device is to see",
    )
    amplitude = Quantity(
        "Amplitude",
        "V",
        default=0.2,
        minimum=0.01,
        maximum=2.0,
        description="set at minus this voltage, reset at plus this voltage",
    )
    period = Quantity(
        "Period",
        "s",
        default=0.245,
        minimum=1e-3,
        maximum=1e3,
        description="duration of a cycle; each level is rounded to 1 us (0.766 ms by default)",
    )
    shape = Choice(
        "Shape",
        SHAPES,
        default="triangle",
        description="triangle; square: held for half a period; pulse: of pulse_width",
    )
    steps = Count(
        "Steps",
        default=80,
        minimum=FEWEST_STEPS,
        maximum=MOST_STEPS,
        description="steps of each edge of a triangle; adjusted so that one of them is the read "
        "voltage",
    )
    pulse_width = Quantity(
        "Pulse width",
        "s",
        default=5e-3,
        minimum=100e-6,
        maximum=10.0,
        description="width of a pulse of the shape pulse",
    )
    read_voltage = Quantity(
        "Read voltage",
        "V",
        default=5e-3,
        minimum=1e-4,
        maximum=0.1,
        description="ON is read at minus this voltage, OFF at plus this voltage",
    )
    store = Store(
        "Store",
        default="all",
        description="cycles that are written: all, every 10, log 20 (a decade)",
    )
    full_cycles = CycleNumbers(
        "Full cycles",
        default="1-5",
        description="cycles of which every point is recorded, such as 1-5, 1000; or none",
    )
    read_range = Quantity(
        "Read range",
        "A",
        default=1e-6,
        minimum=1e-9,
        maximum=1.0,
        description="largest current of a read; the peaks of the cycle may be higher",
    )
    peak_range = Quantity(
        "Peak range",
        "A",
        default=1e-4,
        minimum=1e-9,
        maximum=1.0,
        description="largest current of a cycle that is recorded in full",
    )
    compliance = Quantity(
        "Compliance",
        "A",
        default=1e-3,
        minimum=1e-9,
        maximum=1.0,
        description="the source lets no more current through a device",
    )
    min_ratio = Quantity(
        "Smallest ratio",
        "",
        default=5.0,
        minimum=0.0,
        maximum=1e9,
        description="a cycle fails with an ON/OFF ratio below this; 0 for no limit",
    )
    stuck_on = Quantity(
        "Stuck ON",
        "S",
        default=2e-5,
        minimum=0.0,
        maximum=1.0,
        description="a cycle fails when OFF is this or higher; 0 for no limit",
    )
    stuck_off = Quantity(
        "Stuck OFF",
        "S",
        default=2e-6,
        minimum=0.0,
        maximum=1.0,
        description="a cycle fails when ON is this or lower; 0 for no limit",
    )
    failures = Count(
        "Failures",
        default=10,
        minimum=1,
        maximum=1_000_000,
        description="failing cycles in a row after which a device has failed",
    )

    def check(self) -> None:
        """Refuse a cycle that cannot be played, and storage that would keep nothing."""
        if self.read_voltage >= self.amplitude:
            raise ParameterError(
                f"read_voltage: {self.read_voltage:g} V is not below the amplitude of "
                f"{self.amplitude:g} V"
            )
        self.one_cycle()
        every = storage(self.store).every
        if every > self.cycles:
            raise ParameterError(
                f"store: every {every} keeps none of {self.cycles:,} cycles; choose "
                f"'every {self.cycles}' or fewer"
            )

    def one_cycle(self) -> Cycle:
        """Levels and reads of one cycle; raises `ParameterError` when it cannot be played."""
        if self.shape == "square":
            return square_cycle(self.amplitude, self.read_voltage, self.period)
        if self.shape == "pulse":
            return pulse_cycle(self.amplitude, self.read_voltage, self.period, self.pulse_width)
        return triangle_cycle(self.amplitude, self.read_voltage, self.period, self.steps)

    def measure(self, bench: Bench) -> Iterator[float]:
        """Device after device: stretches of cycles, until all are played or the device failed."""
        player = self._player(bench.smu)
        self._warn_of_coarse_cycles(player)
        for number, device in enumerate(bench.devices):
            for done in self._cycle_device(bench, player, device):
                yield (number + done / self.cycles) / len(bench.devices)

    def plan(self, devices: Sequence[str], smu: SmuCapabilities) -> Iterable[PlannedApplication]:
        """All cycles of every device, as if none failed."""
        player = self._player(smu)
        for device in devices:
            done = 0
            while done < self.cycles:
                stretch = player.stretch(done + 1)
                yield PlannedApplication(application=player.application(device, stretch))
                done += stretch.cycles

    def analyse(self, frame: pd.DataFrame) -> dict[str, object]:
        """See `procedures.analysis.endurance.endurance_results`."""
        return endurance_results(frame, self._criteria())

    def plots(self, frame: pd.DataFrame) -> Sequence[Plot]:
        """Fig 2a to 2e."""
        return endurance_plots(frame)

    def _cycle_device(self, bench: Bench, player: CyclePlayer, device: str) -> Iterator[int]:
        """Yields how many cycles the device has seen, wherever the run may be stopped."""
        run = FailureRun(self._criteria())
        done = 0
        while done < self.cycles and not run.ended:
            done += player.play(bench, device, player.stretch(done + 1), run)
            yield done
            if run.ended and not player.storage.keeps_all:
                run.restart()
                confirming = player.confirming(done + 1, self.failures)
                done += player.play(bench, device, confirming, run)
                yield done
        if run.ended:
            logger.warning(
                "%s: %d cycles in a row failed; it is cycled no further after cycle %d of %d",
                *(device, self.failures, done, self.cycles),
            )

    def _warn_of_coarse_cycles(self, player: CyclePlayer) -> None:
        range_a = player.sensing(whole=True).range_a
        if self.full_cycles and range_a >= 10 * self.peak_range:
            logger.warning(
                "cycles recorded in full are measured on %g A instead of %g A, which does not "
                "settle within their levels; their reads are coarse: full_cycles=none leaves them "
                "out",
                *(range_a, self.peak_range),
            )

    def _player(self, smu: SmuCapabilities) -> CyclePlayer:
        return CyclePlayer(
            cycle=self.one_cycle(),
            cycles=self.cycles,
            full_cycles=frozenset(self.full_cycles),
            storage=storage(self.store),
            smu=smu,
            read_range_a=self.read_range,
            peak_range_a=self.peak_range,
            limit_a=self.compliance,
        )

    def _criteria(self) -> Criteria:
        return Criteria(
            min_ratio=self.min_ratio,
            stuck_on_s=self.stuck_on,
            stuck_off_s=self.stuck_off,
            in_a_row=self.failures,
        )
