"""The trigger objects scripts set up beside a channel: timers, blenders, generators, *TRG."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim_backend.instruments.keithley2636b.trigger_model_setup import BlenderSetup, TimerSetup
from sim_backend.instruments.tsp.namespace import Namespace, number, numbers, truth, whole, within

TIMERS, BLENDERS, GENERATORS = 8, 6, 2
STIMULI_PER_BLENDER = 4

COMMAND_EVENT = 29
"""*TRG and bus triggers; this one and the blenders' first id as a real 2600 prints them
(instruments.md §2), the others in the gaps [choice]."""
FIRST_TIMER_EVENT = 30
FIRST_GENERATOR_EVENT = 39
FIRST_BLENDER_EVENT = 57
HIGHEST_EVENT = 80

SHORTEST_DELAY_S, LONGEST_DELAY_S = 1e-6, 1e5

event_id = whole(0, HIGHEST_EVENT)
_delay = within(SHORTEST_DELAY_S, LONGEST_DELAY_S, " s")


@dataclass
class TimerSettings:
    """What scripts set on one timer."""

    stimulus: int = 0
    delays_s: tuple[float, ...] = (10e-6,)
    count: int = 1
    passthrough: bool = False

    def reset(self) -> None:
        """Back to the defaults."""
        vars(self).update(vars(TimerSettings()))


@dataclass
class BlenderSettings:
    """What scripts set on one blender."""

    any_of: bool = False
    stimuli: tuple[int, ...] = (0,) * STIMULI_PER_BLENDER

    def reset(self) -> None:
        """Back to the defaults."""
        vars(self).update(vars(BlenderSettings()))


class TriggerObjects:
    """All of them; `emit` is told of events that scripts and messages cause."""

    def __init__(self, emit: Callable[[int], None]) -> None:
        self._emit = emit
        self._timers = [TimerSettings() for _ in range(TIMERS)]
        self._blenders = [BlenderSettings() for _ in range(BLENDERS)]

    def reset(self) -> None:
        """Everything as after power-up."""
        for item in (*self._timers, *self._blenders):
            item.reset()

    def timers(self) -> tuple[TimerSetup, ...]:
        """The timers as they stand."""
        return tuple(
            TimerSetup(FIRST_TIMER_EVENT + index, t.stimulus, t.delays_s, t.count, t.passthrough)
            for index, t in enumerate(self._timers)
        )

    def blenders(self) -> tuple[BlenderSetup, ...]:
        """The blenders that have a stimulus, as they stand."""
        return tuple(
            BlenderSetup(FIRST_BLENDER_EVENT + index, stimuli, blender.any_of)
            for index, blender in enumerate(self._blenders)
            if (stimuli := tuple(s for s in blender.stimuli if s))
        )

    def fill(self, space: Namespace) -> None:
        """Fill the `trigger` table."""
        space.constants(EVENT_ID=COMMAND_EVENT)
        timers, blenders = space.table("timer"), space.table("blender")
        for index, timer in enumerate(self._timers):
            _fill_timer(timers.table(index + 1), timer, FIRST_TIMER_EVENT + index)
        for index, blender in enumerate(self._blenders):
            _fill_blender(blenders.table(index + 1), blender, FIRST_BLENDER_EVENT + index)
        generators = space.table("generator")
        for index in range(GENERATORS):
            generator = generators.table(index + 1)
            generator.constants(EVENT_ID=FIRST_GENERATOR_EVENT + index)
            generator.command("assert", self._assertion(FIRST_GENERATOR_EVENT + index))

    def _assertion(self, event: int) -> Callable[[], None]:
        return lambda: self._emit(event)


def _fill_timer(space: Namespace, timer: TimerSettings, event: int) -> None:
    def set_delay(value: Any) -> None:
        timer.delays_s = (_delay(number(value)),)

    def set_delays(value: Any) -> None:
        timer.delays_s = tuple(_delay(delay_s) for delay_s in numbers(value))

    space.constants(EVENT_ID=event)
    space.attribute("delay", lambda: timer.delays_s[0], set_delay)
    space.attribute("delaylist", lambda: timer.delays_s, set_delays)
    space.setting("count", timer, "count", whole(0, 1_048_575))
    space.setting("passthrough", timer, "passthrough", truth)
    space.setting("stimulus", timer, "stimulus", event_id)
    space.command("reset", timer.reset)
    space.command("clear", lambda: None)


def _fill_blender(space: Namespace, blender: BlenderSettings, event: int) -> None:
    space.constants(EVENT_ID=event)
    space.setting("orenable", blender, "any_of", truth)
    space.command("reset", blender.reset)
    space.command("clear", lambda: None)
    stimuli = space.table("stimulus")
    for index in range(STIMULI_PER_BLENDER):
        _fill_stimulus(stimuli, blender, index)


def _fill_stimulus(space: Namespace, blender: BlenderSettings, index: int) -> None:
    def assign(value: Any) -> None:
        stimuli = list(blender.stimuli)
        stimuli[index] = event_id(value)
        blender.stimuli = tuple(stimuli)

    space.attribute(index + 1, lambda: blender.stimuli[index], assign)
