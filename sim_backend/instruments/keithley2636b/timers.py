"""Timers and blenders: what turns events into other events."""

from __future__ import annotations

from collections.abc import Hashable

from sim_backend.instruments.keithley2636b.event_bus import EventBus
from sim_backend.instruments.keithley2636b.recurrence import Countdown
from sim_backend.instruments.keithley2636b.trigger_model_setup import (
    BlenderSetup,
    TimerSetup,
    ticks,
)


class Timer:
    """One timer: after a trigger its events, each a delay after the one before."""

    def __init__(self, bus: EventBus, number: int, setup: TimerSetup) -> None:
        self.events = Countdown(setup.count)
        self._bus = bus
        self._number = number
        self._setup = setup
        self._delays = [ticks(delay_s) for delay_s in setup.delays_s]
        self._next_delay = 0
        self._running = False
        bus.listen(setup.stimulus, self.trigger)

    @property
    def shape(self) -> Hashable:
        """Where the timer stands, but for what its count has left."""
        return self._next_delay, self._running

    def trigger(self) -> None:
        """Start, unless it is running."""
        if self._running:
            self._bus.timer_overruns.setdefault(self._number, self._bus.now)
            return
        self.events.start()
        self._go_on()
        if self._setup.passthrough:
            self._bus.emit(self._setup.event_id)

    def _go_on(self) -> None:
        self._running = self.events.another()
        if self._running:
            self._bus.call_at(self._bus.now + self._delays[self._next_delay], self._expire)
            self._next_delay = (self._next_delay + 1) % len(self._delays)

    def _expire(self) -> None:
        self._go_on()
        self._bus.emit(self._setup.event_id)


class Blender:
    """One blender: an event when its stimuli have come."""

    def __init__(self, bus: EventBus, setup: BlenderSetup) -> None:
        self._bus = bus
        self._setup = setup
        self._missing = set(setup.stimuli)
        for stimulus in self._missing:
            bus.listen(stimulus, lambda stimulus=stimulus: self._note(stimulus))

    @property
    def shape(self) -> Hashable:
        """What is still to come."""
        return frozenset(self._missing)

    def _note(self, stimulus: int) -> None:
        self._missing.discard(stimulus)
        if self._setup.any_of or not self._missing:
            self._missing = set(self._setup.stimuli)
            self._bus.emit(self._setup.event_id)
