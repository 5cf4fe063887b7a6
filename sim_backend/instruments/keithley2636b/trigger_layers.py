"""One channel's arm layer and trigger layer, from one thing it waits for to the next."""

from __future__ import annotations

from collections.abc import Generator, Hashable

from sim_backend.instruments.keithley2636b.event_bus import EventBus
from sim_backend.instruments.keithley2636b.recurrence import Countdown
from sim_backend.instruments.keithley2636b.trigger_model_setup import (
    ARM,
    ASYNCHRONOUS,
    ENDPULSE,
    MEASURE,
    SOURCE,
    SYNCHRONOUS,
    SweepRecord,
    SweepSetup,
    ticks,
)

SHORTEST_PASS = ticks(10e-6)
"""A pass of the trigger layer that waits for nothing takes at least this long [choice]."""


class ChannelModel:
    """One channel on its way through arm layer and trigger layer."""

    def __init__(self, bus: EventBus, setup: SweepSetup) -> None:
        self.record = SweepRecord()
        self._bus = bus
        self._setup = setup
        self._arms = Countdown(setup.arm_count)
        self._passes = Countdown(setup.trigger_count)
        self.countdowns = (self._arms, self._passes)
        self._levels = setup.levels or (setup.idle_level,)
        self._in_list = 0
        self._waits_for = ""
        self._detected = 0
        self._awaited = 0
        self._pass_began = 0
        self._async_until = 0
        self._source_delay = ticks(setup.source_delay_s)
        self._measure_delay = ticks(setup.measure_delay_s)
        self._reading = ticks(setup.reading_s)
        self._spacing = max(ticks(setup.reading_interval_s), self._reading)
        self._course = self._sweep()

    @property
    def idle(self) -> bool:
        """Whether the sweep is over."""
        return self.record.finished is not None

    @property
    def shape(self) -> Hashable:
        """Where the channel stands, relative to now, but for what its counts have left.

        How long it measures beside the source shows in what is due.
        """
        now = self._bus.now
        return (
            self.idle,
            self._waits_for,
            self._in_list,
            self._detected,
            self._awaited,
            now - self._pass_began,
        )

    def shift(self, duration: int) -> None:
        """Be as now that much later."""
        self._pass_began += duration
        self._async_until += duration

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

    def start(self) -> None:
        """Leave idle."""
        self._bus.sweeping += 1
        self.resume()

    def resume(self) -> None:
        """Follow the course up to the next thing it waits for (nothing after an abort)."""
        wait = next(self._course, None)
        if wait is not None and wait >= 0:
            self._bus.call_at(self._bus.now + wait, self.resume)

    def abort(self) -> None:
        """End here; an event still on its way finds nobody."""
        if self.idle:
            return
        self._course.close()
        self.record.aborted = True
        self._finish()

    def clear_detectors(self) -> None:
        """Forget triggers nobody has waited for yet."""
        self._detected = 0

    def _overrun(self, detector: int) -> None:
        self.record.overruns.setdefault(detector, self._bus.now)

    def _sweep(self) -> Generator[int, None, None]:
        """Yields a duration to wait, or -1 to wait for the awaited detector."""
        setup, bus = self._setup, self._bus
        bus.emit(setup.events.sweeping)
        self._arms.start()
        while self._arms.another():
            yield from self._await(ARM)
            if setup.autoclear:
                self.clear_detectors()
            bus.emit(setup.events.armed)
            self._in_list = 0
            self._passes.start()
            while self._passes.another():
                yield from self._pass()
                self._in_list = (self._in_list + 1) % len(self._levels)
            if setup.ends_idle:
                self._step(setup.idle_level, starts_pulse=False)
            bus.emit(setup.events.sweep_complete)
        if self._async_until > bus.now:
            yield from self._wait("asynchronous readings", self._async_until - bus.now)
        self._finish()
        bus.emit(setup.events.idle)

    def _finish(self) -> None:
        self.record.finished = self._bus.now
        self._bus.sweeping -= 1

    def _pass(self) -> Generator[int, None, None]:
        setup, bus = self._setup, self._bus
        yield from self._await(SOURCE)
        self._pass_began = bus.now
        if self._in_list == 0:
            bus.list_restarts = True
        if setup.levels is not None:
            self._step(setup.levels[self._in_list], starts_pulse=setup.pulsed)
        if self._source_delay:
            yield from self._wait("source delay", self._source_delay)
        bus.emit(setup.events.source_complete)
        if setup.measure_action == SYNCHRONOUS:
            yield from self._await(MEASURE)
            yield from self._wait("readings", self._take_readings())
            bus.emit(setup.events.measure_complete)
        elif setup.measure_action == ASYNCHRONOUS and not setup.stimuli[MEASURE]:
            self._measure_beside()
        yield from self._await(ENDPULSE)
        if bus.now == self._pass_began:
            yield from self._wait("pass", SHORTEST_PASS)
        if setup.pulsed:
            self._step(setup.idle_level, starts_pulse=False)
        bus.emit(setup.events.pulse_complete)

    def _wait(self, what: str, duration: int) -> Generator[int, None, None]:
        self._waits_for = what
        yield duration
        self._waits_for = ""

    def _await(self, detector: int) -> Generator[int, None, None]:
        if not self._setup.stimuli[detector]:
            return
        if self._detected & detector:
            self._detected &= ~detector
            return
        self._awaited = detector
        yield -1

    def _step(self, level: float, *, starts_pulse: bool) -> None:
        record = self.record
        record.step_ticks.append(self._bus.now)
        record.step_level.append(level)
        record.step_starts_pulse.append(starts_pulse)

    def _take_readings(self) -> int:
        """Note the readings of one measure trigger; returns how long they take."""
        first = self._bus.now + self._measure_delay
        starts = [first + k * self._spacing for k in range(self._setup.readings_per_trigger)]
        self.record.reading_ticks += starts
        return starts[-1] + self._reading - self._bus.now

    def _measure_beside(self) -> None:
        if self._async_until > self._bus.now:
            self._overrun(MEASURE)
            return
        self._async_until = self._bus.now + self._take_readings()
        self._bus.call_at(self._async_until, self._measured_beside)

    def _measured_beside(self) -> None:
        self._bus.emit(self._setup.events.measure_complete)
