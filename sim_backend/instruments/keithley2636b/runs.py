"""Runs the trigger model against the simulated clock and the circuit, for all channels together."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sim_backend.clock import VirtualClock
from sim_backend.instruments.keithley2636b.sweep import Storing, SweepPlayer
from sim_backend.instruments.keithley2636b.trigger_layers import ChannelModel
from sim_backend.instruments.keithley2636b.trigger_model import TriggerModel
from sim_backend.instruments.keithley2636b.trigger_model_setup import (
    TICKS_PER_S,
    SweepRecord,
    SweepSetup,
    ticks,
)
from sim_backend.instruments.tsp.trigger import TriggerObjects

EVENTS_AHEAD = 500_000
REPEATED_EVENTS_AHEAD = 6_000_000
"""How far the model looks ahead at once, so that an endless sweep does not keep it for ever, and
how many of the events may be repetitions: those only cost what becomes of them."""

TIMERS = "timer"
"""What overruns of timers are reported as, bit N for timer N; channels by their names."""

Cause = Callable[[TriggerModel], None]


class SweepRuns:
    """Which channels sweep, and what came from outside since the first of them started.

    The model is worked out ahead. When something comes in that it has not foreseen, it is worked
    out again from the causes noted so far, and the players change over at that instant. What
    timers still had to do when the last sweep ends is dropped [choice].
    """

    def __init__(
        self,
        clock: VirtualClock,
        objects: Callable[[], TriggerObjects],
        *,
        on_overrun: Callable[[str, int], None],
        on_finished: Callable[[str], None],
    ) -> None:
        self._clock = clock
        self._objects = objects
        self._on_overrun = on_overrun
        self._on_finished = on_finished
        self._players: dict[str, SweepPlayer] = {}
        self._causes: list[tuple[float, Cause]] = []
        self._applied = 0
        self._model: TriggerModel | None = None
        self._began_s = 0.0
        """When the model began."""
        self._followed: dict[str, tuple[SweepRecord, int]] = {}
        self._tickets: dict[str, int] = {}

    @property
    def active(self) -> frozenset[str]:
        """Channels that sweep."""
        return frozenset(self._players)

    def initiate(
        self,
        name: str,
        setup: SweepSetup,
        player: SweepPlayer,
        *,
        storing: Storing,
        limits: tuple[float, float],
    ) -> None:
        """Start a channel's sweep at this instant, under limits (A, V)."""
        player.prepare(storing, limits)
        self._players[name] = player
        self._note(lambda model: model.initiate(name, setup))

    def emit(self, event_id: int) -> None:
        """Let an event happen at this instant; without a sweep nobody hears it."""
        if self._players:
            self._note(lambda model: model.emit(event_id))

    def detect(self, name: str, detector: int) -> None:
        """Trigger one detector of a channel at this instant."""
        if name in self._players:
            self._note(lambda model: model.channel(name).detect(detector))

    def abort(self, name: str) -> None:
        """End a channel's sweep at this instant."""
        if name in self._players:
            self._note(lambda model: model.abort(name))
            self._plan()
            self._clock.cancel(self._tickets.pop(name))
            self._finish(name)

    def _note(self, cause: Cause) -> None:
        """Commands of the same instant count together, so planning waits for the clock."""
        self._causes.append((self._clock.now_s, cause))
        self._call("plan", self._clock.now_s, self._plan)

    def _call(self, what: str, time_s: float, action: Callable[[], None]) -> None:
        if what in self._tickets:
            self._clock.cancel(self._tickets[what])
        self._tickets[what] = self._clock.call_at(time_s, action)

    def _plan(self) -> None:
        model = self._brought_up_to_now()
        if model is None:
            return
        model.run(EVENTS_AHEAD, REPEATED_EVENTS_AHEAD)
        if not model.determined:
            self._call("plan", self._time_s(model.now), self._plan)
        for number, tick in model.timer_overruns.items():
            self._report_overrun(TIMERS, 1 << number, tick)
        for name in tuple(self._players):
            self._follow(name, model.channel(name), model.now)

    def _brought_up_to_now(self) -> TriggerModel | None:
        if not self._players:
            return None
        self._began_s = self._causes[0][0]
        model, fresh = self._model, self._causes[self._applied :]
        if model is None or (fresh and model.now > self._tick(fresh[0][0])):
            objects = self._objects()
            model, fresh = TriggerModel(objects.timers(), objects.blenders()), self._causes
        for time_s, cause in fresh:
            model.advance_to(self._tick(time_s))
            cause(model)
        self._model, self._applied = model, len(self._causes)
        return model

    def _tick(self, time_s: float) -> int:
        return ticks(time_s - self._began_s)

    def _time_s(self, tick: int) -> float:
        return self._began_s + tick / TICKS_PER_S

    def _follow(self, name: str, channel: ChannelModel, known_until: int) -> None:
        record = channel.record
        until = known_until if record.finished is None else record.finished
        if self._followed.get(name) == (record, until):
            return
        self._followed[name] = (record.copy(), until)
        self._players[name].follow(record, self._began_s, until)
        for detector, tick in record.overruns.items():
            self._report_overrun(name, detector, tick)
        if record.finished is not None:
            self._call(name, self._time_s(record.finished), lambda: self._finish(name))

    def _report_overrun(self, name: str, bit: int, tick: int) -> None:
        time_s = self._time_s(tick)
        if time_s >= self._clock.now_s:
            self._call(f"{name} {bit}", time_s, partial(self._on_overrun, name, bit))

    def _finish(self, name: str) -> None:
        record, _ = self._followed.pop(name)
        player = self._players.pop(name)
        player.finish(record)
        if not self._players:
            self._causes.clear()
            self._applied, self._model = 0, None
        self._on_finished(name)
