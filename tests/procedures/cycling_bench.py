"""A bench of devices that are set and reset as a test says, cycle by cycle."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from drivers.roles import Flag, Trace
from procedures.base import Application
from tests.procedures.fake_bench import FakeBench, FakeDevice

States = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""ON and OFF conductance (S) of the cycles of these numbers, shape (n,)."""


def steady(on_s: float, off_s: float) -> States:
    """A device that is the same in every cycle."""
    return lambda cycle: (np.full(cycle.size, on_s), np.full(cycle.size, off_s))


def scattered(on_s: float, off_s: float, seed: int = 1) -> States:
    """A device with C_v 5 % and 20 %, the same whatever is played at once."""
    noise = np.random.default_rng(seed).standard_normal((2, 20_000))

    def states(cycle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        on, off = noise[:, cycle]
        return on_s * (1 + 0.05 * on), off_s * (1 + 0.2 * np.clip(off, -3, 3))

    return states


def stuck_from(first: int, states: States, stuck: States, last: float = math.inf) -> States:
    """A device that behaves otherwise from cycle `first` to `last`."""

    def mixed(cycle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        is_stuck = (cycle >= first) & (cycle <= last)
        pairs = zip(states(cycle), stuck(cycle), strict=True)
        on_s, off_s = (np.where(is_stuck, bad, good) for good, bad in pairs)
        return on_s, off_s

    return mixed


@dataclass
class CyclingBench(FakeBench):
    """Fills `procedures.base.Bench`: the lowest level sets a device, the highest resets it."""

    fakes: dict[str, FakeDevice] = field(default_factory=dict)
    states: dict[str, States] = field(default_factory=dict)
    fetch_s: float = math.inf
    """How often a watch is asked while a waveform plays."""
    seen: dict[str, int] = field(default_factory=dict)
    """Cycles that each device has begun."""
    seen_before: list[int] = field(default_factory=list)
    """The same of its device, at the start of each application."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.fakes = {name: FakeDevice(0.0) for name in self.states}
        self.seen = dict.fromkeys(self.states, 0)

    def apply(self, application: Application) -> Trace:
        waveform = application.waveform
        self.seen_before.append(self.seen[application.device])
        cycles = self.seen[application.device] + np.arange(1, waveform.repeats + 1)
        conductance_s = self._played(application, cycles)
        currents = (conductance_s * (waveform.levels_v + self.offset_v))[:, waveform.record].ravel()
        overflow = np.abs(currents) > 1.02 * application.sensing.range_a
        starts_s = waveform.dwell_s.sum() * np.arange(waveform.repeats)[:, np.newaxis]
        elapsed_s = (starts_s + np.cumsum(waveform.dwell_s))[:, waveform.record].ravel()
        columns = (
            self.clock.time_s + elapsed_s,
            waveform.recorded_levels_v(),
            waveform.recorded_levels_v(),
            np.where(overflow, np.nan, currents),
            np.where(overflow, int(Flag.OVERFLOW), 0).astype(np.uint8),
        )
        end_s = self._end_s(application, columns, elapsed_s)
        came = elapsed_s <= end_s
        trace = Trace(*(column[came] for column in columns))
        self._record(application, trace, elapsed_s[came])
        was_cut = math.isfinite(end_s)
        begun = math.ceil(end_s / waveform.dwell_s.sum()) if was_cut else waveform.repeats
        self.seen[application.device] += begun
        self.clock.time_s += min(end_s, waveform.duration_s)
        return trace

    def _played(self, application: Application, cycles: np.ndarray) -> np.ndarray:
        """Conductance at every level of every cycle, shape (cycles, levels)."""
        levels_v = application.waveform.levels_v
        on_s, off_s = self.states[application.device](cycles)
        place = np.arange(levels_v.size)
        is_on = (place >= levels_v.argmin()) & (place < levels_v.argmax())
        before_s = np.concatenate([off_s[:1], off_s[:-1]])
        off_part_s = np.where(
            place < levels_v.argmin(), before_s[:, np.newaxis], off_s[:, np.newaxis]
        )
        return np.where(is_on, on_s[:, np.newaxis], off_part_s)

    def _end_s(self, application: Application, columns: tuple, elapsed_s: np.ndarray) -> float:
        watch, end_s = application.watch, self.fetch_s
        while watch is not None and end_s < application.waveform.duration_s:
            if watch.tripped(Trace(*(column[elapsed_s <= end_s] for column in columns))):
                return end_s
            end_s += self.fetch_s
        return math.inf
