"""The bounds that a station, a sample, or an operator may set, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from labctl.config.quantity import quantity_of
from labctl.errors import BadInput
from labctl.strict_toml import Section

LimitValues = Mapping[str, float]
"""Bounds by their names in `BOUNDS`, in SI units; one that is not there sets no limit."""

CYCLES = "cycles"
"""Unit of a number of cycles."""


@dataclass(frozen=True, kw_only=True)
class Bound:
    """One bound that can be set."""

    unit: str
    lower: bool = False
    """Whether it is the lowest value allowed; else it is the highest."""
    at_least: float | None = None
    """What a sensible bound is not below."""
    above: float | None = None
    """What a sensible bound is above."""
    at_most: float | None = None
    """What a sensible bound does not exceed."""

    def complaint(self, value: float) -> str | None:
        """What is wrong with a value of this bound; None when nothing is."""
        if self.at_least is not None and not value >= self.at_least:
            return f"is {value:g} {self.unit}, but must be {self.at_least:g} {self.unit} or more"
        if self.above is not None and not value > self.above:
            return f"is {value:g} {self.unit}, but must be above {self.above:g} {self.unit}"
        if self.at_most is not None and not value <= self.at_most:
            return f"is {value:g} {self.unit}, but must not exceed {self.at_most:g} {self.unit}"
        return None


BOUNDS: Mapping[str, Bound] = {
    "voltage_min": Bound(unit="V", lower=True, at_most=0.0),
    "voltage_max": Bound(unit="V", at_least=0.0),
    "current_max": Bound(unit="A", above=0.0),
    "energy_per_pulse_max": Bound(unit="J", above=0.0),
    "dwell_max": Bound(unit="s", above=0.0),
    "cycles_max": Bound(unit=CYCLES, at_least=0.0),
    "temperature_min": Bound(unit="K", lower=True, above=0.0),
    "temperature_max": Bound(unit="K", above=0.0),
}
"""Every bound, by its name in files and on the command line.

`energy_per_pulse_max`: voltage times compliance times width of one excursion from 0 V to one side;
`dwell_max`: time continuously away from 0 V; `cycles_max`: cycles in a device's life, two stress
pulses each.
"""

INTERFACE_BOUNDS: Mapping[str, Bound] = {
    "interface_voltage_min": BOUNDS["voltage_min"],
    "interface_voltage_max": BOUNDS["voltage_max"],
}
"""What only a sample of the interface regime has besides."""

REQUIRED = ("voltage_min", "voltage_max", "current_max")
"""Bounds that every station states."""
STATION_DEFAULTS: LimitValues = {"temperature_min": 4.0, "temperature_max": 440.0}
"""K; Ag2S changes its phase at 449 K (physics.md §1.4)."""


def limit_value(name: str, value: object) -> float:
    """A bound's value in SI, from text with a unit; numbers of cycles are whole and bare.

    Raises `BadInput` for what cannot be used. `name` is one of `BOUNDS` or `INTERFACE_BOUNDS`.
    """
    bound = {**BOUNDS, **INTERFACE_BOUNDS}[name]
    number = _cycles(value) if bound.unit == CYCLES else _quantity(value, bound.unit)
    if (complaint := bound.complaint(number)) is not None:
        raise BadInput(complaint)
    return number


def station_limits(section: Section) -> LimitValues:
    """A station's `[limits]`; raises `ConfigError`."""
    section.allow(*BOUNDS)
    for key in REQUIRED:
        if key not in section:
            raise section.error(key, "is missing")
    limits = {**STATION_DEFAULTS, **_read(section, BOUNDS)}
    _refuse_empty_range(section, limits)
    return limits


def sample_limits(section: Section, *, interface: bool) -> LimitValues:
    """A sample's `[sample.limits]`; raises `ConfigError`."""
    section.allow(*BOUNDS, *INTERFACE_BOUNDS)
    for key in INTERFACE_BOUNDS:
        if key in section and not interface:
            raise section.error(key, 'has no effect without regime = "interface" in [sample]')
    limits = _read(section, (*BOUNDS, *INTERFACE_BOUNDS))
    _refuse_empty_range(section, limits)
    return limits


def _read(section: Section, names: Iterable[str]) -> dict[str, float]:
    limits: dict[str, float] = {}
    for name in names:
        if name in section:
            try:
                limits[name] = limit_value(name, section.values[name])
            except BadInput as error:
                raise section.error(name, str(error)) from None
    return limits


def _refuse_empty_range(section: Section, limits: LimitValues) -> None:
    lowest_k = limits.get("temperature_min", 0.0)
    if not lowest_k <= limits.get("temperature_max", lowest_k):
        raise section.error(
            "temperature_max" if "temperature_max" in section else "temperature_min",
            f"leaves {lowest_k:g} K to {limits['temperature_max']:g} K, which is no range",
        )


def _quantity(value: object, unit: str) -> float:
    if not isinstance(value, str):
        raise BadInput(f"must be a string with a unit such as '1 {unit}', not {value!r}")
    return quantity_of(value, unit)


def _cycles(value: object) -> float:
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()):
        raise BadInput(f"must be a whole number, not {value!r}")
    return float(text)
