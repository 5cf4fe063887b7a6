"""What the trigger model is given and what it gives back: settings, and a record of one sweep."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

ARM, SOURCE, MEASURE, ENDPULSE = 0x02, 0x04, 0x08, 0x10
"""Detectors, by their bit in status.operation.trigger_overrun.smuX."""

SYNCHRONOUS, ASYNCHRONOUS = 1, 2
"""Measure actions; 0 takes no readings."""

TICKS_PER_S = 10**12
"""The model counts time in whole picoseconds, so that what comes again does so exactly."""


def ticks(duration_s: float) -> int:
    """A duration in ticks of the trigger model."""
    return round(duration_s * TICKS_PER_S)


@dataclass(frozen=True)
class TimerSetup:
    """`trigger.timer[N]`: after each trigger `count` events (0: without end), delays in turn."""

    event_id: int
    stimulus: int
    delays_s: tuple[float, ...]
    count: int
    passthrough: bool


@dataclass(frozen=True)
class BlenderSetup:
    """`trigger.blender[N]`: an event when all stimuli have been seen, or any of them."""

    event_id: int
    stimuli: tuple[int, ...]
    any_of: bool


@dataclass(frozen=True)
class SweepEvents:
    """The ids of the events one channel emits."""

    sweeping: int
    armed: int
    source_complete: int
    measure_complete: int
    pulse_complete: int
    sweep_complete: int
    idle: int


@dataclass(frozen=True)
class SweepSetup:
    """One channel's trigger model as it stood at `initiate()`; levels in V or A."""

    events: SweepEvents
    stimuli: dict[int, int]
    """Event id each detector waits for; 0 does not wait."""
    levels: tuple[float, ...] | None
    """Source action, cut or restarted to the trigger count; None when it is disabled."""
    idle_level: float
    arm_count: int
    trigger_count: int
    source_delay_s: float
    measure_action: int
    measure_delay_s: float
    reading_s: float
    readings_per_trigger: int
    reading_interval_s: float
    pulsed: bool
    """endpulse.action is SOURCE_IDLE."""
    ends_idle: bool
    autoclear: bool


@dataclass(frozen=True)
class Place:
    """How far a record has got: the next step and the next reading."""

    step: int
    reading: int


@dataclass(frozen=True)
class Repetition:
    """What was noted from `first` up to `stop` comes again `times` times, a period apart each."""

    first: Place
    stop: Place
    begun: int
    """Tick at which the first of these periods began."""
    period: int
    times: int


@dataclass
class SweepRecord:
    """What a channel does, in ticks since the model began, in the order in which it was decided.

    What comes again is noted once: after a `Repetition` the lists go on behind its last period.
    """

    step_ticks: list[int] = field(default_factory=list)
    step_level: list[float] = field(default_factory=list)
    step_starts_pulse: list[bool] = field(default_factory=list)
    reading_ticks: list[int] = field(default_factory=list)
    """Starts of the readings."""
    repetitions: list[Repetition] = field(default_factory=list)
    overruns: dict[int, int] = field(default_factory=dict)
    """When each detector was first triggered although it was still triggered before."""
    finished: int | None = None
    aborted: bool = False

    @property
    def place(self) -> Place:
        """Where the record ends now."""
        return Place(len(self.step_ticks), len(self.reading_ticks))

    def repeat(self, first: Place, begun: int, period: int, times: int) -> None:
        """Note that all since `first`, which is one period, comes again so many times."""
        if self.place == first:
            return
        last = self.repetitions[-1] if self.repetitions else None
        followed = 0 if last is None or last.period != period else self._periods_after(last)
        if last is not None and followed:
            self._forget_from(last.stop)
            self.repetitions[-1] = replace(last, times=last.times + followed + times)
        else:
            self.repetitions.append(Repetition(first, self.place, begun, period, times))

    def copy(self) -> SweepRecord:
        """The record as it stands."""
        return SweepRecord(
            list(self.step_ticks),
            list(self.step_level),
            list(self.step_starts_pulse),
            list(self.reading_ticks),
            list(self.repetitions),
            dict(self.overruns),
            self.finished,
            self.aborted,
        )

    def _periods_after(self, last: Repetition) -> int:
        """How many periods of a repetition were noted behind it; 0 when there is more than that."""
        steps, readings = last.stop.step - last.first.step, last.stop.reading - last.first.reading
        new_steps = len(self.step_ticks) - last.stop.step
        followed = new_steps // steps if steps else 0
        if new_steps != followed * steps or followed * readings != (
            len(self.reading_ticks) - last.stop.reading
        ):
            return 0
        shifts = [(last.times + n) * last.period for n in range(1, followed + 1)]
        once, again = slice(last.first.step, last.stop.step), slice(last.stop.step, None)
        read, read_again = (
            slice(last.first.reading, last.stop.reading), slice(last.stop.reading, None)
        )  # fmt: skip
        same = (
            self.step_level[again] == self.step_level[once] * followed
            and self.step_starts_pulse[again] == self.step_starts_pulse[once] * followed
            and self.step_ticks[again] == [t + s for s in shifts for t in self.step_ticks[once]]
            and self.reading_ticks[read_again]
            == [t + s for s in shifts for t in self.reading_ticks[read]]
        )
        return followed if same else 0

    def _forget_from(self, place: Place) -> None:
        del self.step_ticks[place.step :]
        del self.step_level[place.step :]
        del self.step_starts_pulse[place.step :]
        del self.reading_ticks[place.reading :]
