"""Plays cycles in applications of what the source's buffer holds, and judges them as they come."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import count

import numpy as np

from drivers.roles import Sensing, SmuCapabilities, Trace
from procedures.analysis.endurance_failures import FailureRun
from procedures.base import Application, Bench, Purpose, Watch
from procedures.columns import CYCLE, PHASE
from procedures.techniques.endurance_cycle import Cycle
from procedures.techniques.reading import settled_sensing
from procedures.techniques.stored_cycles import Storage

FIRST_STRETCH = 100
"""Cycles of the first application; each one after it at most doubles what the device has seen, so
that a device that fails early does not see many more."""


@dataclass(frozen=True)
class Stretch:
    """Cycles that are played in one application."""

    first: int
    cycles: int
    whole: bool = False
    """Every point is recorded, on a range that holds the peaks."""
    all_stored: bool = False
    """Every cycle is stored, whatever the storage says."""


@dataclass(frozen=True, kw_only=True)
class CyclePlayer:
    """Everything about the cycles of one run but the device."""

    cycle: Cycle
    cycles: int
    full_cycles: frozenset[int]
    storage: Storage
    smu: SmuCapabilities
    read_range_a: float
    peak_range_a: float
    limit_a: float

    def stretch(self, first: int) -> Stretch:
        """The next cycles to play, from `first` on."""
        whole = first in self.full_cycles
        if whole:
            end = next(n for n in count(first) if n not in self.full_cycles)
            most = self._most(whole=True)
        else:
            end = min((n for n in self.full_cycles if n > first), default=self.cycles + 1)
            most = min(self._most(whole=False), max(FIRST_STRETCH, first - 1))
        return Stretch(first, min(most, end - first, self.cycles + 1 - first), whole)

    def confirming(self, first: int, cycles: int) -> Stretch:
        """Cycles from `first` on that are all stored, at most `cycles`; maybe none."""
        most = min(cycles, self.cycles - first + 1, self._most(whole=False))
        return Stretch(first, most, all_stored=True)

    def play(self, bench: Bench, device: str, stretch: Stretch, run: FailureRun) -> int:
        """Play cycles and judge them; how many the device has seen, a broken one counted."""
        if not stretch.cycles:
            return 0

        def tripped(trace: Trace) -> bool:
            return run.ends(*self.cycle.conductances(trace, whole=stretch.whole))

        # Looks whenever the bench fetches: every second on a real one.
        watch = Watch(interval_s=math.inf, tripped=tripped)
        application = self.application(device, stretch, watch)
        trace = bench.apply(application)
        on_s, off_s = self.cycle.conductances(trace, whole=stretch.whole)
        run.add(on_s, off_s)
        was_cut = len(trace) < application.waveform.recorded_points
        return on_s.size + 1 if was_cut else stretch.cycles

    def application(self, device: str, stretch: Stretch, watch: Watch | None = None) -> Application:
        """One stretch for one device."""
        phases = self.cycle.phases(whole=stretch.whole)
        numbers = np.arange(stretch.first, stretch.first + stretch.cycles)
        keeps_all = stretch.whole or stretch.all_stored or self.storage.keeps_all
        kept = None if keeps_all else self.storage.kept(stretch.first, stretch.cycles, self.cycles)
        return Application(
            device=device,
            waveform=self.cycle.waveform(stretch.cycles, whole=stretch.whole),
            sensing=self.sensing(whole=stretch.whole),
            purpose=Purpose.STRESS,
            columns={
                PHASE.header: np.tile(phases, stretch.cycles),
                CYCLE.header: np.repeat(numbers, phases.size),
            },
            watch=watch,
            keep=None if kept is None else np.repeat(kept, phases.size),
        )

    def sensing(self, *, whole: bool) -> Sensing:
        """Range and limit for cycles recorded in full (`whole`), or for reads alone."""
        shortest_s = float(self.cycle.dwell_s.min()) if whole else self.cycle.read_dwell_s
        range_a = self.peak_range_a if whole else self.read_range_a
        return settled_sensing(self.smu, range_a, shortest_s, self.limit_a)

    def _most(self, *, whole: bool) -> int:
        """Cycles that one application can hold."""
        levels = self.cycle.levels_v.size
        readings = levels if whole else len(self.cycle.reads)
        fitting = min(self.smu.max_points // readings, self.smu.max_levels_played // levels)
        return max(1, fitting)
