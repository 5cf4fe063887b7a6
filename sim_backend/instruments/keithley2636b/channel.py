"""One source-measure channel of the 2636B: its output, its readings, and what scripts set."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim_backend.clock import VirtualClock
from sim_backend.instruments.keithley2636b.settings import (
    AMPS,
    MEASURE_CURRENT_RANGES_A,
    OUTPUT_ZERO,
    VOLTAGE_RANGES_V,
    VOLTS,
    ChannelSettings,
    autorange,
)
from sim_backend.instruments.tsp.buffer import BufferColumn, ReadingBuffer, Readings, Setting
from sim_backend.instruments.tsp.engine import Wait
from sim_backend.instruments.tsp.errors import TspFault
from sim_backend.physics.spoilt_readings import TakenReadings, spoilt

if TYPE_CHECKING:
    from sim_backend.circuit import Circuit
    from sim_backend.physics.front_end import FrontEnd

OVERFLOW = 9.91e37
LEAST_LIMIT_A = 1e-15
"""What a current source of 0 A is to the circuit."""

AUTORANGE_UP = 0.95
"""Share of a range beyond which automatic ranging takes the next, clear of the noise [choice]."""

VOLTAGE_LIMIT, CURRENT_LIMIT = 0x01, 0x02
_OVERRANGED_MEASURE, _OVERRANGED_SOURCE, _FOUR_WIRE, _COMPLIANCE, _FILTERED = 4, 8, 16, 64, 128

QUANTITIES = ("i", "v", "r", "p")
_FUNCTION_NAMES = {"i": "Current", "v": "Voltage", "r": "Ohms", "p": "Watts"}


class SmuChannel:
    """smua or smub, on a circuit that knows it by that name.

    A current source of I is a voltage source of the voltage limit whose current limit is |I|:
    to the circuit that is the same thing, with compliance the other way round.
    """

    def __init__(
        self,
        name: str,
        clock: VirtualClock,
        circuit: Circuit,
        front_end: FrontEnd,
        line_frequency_hz: float,
    ) -> None:
        self.name = name
        self.clock = clock
        self.circuit = circuit
        self.front_end = front_end
        self.settings = ChannelSettings()
        self.line_frequency_hz = line_frequency_hz
        self.buffers = (ReadingBuffer(clock), ReadingBuffer(clock))
        self._steady_since_s = clock.now_s
        circuit.add_source(name, front_end)

    @property
    def aperture_s(self) -> float:
        """How long one reading integrates (s)."""
        return self.settings.aperture_s(self.line_frequency_hz)

    @property
    def reading_s(self) -> float:
        """How long one reading takes (s)."""
        return self.settings.reading_s(self.line_frequency_hz)

    def reset(self) -> None:
        """Settings and output as after power-up; readings are kept."""
        self.settings.restore_defaults()
        self.apply()

    def apply(self) -> None:
        """Have the circuit see what the settings say, from now on."""
        settings = self.settings
        self._steady_since_s = self.clock.now_s
        if settings.output:
            self.circuit.set_source(
                self.name, *self.drive(self.level, settings.limit_a, settings.limit_v)
            )
        else:
            # At 0 V a normal off state cannot be told from an open circuit [choice].
            held_v = 0.0 if settings.off_mode == OUTPUT_ZERO else None
            self.circuit.set_source(self.name, held_v, settings.off_limit_a)

    @property
    def level(self) -> float:
        """The programmed level of the present function (V or A)."""
        return self.settings.level_v if self.settings.function == VOLTS else self.settings.level_a

    def drive(self, level: float, limit_a: float, limit_v: float) -> tuple[float, float]:
        """Voltage and current limit the circuit gets for a programmed level (V or A)."""
        if self.settings.function == VOLTS:
            return level, limit_a
        return math.copysign(limit_v, level), max(abs(level), LEAST_LIMIT_A)

    def in_compliance(self) -> bool:
        """Whether the limit of the other quantity holds the source back now."""
        return self._complies(self.circuit.measure(self.name)[2])

    def _complies(self, limited: bool) -> bool:
        """What the circuit's current limiting means for the present function."""
        if not self.settings.output:
            return False
        return limited if self.settings.function == VOLTS else not limited and self.level != 0.0

    def limit_bits(self) -> int:
        """Condition of status.measurement.instrument.smuX: bit 0 voltage, bit 1 current limit."""
        if not self.in_compliance():
            return 0
        return CURRENT_LIMIT if self.settings.function == VOLTS else VOLTAGE_LIMIT

    # Readings -----------------------------------------------------------------------------------

    def measure(self, quantities: Sequence[str], targets: Sequence[Any]) -> Wait:
        """Take `measure.count` readings, into buffers if any; returns the last value of each."""
        settings = self.settings
        buffers = checked_buffers(quantities, targets)
        for buffer in buffers:
            buffer.prepare()
        if delay_s := settings.auto_delay_s():
            yield self.clock.now_s + delay_s
        values: tuple[float, ...] = ()
        for number in range(settings.count):
            start_s = self.clock.now_s
            yield start_s + self.aperture_s / 2
            sample, status = self._sample()
            yield start_s + self.reading_s
            values = tuple(sample[quantity] for quantity in quantities)
            self._store(quantities, buffers, values, start_s, status)
            if number + 1 < settings.count and settings.interval_s > self.reading_s:
                yield start_s + settings.interval_s
        return values

    def _sample(self) -> tuple[dict[str, float], int]:
        current_a, voltage_v, limited = self.circuit.measure(self.name)
        self.choose_ranges(abs(current_a), abs(voltage_v))
        elapsed_s = max(self.clock.now_s - self._steady_since_s, self.aperture_s)
        values, statuses = self.read(
            np.array([current_a]),
            np.array([voltage_v]),
            np.array([elapsed_s]),
            np.ones(1, dtype=bool),
            starts_s=np.array([self.clock.now_s]),
            limited=np.array([self._complies(limited)]),
            limit_a=self.settings.limit_a,
        )
        return {name: float(value[0]) for name, value in values.items()}, int(statuses[0])

    def read(
        self,
        current_a: np.ndarray,
        voltage_v: np.ndarray,
        durations_s: np.ndarray,
        reads: np.ndarray,
        *,
        starts_s: np.ndarray,
        limited: np.ndarray,
        limit_a: float,
    ) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Values by quantity and status bits of the steps marked in `reads`, as they are reported.

        True currents and voltages and all else that the meter still feels have shape (steps,);
        `starts_s`, `limited`, and what is returned have one entry per marked step.
        """
        number = self.circuit.counters["readings"]
        self.circuit.count_readings(starts_s.size)
        readings = self.front_end.readings(
            current_a,
            voltage_v,
            durations_s,
            reads,
            self.settings.reading_range_a,
            self.settings.reading_range_v,
            self.aperture_s,
        )
        taken = TakenReadings(
            number=number, starts_s=starts_s, readings=readings, limited=limited, limit_a=limit_a
        )
        reported = spoilt(taken, self.circuit.reading_faults)
        compliance = np.where(reported.limited, _COMPLIANCE, 0)
        values = _quantities_of(reported.readings.current_a, reported.readings.voltage_v)
        return values, self._status_bits() | compliance

    def choose_ranges(self, highest_a: float, highest_v: float) -> None:
        """Let automatic measure ranges follow the largest values about to be read."""
        settings = self.settings
        if settings.measure_autorange_a:
            settings.measure_range_a = autorange(
                highest_a, MEASURE_CURRENT_RANGES_A, settings.low_measure_range_a, AUTORANGE_UP
            )
        if settings.measure_autorange_v:
            settings.measure_range_v = autorange(
                highest_v, VOLTAGE_RANGES_V, settings.low_measure_range_v, AUTORANGE_UP
            )

    def _store(
        self,
        quantities: Sequence[str],
        buffers: Sequence[ReadingBuffer],
        values: Sequence[float],
        start_s: float,
        status: int,
    ) -> None:
        now_s = self.clock.now_s
        for quantity, buffer, value in zip(quantities, buffers, values, strict=False):
            buffer.store(
                self.described(
                    quantity,
                    values=np.array([value]),
                    sources=np.array([self.level]),
                    starts_s=np.array([start_s]),
                    ready_s=np.array([now_s]),
                    statuses=np.array([status]),
                )
            )

    def _status_bits(self) -> int:
        """The status bits that follow from the settings, for every reading alike."""
        settings = self.settings
        volts = settings.function == VOLTS
        auto_source = settings.source_autorange_v if volts else settings.source_autorange_a
        return (
            (_OVERRANGED_MEASURE if settings.measure_autorange_a else 0)
            | (_OVERRANGED_SOURCE if auto_source else 0)
            | (_FOUR_WIRE if settings.sense else 0)
            | (_FILTERED if settings.filter_on else 0)
        )

    def described(
        self,
        quantity: str,
        *,
        values: np.ndarray,
        sources: np.ndarray,
        starts_s: np.ndarray,
        ready_s: np.ndarray,
        statuses: np.ndarray,
    ) -> Readings:
        """Readings with what the buffer notes beside them; all arrays of shape (n,)."""
        settings = self.settings
        amps = settings.function == AMPS
        return Readings(
            values,
            sources,
            starts_s,
            ready_s,
            statuses,
            Setting(
                _FUNCTION_NAMES[quantity],
                settings.reading_range_v if quantity == "v" else settings.reading_range_a,
                "Current" if amps else "Voltage",
                settings.source_range_a if amps else settings.source_range_v,
                "On" if settings.output else "Off",
            ),
        )


def _quantities_of(current_a: np.ndarray, voltage_v: np.ndarray) -> dict[str, np.ndarray]:
    """All quantities from current and voltage, shape (n,), nan where out of range: then 9.91e37."""
    with np.errstate(divide="ignore", invalid="ignore"):
        values = {
            "i": current_a,
            "v": voltage_v,
            "r": voltage_v / current_a,
            "p": current_a * voltage_v,
        }
    return {name: np.where(np.isfinite(v), v, OVERFLOW) for name, v in values.items()}


def checked_buffers(quantities: Sequence[str], targets: Sequence[Any]) -> list[ReadingBuffer]:
    """The buffers a script passed, at most one for each quantity; TspFault for anything else."""
    if len(targets) > len(quantities):
        raise TspFault(-108, f"Parameter not allowed: {len(quantities)} buffers expected")
    for target in targets:
        if not isinstance(target, BufferColumn):
            raise TspFault(-104, f"Data type error: expected a reading buffer, got {target!r}")
    return [target.buffer for target in targets]
