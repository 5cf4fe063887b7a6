"""Parameters of the Ag2S devices and of their array (defaults: physics.md §1.6), validated."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


class UnknownParameter(ValueError):
    """An override names a parameter that does not exist."""


def _above_zero(default: float, unit: str) -> Any:
    return field(default=default, metadata={"unit": unit, "zero": False})


def _from_zero(default: float, unit: str, highest: float = math.inf) -> Any:
    return field(default=default, metadata={"unit": unit, "zero": True, "highest": highest})


class _Validated:
    """Refuses values outside their field's range when the dataclass is made."""

    def __post_init__(self) -> None:
        for item in fields(self):  # type: ignore[arg-type]
            value, unit = getattr(self, item.name), item.metadata["unit"]
            lowest = "at least" if item.metadata["zero"] else "above"
            in_range = value >= 0 if item.metadata["zero"] else value > 0
            highest = item.metadata.get("highest", math.inf)
            if not (math.isfinite(value) and in_range and value <= highest):
                bound = "" if math.isinf(highest) else f" and at most {highest:g} {unit}"
                raise ValueError(f"{item.name} = {value!r} {unit} must be {lowest} 0 {unit}{bound}")


@dataclass(frozen=True, kw_only=True)
class DeviceParameters(_Validated):
    """What one device is made of; raises `ValueError` for a value outside its range."""

    hole_diameter_m: float = _above_zero(100e-9, "m")
    richardson_a_m2_k2: float = _above_zero(1.2e6, "A/(m² K²)")
    bias_share: float = _from_zero(0.92, "", highest=1.0)
    """Share λ of the bias that drops over the top junction."""
    series_resistance_ohm: float = _from_zero(2e3, "Ω")
    leak_conductance_s: float = _from_zero(2e-10, "S")
    lead_resistance_ohm: float = _from_zero(5.0, "Ω")
    set_rate_s_per_s: float = _above_zero(9.59e-3, "S/s")
    """Growth of the junction conductance at -0.2 V and 300 K."""
    reset_rate_per_s: float = _above_zero(1800.0, "1/s")
    """Relaxation of the junction conductance at +0.2 V and 300 K."""
    migration_voltage_v: float = _above_zero(0.028, "V")
    """V_m: the ion rates grow by e for every half of it."""
    floor_conductance_s: float = _above_zero(7.45e-7, "S")
    """What a reset at +0.2 V ends at."""
    floor_voltage_v: float = _above_zero(0.0687, "V")
    """V_N: the floor falls by e for every such step of the reset voltage."""
    cap_conductance_s: float = _above_zero(1.26e-4, "S")
    activation_energy_ev: float = _from_zero(0.58, "eV")
    threshold_voltage_v: float = _above_zero(0.40, "V")
    threshold_spread_v: float = _from_zero(0.008, "V")
    quantum_conductance_s: float = _above_zero(7.75e-5, "S")
    filament_max_conductance_s: float = _above_zero(1e-2, "S")
    growth_rate_s_per_s: float = _above_zero(0.679, "S/s")
    """Growth of the filament at -0.5 V."""
    dissolution_voltage_v: float = _from_zero(0.25, "V", highest=0.499)
    dissolution_rate_per_s: float = _above_zero(3e3, "1/s")
    """Decay of the filament at +0.5 V."""
    filament_tcr_per_k: float = _from_zero(2e-3, "1/K")
    interface_drift_exponent: float = _from_zero(0.003, "")
    filament_drift_exponent: float = _from_zero(0.004, "")
    drift_onset_s: float = _above_zero(1.0, "s")
    set_spread: float = _from_zero(0.060, "")
    """Standard deviation of ln(rate) from one set event to the next."""
    reset_spread: float = _from_zero(0.213, "")
    """Standard deviation of ln(floor) from one reset event to the next."""
    filament_spread: float = _from_zero(0.05, "")
    """Standard deviation of ln(growth rate) from one event to the next."""


@dataclass(frozen=True, kw_only=True)
class ArrayParameters(_Validated):
    """How the devices of an array differ, and what they share (physics.md §1.5, §2)."""

    rate_spread: float = _from_zero(0.0, "")
    """Standard deviation of ln(set rate) from device to device."""
    floor_spread: float = _from_zero(0.0, "")
    """Standard deviation of ln(floor) from device to device."""
    spread_correlation: float = _from_zero(0.99, "", highest=1.0)
    """Correlation between a device's rate and its floor."""
    bottom_resistance_ohm: float = _from_zero(0.0, "Ω")
    """Resistance of the bottom electrode that all devices share."""
    substrate_thickness_m: float = _above_zero(100e-6, "m")
    bending_gauge: float = _from_zero(2.0, "")
    """Change of ln(conductance) for a strain of 1."""
    bending_spread: float = _from_zero(0.03, "")
    """Standard deviation of ln(conductance) after being bent 1000 times to a radius of 3 mm."""


DEVICE_NAMES = tuple(item.name for item in fields(DeviceParameters))
ARRAY_NAMES = tuple(item.name for item in fields(ArrayParameters))


def refuse_unknown(overrides: Mapping[str, float]) -> None:
    """Raise `UnknownParameter`, naming the nearest, for a name that neither class has."""
    known = DEVICE_NAMES + ARRAY_NAMES
    for name in overrides:
        if name not in known:
            nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
            raise UnknownParameter(f"no device parameter is named {name!r}; nearest: {nearest!r}")
