"""What a waveform may do to a device, and who said so."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.roles import Sensing, SmuCapabilities, Waveform
from labctl.config import LimitsConfig
from labctl.errors import LimitRefused


@dataclass(frozen=True)
class Limit:
    """One bound and who set it."""

    value: float
    unit: str
    set_by: str


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The bounds in force: of everybody's, the narrowest."""

    voltage_min: Limit
    voltage_max: Limit
    current_max: Limit
    temperature_min: Limit
    temperature_max: Limit

    @staticmethod
    def effective(station: LimitsConfig, station_name: str, smu: SmuCapabilities) -> Limits:
        """The station's limits cut down to what the instrument can do."""
        by_station, by_instrument = f"station {station_name!r}", "source-measure unit"
        return Limits(
            voltage_min=max(
                Limit(station.voltage_min_v, "V", by_station),
                Limit(-smu.max_voltage_v, "V", by_instrument),
                key=_value,
            ),
            voltage_max=min(
                Limit(station.voltage_max_v, "V", by_station),
                Limit(smu.max_voltage_v, "V", by_instrument),
                key=_value,
            ),
            current_max=min(
                Limit(station.current_max_a, "A", by_station),
                Limit(smu.max_current_a, "A", by_instrument),
                key=_value,
            ),
            temperature_min=Limit(station.temperature_min_k, "K", by_station),
            temperature_max=Limit(station.temperature_max_k, "K", by_station),
        )

    def check(self, device: str, waveform: Waveform, sensing: Sensing) -> None:
        """Raise `LimitRefused` unless every level and the compliance are within the limits.

        Every comparison is written so that nan fails it.
        """
        if not waveform.min_v >= self.voltage_min.value:
            raise _refusal(device, "level", waveform.min_v, "below", self.voltage_min)
        if not waveform.max_v <= self.voltage_max.value:
            raise _refusal(device, "level", waveform.max_v, "above", self.voltage_max)
        if not 0 < sensing.limit_a <= self.current_max.value:
            raise _refusal(device, "compliance", sensing.limit_a, "not within", self.current_max)

    def check_temperature(self, setpoint_k: float) -> None:
        """Raise `LimitRefused` unless the set-point is within the limits; nan is not."""
        if not setpoint_k >= self.temperature_min.value:
            raise _refusal("stage", "set-point", setpoint_k, "below", self.temperature_min)
        if not setpoint_k <= self.temperature_max.value:
            raise _refusal("stage", "set-point", setpoint_k, "above", self.temperature_max)


def _value(limit: Limit) -> float:
    return limit.value


def _refusal(owner: str, what: str, value: float, relation: str, limit: Limit) -> LimitRefused:
    return LimitRefused(
        f"{owner}: {what} {value:g} {limit.unit} is {relation} the limit of "
        f"{limit.value:g} {limit.unit} set by the {limit.set_by}; nothing was sent. "
        f"Change the procedure's parameters, or the limit where it was set"
    )
