"""What the trigger model is given and what it gives back: settings, and a record of one sweep."""

from __future__ import annotations

from dataclasses import dataclass, field

ARM, SOURCE, MEASURE, ENDPULSE = 0x02, 0x04, 0x08, 0x10
"""Detectors, by their bit in status.operation.trigger_overrun.smuX."""

SYNCHRONOUS, ASYNCHRONOUS = 1, 2
"""Measure actions; 0 takes no readings."""


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


@dataclass
class SweepRecord:
    """What a channel does: level steps and readings in the order of time, and how it ended."""

    step_s: list[float] = field(default_factory=list)
    step_level: list[float] = field(default_factory=list)
    step_starts_pulse: list[bool] = field(default_factory=list)
    reading_start_s: list[float] = field(default_factory=list)
    overruns: dict[int, float] = field(default_factory=dict)
    """When (s) each detector was first triggered although it was still triggered before."""
    finished_s: float | None = None
    aborted: bool = False

    def copy(self) -> SweepRecord:
        """The record as it stands."""
        return SweepRecord(
            list(self.step_s),
            list(self.step_level),
            list(self.step_starts_pulse),
            list(self.reading_start_s),
            dict(self.overruns),
            self.finished_s,
            self.aborted,
        )
