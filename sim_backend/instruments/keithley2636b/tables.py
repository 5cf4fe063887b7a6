"""The tables `smuX.source`, `smuX.measure`, and `smuX` itself, as scripts see them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sim_backend.instruments.keithley2636b.channel import QUANTITIES, SmuChannel
from sim_backend.instruments.keithley2636b.settings import (
    MEASURE_CURRENT_RANGES_A,
    MEASURE_FULL_SCALE,
    SMALLEST_LIMIT_A,
    SMALLEST_LIMIT_V,
    SOURCE_CURRENT_RANGES_A,
    SOURCE_FULL_SCALE,
    VOLTAGE_RANGES_V,
    autorange,
    check_fits,
    range_for,
)
from sim_backend.instruments.tsp.buffer import ReadingBuffer
from sim_backend.instruments.tsp.engine import Wait
from sim_backend.instruments.tsp.errors import TspFault
from sim_backend.instruments.tsp.namespace import (
    SWITCH,
    Namespace,
    number,
    one_of,
    whole,
    within,
)

LARGEST_BUFFER = 140_000
CONSTANTS = {
    "OUTPUT_DCAMPS": 0, "OUTPUT_DCVOLTS": 1, "OUTPUT_OFF": 0, "OUTPUT_ON": 1,
    "OUTPUT_NORMAL": 0, "OUTPUT_ZERO": 1, "OUTPUT_HIGH_Z": 2,
    "SENSE_LOCAL": 0, "SENSE_REMOTE": 1,
    "AUTORANGE_OFF": 0, "AUTORANGE_ON": 1,
    "AUTOZERO_OFF": 0, "AUTOZERO_ONCE": 1, "AUTOZERO_AUTO": 2,
    "DELAY_OFF": 0, "DELAY_AUTO": -1, "LIMIT_AUTO": 0,
    "DISABLE": 0, "ENABLE": 1, "ASYNC": 2, "SOURCE_IDLE": 0, "SOURCE_HOLD": 1,
    "FILTER_OFF": 0, "FILTER_ON": 1,
    "FILTER_MOVING_AVG": 0, "FILTER_REPEAT_AVG": 1, "FILTER_MEDIAN": 2,
    "SETTLE_SMOOTH": 0, "SETTLE_FAST_RANGE": 1, "SETTLE_FAST_POLARITY": 2,
    "SETTLE_DIRECT_IRANGE": 3, "SETTLE_SMOOTH_100NA": 4, "SETTLE_FAST_ALL": 128,
}  # fmt: skip


def fill_channel(
    space: Namespace, channel: SmuChannel, reset: Callable[[], None], stop: Callable[[], None]
) -> None:
    """Fill `smuX`; `reset` and `stop` also end a sweep that runs."""
    space.constants(**CONSTANTS)
    space.command("reset", reset)
    space.command("abort", stop)
    space.setting("sense", channel.settings, "sense", SWITCH)
    space.command("makebuffer", lambda size: _make_buffer(channel, size))
    for index, buffer in enumerate(channel.buffers, start=1):
        space.objects[f"nvbuffer{index}"] = buffer.namespace()
    _fill_source(space.table("source"), channel, stop)
    _fill_measure(space.table("measure"), channel)


def add_overlapped(
    space: Namespace, channel: SmuChannel, start: Callable[[str, Wait], None]
) -> None:
    """Add `smuX.measure.overlappedY` to `smuX.measure`; `start` runs one beside the script."""
    for quantities in (*QUANTITIES, "iv"):

        def measure(*buffers: Any, quantities: str = quantities) -> None:
            if len(buffers) != len(quantities):
                raise TspFault(-109, f"Missing parameter: {len(quantities)} buffers expected")
            start(channel.name, channel.measure(quantities, buffers))

        space.command(f"overlapped{quantities}", measure)


def _make_buffer(channel: SmuChannel, size: Any) -> Namespace:
    return ReadingBuffer(channel.clock, whole(1, LARGEST_BUFFER)(size)).namespace()


def _fill_source(space: Namespace, channel: SmuChannel, stop: Callable[[], None]) -> None:
    settings = channel.settings

    def applied(check: Callable[[Any], Any]) -> Callable[[str, str], None]:
        def add(name: str, field: str) -> None:
            def assign(value: Any) -> None:
                setattr(settings, field, check(value))
                channel.apply()

            space.attribute(name, lambda: getattr(settings, field), assign)

        return add

    applied(SWITCH)("func", "function")
    applied(within(SMALLEST_LIMIT_A, SOURCE_CURRENT_RANGES_A[-1], " A"))("limiti", "limit_a")
    applied(within(SMALLEST_LIMIT_V, VOLTAGE_RANGES_V[-1], " V"))("limitv", "limit_v")
    applied(one_of((0, 1, 2)))("offmode", "off_mode")
    applied(within(0.0, 1e-3, " A"))("offlimiti", "off_limit_a")
    for quantity, ranges, unit in (
        ("v", VOLTAGE_RANGES_V, "V"),
        ("i", SOURCE_CURRENT_RANGES_A, "A"),
    ):
        _fill_level(space, channel, quantity, ranges, unit)
    space.attribute("output", lambda: settings.output, _output_setter(channel, stop))
    space.reading("compliance", channel.in_compliance)
    space.setting("delay", settings, "source_delay_s", within(0.0, 1e5, " s"))
    space.setting("settling", settings, "settling", one_of((0, 1, 2, 3, 4, 128)))
    space.setting("sink", settings, "sink", SWITCH)
    space.setting("highc", settings, "high_capacitance", SWITCH)


def _output_setter(channel: SmuChannel, stop: Callable[[], None]) -> Callable[[Any], None]:
    def switch(value: Any) -> None:
        on = one_of((0, 1, 2))(value)
        stop()
        channel.settings.output = int(on == 1)
        channel.apply()

    return switch


def _fill_level(
    space: Namespace, channel: SmuChannel, quantity: str, ranges: Sequence[float], unit: str
) -> None:
    settings = channel.settings
    suffix = "v" if quantity == "v" else "a"
    level, range_ = f"level_{suffix}", f"source_range_{suffix}"
    automatic, lowest = f"source_autorange_{suffix}", f"low_source_range_{suffix}"

    def follow() -> None:
        if getattr(settings, automatic):
            chosen = autorange(
                getattr(settings, level), ranges, getattr(settings, lowest), SOURCE_FULL_SCALE
            )
            setattr(settings, range_, chosen)

    def set_level(value: Any) -> None:
        asked = number(value)
        range_for(asked, ranges, SOURCE_FULL_SCALE, unit)
        if not getattr(settings, automatic):
            check_fits(asked, getattr(settings, range_), unit)
        setattr(settings, level, asked)
        follow()
        channel.apply()

    def set_range(value: Any) -> None:
        chosen = range_for(number(value), ranges, SOURCE_FULL_SCALE, unit)
        check_fits(getattr(settings, level), chosen, unit)
        setattr(settings, range_, chosen)
        setattr(settings, automatic, 0)

    def set_automatic(value: Any) -> None:
        setattr(settings, automatic, SWITCH(value))
        follow()

    space.attribute(f"level{quantity}", lambda: getattr(settings, level), set_level)
    space.attribute(f"range{quantity}", lambda: getattr(settings, range_), set_range)
    space.attribute(f"autorange{quantity}", lambda: getattr(settings, automatic), set_automatic)
    space.setting(
        f"lowrange{quantity}",
        settings,
        lowest,
        lambda value: range_for(number(value), ranges, SOURCE_FULL_SCALE, unit),
    )


def _fill_measure(space: Namespace, channel: SmuChannel) -> None:
    settings = channel.settings
    for quantity, ranges, unit in (
        ("v", VOLTAGE_RANGES_V, "V"),
        ("i", MEASURE_CURRENT_RANGES_A, "A"),
    ):
        _fill_measure_range(space, channel, quantity, ranges, unit)
    space.setting("nplc", settings, "nplc", within(0.001, 25.0))
    space.setting("autozero", settings, "autozero", one_of((0, 1, 2)))
    space.setting("delay", settings, "measure_delay_s", within(-1.0, 1e5, " s"))
    space.setting("delayfactor", settings, "delay_factor", within(0.0, 1e5))
    space.setting("count", settings, "count", whole(1, LARGEST_BUFFER))
    space.setting("interval", settings, "interval_s", within(0.0, 1.0, " s"))
    filtering = space.table("filter")
    filtering.setting("enable", settings, "filter_on", SWITCH)
    filtering.setting("type", settings, "filter_type", one_of((0, 1, 2)))
    filtering.setting("count", settings, "filter_count", whole(1, 100))
    for quantities in (*QUANTITIES, "iv"):
        space.command(quantities, _measure_command(channel, quantities))


def _measure_command(channel: SmuChannel, quantities: str) -> Callable[..., Wait]:
    def measure(*buffers: Any) -> Wait:
        values = yield from channel.measure(quantities, buffers)
        return values

    return measure


def _fill_measure_range(
    space: Namespace, channel: SmuChannel, quantity: str, ranges: Sequence[float], unit: str
) -> None:
    settings = channel.settings
    suffix = "v" if quantity == "v" else "a"
    range_, automatic = f"measure_range_{suffix}", f"measure_autorange_{suffix}"

    def choose(value: Any) -> float:
        return range_for(number(value), ranges, MEASURE_FULL_SCALE, unit)

    def set_range(value: Any) -> None:
        setattr(settings, range_, choose(value))
        setattr(settings, automatic, 0)

    in_use = f"reading_range_{suffix}"
    space.attribute(f"range{quantity}", lambda: getattr(settings, in_use), set_range)
    space.setting(f"autorange{quantity}", settings, automatic, SWITCH)
    space.setting(f"lowrange{quantity}", settings, f"low_measure_range_{suffix}", choose)
