"""Station files: strict TOML in, frozen dataclasses in SI units out."""

from labctl.config.guard import GUARD_KINDS, Action, GuardConfig
from labctl.config.instruments import (
    CLOCKS,
    OPERATOR,
    ROLES,
    ClockConfig,
    InstrumentConfig,
    OptionValue,
    VisaConfig,
)
from labctl.config.limits import BOUNDS, Bound, LimitValues, limit_value
from labctl.config.notify import NotifyConfig
from labctl.config.sample import SampleConfig
from labctl.config.station_file import SCHEMA, StationConfig, TimingConfig, read_station_file
from labctl.config.wiring import RelayLife, WiringConfig

__all__ = [
    "BOUNDS",
    "CLOCKS",
    "GUARD_KINDS",
    "OPERATOR",
    "ROLES",
    "SCHEMA",
    "Action",
    "Bound",
    "ClockConfig",
    "GuardConfig",
    "InstrumentConfig",
    "LimitValues",
    "NotifyConfig",
    "OptionValue",
    "RelayLife",
    "SampleConfig",
    "StationConfig",
    "TimingConfig",
    "VisaConfig",
    "WiringConfig",
    "limit_value",
    "read_station_file",
]
