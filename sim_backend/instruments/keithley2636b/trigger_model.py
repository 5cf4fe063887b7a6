"""The 2600B trigger model as pure event simulation: from settings to steps and reading instants.

Nothing here touches a clock or a circuit: `TriggerModel.run` works out what a sweep is going to
do, as far ahead as it is determined. Time is in ticks since the model began.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable

from sim_backend.instruments.keithley2636b.event_bus import EventBus
from sim_backend.instruments.keithley2636b.recurrence import (
    Countdown,
    Recurrences,
    Visit,
    whole_periods,
)
from sim_backend.instruments.keithley2636b.timers import Blender, Timer
from sim_backend.instruments.keithley2636b.trigger_layers import ChannelModel
from sim_backend.instruments.keithley2636b.trigger_model_setup import (
    BlenderSetup,
    SweepSetup,
    TimerSetup,
)

LEAST_PERIODS = 16
"""Fewer are gone through one by one: a longer period that contains them may be about to show."""

_FOR_EVER = 1 << 100


class TriggerModel:
    """Channels, timers, and blenders that listen to each other's events.

    Whenever a channel's list restarts, the model compares itself with how it was before. Where
    nothing but counts has changed, what happened since happens again until a count runs out, and
    is noted as a repetition instead of being gone through.
    """

    def __init__(self, timers: tuple[TimerSetup, ...], blenders: tuple[BlenderSetup, ...]) -> None:
        self._bus = EventBus()
        self._channels: dict[str, ChannelModel] = {}
        self._timers = [Timer(self._bus, n, timer) for n, timer in enumerate(timers, start=1)]
        self._blenders = [Blender(self._bus, blender) for blender in blenders]
        self._recurrences = Recurrences()

    @property
    def now(self) -> int:
        """How far everything is worked out."""
        return self._bus.now

    @property
    def timer_overruns(self) -> dict[int, int]:
        """When each timer was first triggered although it was running."""
        return self._bus.timer_overruns

    @property
    def determined(self) -> bool:
        """Whether nothing more happens without something from outside."""
        return self._bus.next_due is None or not self._bus.sweeping

    def emit(self, event_id: int) -> None:
        """Let an event happen now."""
        self._bus.emit(event_id)

    def advance_to(self, tick: int) -> None:
        """Let everything happen that is due up to `tick`."""
        bus = self._bus
        while (due := bus.next_due) is not None and due <= tick:
            if not (bus.list_restarts and self._repeat(until=tick)):
                bus.do_next()
        bus.now = max(bus.now, tick)
        # Something from outside is about to happen: with it, nothing has come again yet.
        self._recurrences.forget()

    def run(self, most_events: int, most_repeated: int) -> None:
        """Look ahead until nothing more is determined, at most so many events far.

        `most_repeated` bounds the events in repetitions, which take no time here.
        """
        while most_events > 0 and most_repeated > 0 and not self.determined:
            if self._bus.list_restarts:
                most_repeated -= self._repeat(most_events=most_repeated)
            self._bus.do_next()
            most_events -= 1

    def initiate(self, name: str, setup: SweepSetup) -> None:
        """Start a channel's sweep now."""
        channel = ChannelModel(self._bus, setup)
        self._channels[name] = channel
        for detector, event_id in setup.stimuli.items():
            self._bus.listen(event_id, lambda detector=detector: channel.detect(detector))
        channel.start()

    def abort(self, name: str) -> None:
        """End a channel's sweep now."""
        self._channels[name].abort()

    def channel(self, name: str) -> ChannelModel:
        """A channel that has been initiated."""
        return self._channels[name]

    def _repeat(self, *, until: int = _FOR_EVER, most_events: int = _FOR_EVER) -> int:
        """Where a list restarts, skip what comes again; returns how many events that is."""
        self._bus.list_restarts = False
        visit = self._visit()
        found = self._recurrences.earlier(self._shape(), visit)
        if found is None:
            return 0
        earlier, taken = found
        period, events = visit.tick - earlier.tick, visit.events - earlier.events
        most = min((until - visit.tick) // period, most_events // events)
        times = whole_periods([left for left, _ in visit.counts], taken, most)
        if times < LEAST_PERIODS:
            return 0
        self._skip(earlier, taken, times)
        self._recurrences.forget()
        self._recurrences.earlier(self._shape(), self._visit())
        return times * events

    def _skip(self, earlier: Visit, taken: list[int], times: int) -> None:
        """Be where the model is after so many periods like that since an earlier visit."""
        period = self._bus.now - earlier.tick
        for channel, place in zip(self._channels.values(), earlier.places, strict=True):
            channel.record.repeat(place, earlier.tick, period, times)
            channel.shift(times * period)
        for countdown, count in zip(self._countdowns(), taken, strict=True):
            countdown.take(times * count)
        self._bus.shift(times * period)

    def _visit(self) -> Visit:
        counts = tuple((count.left, count.starts) for count in self._countdowns())
        places = tuple(channel.record.place for channel in self._channels.values())
        return Visit(self._bus.now, self._bus.happened, counts, places)

    def _countdowns(self) -> list[Countdown]:
        of_channels = (channel.countdowns for channel in self._channels.values())
        return [*itertools.chain(*of_channels), *(timer.events for timer in self._timers)]

    def _shape(self) -> Hashable:
        """All that decides what happens next, relative to now, but for what counts have left."""
        parts = (*self._channels.values(), *self._timers, *self._blenders)
        return self._bus.shape, tuple(part.shape for part in parts)
