"""Turns what the trigger model worked out into sequences on the circuit and readings in buffers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim_backend.instruments.keithley2636b.channel import (
    SmuChannel,
    compliance_status,
    quantities_of,
)
from sim_backend.instruments.keithley2636b.settings import VOLTS
from sim_backend.instruments.keithley2636b.trigger_model_setup import SweepRecord
from sim_backend.instruments.tsp.buffer import ReadingBuffer
from sim_backend.instruments.tsp.errors import TspFault

if TYPE_CHECKING:
    from sim_backend.sequence import Played

SHORTEST_S = 1e-9
"""Instants closer together than this are one."""


class Storing(NamedTuple):
    """What a sweep measures and where it goes."""

    quantities: str
    buffers: tuple[ReadingBuffer, ...]
    with_source_values: bool


@dataclass(frozen=True)
class _Course:
    """Levels held between instants, and which of the intervals end with a reading."""

    edges_s: np.ndarray
    """Shape (n + 1,)."""
    levels: np.ndarray
    """Shape (n,), V or A."""
    reads: np.ndarray
    pulse_starts: np.ndarray
    reading_start_s: np.ndarray
    """Shape (number of readings,)."""

    def after(self, time_s: float) -> _Course:
        """What is left at a time: the interval under way, cut, and those that follow."""
        first = int(np.searchsorted(self.edges_s[1:], time_s + SHORTEST_S))
        left = self.part(first, self.levels.size)
        return replace(left, edges_s=np.concatenate(([time_s], left.edges_s[1:])))

    def part(self, first: int, stop: int) -> _Course:
        """The intervals from `first` up to `stop`, with their readings."""
        before = int(np.count_nonzero(self.reads[:first]))
        inside = int(np.count_nonzero(self.reads[first:stop]))
        return _Course(
            self.edges_s[first : stop + 1],
            self.levels[first:stop],
            self.reads[first:stop],
            self.pulse_starts[first:stop],
            self.reading_start_s[before : before + inside],
        )


class _Seen(NamedTuple):
    """True values at the end of each interval, shape (n,)."""

    current_a: np.ndarray
    voltage_v: np.ndarray
    limited: np.ndarray
    """Whether the function's own limit acts."""

    def last(self, count: int) -> _Seen:
        first = self.limited.size - count
        return _Seen(self.current_a[first:], self.voltage_v[first:], self.limited[first:])


class SweepPlayer:
    """Plays one channel's sweep, and plays it anew from now on when its future changes.

    A reading sees the device in the middle of its aperture; its time stamp is the aperture's
    start; it is in the buffer when the conversion is over. Readings are worked out ahead, and
    those whose middle has not passed anew when the sweep's future or what is connected changes.
    """

    def __init__(self, channel: SmuChannel, report: Callable[[TspFault], None]) -> None:
        self._channel = channel
        self._report = report
        self._tickets: list[int] = []
        self._storing = Storing("", (), False)
        self._limits = (0.0, 0.0)
        self._start_level = 0.0
        self._followed_from_s = 0.0

    def prepare(self, storing: Storing, limits: tuple[float, float]) -> None:
        """Begin a new sweep under limits (A, V): empty its buffers unless they append."""
        self._storing = storing
        self._limits = limits
        self._start_level = self._channel.level
        for buffer in storing.buffers:
            buffer.prepare()

    def follow(self, record: SweepRecord, until_s: float) -> None:
        """Play what `record` holds from now until `until_s`; what was planned before is void."""
        channel = self._channel
        now_s = channel.clock.now_s
        self._halt(self._settled_until_s(now_s))
        after = record.step_level[-1] if record.step_level else self._start_level
        course = self._course(record, now_s, until_s)
        if course is None:
            self._hold(after)
        else:
            self._play(course, after)

    def finish(self, record: SweepRecord) -> None:
        """The sweep is over: stay at its last level, or back to idle at once when aborted."""
        if record.aborted:
            self._halt(self._channel.clock.now_s)
            self._channel.apply()

    def _halt(self, keep_until_s: float) -> None:
        for ticket in self._tickets:
            self._channel.clock.cancel(ticket)
        self._tickets.clear()
        self._channel.circuit.stop(self._channel.name)
        self._drop(keep_until_s)

    def _drop(self, keep_until_s: float) -> None:
        for buffer in self._storing.buffers:
            buffer.drop_after(keep_until_s)

    def _settled_until_s(self, now_s: float) -> float:
        """When the last of the readings whose middle has passed is in the buffer."""
        return now_s + self._channel.reading_s - self._channel.aperture_s / 2

    def _hold(self, level: float) -> None:
        """Have the source stay at this level (V or A) after what is playing."""
        channel = self._channel
        if channel.settings.output:
            channel.circuit.set_source(channel.name, *channel.drive(level, *self._limits))

    def _course(self, record: SweepRecord, now_s: float, until_s: float) -> _Course | None:
        aperture_s = self._channel.aperture_s
        steps_s = np.array(record.step_s)
        starts_s = np.array(record.reading_start_s)
        starts_s = np.sort(starts_s[starts_s + aperture_s / 2 > now_s])
        middles_s = starts_s + aperture_s / 2
        until_s = max(until_s, middles_s[-1] if middles_s.size else until_s)
        if until_s - now_s < SHORTEST_S:
            return None
        inner_s = np.concatenate((steps_s, middles_s))
        inner_s = inner_s[(inner_s > now_s) & (inner_s < until_s)]
        edges_s = np.unique(np.concatenate(([now_s], inner_s, [until_s])))
        which = np.searchsorted(steps_s, edges_s[:-1], side="right")
        levels = np.concatenate(([self._start_level], record.step_level))[which]
        reads = np.zeros(levels.size, dtype=bool)
        reads[np.searchsorted(edges_s, middles_s) - 1] = True
        pulse_starts = np.zeros(levels.size, dtype=bool)
        pulses_s = steps_s[np.array(record.step_starts_pulse, dtype=bool)]
        pulses_s = pulses_s[(pulses_s >= now_s) & (pulses_s < until_s)]
        pulse_starts[np.searchsorted(edges_s, pulses_s)] = True
        return _Course(edges_s, levels, reads, pulse_starts, starts_s)

    def _play(self, course: _Course, after: float) -> None:
        """Play in one piece; a current sweep in one piece for each size of the current."""
        cuts = [0, course.levels.size]
        if self._channel.settings.function != VOLTS:
            changes = np.flatnonzero(np.diff(np.abs(course.levels))) + 1
            cuts[1:1] = changes.tolist()
        followed_by = [*course.levels[cuts[1:-1]].tolist(), after]
        self._play_part(course.part(cuts[0], cuts[1]), followed_by[0])
        for first, stop, level in zip(cuts[1:-1], cuts[2:], followed_by[1:], strict=True):
            part = course.part(first, stop)
            ticket = self._channel.clock.call_at(
                part.edges_s[0], lambda part=part, level=level: self._play_part(part, level)
            )
            self._tickets.append(ticket)

    def _play_part(self, course: _Course, after: float) -> None:
        channel = self._channel
        durations_s = np.diff(course.edges_s)
        if channel.settings.output:
            drives = [channel.drive(level, *self._limits) for level in course.levels.tolist()]
            played = channel.circuit.play(
                channel.name,
                np.array([voltage_v for voltage_v, _ in drives]),
                durations_s,
                drives[0][1],
                pulse_starts=course.pulse_starts,
            )
            played.on_changed = lambda: self._read_anew(course, played)
            self._hold(after)
            seen = self._seen(played)
        else:
            nothing = np.zeros(durations_s.size)
            seen = _Seen(nothing, nothing, nothing != 0.0)
        channel.circuit.count_readings(int(np.count_nonzero(course.reads)))
        self._read(course, seen)

    def _seen(self, played: Played) -> _Seen:
        volts = self._channel.settings.function == VOLTS
        limited = played.limited if volts else ~played.limited
        return _Seen(played.current_a, played.voltage_v, limited)

    def _read_anew(self, course: _Course, played: Played) -> None:
        """A relay has moved: what is still to be read is what is connected now."""
        now_s = self._channel.clock.now_s
        self._drop(self._settled_until_s(now_s))
        left = course.after(now_s)
        self._read(left, self._seen(played).last(left.levels.size))

    def _read(self, course: _Course, seen: _Seen) -> None:
        channel, reads = self._channel, course.reads
        if not reads.any():
            return
        current_a, voltage_v = seen.current_a, seen.voltage_v
        channel.choose_ranges(
            float(abs(current_a[reads]).max()), float(abs(voltage_v[reads]).max())
        )
        # The meter goes on integrating for half an aperture after the instant it stands for.
        ends_s = course.edges_s[1:] + np.where(reads, channel.aperture_s / 2, 0.0)
        seen_s = np.maximum.accumulate(np.concatenate((course.edges_s[:1], ends_s)))
        readings = channel.front_end.readings(
            current_a,
            voltage_v,
            np.maximum(np.diff(seen_s), SHORTEST_S),
            reads,
            channel.settings.reading_range_a,
            channel.settings.reading_range_v,
            channel.aperture_s,
        )
        values = quantities_of(readings.current_a, readings.voltage_v)
        statuses = channel.status_bits() | compliance_status(seen.limited[reads])
        for quantity, buffer in zip(self._storing.quantities, self._storing.buffers, strict=False):
            self._store(buffer, quantity, values[quantity], course, statuses)

    def _store(
        self,
        buffer: ReadingBuffer,
        quantity: str,
        values: np.ndarray,
        course: _Course,
        statuses: np.ndarray,
    ) -> None:
        channel = self._channel
        sources = course.levels[course.reads]
        if not self._storing.with_source_values:
            sources = np.full(sources.size, np.nan)
        starts_s = course.reading_start_s
        try:
            buffer.store(
                channel.described(
                    quantity,
                    values=values.tolist(),
                    sources=sources.tolist(),
                    starts_s=starts_s.tolist(),
                    ready_s=(starts_s + channel.reading_s).tolist(),
                    statuses=statuses.tolist(),
                )
            )
        except TspFault as fault:
            self._report(fault)
