"""Composition root: a station file becomes connected instruments; nothing else builds drivers."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pymeasure.adapters import Adapter, ProtocolAdapter

from drivers.bench_control import BenchControl, BendingControl
from drivers.keithley707b import Keithley707B
from drivers.keithley2636b import Keithley2636B
from drivers.lakeshore336 import LakeShore336
from drivers.roles import Clock, SmuCapabilities
from labctl.bench.clock import WallClock
from labctl.bench.instruments import Instruments, SafeState, make_safe
from labctl.bench.operator import OperatorBending
from labctl.bench.station_driver import StationDriver, installed_drivers
from labctl.bench.transactions import CountingAdapter, TransactionCounter
from labctl.bench.visa_library import (
    CONNECTION_ERRORS,
    in_one_line,
    runs_directory,
    visa_library,
)
from labctl.config import OPERATOR, InstrumentConfig, StationConfig, read_station_file
from labctl.errors import BadInput, StationError, UnsafeState
from labctl.strict_toml import nearest

logger = logging.getLogger(__name__)

STATIONS = Path(__file__).parent.parent / "stations"
WALL_SLICE_S = 0.1
"""How long a wait in real time may go without looking for a stop."""

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


@dataclass(kw_only=True)
class Station:
    """An open station."""

    config: StationConfig
    instruments: Instruments
    runs: Path
    """The runs directory."""
    control: BenchControl | None
    """A simulated bench's control port; None on a real station."""
    identities: Mapping[str, str]
    """What every instrument says it is, by role."""
    touched: bool = field(default=False)
    """Whether something was applied since the instruments were last shown to be safe."""

    @property
    def seed(self) -> int | None:
        """Seed of the simulated array; None on a real station."""
        return None if self.control is None else self.control.seed()

    def make_safe(self) -> SafeState:
        """Bring every instrument to its safe state and read it back; raises nothing."""
        state = make_safe(self.instruments)
        self.touched = not state.verified
        return state


def station_files() -> dict[str, Path]:
    """Station files that come with labctl, by the name `--station` takes."""
    found = sorted(STATIONS.glob("*.toml"))
    return {path.stem: path for path in found if not path.stem.endswith("_world")}


def read_station(name_or_path: str | Path) -> StationConfig:
    """The station of a name, or of a path to a file; raises `BadInput` or `ConfigError`."""
    known = station_files()
    path = known.get(str(name_or_path), Path(name_or_path))
    if path.suffix != ".toml" and not path.is_file():
        hint = nearest(str(name_or_path), known)
        raise BadInput(f"there is no station {str(name_or_path)!r}; {hint} (or give a .toml file)")
    config = read_station_file(path)
    for role, instrument in config.instruments.items():
        _check_driver(config, role, instrument)
    return config


def smu_capabilities(config: StationConfig) -> SmuCapabilities:
    """What the station's source can play, known from its model; touches no instrument."""
    smu = _unconnected("smu", config.instruments["smu"])
    return smu.capabilities()


@contextmanager
def open_station(
    name_or_path: str | Path = "simulated",
    *,
    out: str | Path = "runs",
    seed: int | None = None,
    fresh: bool = False,
) -> Iterator[Station]:
    """Connect to a station's instruments; on leaving, whatever was used ends in its safe state.

    `out` is the runs directory; a simulated world is kept there. `seed` (or `fresh`) puts a new
    array on a simulated bench. Opening reads identities and changes nothing. Raises `BadInput`
    for what cannot be opened, `StationError` naming every instrument that failed, `UnsafeState`
    when the safe state could not be confirmed at the end.
    """
    config = read_station(name_or_path)
    if (fresh or seed is not None) and not config.simulated:
        raise BadInput(
            f"station {config.name!r} is real: its sample takes no seed, nor is it fresh"
        )
    runs = runs_directory(config, Path(out))
    connections = _Connections(config, visa_library(config, runs))
    try:
        station = connections.station(runs)
        if station.control is not None and (fresh or seed is not None):
            station.control.new_array(seed)
        try:
            yield station
        finally:
            if station.touched and not (state := station.make_safe()).verified:
                raise UnsafeState("; ".join(state.failures))
    finally:
        connections.close()


class _Connections:
    """The connections of one station while it is open."""

    def __init__(self, config: StationConfig, visa_library: str) -> None:
        self._config = config
        self._library = visa_library
        self._counter = TransactionCounter()
        self._opened: list[tuple[str, Adapter]] = []
        self._failures: dict[str, str] = {}

    def station(self, runs: Path) -> Station:
        """Connect to all instruments; raises `StationError` naming all that failed."""
        control = self._control()
        clock: Clock = WallClock() if control is None else control
        built = {role: self._instrument(role, clock) for role in self._config.instruments}
        if control is not None:
            built["clock"] = control
        identities = self._identities(built)
        if self._failures:
            raise StationError(
                self._told_failures(), identities=identities, failures=self._failures
            )
        instruments = Instruments(
            smu=built["smu"],
            matrix=built.get("matrix"),
            temperature=built.get("temperature"),
            bending=built.get("bending"),
            clock=clock,
            wait_slice_s=WALL_SLICE_S if control is None else math.inf,
            transactions=lambda: self._counter.count,
            witness=None if control is None else control.counts,
        )
        return Station(
            config=self._config,
            instruments=instruments,
            runs=runs,
            control=control,
            identities=identities,
        )

    def close(self) -> None:
        """Close every connection; one that does not let itself be closed is told in the log."""
        for resource, adapter in reversed(self._opened):
            try:
                adapter.close()
            except CONNECTION_ERRORS as error:
                logger.warning("%s could not be closed: %s", resource, in_one_line(error))

    def _control(self) -> BenchControl | None:
        resource = self._config.clock.resource
        if resource is None:
            return None
        # Counted apart and thrown away: a real station has no control port.
        return self._connect("clock", resource, BenchControl, TransactionCounter())

    def _instrument(self, role: str, clock: Clock) -> Any:
        entry = self._config.instruments[role]
        build = drivers_for(role)[entry.driver].build
        if entry.resource is None:
            return build(ProtocolAdapter(), clock, entry.options)
        return self._connect(
            role,
            entry.resource,
            lambda adapter: build(adapter, clock, entry.options),
            self._counter,
        )

    def _connect(
        self,
        role: str,
        resource: str,
        build: Callable[[Adapter], Any],
        counter: TransactionCounter,
    ) -> Any:
        try:
            adapter = CountingAdapter(resource, self._library, counter)
            self._opened.append((resource, adapter))
            return build(adapter)
        except CONNECTION_ERRORS as error:
            self._failures[role] = in_one_line(error)
            return None

    def _identities(self, built: Mapping[str, Any]) -> dict[str, str]:
        """What those say that are connected and are what they should be."""
        identities = {}
        for role, instrument in built.items():
            if instrument is None:
                continue
            try:
                identities[role] = instrument.identify()
            except CONNECTION_ERRORS as error:
                self._failures[role] = in_one_line(error)
        return identities

    def _told_failures(self) -> str:
        """All failures; instruments that fail for the same reason share a line."""
        places: dict[str, list[str]] = {}
        for role, words in self._failures.items():
            places.setdefault(words, []).append(f"{role} at {self._resource(role)}")
        lines = [f"{', '.join(where)}: {words}" for words, where in places.items()]
        head = f"station {self._config.name!r} ({self._config.document.path}) cannot be opened:"
        return "\n  ".join([head, *lines])

    def _resource(self, role: str) -> str | None:
        instrument = self._config.instruments.get(role)
        return self._config.clock.resource if instrument is None else instrument.resource


def _check_driver(config: StationConfig, role: str, instrument: InstrumentConfig) -> None:
    keys, known = ("instruments", role), drivers_for(role)
    if instrument.driver not in known:
        hint = nearest(instrument.driver, known)
        raise config.document.error(
            (*keys, "driver"), f"no driver {instrument.driver!r} for a {role}; {hint}"
        )
    options = known[instrument.driver].options
    for option in instrument.options:
        if option not in options:
            hint = nearest(option, options)
            raise config.document.error((*keys, "options", option), f"unknown option; {hint}")
    try:
        _unconnected(role, instrument)
    except ValueError as error:
        raise config.document.error((*keys, "options"), str(error)) from error


def _unconnected(role: str, instrument: InstrumentConfig) -> Any:
    """The driver on an adapter that expects no message at all."""
    build = drivers_for(role)[instrument.driver].build
    return build(ProtocolAdapter(), WallClock(), instrument.options)
