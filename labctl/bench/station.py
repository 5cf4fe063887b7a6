"""Composition root: a station file becomes connected instruments, held against all others."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from drivers.bench_control import BenchControl
from drivers.errors import InstrumentError
from drivers.roles import Clock, Instrument, SmuCapabilities
from labctl.bench.clock import WallClock
from labctl.bench.connections import CLOCK, Connections, try_each
from labctl.bench.driver_table import drivers_for, unconnected
from labctl.bench.instrument_locks import instruments_held
from labctl.bench.instruments import Instruments, SafeState, make_safe
from labctl.bench.visa_library import runs_directory, visa_library
from labctl.config import InstrumentConfig, StationConfig, read_station_file
from labctl.errors import BadInput, StationError, UnsafeState
from labctl.ledger.ledger import Ledger
from labctl.ledger.odometer import RelayOdometer
from labctl.locks import Lock
from labctl.strict_toml import nearest

logger = logging.getLogger(__name__)

STATIONS = Path(__file__).parent.parent / "stations"


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
    locks: tuple[Lock, ...] = ()
    """What keeps others from its instruments, and tells them who uses them."""
    touched: bool = field(default=False)
    """Whether something was applied since the instruments were last shown to be safe."""

    @property
    def seed(self) -> int | None:
        """Seed of the simulated array; None on a real station."""
        return None if self.control is None else self.control.seed()

    @property
    def odometer(self) -> RelayOdometer:
        """Counts the closures of the matrix's relays."""
        matrix = self.identities.get("matrix", "no matrix")
        return RelayOdometer(self.runs, matrix, self.config.wiring.relay_life)

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
    smu = unconnected("smu", config.instruments["smu"])
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
    for what cannot be opened, `Busy` naming who uses the instruments, `StationError` naming every
    instrument that failed, `UnsafeState` when the safe state could not be confirmed at the end.
    """
    config = read_station(name_or_path)
    if (fresh or seed is not None) and not config.simulated:
        raise BadInput(
            f"station {config.name!r} is real: its sample takes no seed, nor is it fresh"
        )
    runs = runs_directory(config, Path(out))
    with instruments_held(config, runs) as locks:
        connections = Connections(config, visa_library(config, runs))
        try:
            station = _opened(config, connections, runs)
            station.locks = locks
            if station.control is not None and (fresh or seed is not None):
                station.control.new_array(seed)
                Ledger(runs, config.sample.id).new_sample(station.seed)
            try:
                yield station
            finally:
                if station.touched and not (state := station.make_safe()).verified:
                    failures = "; ".join(state.failures)
                    raise UnsafeState(
                        f"the instruments are NOT verified safe: {failures}; check them by hand"
                    )
        finally:
            connections.close()


def _opened(config: StationConfig, connections: Connections, runs: Path) -> Station:
    """Connect to all instruments; raises `StationError` naming all that failed."""
    failures: dict[str, str] = {}
    clock: Clock = try_each({CLOCK: connections.clock}, failures).get(CLOCK, WallClock())
    control = clock if isinstance(clock, BenchControl) else None
    connect = {role: partial(connections.instrument, role, clock) for role in config.instruments}
    built = try_each(connect, failures)
    present = built if control is None else {**built, CLOCK: control}
    ask = {role: partial(_identity, connections, role, item) for role, item in present.items()}
    identities = try_each(ask, failures)
    if failures:
        raise StationError(
            _told_failures(config, failures), identities=identities, failures=failures
        )
    return Station(
        config=config,
        instruments=connections.instruments(built, clock),
        runs=runs,
        control=control,
        identities=identities,
    )


def _identity(connections: Connections, role: str, instrument: Instrument) -> str:
    """What an instrument says it is; raises one of `CONNECTION_ERRORS`."""
    try:
        return instrument.identify()
    except InstrumentError:
        # The answer to a process that has died meanwhile may have come only now.
        if not connections.discard_unread(role):
            raise
        return instrument.identify()


def _told_failures(config: StationConfig, failures: Mapping[str, str]) -> str:
    """All failures; instruments that fail for the same reason share a line."""
    resources = {role: item.resource for role, item in config.instruments.items()}
    resources[CLOCK] = config.clock.resource
    places: dict[str, list[str]] = {}
    for role, words in failures.items():
        places.setdefault(words, []).append(f"{role} at {resources[role]}")
    lines = [f"{', '.join(where)}: {words}" for words, where in places.items()]
    head = f"station {config.name!r} ({config.document.path}) cannot be opened:"
    return "\n  ".join([head, *lines])


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
        unconnected(role, instrument)
    except ValueError as error:
        raise config.document.error((*keys, "options"), str(error)) from error
