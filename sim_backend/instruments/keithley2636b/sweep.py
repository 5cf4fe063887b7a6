"""Turns what the trigger model worked out into sequences on the circuit and readings in buffers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim_backend.instruments.keithley2636b.channel import SmuChannel
from sim_backend.instruments.keithley2636b.course import course_of
from sim_backend.instruments.keithley2636b.metering import SHORTEST_S, felt
from sim_backend.instruments.keithley2636b.settings import VOLTS
from sim_backend.instruments.keithley2636b.trigger_model_setup import SweepRecord, ticks
from sim_backend.instruments.tsp.buffer import ReadingBuffer
from sim_backend.instruments.tsp.errors import TspFault
from sim_backend.physics.front_end import memory_s
from sim_backend.sequence import Series, Steps, duration_s, places_of, read_after_s, split

if TYPE_CHECKING:
    from sim_backend.sequence import Played

Course = Sequence[Steps]
"""Steps whose levels are in V or A, as the source's function has it."""


class Storing(NamedTuple):
    """What a sweep measures and where it goes."""

    quantities: str
    buffers: tuple[ReadingBuffer, ...]
    with_source_values: bool


class SweepPlayer:
    """Plays one channel's sweep, and plays it anew from now on when its future changes.

    A reading sees the device in the middle of its aperture; its time stamp is the aperture's
    start; it is in the buffer when the conversion is over. Readings are worked out ahead, and
    those whose middle has not passed anew when the sweep's future or what is connected changes.
    """

    def __init__(self, channel: SmuChannel, report: Callable[[TspFault], None]) -> None:
        self._channel = channel
        self._report = report
        self._ticket: int | None = None
        self._storing = Storing("", (), False)
        self._limits = (0.0, 0.0)
        self._start_level = 0.0

    def prepare(self, storing: Storing, limits: tuple[float, float]) -> None:
        """Begin a new sweep under limits (A, V): empty its buffers unless they append."""
        self._storing = storing
        self._limits = limits
        self._start_level = self._channel.level
        for buffer in storing.buffers:
            buffer.prepare()

    def follow(self, record: SweepRecord, began_s: float, until: int) -> None:
        """Play what `record` holds from now until a tick; what was planned before is void.

        Tick 0 of the record is at `began_s`.
        """
        channel = self._channel
        now_s = channel.clock.now_s
        self._halt(self._settled_until_s(now_s))
        course = course_of(
            record,
            start_level=self._start_level,
            half_aperture=ticks(channel.aperture_s / 2),
            until=until,
        )
        left = split(course, now_s - began_s)[1]
        after = record.step_level[-1] if record.step_level else self._start_level
        if duration_s(left) < SHORTEST_S:
            self._hold(after)
        else:
            self._play(left, after)

    def finish(self, record: SweepRecord) -> None:
        """The sweep is over: stay at its last level, or back to idle at once when aborted."""
        if record.aborted:
            self._halt(self._channel.clock.now_s)
            self._channel.apply()

    def _halt(self, keep_until_s: float) -> None:
        if self._ticket is not None:
            self._channel.clock.cancel(self._ticket)
            self._ticket = None
        self._channel.circuit.stop(self._channel.name)
        self._drop(keep_until_s)

    def _drop(self, keep_until_s: float) -> None:
        dropped = [buffer.drop_after(keep_until_s) for buffer in self._storing.buffers]
        self._channel.circuit.count_readings(-max(dropped, default=0))

    def _settled_until_s(self, now_s: float) -> float:
        """When the last of the readings whose middle has passed is in the buffer."""
        return now_s + self._channel.reading_s - self._channel.aperture_s / 2

    def _hold(self, level: float) -> None:
        """Have the source stay at this level (V or A) after what is playing."""
        channel = self._channel
        if channel.settings.output:
            channel.circuit.set_source(channel.name, *channel.drive(level, *self._limits))

    def _play(self, course: Course, after: float) -> None:
        """Play in one piece; a current sweep in one piece for each size of the current."""
        if self._channel.settings.function == VOLTS:
            self._play_part(course, after)
        else:
            self._play_next(_of_one_size(course), after)

    def _play_next(self, parts: Iterator[Course], after: float) -> None:
        part = next(parts, None)
        if part is None:
            return
        self._play_part(part, after)
        ends_s = self._channel.clock.now_s + duration_s(part)
        self._ticket = self._channel.clock.call_at(ends_s, lambda: self._play_next(parts, after))

    def _play_part(self, course: Course, after: float) -> None:
        channel = self._channel
        if not channel.settings.output:
            nothing = Series([np.zeros((s.repeats, s.programmed_v.size)) for s in course])
            self._read(course, nothing, nothing, complies=nothing)
            return
        first_level = float(course[0].programmed_v[0])
        limit_a = channel.drive(first_level, *self._limits)[1]
        played = channel.circuit.play(channel.name, self._driven(course), limit_a)
        began_s = channel.clock.now_s
        played.on_changed = lambda changed: self._read_anew(course, began_s, changed)
        self._hold(after)
        self._read_played(course, played)

    def _driven(self, course: Course) -> Course:
        """The course as the circuit gets it, in V: a current source is a voltage at its limit."""
        if self._channel.settings.function == VOLTS:
            return course
        limit_v = self._limits[1]
        return [replace(s, programmed_v=np.copysign(limit_v, s.programmed_v)) for s in course]

    def _read_anew(self, course: Course, began_s: float, played: Played) -> None:
        """A relay has moved: what is still to be read is what is connected now."""
        now_s = self._channel.clock.now_s
        self._drop(self._settled_until_s(now_s))
        self._read_played(split(course, now_s - began_s)[1], played)

    def _read_played(self, course: Course, played: Played) -> None:
        complies = played.limited
        if self._channel.settings.function != VOLTS:
            complies = Series([~limited for limited in complies.blocks])
        self._read(course, played.current_a, played.voltage_v, complies=complies)

    def _read(
        self, course: Course, current_a: Series, voltage_v: Series, *, complies: Series
    ) -> None:
        """Store what is read of a course that starts now."""
        channel = self._channel
        read = places_of(course, [steps.reads for steps in course])
        if not read.size:
            return
        channel.choose_ranges(
            float(abs(current_a.at(read)).max()), float(abs(voltage_v.at(read)).max())
        )
        seen = felt(course, channel.aperture_s, memory_s(channel.settings.reading_range_a))
        starts_s = channel.clock.now_s + read_after_s(course) - channel.aperture_s / 2
        values, statuses = channel.read(
            current_a.at(seen.places),
            voltage_v.at(seen.places),
            seen.durations_s,
            seen.reads,
            starts_s=starts_s,
            limited=complies.at(read),
            limit_a=self._limits[0],
        )
        sources = np.full(read.size, np.nan)
        if self._storing.with_source_values:
            sources = Series.of(course, "programmed_v").at(read)
        for quantity, buffer in zip(self._storing.quantities, self._storing.buffers, strict=False):
            described = channel.described(
                quantity,
                values=values[quantity],
                sources=sources,
                starts_s=starts_s,
                ready_s=starts_s + channel.reading_s,
                statuses=statuses,
            )
            try:
                buffer.store(described)
            except TspFault as fault:
                self._report(fault)


def _of_one_size(course: Course) -> Iterator[Course]:
    """The course in parts within which the size of the level stays the same."""
    for _, part in groupby(_pieces(course), lambda steps: abs(float(steps.programmed_v[0]))):
        yield list(part)


def _pieces(course: Course) -> Iterator[Steps]:
    for steps in course:
        changes = np.flatnonzero(np.diff(np.abs(steps.programmed_v))) + 1
        if not changes.size:
            yield steps
            continue
        for _ in range(steps.repeats):
            for first, stop in pairwise([0, *changes.tolist(), steps.programmed_v.size]):
                yield steps.part(first, stop)
