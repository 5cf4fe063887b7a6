"""What a run may do to a device: the narrowest of everybody's bounds, and who set each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Self

import numpy as np

from drivers.roles import FloatArray, Sensing, SmuCapabilities, Waveform
from labctl.config import BOUNDS, LimitValues, SampleConfig, StationConfig, limit_value
from labctl.errors import BadInput, LimitRefused
from labctl.excursions import excursions
from labctl.strict_toml import nearest
from procedures.base import Purpose
from procedures.regime import Regime

INTERFACE_MIN_V, INTERFACE_MAX_V = -0.35, 0.55
"""A filament forms from -0.4 V on, spread 8 mV (physics.md §1.3); a deep erase takes +0.5 V."""
DISTINCT = 1e-6
"""What is closer (V) to a bound that is not allowed itself is the same to a source."""
VOLTAGE_TOLERANCE, VOLTAGE_TOLERANCE_V = 0.01, 1e-3
"""How far a measured voltage may be beyond its limit: the source's and the meter's own error."""
CURRENT_TOLERANCE, CURRENT_TOLERANCE_A = 0.05, 1e-9
"""The same for a current: noise of one reading is 1 % of it (physics.md §1.6)."""


@dataclass(frozen=True)
class OperatorLimits:
    """What whoever starts a run allows it, on top of what the others do; it can only narrow."""

    values: LimitValues = field(default_factory=dict)
    """By the names of `labctl.config.BOUNDS`, in SI units."""

    @classmethod
    def parse(cls, given: Mapping[str, object]) -> Self:
        """From names and texts with units, {"voltage_max": "0.3 V"}; raises `BadInput`."""
        values: dict[str, float] = {}
        for name, value in given.items():
            if name not in BOUNDS:
                raise BadInput(f"there is no limit {name!r}; {nearest(name, BOUNDS)}")
            try:
                values[name] = limit_value(name, value)
            except BadInput as error:
                raise BadInput(f"limit {name}: {error}") from None
        return cls(values)


NO_OPERATOR_LIMITS = OperatorLimits()


@dataclass(frozen=True)
class Limit:
    """One bound and who set it."""

    value: float
    """Infinite where nobody set one."""
    unit: str
    set_by: str
    allowed: bool = True
    """Whether the value itself is within the limit."""
    is_lowest: bool = False
    """Whether it bounds from below."""
    remedy: str = ""
    """What makes the limit go away, where it is more than changing it."""

    def admits_from_below(self, value: float) -> bool:
        """Whether a value does not exceed this highest bound; nan does."""
        return value <= (self.value if self.allowed else self.value - DISTINCT)

    def admits_from_above(self, value: float) -> bool:
        """Whether a value does not fall below this lowest bound; nan does."""
        return value >= (self.value if self.allowed else self.value + DISTINCT)

    def as_record(self) -> dict[str, object]:
        """For the run's record."""
        return {
            "value": self.value,
            "unit": self.unit,
            "set_by": self.set_by,
            "allowed": self.allowed,
        }


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The bounds in force, by the names of `labctl.config.BOUNDS`."""

    voltage_min: Limit
    voltage_max: Limit
    current_max: Limit
    energy_per_pulse_max: Limit
    dwell_max: Limit
    cycles_max: Limit
    temperature_min: Limit
    temperature_max: Limit

    @classmethod
    def effective(
        cls,
        station: StationConfig,
        smu: SmuCapabilities,
        *,
        regime: str,
        operator: OperatorLimits = NO_OPERATOR_LIMITS,
    ) -> Self:
        """Of what instrument, station, sample, and operator allow, the narrowest.

        `regime` is what the run says of itself: in the interface regime, a sample of that regime
        brings limits of its own.
        """
        layers = list(_layers(station, smu, regime, operator))
        return cls(**{name: _narrowest(name, layers) for name in BOUNDS})

    def check(
        self,
        device: str,
        waveform: Waveform,
        sensing: Sensing,
        purpose: Purpose,
        stress_pulses_before: int = 0,
    ) -> None:
        """Raise `LimitRefused` unless all of an application is within the limits; sends nothing.

        `stress_pulses_before` is how many stress pulses the device has seen in its life. Every
        comparison is written so that nan fails it.
        """
        lowest_v, highest_v = waveform.levels_v.min(), waveform.levels_v.max()
        seen = excursions(waveform)
        energy_j = seen.energy_bound_j(sensing.limit_a)
        if not self.voltage_min.admits_from_above(lowest_v):
            raise _refusal(device, "level", lowest_v, self.voltage_min)
        if not self.voltage_max.admits_from_below(highest_v):
            raise _refusal(device, "level", highest_v, self.voltage_max)
        if not (sensing.limit_a > 0 and self.current_max.admits_from_below(sensing.limit_a)):
            raise _refusal(device, "compliance", sensing.limit_a, self.current_max)
        if not self.energy_per_pulse_max.admits_from_below(energy_j):
            raise _refusal(device, "energy bound of a pulse", energy_j, self.energy_per_pulse_max)
        if not self.dwell_max.admits_from_below(seen.longest_away_s):
            raise _refusal(device, "time away from 0 V", seen.longest_away_s, self.dwell_max)
        if purpose is not Purpose.READ:
            self.check_cycles(device, stress_pulses_before + seen.pulses)

    def check_cycles(self, device: str, stress_pulses: int) -> None:
        """Raise `LimitRefused` unless a device may have seen so many stress pulses in its life.

        A cycle is two of them, one each way.
        """
        cycles = math.ceil(stress_pulses / 2)
        if not self.cycles_max.admits_from_below(cycles):
            raise _refusal(device, "number of stress cycles", cycles, self.cycles_max)

    def check_temperature(self, setpoint_k: float) -> None:
        """Raise `LimitRefused` unless the set-point is within the limits; nan is not."""
        if not self.temperature_min.admits_from_above(setpoint_k):
            raise _refusal("stage", "set-point", setpoint_k, self.temperature_min)
        if not self.temperature_max.admits_from_below(setpoint_k):
            raise _refusal("stage", "set-point", setpoint_k, self.temperature_max)

    def check_read_back(self, device: str, voltages_v: FloatArray, currents_a: FloatArray) -> None:
        """Raise `LimitRefused` when what was measured is beyond the limits and the tolerance.

        Arrays of one shape. A reading that is no number is for the guard to judge, not for this.
        """
        for measured, what, limit in (
            (_lowest(voltages_v), "voltage", self.voltage_min),
            (_highest(voltages_v), "voltage", self.voltage_max),
            (_highest(np.abs(currents_a)), "current", self.current_max),
        ):
            share, least = (
                (VOLTAGE_TOLERANCE, VOLTAGE_TOLERANCE_V)
                if what == "voltage"
                else (CURRENT_TOLERANCE, CURRENT_TOLERANCE_A)
            )
            tolerance = share * abs(limit.value) + least
            beyond = limit.value - measured if limit is self.voltage_min else measured - limit.value
            if beyond > tolerance:
                raise _measured(device, what, measured, limit, tolerance)

    def as_record(self) -> dict[str, dict[str, object]]:
        """Bounds that somebody set, by name, for the run's record."""
        named = ((item.name, getattr(self, item.name)) for item in fields(self))
        return {name: limit.as_record() for name, limit in named if math.isfinite(limit.value)}


def interface_regime(sample: SampleConfig, regime: str) -> bool:
    """Whether no filament may form: the sample is of that regime, and the run stays there."""
    return sample.regime is Regime.INTERFACE and regime == Regime.INTERFACE


def _layers(
    station: StationConfig, smu: SmuCapabilities, regime: str, operator: OperatorLimits
) -> Iterator[dict[str, Limit]]:
    """Everybody's bounds by name, in the order in which the first of equals is named."""
    sample = station.sample
    yield _layer(operator.values, "operator")
    if interface_regime(sample, regime):
        yield _interface_layer(sample)
    yield _layer(sample.limits, f"sample {sample.id!r}")
    yield _layer(station.limits, f"station {station.name!r}")
    instrument = {
        "voltage_min": -smu.max_voltage_v,
        "voltage_max": smu.max_voltage_v,
        "current_max": smu.max_current_a,
    }
    yield _layer(instrument, "source-measure unit")


def _layer(values: LimitValues, set_by: str) -> dict[str, Limit]:
    return {
        name: Limit(values[name], bound.unit, set_by, is_lowest=bound.lower)
        for name, bound in BOUNDS.items()
        if name in values
    }


def _interface_layer(sample: SampleConfig) -> dict[str, Limit]:
    set_by = f"interface regime of sample {sample.id!r}"
    lowest_v = sample.limits.get("interface_voltage_min", INTERFACE_MIN_V)
    highest_v = sample.limits.get("interface_voltage_max", INTERFACE_MAX_V)
    remedy = "where a filament is meant to form, say so: --set regime=filament"
    return {
        "voltage_min": Limit(lowest_v, "V", set_by, allowed=False, is_lowest=True, remedy=remedy),
        "voltage_max": Limit(highest_v, "V", set_by, remedy=remedy),
    }


def _narrowest(name: str, layers: list[dict[str, Limit]]) -> Limit:
    bound = BOUNDS[name]
    set_ones = [layer[name] for layer in layers if name in layer]
    if not set_ones:
        return Limit(-math.inf if bound.lower else math.inf, bound.unit, "nobody")
    sign = -1 if bound.lower else 1
    return min(set_ones, key=lambda limit: (sign * limit.value, limit.allowed))


def _lowest(values: FloatArray) -> float:
    return float(np.min(values, initial=math.inf, where=~np.isnan(values)))


def _highest(values: FloatArray) -> float:
    return float(np.max(values, initial=-math.inf, where=~np.isnan(values)))


def _told(limit: Limit) -> str:
    itself = "" if limit.allowed else ", which is not allowed itself,"
    return f"the limit of {limit.value:g} {limit.unit}{itself} set by the {limit.set_by}"


def _relation(value: float, limit: Limit) -> str:
    """How a refused value stands to its limit."""
    if not limit.allowed and abs(value - limit.value) <= DISTINCT:
        return "at"
    if value > limit.value:
        return "above"
    # A compliance of 0 A or less is no compliance, and nan is nothing.
    return "below" if value < limit.value and limit.is_lowest else "not within"


def _refusal(owner: str, what: str, value: float, limit: Limit) -> LimitRefused:
    relation = _relation(value, limit)
    remedy = f"; {limit.remedy}" if limit.remedy else ""
    return LimitRefused(
        f"{owner}: {what} {value:g} {limit.unit} is {relation} {_told(limit)}; nothing was sent. "
        f"Change the procedure's parameters, or the limit where it was set{remedy}"
    )


def _measured(device: str, what: str, value: float, limit: Limit, tolerance: float) -> LimitRefused:
    return LimitRefused(
        f"{device}: a {what} of {value:g} {limit.unit} was measured, outside {_told(limit)} by "
        f"more than the tolerance of {tolerance:g} {limit.unit}; the readings are kept. "
        "Look at the source and what else drives the device"
    )
