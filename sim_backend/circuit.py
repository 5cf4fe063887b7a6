"""The one place where sources, switch matrix, and sample meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim_backend.clock import VirtualClock
from sim_backend.contacts import Contacts
from sim_backend.exposure import EXCURSION_V, Exposure
from sim_backend.physics import array
from sim_backend.physics.array import INSTANT_S, DotArray, Levels
from sim_backend.physics.front_end import FrontEnd
from sim_backend.physics.spoilt_readings import Spoiler
from sim_backend.sequence import Played, Series, Steps, duration_s, mark_pulses, split
from sim_backend.wiring import Wiring

COLD_V = 1e-3
"""A relay that moves at a larger programmed voltage is switched hot (instruments.md §2)."""


@dataclass
class _Run:
    """A sequence under way: steps not yet part of the sample's memory, and what they come to."""

    played: Played
    sequence: Sequence[Steps]
    limit_a: float
    since_s: float
    """From when on the sequence is still to become memory."""
    result: array.Played
    ticket: int


@dataclass
class _Channel:
    front_end: FrontEnd
    programmed_v: float | None = None
    limit_a: float = 0.0
    since_s: float = 0.0
    """Up to when the level has acted on the sample."""
    acted_v: float = 0.0
    """The level that acted until then."""
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
        self._contacts = Contacts()
        self._closed: frozenset[str] = frozenset()
        self._reached: dict[str, tuple[str, ...]] = {}
        """Devices each source is joined to by the closed crosspoints."""
        self._exposures = {name: Exposure() for name in sample.names}
        self.reading_faults: list[Spoiler] = []
        """What comes between the readings and the instruments that report them."""
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
        if channel.run is None:
            level_v = programmed_v or 0.0
            self._count_pulses(name, mark_pulses(channel.acted_v, [_held(level_v, 0.0)]))
        channel.programmed_v, channel.limit_a = programmed_v, limit_a

    def play(self, name: str, sequence: Sequence[Steps], limit_a: float) -> Played:
        """Begin a sequence now; afterwards the source is back at its last `set_source` level.

        Excursions from 0 V begin pulses, besides the steps that are marked as doing so. A
        sequence still running is stopped.
        """
        self.stop(name)
        self._bring_up_to_date()
        now_s, nothing = self._clock.now_s, Series(())
        played = Played(now_s, now_s, nothing, nothing, nothing)
        marked = mark_pulses(self._channels[name].acted_v, sequence)
        self._begin(name, played, marked, limit_a)
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
        """Have exactly these crosspoints closed from now on, but for those that are stuck."""
        self._contacts.ask(closed)
        self._move_contacts()

    def stick(self, crosspoint: str, *, closed: bool | None) -> None:
        """Keep a crosspoint closed, or open, whatever is asked; None: it follows again."""
        self._contacts.stick(crosspoint, closed=closed)
        self._move_contacts()

    def _move_contacts(self) -> None:
        """Bring the contacts to where they should be, counting edges and hot switches."""
        closed = self._contacts.closed
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
            run.played.on_changed(run.played)

    @property
    def sourcing(self) -> bool:
        """Whether an output is on."""
        return any(channel.on for channel in self._channels.values())

    def count_readings(self, number: int) -> None:
        """Enter readings that an instrument delivered."""
        self.counters["readings"] += number

    def record(self, device: str) -> dict[str, float]:
        """What a device has been through since the array was made, but for what still plays."""
        self._bring_up_to_date()
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

    def _begin(self, name: str, played: Played, sequence: Sequence[Steps], limit_a: float) -> None:
        now_s = self._clock.now_s
        result = self._compute(name, sequence, limit_a, now_s)
        played.current_a = Series([outcome.current_a for outcome in result.outcomes])
        played.voltage_v = Series([outcome.voltage_v for outcome in result.outcomes])
        played.limited = Series([outcome.limited for outcome in result.outcomes])
        played.end_s = now_s + duration_s(sequence)
        ticket = self._clock.call_at(played.end_s, lambda: self._end(name))
        self._channels[name].run = _Run(played, sequence, limit_a, now_s, result, ticket)

    def _compute(
        self, name: str, sequence: Sequence[Steps], limit_a: float, start_s: float
    ) -> array.Played:
        offset_v = self._channels[name].front_end.source_offset_v
        return self._sample.play(
            self._driven_by(name),
            [Levels(s.programmed_v + offset_v, s.durations_s, s.repeats) for s in sequence],
            limit_a,
            start_s=start_s,
            temperature_k=self._temperature_k(),
        )

    def _end(self, name: str) -> None:
        channel = self._channels[name]
        if channel.run is not None:
            self._commit(name, channel.run.sequence, channel.run.result)
            channel.since_s = channel.run.played.end_s
            channel.run = None
            self.on_played()

    def _interrupt(self, name: str) -> Sequence[Steps]:
        """Make what was played until now part of the sample's memory; returns what is left."""
        channel = self._channels[name]
        run = channel.run
        if run is None:
            raise RuntimeError(f"source {name} plays no sequence")
        self._clock.cancel(run.ticket)
        now_s = self._clock.now_s
        done, left = split(run.sequence, now_s - run.since_s)
        self._commit(name, done, self._compute(name, done, run.limit_a, run.since_s))
        channel.since_s = now_s
        return left

    def _commit(self, name: str, sequence: Sequence[Steps], result: array.Played) -> None:
        self._sample.commit(result)
        self._count_pulses(name, sequence)
        for steps, outcome in zip(sequence, result.outcomes, strict=True):
            for device, current_a in zip(result.names, outcome.device_current_a, strict=True):
                self._exposures[device].add(
                    steps.programmed_v, outcome.voltage_v, steps.durations_s, current_a
                )

    def _count_pulses(self, name: str, sequence: Sequence[Steps]) -> None:
        """Count what begins in a sequence that acts, or that a level held from now on begins."""
        channel = self._channels[name]
        pulses = above = below = 0
        for steps in sequence:
            pulses += int(np.count_nonzero(steps.begins)) * steps.repeats
            more = steps.excursions(channel.acted_v, EXCURSION_V)
            above, below = above + more[0], below + more[1]
            channel.acted_v = float(steps.programmed_v[-1])
        self.counters["pulses"] += pulses
        for device in self._driven_by(name):
            self._exposures[device].count(pulses, above, below)

    def _bring_up_to_date(self) -> None:
        """Let the levels that sources hold act on the sample until now."""
        now_s = self._clock.now_s
        for name, channel in self._channels.items():
            if channel.run is not None:
                continue
            held_s = now_s - channel.since_s
            if channel.programmed_v is not None and held_s > INSTANT_S:
                if self._driven_by(name):
                    self._let_act(name, _held(channel.programmed_v, held_s))
                channel.acted_v = channel.programmed_v
            channel.since_s = now_s

    def _let_act(self, name: str, held: Steps) -> None:
        channel = self._channels[name]
        result = self._compute(name, [held], channel.limit_a, channel.since_s)
        self._commit(name, [held], result)

    def _running_values(self, run: _Run) -> tuple[float, float, bool]:
        values = run.played
        done = sum(s.count for s in split(run.sequence, self._clock.now_s - run.since_s)[0])
        step = np.array([min(max(done - 1, 0), values.current_a.size - 1)])
        return (
            float(values.current_a.at(step)[0]),
            float(values.voltage_v.at(step)[0]),
            bool(values.limited.at(step)[0]),
        )

    def _is_hot(self, crosspoint: str) -> bool:
        sources = (self._channels.get(name) for name in self._wiring.sources_on(crosspoint))
        return any(
            c is not None and (c.run is not None or abs(c.programmed_v or 0.0) > COLD_V)
            for c in sources
        )


def _held(level_v: float, duration_s: float) -> Steps:
    """One level held for a time; it begins no pulse by itself."""
    no = np.zeros(1, np.bool_)
    return Steps(np.array([level_v]), np.array([duration_s]), no, no)
