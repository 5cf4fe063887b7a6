"""The 2600B trigger model as pure event simulation: from settings to steps and reading instants.

Times are simulated seconds. Nothing here touches a clock or a circuit: `TriggerModel.run` works
out what a sweep is going to do, as far ahead as it is determined.
"""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator

from sim_backend.instruments.keithley2636b.trigger_model_setup import (
    ARM,
    ASYNCHRONOUS,
    ENDPULSE,
    MEASURE,
    SOURCE,
    SYNCHRONOUS,
    BlenderSetup,
    SweepRecord,
    SweepSetup,
    TimerSetup,
)

SHORTEST_PASS_S = 10e-6
"""A pass of the trigger layer that waits for nothing takes at least this long [choice]."""


class TriggerModel:
    """The event bus: channels, timers, and blenders that listen to each other's events."""

    def __init__(self, timers: tuple[TimerSetup, ...], blenders: tuple[BlenderSetup, ...]) -> None:
        self.now_s = 0.0
        self.timer_overruns: dict[int, float] = {}
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._listeners: dict[int, list[Callable[[], None]]] = defaultdict(list)
        self._channels: dict[str, ChannelModel] = {}
        for number, timer in enumerate(timers, start=1):
            self.listen(timer.stimulus, _Timer(self, number, timer).trigger)
        for blender in blenders:
            _Blender(self, blender)

    @property
    def determined(self) -> bool:
        """Whether nothing more happens without something from outside."""
        return not self._queue or all(channel.idle for channel in self._channels.values())

    def listen(self, event_id: int, action: Callable[[], None]) -> None:
        """Have `action` called at every event `event_id`; 0 is no event."""
        if event_id:
            self._listeners[event_id].append(action)

    def emit(self, event_id: int) -> None:
        """Let an event happen now."""
        for action in self._listeners.get(event_id, ()):
            action()

    def call_at(self, time_s: float, action: Callable[[], None]) -> None:
        """Have `action` called when the simulation gets to `time_s`."""
        heapq.heappush(self._queue, (time_s, next(self._order), action))

    def advance_to(self, time_s: float) -> None:
        """Let everything happen that is due up to `time_s`."""
        while self._queue and self._queue[0][0] <= time_s:
            self._next()
        self.now_s = max(self.now_s, time_s)

    def run(self, most_events: int) -> None:
        """Look ahead until nothing more is determined, at most so many events far."""
        while most_events > 0 and not self.determined:
            self._next()
            most_events -= 1

    def initiate(self, name: str, setup: SweepSetup) -> None:
        """Start a channel's sweep now."""
        channel = ChannelModel(self, setup)
        self._channels[name] = channel
        for detector, event_id in setup.stimuli.items():
            self.listen(event_id, lambda detector=detector: channel.detect(detector))
        channel.resume()

    def abort(self, name: str) -> None:
        """End a channel's sweep now."""
        self._channels[name].abort()

    def channel(self, name: str) -> ChannelModel:
        """A channel that has been initiated."""
        return self._channels[name]

    def _next(self) -> None:
        self.now_s, _, action = heapq.heappop(self._queue)
        action()


class ChannelModel:
    """One channel on its way through arm layer and trigger layer."""

    def __init__(self, bus: TriggerModel, setup: SweepSetup) -> None:
        self.record = SweepRecord()
        self._bus = bus
        self._setup = setup
        self._detected = 0
        self._awaited = 0
        self._async_until_s = 0.0
        self._course = self._sweep()

    @property
    def idle(self) -> bool:
        """Whether the sweep is over."""
        return self.record.finished_s is not None

    def detect(self, detector: int) -> None:
        """A detector's stimulus happened: go on, or remember it, or overrun."""
        if self.idle:
            return
        if self._awaited == detector:
            self._awaited = 0
            self.resume()
        elif detector == MEASURE and self._setup.measure_action == ASYNCHRONOUS:
            self._measure_beside()
        elif self._detected & detector:
            self._overrun(detector)
        else:
            self._detected |= detector

    def resume(self) -> None:
        """Follow the course up to the next thing it waits for (nothing after an abort)."""
        wait_s = next(self._course, None)
        if wait_s is not None and wait_s >= 0.0:
            self._bus.call_at(self._bus.now_s + wait_s, self.resume)

    def abort(self) -> None:
        """End here; an event still on its way finds nobody."""
        self._course.close()
        self.record.finished_s = self._bus.now_s
        self.record.aborted = True

    def clear_detectors(self) -> None:
        """Forget triggers nobody has waited for yet."""
        self._detected = 0

    def _overrun(self, detector: int) -> None:
        self.record.overruns.setdefault(detector, self._bus.now_s)

    def _sweep(self) -> Generator[float, None, None]:
        """Yields a duration (s) to wait, or -1 to wait for the awaited detector."""
        setup, bus = self._setup, self._bus
        bus.emit(setup.events.sweeping)
        for _ in _counted(setup.arm_count):
            yield from self._await(ARM)
            if setup.autoclear:
                self.clear_detectors()
            bus.emit(setup.events.armed)
            for index in _counted(setup.trigger_count):
                yield from self._pass(index)
            if setup.ends_idle:
                self._step(setup.idle_level, starts_pulse=False)
            bus.emit(setup.events.sweep_complete)
        if self._async_until_s > bus.now_s:
            yield self._async_until_s - bus.now_s
        self.record.finished_s = bus.now_s
        bus.emit(setup.events.idle)

    def _pass(self, index: int) -> Generator[float, None, None]:
        setup, bus = self._setup, self._bus
        yield from self._await(SOURCE)
        began_s = bus.now_s
        if setup.levels is not None:
            self._step(setup.levels[index % len(setup.levels)], starts_pulse=setup.pulsed)
        if setup.source_delay_s:
            yield setup.source_delay_s
        bus.emit(setup.events.source_complete)
        if setup.measure_action == SYNCHRONOUS:
            yield from self._await(MEASURE)
            yield self._take_readings()
            bus.emit(setup.events.measure_complete)
        elif setup.measure_action == ASYNCHRONOUS and not setup.stimuli[MEASURE]:
            self._measure_beside()
        yield from self._await(ENDPULSE)
        if bus.now_s == began_s:
            yield SHORTEST_PASS_S
        if setup.pulsed:
            self._step(setup.idle_level, starts_pulse=False)
        bus.emit(setup.events.pulse_complete)

    def _await(self, detector: int) -> Generator[float, None, None]:
        if not self._setup.stimuli[detector]:
            return
        if self._detected & detector:
            self._detected &= ~detector
            return
        self._awaited = detector
        yield -1.0

    def _step(self, level: float, *, starts_pulse: bool) -> None:
        record = self.record
        record.step_s.append(self._bus.now_s)
        record.step_level.append(level)
        record.step_starts_pulse.append(starts_pulse)

    def _take_readings(self) -> float:
        """Note the readings of one measure trigger; returns how long (s) they take."""
        setup = self._setup
        spacing_s = max(setup.reading_interval_s, setup.reading_s)
        first_s = self._bus.now_s + setup.measure_delay_s
        starts = [first_s + k * spacing_s for k in range(setup.readings_per_trigger)]
        self.record.reading_start_s += starts
        return starts[-1] + setup.reading_s - self._bus.now_s

    def _measure_beside(self) -> None:
        if self._async_until_s > self._bus.now_s:
            self._overrun(MEASURE)
            return
        self._async_until_s = self._bus.now_s + self._take_readings()
        complete = self._setup.events.measure_complete
        self._bus.call_at(self._async_until_s, lambda: self._bus.emit(complete))


class _Timer:
    def __init__(self, bus: TriggerModel, number: int, setup: TimerSetup) -> None:
        self._bus = bus
        self._number = number
        self._setup = setup
        self._delays = itertools.cycle(setup.delays_s)
        self._events_left: float = 0

    def trigger(self) -> None:
        if self._events_left:
            self._bus.timer_overruns.setdefault(self._number, self._bus.now_s)
            return
        self._events_left = self._setup.count or float("inf")
        self._schedule()
        if self._setup.passthrough:
            self._bus.emit(self._setup.event_id)

    def _schedule(self) -> None:
        self._bus.call_at(self._bus.now_s + next(self._delays), self._expire)

    def _expire(self) -> None:
        self._events_left -= 1
        if self._events_left:
            self._schedule()
        self._bus.emit(self._setup.event_id)


class _Blender:
    def __init__(self, bus: TriggerModel, setup: BlenderSetup) -> None:
        self._bus = bus
        self._setup = setup
        self._missing = set(setup.stimuli)
        for stimulus in self._missing:
            bus.listen(stimulus, lambda stimulus=stimulus: self._note(stimulus))

    def _note(self, stimulus: int) -> None:
        self._missing.discard(stimulus)
        if self._setup.any_of or not self._missing:
            self._missing = set(self._setup.stimuli)
            self._bus.emit(self._setup.event_id)


def _counted(count: int) -> Iterator[int]:
    """0 to count - 1; a count of 0 never ends."""
    return iter(range(count)) if count else itertools.count()
