"""The one place where sources, switch matrix, and sample meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim_backend.clock import VirtualClock
from sim_backend.exposure import Exposure
from sim_backend.physics import array
from sim_backend.physics.array import INSTANT_S, DotArray
from sim_backend.physics.front_end import FrontEnd
from sim_backend.sequence import BoolArray, FloatArray, Played, Steps
from sim_backend.wiring import Wiring

COLD_V = 1e-3
"""A relay that moves at a larger programmed voltage is switched hot (instruments.md §2)."""


@dataclass
class _Run:
    """A sequence under way: steps not yet part of the sample's memory, and what they come to."""

    played: Played
    steps: Steps
    limit_a: float
    since_s: float
    result: array.Played
    ticket: int


@dataclass
class _Channel:
    front_end: FrontEnd
    programmed_v: float | None = None
    limit_a: float = 0.0
    since_s: float = 0.0
    """Up to when the level has acted on the sample."""
    run: _Run | None = None

    @property
    def on(self) -> bool:
        return self.programmed_v is not None or self.run is not None


class Circuit:
    """Sources joined to devices by the closed crosspoints, in simulated time.

    A device that several sources reach is driven by the one added first whose output is on. The
    sample's temperature is taken when a sequence starts.
    """

    def __init__(
        self,
        clock: VirtualClock,
        sample: DotArray,
        wiring: Wiring,
        temperature_k: Callable[[], float],
    ) -> None:
        self._clock = clock
        self._sample = sample
        self._wiring = wiring
        self._temperature_k = temperature_k
        self._channels: dict[str, _Channel] = {}
        self._closed: frozenset[str] = frozenset()
        self._reached: dict[str, tuple[str, ...]] = {}
        """Devices each source is joined to by the closed crosspoints."""
        self._exposures = {name: Exposure() for name in sample.names}
        self.counters = {"closures": 0, "hot_switches": 0, "pulses": 0, "readings": 0}
        self.on_played: Callable[[], None] = lambda: None
        """Called when a sequence has ended or was stopped, the sample up to date."""

    @property
    def closed(self) -> frozenset[str]:
        """Crosspoints closed now."""
        return self._closed

    def add_source(self, name: str, front_end: FrontEnd) -> None:
        """Wire a source in, its output off."""
        self._channels[name] = _Channel(front_end, since_s=self._clock.now_s)
        self._reached[name] = self._wiring.connected(name, self._closed)

    def set_source(self, name: str, programmed_v: float | None, limit_a: float) -> None:
        """Hold a level (V) from now on, within a current limit (A); None switches the output off.

        While a sequence runs, a level takes effect at its end; None stops it.
        """
        if programmed_v is None:
            self.stop(name)
        self._bring_up_to_date()
        channel = self._channels[name]
        before_v = channel.programmed_v or 0.0
        if programmed_v is not None and channel.run is None:
            level, instant = np.array([programmed_v]), np.zeros(1)
            self._count_pulses(name, Steps.starting_from(before_v, level, instant))
        channel.programmed_v, channel.limit_a = programmed_v, limit_a

    def play(
        self,
        name: str,
        programmed_v: FloatArray,
        durations_s: FloatArray,
        limit_a: float,
        *,
        pulse_starts: BoolArray | None = None,
    ) -> Played:
        """Begin a sequence now; afterwards the source is back at its last `set_source` level.

        The arrays have shape (n,); `pulse_starts` marks steps that begin a pulse whatever their
        level, besides excursions from 0 V. A sequence still running is stopped.
        """
        self.stop(name)
        self._bring_up_to_date()
        levels = np.asarray(programmed_v, np.float64)
        before_v = self._channels[name].programmed_v or 0.0
        durations = np.asarray(durations_s, np.float64)
        steps = Steps.starting_from(before_v, levels, durations, pulse_starts)
        start_s = self._clock.now_s
        count = levels.size
        played = Played(
            start_s, start_s, np.zeros(count), np.zeros(count), np.zeros(count, np.bool_)
        )
        self._begin(name, played, steps, limit_a)
        return played

    def stop(self, name: str) -> None:
        """Cut the sequence that runs: the devices are what this instant left of them."""
        channel = self._channels[name]
        run = channel.run
        if run is None:
            return
        if self._clock.now_s >= run.played.end_s - INSTANT_S:
            self._clock.cancel(run.ticket)
            self._end(name)
            return
        self._interrupt(name)
        channel.run = None
        run.played.end_s = self._clock.now_s
        self.on_played()

    def measure(self, name: str) -> tuple[float, float, bool]:
        """True current (A), terminal voltage (V), and whether the limit acts, now."""
        self._bring_up_to_date()
        channel = self._channels[name]
        if channel.run is not None:
            return self._running_values(channel.run)
        if channel.programmed_v is None:
            return 0.0, 0.0, False
        level_v = channel.programmed_v + channel.front_end.source_offset_v
        point = self._sample.operating_point(
            self._driven_by(name), level_v, channel.limit_a, self._temperature_k()
        )
        return point.current_a, point.terminal_v, point.limited

    def set_closed(self, closed: frozenset[str]) -> None:
        """Have exactly these crosspoints closed from now on, counting edges and hot switches."""
        moved = closed ^ self._closed
        if not moved:
            return
        self.counters["closures"] += len(closed - self._closed)
        self.counters["hot_switches"] += sum(self._is_hot(crosspoint) for crosspoint in moved)
        self._bring_up_to_date()
        rests = {
            name: (channel.run, self._interrupt(name))
            for name, channel in self._channels.items()
            if channel.run is not None
        }
        self._closed = closed
        self._reached = {name: self._wiring.connected(name, closed) for name in self._channels}
        for name, (run, rest) in rests.items():
            self._begin(name, run.played, rest, run.limit_a)
            run.played.on_changed()

    def count_readings(self, number: int) -> None:
        """Enter readings that an instrument delivered."""
        self.counters["readings"] += number

    def record(self, device: str) -> dict[str, float]:
        """What a device has been through since the array was made."""
        return dict(vars(self._exposures[device]))

    def snapshot(self) -> dict[str, Any]:
        """Sample, counters, and records, JSON-able; a running sequence has not happened yet."""
        self._bring_up_to_date()
        return {
            "sample": self._sample.snapshot(),
            "counters": dict(self.counters),
            "records": {name: dict(vars(entry)) for name, entry in self._exposures.items()},
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take up a snapshot; sources and relays stay as they are."""
        self._bring_up_to_date()
        self._sample.restore(kept["sample"])
        self.counters.update(kept["counters"])
        self._exposures = {name: Exposure(**entry) for name, entry in kept["records"].items()}

    def _driven_by(self, name: str) -> tuple[str, ...]:
        taken: set[str] = set()
        for other, channel in self._channels.items():
            if other == name:
                break
            if channel.on:
                taken.update(self._reached[other])
        return tuple(device for device in self._reached[name] if device not in taken)

    def _begin(self, name: str, played: Played, steps: Steps, limit_a: float) -> None:
        now_s = self._clock.now_s
        result = self._compute(name, steps, limit_a, now_s)
        outcome, count = result.outcome, steps.durations_s.size
        first = played.current_a.size - count
        played.current_a[first:] = outcome.current_a
        played.voltage_v[first:] = outcome.voltage_v
        played.limited[first:] = outcome.limited
        played.end_s = now_s + steps.duration_s
        ticket = self._clock.call_at(played.end_s, lambda: self._end(name))
        self._channels[name].run = _Run(played, steps, limit_a, now_s, result, ticket)

    def _compute(self, name: str, steps: Steps, limit_a: float, start_s: float) -> array.Played:
        offset_v = self._channels[name].front_end.source_offset_v
        return self._sample.play(
            self._driven_by(name),
            steps.programmed_v + offset_v,
            steps.durations_s,
            limit_a,
            start_s=start_s,
            temperature_k=self._temperature_k(),
        )

    def _end(self, name: str) -> None:
        channel = self._channels[name]
        if channel.run is not None:
            self._commit(name, channel.run.steps, channel.run.result)
            channel.since_s = channel.run.played.end_s
            channel.run = None
            self.on_played()

    def _interrupt(self, name: str) -> Steps:
        """Make what was played until now part of the sample's memory; returns what is left."""
        channel = self._channels[name]
        run = channel.run
        if run is None:
            raise RuntimeError(f"source {name} plays no sequence")
        self._clock.cancel(run.ticket)
        now_s = self._clock.now_s
        done, left = run.steps.split(now_s - run.since_s)
        self._commit(name, done, self._compute(name, done, run.limit_a, run.since_s))
        channel.since_s = now_s
        return left

    def _commit(self, name: str, steps: Steps, result: array.Played) -> None:
        self._sample.commit(result)
        self._count_pulses(name, steps)
        for device, current_a in zip(result.names, result.outcome.device_current_a, strict=True):
            self._exposures[device].add(
                steps.programmed_v, result.outcome.voltage_v, steps.durations_s, current_a
            )

    def _count_pulses(self, name: str, steps: Steps) -> None:
        pulses = int(np.count_nonzero(steps.begins))
        self.counters["pulses"] += pulses
        for device in self._driven_by(name):
            self._exposures[device].pulses += pulses

    def _bring_up_to_date(self) -> None:
        """Let the levels that sources hold act on the sample until now."""
        now_s = self._clock.now_s
        for name, channel in self._channels.items():
            if channel.run is not None:
                continue
            held_s = now_s - channel.since_s
            if channel.programmed_v is not None and held_s > INSTANT_S and self._driven_by(name):
                level = np.array([channel.programmed_v])
                steps = Steps(level, np.array([held_s]), np.zeros(1, np.bool_))
                self._commit(
                    name, steps, self._compute(name, steps, channel.limit_a, channel.since_s)
                )
            channel.since_s = now_s

    def _running_values(self, run: _Run) -> tuple[float, float, bool]:
        ends_s = run.since_s + np.cumsum(run.steps.durations_s)
        step = min(int(np.searchsorted(ends_s, self._clock.now_s)), ends_s.size - 1)
        outcome = run.result.outcome
        return (
            float(outcome.current_a[step]),
            float(outcome.voltage_v[step]),
            bool(outcome.limited[step]),
        )

    def _is_hot(self, crosspoint: str) -> bool:
        sources = (self._channels.get(name) for name in self._wiring.sources_on(crosspoint))
        return any(
            c is not None and (c.run is not None or abs(c.programmed_v or 0.0) > COLD_V)
            for c in sources
        )
