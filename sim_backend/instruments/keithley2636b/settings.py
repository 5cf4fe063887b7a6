"""The settings of one 2636B channel: defaults, ranges, and what the instrument refuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim_backend.instruments.tsp.errors import TspFault

VOLTAGE_RANGES_V = (0.2, 2.0, 20.0, 200.0)
SOURCE_CURRENT_RANGES_A = (
    1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 1.5,
)  # fmt: skip
MEASURE_CURRENT_RANGES_A = (1e-10, *SOURCE_CURRENT_RANGES_A)
SOURCE_FULL_SCALE = 1.01
MEASURE_FULL_SCALE = 1.02

SMALLEST_LIMIT_A = 1e-10
SMALLEST_LIMIT_V = 0.02
"""A tenth of the lowest source range [choice]."""

AMPS, VOLTS = 0, 1
OUTPUT_NORMAL, OUTPUT_ZERO, OUTPUT_HIGH_Z = 0, 1, 2
OFF_LIMIT_A = 1e-3

AUTO_DELAYS_S = {1e-10: 0.1, 1e-9: 0.02, 1e-8: 5e-3, 1e-7: 1e-3}
"""Automatic measure delay by current range; none above [choice]."""

READING_OVERHEAD_S = 30e-6
"""What a reading takes beyond its aperture [choice]."""


@dataclass
class ChannelSettings:
    """Everything a script can set on a channel but its trigger model; fresh = after a reset."""

    function: int = VOLTS
    level_v: float = 0.0
    level_a: float = 0.0
    limit_v: float = 20.0
    limit_a: float = 0.1
    off_limit_a: float = OFF_LIMIT_A
    source_range_v: float = 0.2
    source_range_a: float = 1e-7
    source_autorange_v: int = 1
    source_autorange_a: int = 1
    low_source_range_v: float = 0.2
    low_source_range_a: float = 1e-9
    source_delay_s: float = 0.0
    settling: int = 0
    sink: int = 0
    high_capacitance: int = 0
    output: int = 0
    off_mode: int = OUTPUT_NORMAL
    sense: int = 0
    measure_range_v: float = 0.2
    measure_range_a: float = 1e-7
    measure_autorange_v: int = 1
    measure_autorange_a: int = 1
    low_measure_range_v: float = 0.2
    low_measure_range_a: float = 1e-10
    autozero: int = 2
    nplc: float = 1.0
    measure_delay_s: float = -1.0
    delay_factor: float = 1.0
    count: int = 1
    interval_s: float = 0.0
    filter_on: int = 0
    filter_type: int = 1
    filter_count: int = 1

    def restore_defaults(self) -> None:
        """What `smuX.reset()` does."""
        vars(self).update(vars(ChannelSettings()))

    @property
    def reading_range_v(self) -> float:
        """The range on which voltage is read: the source's own while it sources voltage.

        The measure range is kept for when the function changes (2600BS-901-01 p 2-84).
        """
        return self.source_range_v if self.function == VOLTS else self.measure_range_v

    @property
    def reading_range_a(self) -> float:
        """The range on which current is read: the source's own while it sources current."""
        return self.source_range_a if self.function == AMPS else self.measure_range_a

    def auto_delay_s(self) -> float:
        """The delay before a measurement (s); -1 stands for automatic."""
        if self.measure_delay_s >= 0:
            return self.measure_delay_s
        return AUTO_DELAYS_S.get(self.reading_range_a, 0.0) * self.delay_factor

    def aperture_s(self, line_frequency_hz: float) -> float:
        """How long the converter integrates (s)."""
        return self.nplc / line_frequency_hz

    def reading_s(self, line_frequency_hz: float) -> float:
        """How long one reading takes (s)."""
        return self.aperture_s(line_frequency_hz) + READING_OVERHEAD_S


def range_for(value: float, ranges: Sequence[float], full_scale: float, unit: str) -> float:
    """The lowest range that holds `value`; TspFault when none does."""
    for candidate in ranges:
        if abs(value) <= candidate * full_scale:
            return candidate
    raise TspFault(
        5005, f"Value too big for range: {value:g} {unit}, highest range {ranges[-1]:g} {unit}"
    )


def check_fits(value: float, range_: float, unit: str) -> None:
    """Refuse a source level beyond 101 % of a fixed range."""
    if abs(value) > range_ * SOURCE_FULL_SCALE:
        raise TspFault(
            5005, f"Value too big for range: {value:g} {unit}, fixed range {range_:g} {unit}"
        )


def autorange(value: float, ranges: Sequence[float], lowest: float, full_scale: float) -> float:
    """The range automatic ranging chooses: at least `lowest`, at most the highest."""
    usable = [candidate for candidate in ranges if candidate >= lowest]
    return next((r for r in usable if abs(value) <= r * full_scale), usable[-1])
