"""Which drivers there are for which role, and how each is built; nothing else names drivers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymeasure.adapters import ProtocolAdapter

from drivers.bench_control import BendingControl
from drivers.keithley707b import Keithley707B
from drivers.keithley2636b import Keithley2636B
from drivers.lakeshore336 import LakeShore336
from labctl.bench.clock import WallClock
from labctl.bench.operator import OperatorBending
from labctl.bench.station_driver import StationDriver, installed_drivers
from labctl.config import OPERATOR, InstrumentConfig

_OURS: Mapping[str, StationDriver] = {
    "keithley2636b": StationDriver(
        role="smu",
        build=lambda adapter, _, options: Keithley2636B(adapter, **options),
        options=("channel",),
    ),
    "keithley707b": StationDriver(
        role="matrix",
        build=lambda adapter, _, options: Keithley707B(adapter, **options),
    ),
    "lakeshore336": StationDriver(
        role="temperature",
        build=lambda adapter, clock, options: LakeShore336(adapter, now_s=clock.now, **options),
        options=("sensor", "output", "heater"),
    ),
    "bench_control": StationDriver(
        role="bending",
        build=lambda adapter, _, options: BendingControl(adapter, **options),
    ),
    OPERATOR: StationDriver(role="bending", build=lambda *_: OperatorBending()),
}


def drivers_for(role: str) -> dict[str, StationDriver]:
    """Drivers that fill a role, by their name in station files: ours, and of installed packages."""
    every = {**installed_drivers(), **_OURS}
    return {name: driver for name, driver in every.items() if driver.role == role}


def unconnected(role: str, instrument: InstrumentConfig) -> Any:
    """The driver on an adapter that expects no message at all.

    Raises `ValueError` for options that cannot be used.
    """
    build = drivers_for(role)[instrument.driver].build
    return build(ProtocolAdapter(), WallClock(), instrument.options)
