"""What scripts set in `smuX.trigger`, and the sweep that follows from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim_backend.instruments.keithley2636b.channel import SmuChannel, checked_buffers
from sim_backend.instruments.keithley2636b.settings import (
    SOURCE_CURRENT_RANGES_A,
    SOURCE_FULL_SCALE,
    VOLTAGE_RANGES_V,
    VOLTS,
    check_fits,
    range_for,
)
from sim_backend.instruments.keithley2636b.sweep import Storing
from sim_backend.instruments.keithley2636b.trigger_model_setup import (
    ARM,
    ASYNCHRONOUS,
    ENDPULSE,
    MEASURE,
    SOURCE,
    SweepEvents,
    SweepSetup,
)
from sim_backend.instruments.tsp.errors import TspFault
from sim_backend.instruments.tsp.namespace import (
    SWITCH,
    Namespace,
    number,
    numbers,
    one_of,
    whole,
    within,
)
from sim_backend.instruments.tsp.trigger import event_id

DETECTORS = {"arm": ARM, "source": SOURCE, "measure": MEASURE, "endpulse": ENDPULSE}


@dataclass
class TriggerSettings:
    """What scripts set in `smuX.trigger`; fresh = after a reset."""

    stimuli: dict[str, int] = field(default_factory=lambda: dict.fromkeys(DETECTORS, 0))
    arm_count: int = 1
    count: int = 1
    autoclear: int = 0
    source_action: int = 0
    source_function: int = VOLTS
    levels: tuple[float, ...] = ()
    limit_a: float = 0.0
    limit_v: float = 0.0
    measure_action: int = 0
    quantities: str = ""
    buffers: tuple[Any, ...] = ()
    endpulse_action: int = 0
    endsweep_action: int = 0

    def restore_defaults(self) -> None:
        """What `smuX.reset()` does."""
        vars(self).update(vars(TriggerSettings()))


class ChannelTrigger:
    """`smuX.trigger` of one channel; `begin`, `detect`, and `clear` act on the running model."""

    def __init__(self, channel: SmuChannel, events: SweepEvents) -> None:
        self.channel = channel
        self.events = events
        self.settings = TriggerSettings()

    def sweep(self) -> tuple[SweepSetup, Storing, tuple[float, float]]:
        """The sweep as set up now, what it stores, and its limits (A, V).

        Raises TspFault where the instrument refuses to initiate.
        """
        trigger, settings = self.settings, self.channel.settings
        sources = trigger.source_action and trigger.levels
        if sources and trigger.source_function != settings.function:
            raise TspFault(-221, "Settings conflict: source.func is not what the sweep sources")
        if sources:
            self._choose_source_range()
        if trigger.measure_action and not trigger.quantities:
            raise TspFault(-221, "Settings conflict: no sweep measurement is configured")
        if trigger.measure_action == ASYNCHRONOUS:
            self._check_asynchronous()
        setup = SweepSetup(
            events=self.events,
            stimuli={bit: trigger.stimuli[name] for name, bit in DETECTORS.items()},
            levels=trigger.levels if sources else None,
            idle_level=self.channel.level,
            arm_count=trigger.arm_count,
            trigger_count=trigger.count,
            source_delay_s=settings.source_delay_s,
            measure_action=trigger.measure_action,
            measure_delay_s=settings.auto_delay_s(),
            reading_s=self.channel.reading_s,
            readings_per_trigger=settings.count,
            reading_interval_s=settings.interval_s,
            pulsed=bool(sources) and trigger.endpulse_action == 0,
            ends_idle=trigger.endsweep_action == 0,
            autoclear=bool(trigger.autoclear),
        )
        measures = trigger.measure_action != 0
        storing = Storing(
            trigger.quantities if measures else "",
            trigger.buffers if measures else (),
            trigger.measure_action != ASYNCHRONOUS,
        )
        limits = (trigger.limit_a or settings.limit_a, trigger.limit_v or settings.limit_v)
        return setup, storing, limits

    def _choose_source_range(self) -> None:
        settings = self.channel.settings
        highest = max((*self.settings.levels, self.channel.level), key=abs)
        if settings.function == VOLTS:
            ranges, range_, automatic, unit = (
                VOLTAGE_RANGES_V, "source_range_v", settings.source_autorange_v, "V",
            )  # fmt: skip
        else:
            ranges, range_, automatic, unit = (
                SOURCE_CURRENT_RANGES_A, "source_range_a", settings.source_autorange_a, "A",
            )  # fmt: skip
        if automatic:
            setattr(settings, range_, range_for(highest, ranges, SOURCE_FULL_SCALE, unit))
        check_fits(highest, getattr(settings, range_), unit)

    def _check_asynchronous(self) -> None:
        settings = self.channel.settings
        if settings.measure_autorange_a or settings.measure_autorange_v:
            raise TspFault(-221, "Settings conflict: ASYNC needs measure autoranging off")
        if settings.autozero == 2:
            raise TspFault(-221, "Settings conflict: ASYNC needs autozero OFF or ONCE")
        if any(buffer.collect_source_values for buffer in self.settings.buffers):
            raise TspFault(-221, "Settings conflict: ASYNC stores no source values")

    # Tables -------------------------------------------------------------------------------------

    def fill(
        self,
        space: Namespace,
        initiate: Callable[[], None],
        detect: Callable[[int], None],
    ) -> None:
        """Fill `smuX.trigger`; `detect` gets the bit of a detector a script sets by hand."""
        settings = self.settings
        space.command("initiate", initiate)
        space.setting("count", settings, "count", whole(0, 1 << 31))
        space.setting("autoclear", settings, "autoclear", SWITCH)
        self._fill_events(space)
        for name, bit in DETECTORS.items():
            self._fill_detector(space.table(name), name, bit, detect)
        arm, source, measure = (space.objects[name] for name in ("arm", "source", "measure"))
        arm.setting("count", settings, "arm_count", whole(0, 1 << 31))
        self._fill_source(source)
        self._fill_measure(measure)
        endpulse, endsweep = space.objects["endpulse"], space.table("endsweep")
        endpulse.setting("action", settings, "endpulse_action", SWITCH)
        endsweep.setting("action", settings, "endsweep_action", SWITCH)

    def _fill_events(self, space: Namespace) -> None:
        events = self.events
        space.constants(
            SWEEPING_EVENT_ID=events.sweeping,
            ARMED_EVENT_ID=events.armed,
            SOURCE_COMPLETE_EVENT_ID=events.source_complete,
            MEASURE_COMPLETE_EVENT_ID=events.measure_complete,
            PULSE_COMPLETE_EVENT_ID=events.pulse_complete,
            SWEEP_COMPLETE_EVENT_ID=events.sweep_complete,
            IDLE_EVENT_ID=events.idle,
        )

    def _fill_detector(
        self, space: Namespace, name: str, bit: int, detect: Callable[[int], None]
    ) -> None:
        def assign(value: Any) -> None:
            self.settings.stimuli[name] = event_id(value)

        space.attribute("stimulus", lambda: self.settings.stimuli[name], assign)
        space.command("set", lambda: detect(bit))

    def _fill_source(self, space: Namespace) -> None:
        settings = self.settings
        space.setting("action", settings, "source_action", SWITCH)
        space.setting("limiti", settings, "limit_a", within(0.0, SOURCE_CURRENT_RANGES_A[-1], " A"))
        space.setting("limitv", settings, "limit_v", within(0.0, VOLTAGE_RANGES_V[-1], " V"))
        for suffix, function, ranges, unit in (
            ("v", 1, VOLTAGE_RANGES_V, "V"),
            ("i", 0, SOURCE_CURRENT_RANGES_A, "A"),
        ):
            check = _levels_check(self.settings, function, ranges, unit)
            space.command(f"list{suffix}", lambda table, check=check: check(numbers(table)))
            space.command(f"linear{suffix}", _swept(check, np.linspace))
            space.command(f"log{suffix}", _swept(check, _logarithmic))

    def _fill_measure(self, space: Namespace) -> None:
        space.setting("action", self.settings, "measure_action", one_of((0, 1, 2)))
        for quantities in ("i", "v", "r", "p", "iv"):
            space.command(quantities, self._measurement(quantities))

    def _measurement(self, quantities: str) -> Callable[..., None]:
        def choose(*buffers: Any) -> None:
            if len(buffers) != len(quantities):
                raise TspFault(-109, f"Missing parameter: {len(quantities)} buffers expected")
            self.settings.buffers = tuple(checked_buffers(quantities, buffers))
            self.settings.quantities = quantities

        return choose


def _levels_check(
    settings: TriggerSettings, function: int, ranges: tuple[float, ...], unit: str
) -> Callable[[Any], None]:
    def choose(levels: Any) -> None:
        for extreme in (min(levels), max(levels)):
            range_for(float(extreme), ranges, SOURCE_FULL_SCALE, unit)
        settings.levels = tuple(float(level) for level in levels)
        settings.source_function = function

    return choose


def _swept(
    choose: Callable[[Any], None], spaced: Callable[[float, float, int], np.ndarray]
) -> Callable[..., None]:
    def sweep(start: Any, stop: Any, points: Any, asymptote: Any = 0) -> None:
        offset = number(asymptote)
        levels = spaced(number(start) - offset, number(stop) - offset, whole(2, 1 << 24)(points))
        choose((levels + offset).tolist())

    return sweep


def _logarithmic(start: float, stop: float, points: int) -> np.ndarray:
    if start * stop <= 0.0:
        raise TspFault(-221, "Settings conflict: a logarithmic sweep does not cross its asymptote")
    return np.geomspace(start, stop, points)
