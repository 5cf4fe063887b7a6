"""Many levels in one array: program each, then see which of them stay apart, and how long (3b)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd

from drivers.roles import SmuCapabilities
from procedures.analysis.multilevel import FINDINGS, level_plots, level_results
from procedures.base import Bench, LabProcedure, PlannedApplication
from procedures.columns import APPLICATION, DUE, ELAPSED, REPEAT, STATE, TARGET
from procedures.errors import ParameterError
from procedures.parameters import Choice, Quantities, Quantity
from procedures.plots import Plot
from procedures.techniques.holding import (
    Vigil,
    planned_vigil,
    refuse_times_that_do_not_rise,
    share_out,
)
from procedures.techniques.kernels import FTM
from procedures.techniques.programming import (
    RELAXATION_S,
    DeviceProgrammer,
    planned_programming,
    program_until_held,
)
from procedures.techniques.reading import planned_read
from procedures.techniques.states import (
    HIGHEST_TARGET_S,
    LOWEST_TARGET_S,
    STATE_COLUMNS,
    DeviceState,
    MadeState,
    array_for,
    device_state,
)

FEWEST_TIMES = 4


class Multilevel(LabProcedure):
    """Program levels closed loop in the duration of pulses, and follow the retention of all.

    Level k goes to device k; with more levels than devices, the levels that are left follow in
    further rounds, each with its own retention, so that one device is enough. Every level is
    verified after a relaxation and done again when it has left the tolerance; then all devices of
    the round are read at `times`, counted from when each level was made. The default levels go up
    from 1e-5 S, the conductance of weight 1, in steps of 3e-6 S (Fig 3b).

    Two levels are told apart at an age when the readings of the upper one, lowered by its decay
    until then, do not meet those of the lower one as it was at first. Each is widened by the half
    of the interval that holds 95 % of its single readings, from their scatter around its decay.
    """

    name = "multilevel"
    columns = (*STATE_COLUMNS, APPLICATION, ELAPSED, STATE, DUE, REPEAT)
    findings = FINDINGS

    levels = Quantities(
        "Levels",
        "S",
        default="lin(10 uS, 67 uS, 20)",
        minimum=LOWEST_TARGET_S,
        maximum=HIGHEST_TARGET_S,
        most=200,
        description="conductances to program, in rising order; lin(first, last, count) for many",
    )
    tolerance = Quantity(
        "Tolerance",
        "",
        default=0.02,
        minimum=0.005,
        maximum=0.2,
        description="largest relative deviation of a level at its verify",
    )
    relaxation = Quantity(
        "Relaxation",
        "s",
        default=RELAXATION_S,
        minimum=0.0,
        maximum=1e5,
        description="wait between the last pulse of a round and its verify",
    )
    times = Quantities(
        "Times",
        "s",
        default="log(100, 5000, 12)",
        minimum=0.1,
        maximum=1e7,
        description="when to read, after a level was made; lin(...) or log(...) for many",
    )
    between = Choice(
        "Between readings",
        ("0 V", "disconnected"),
        default="0 V",
        description="0 V: the source stays on the device read last; disconnected: relays open",
    )

    def check(self) -> None:
        """Refuse levels or times that do not rise, and too few of either."""
        if len(self.levels) < 2 or sorted(set(self.levels)) != list(self.levels):
            raise ParameterError("levels: two or more in rising order, none of them twice")
        refuse_times_that_do_not_rise(self.times)
        if len(self.times) < FEWEST_TIMES:
            raise ParameterError(f"times: {FEWEST_TIMES} or more, to tell drift from read spread")

    def rounds(self, devices: Sequence[str]) -> list[dict[str, DeviceState]]:
        """Who holds which level, round by round."""
        states = [device_state(f"{level_s!r} S") for level_s in self.levels]
        return share_out(devices[: len(states)], states)

    def asks_for_filament(self) -> bool:
        """Whether the highest level is held by a filament."""
        return array_for(self.levels[-1]) == FTM.name

    def measure(self, bench: Bench) -> Iterator[float]:
        """Round by round: program and verify the levels, then read them while they are held."""
        rounds = self.rounds(bench.devices)
        for number, held in enumerate(rounds, start=1):
            for fraction in self._one_round(bench, held, number):
                yield (number - 1 + fraction) / len(rounds)

    def _one_round(
        self, bench: Bench, held: Mapping[str, DeviceState], number: int
    ) -> Iterator[float]:
        beside = {
            device: {STATE.header: state.text, REPEAT.header: number}
            for device, state in held.items()
        }
        programmers = {
            device: DeviceProgrammer(bench, device, state.target_s, state.array, beside[device])
            for device, state in held.items()
        }
        for fraction in program_until_held(bench, programmers, self.tolerance, self.relaxation):
            yield 0.5 * fraction
        vigil = Vigil(bench, disconnected=self.between == "disconnected")
        for device, programmer in programmers.items():
            columns = {**beside[device], TARGET.header: held[device].target_s}
            made = MadeState(programmer.last_stress_at_s, held[device], columns)
            vigil.add(device, made, self.times)
        for left in vigil.read_all():
            yield 1 - 0.5 * left / (len(held) * len(self.times))

    def plan(self, devices: Sequence[str], smu: SmuCapabilities) -> Iterable[PlannedApplication]:
        """Every level is programmed and verified, then read at every time."""
        for held in self.rounds(devices):
            for device, state in held.items():
                yield from planned_programming(device, state.target_s, state.array, smu)
            for number, device in enumerate(held):
                yield planned_read(device, smu, pause_s=0.0 if number else self.relaxation)
            yield from planned_vigil(list(held), self.times, smu)

    def analyse(self, frame: pd.DataFrame) -> dict[str, object]:
        """See `procedures.analysis.multilevel.level_results`."""
        return level_results(frame, self.tolerance)

    def plots(self, frame: pd.DataFrame) -> Sequence[Plot]:
        """All levels against time, and how far each is from its target."""
        return level_plots(frame)
