"""One station file, whole."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from labctl.config.guard import GuardConfig, guard_config
from labctl.config.instruments import (
    BENCH_CONTROL,
    ClockConfig,
    InstrumentConfig,
    VisaConfig,
    clock_config,
    instrument_configs,
    visa_config,
)
from labctl.config.limits import LimitValues, station_limits
from labctl.config.notify import NotifyConfig, notify_config
from labctl.config.quantity import quantity
from labctl.config.sample import SampleConfig, sample_config
from labctl.config.wiring import WiringConfig, wiring_config
from labctl.strict_toml import Document, Section

SCHEMA = 1


@dataclass(frozen=True, kw_only=True)
class TimingConfig:
    """How often rows are fetched while a waveform plays, and how long relays settle."""

    fetch_interval_s: float
    """inf: once, when the application is over."""
    settle_s: float
    """Waiting after the relays moved, on top of the matrix's own."""


@dataclass(frozen=True, kw_only=True)
class StationConfig:
    """One station file."""

    name: str
    description: str
    visa: VisaConfig
    instruments: Mapping[str, InstrumentConfig]
    """By role: smu always, the others of `ROLES` where there are any."""
    clock: ClockConfig
    sample: SampleConfig
    wiring: WiringConfig
    limits: LimitValues
    """The most the station lets any device see, by the names of `BOUNDS`."""
    timing: TimingConfig
    guard: GuardConfig
    notify: NotifyConfig
    own_procedures: tuple[Path, ...]
    """Python files of the laboratory that define procedures."""
    document: Document = field(repr=False, compare=False)

    @property
    def simulated(self) -> bool:
        """Whether the instruments are simulated ones, in this process or in another."""
        return self.in_process or self.clock.driver == BENCH_CONTROL

    @property
    def in_process(self) -> bool:
        """Whether the instruments are simulated within this process."""
        return self.visa.world is not None


def read_station_file(path: Path) -> StationConfig:
    """Read and check one station file; raises `ConfigError`."""
    root = Section.root(Document(path)).allow(
        "schema", "name", "description", "visa", "instruments", "clock", "sample", "wiring",
        "limits", "timing", "guard", "notify", "plugins",
    )  # fmt: skip
    if (schema := root.integer("schema")) != SCHEMA:
        raise root.error("schema", f"is {schema}, but this version reads schema {SCHEMA}")
    visa = visa_config(root.section("visa", required=False))
    wiring = wiring_config(root.section("wiring"))
    return StationConfig(
        name=root.text("name"),
        description=root.text("description", ""),
        visa=visa,
        instruments=instrument_configs(root.section("instruments")),
        clock=clock_config(root.section("clock"), in_process=visa.world is not None),
        sample=sample_config(root.section("sample"), tuple(wiring.devices)),
        wiring=wiring,
        limits=station_limits(root.section("limits")),
        timing=_timing(root.section("timing")),
        guard=guard_config(root.section("guard", required=False)),
        notify=notify_config(root.section("notify", required=False)),
        own_procedures=_own_procedures(root.section("plugins", required=False)),
        document=root.document,
    )


def _timing(section: Section) -> TimingConfig:
    section.allow("fetch_interval", "settle")
    if section.text("fetch_interval").strip() == "inf":
        interval_s = math.inf
    else:
        interval_s = quantity(section, "fetch_interval", "s")
    settle_s = quantity(section, "settle", "s")
    if interval_s <= 0:
        raise section.error("fetch_interval", f"is {interval_s:g} s, but must be above 0 s")
    if settle_s < 0:
        raise section.error("settle", f"is {settle_s:g} s, but must be 0 s or more")
    return TimingConfig(fetch_interval_s=interval_s, settle_s=settle_s)


def _own_procedures(section: Section) -> tuple[Path, ...]:
    """Paths in a station file are relative to it."""
    section.allow("procedures")
    folder = section.document.path.resolve().parent
    paths = tuple(folder / name for name in section.texts("procedures"))
    for path in paths:
        if not path.is_file():
            raise section.error("procedures", f"there is no file {path}")
    return paths
