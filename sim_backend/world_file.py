"""The world file: strict TOML that says what stands on the simulated bench."""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyvisa import rname

from sim_backend.faults.order import FaultError, FaultOrder

DEFAULT_ADDRESSES = {
    "smu": "GPIB0::26::INSTR",
    "matrix": "GPIB0::16::INSTR",
    "temperature": "GPIB0::12::INSTR",
    "control": "GPIB0::30::INSTR",
}
_TABLES = ("seed", "sample", "front_end", "wiring", "instruments", "latency_s", "clock", "faults")
_WIRING = ("hi", "lo", "bottom_electrode", "devices")


class WorldFileError(ValueError):
    """A world file or its kept state cannot be used; says which file, what is wrong, what to do."""


@dataclass(frozen=True, kw_only=True)
class WorldSettings:
    """What a world file says, checked; the defaults are the world of an empty file."""

    seed: int = 1
    preset: str = "dot18"
    parameters: Mapping[str, float] = field(default_factory=dict)
    """Overrides of the sample's parameters (physics.md §1.6)."""
    front_end: Mapping[str, float] = field(default_factory=dict)
    """Overrides of the errors of the SMU's channels (physics.md §1.6)."""
    wiring: Mapping[str, Any] = field(default_factory=dict)
    """Overrides of the default wiring: `hi`, `lo`, `bottom_electrode`, `devices`."""
    instruments: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_ADDRESSES))
    """Canonical VISA resource name of each instrument."""
    latency_s: Mapping[str, float] = field(default_factory=dict)
    """Simulated time of one message to an instrument, where it differs from the default."""
    start_s: float = 0.0
    """Simulated time at which a new array begins."""
    pace: float = 0.0
    """Simulated seconds per real second, which only a server can keep; 0: virtual time."""

    faults: tuple[FaultOrder, ...] = ()
    """What goes wrong, and when."""

    def __post_init__(self) -> None:
        _number(self.pace, "clock.pace", least=0.0)

    @staticmethod
    def read(path: Path | None) -> WorldSettings:
        """Settings from a file; None gives the defaults. Raises `WorldFileError`."""
        if path is None:
            return WorldSettings()
        return WorldSettings.parse(read_text(path), str(path))

    @staticmethod
    def parse(text: str, origin: str) -> WorldSettings:
        """Settings from TOML text; `origin` names it in errors. Raises `WorldFileError`."""
        try:
            document = tomllib.loads(text)
            return _settings(document)
        except tomllib.TOMLDecodeError as error:
            raise WorldFileError(f"world file {origin} is not valid TOML: {error}") from error
        except WorldFileError as error:
            raise WorldFileError(f"world file {origin}: {error}") from error


def read_text(path: Path) -> str:
    """The text of a world file; raises `WorldFileError` when there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise WorldFileError(
            f"world file {path} does not exist; create it (an empty file is the default bench) "
            "or name another before the @ag2s"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise WorldFileError(f"world file {path} cannot be read: {error}") from error


def refuse_unknown(names: Iterable[str], valid: Iterable[str], where: str) -> None:
    """Raise `WorldFileError` for the first name that is not valid, with the nearest that is."""
    choices = tuple(valid)
    for name in names:
        if name not in choices:
            near = difflib.get_close_matches(name, choices, n=1, cutoff=0.0)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise WorldFileError(f"unknown key {name!r} in {where}{hint}")


def _settings(document: Mapping[str, Any]) -> WorldSettings:
    refuse_unknown(document, _TABLES, "the top level")
    sample = _table(document, "sample", ("preset", "parameters"))
    wiring = _table(document, "wiring", _WIRING)
    clock = _table(document, "clock", ("start_s", "pace"))
    latencies = _table(document, "latency_s", ("smu", "matrix", "temperature"))
    return WorldSettings(
        seed=_seed(document.get("seed", 1)),
        preset=_text(sample.get("preset", "dot18"), "sample.preset"),
        parameters=_numbers(_table(sample, "parameters", None), "sample.parameters"),
        front_end=_numbers(_table(document, "front_end", None), "front_end"),
        wiring=wiring,
        instruments=_addresses(_table(document, "instruments", DEFAULT_ADDRESSES)),
        latency_s=_numbers(latencies, "latency_s", least=0.0),
        start_s=_number(clock.get("start_s", 0.0), "clock.start_s", least=0.0),
        faults=_faults(document.get("faults", [])),
        pace=_number(clock.get("pace", 0.0), "clock.pace", least=0.0),
    )


def _table(parent: Mapping[str, Any], name: str, valid: Iterable[str] | None) -> Mapping[str, Any]:
    table = parent.get(name, {})
    if not isinstance(table, dict):
        raise WorldFileError(f"{name} = {table!r} must be a table: write [{name}]")
    if valid is not None:
        refuse_unknown(table, valid, f"[{name}]")
    return table


def _faults(tables: object) -> tuple[FaultOrder, ...]:
    if not isinstance(tables, list):
        raise WorldFileError(f"faults = {tables!r} must be tables: write [[faults]]")
    try:
        return tuple(FaultOrder.of(fields) for fields in tables)
    except FaultError as error:
        raise WorldFileError(f"[[faults]]: {error}") from error


def _seed(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise WorldFileError(f"seed = {value!r} must be a whole number from 0 to 2^63 - 1")
    return value


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise WorldFileError(f"{name} = {value!r} must be a text in quotes")
    return value


def _number(value: Any, name: str, least: float = -math.inf) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not (math.isfinite(value) and value >= least):
        bound = "" if math.isinf(least) else f" of at least {least:g}"
        raise WorldFileError(f"{name} = {value!r} must be a finite number{bound}")
    return float(value)


def _numbers(table: Mapping[str, Any], where: str, least: float = -math.inf) -> Mapping[str, float]:
    return {name: _number(value, f"{where}.{name}", least) for name, value in table.items()}


def _addresses(table: Mapping[str, Any]) -> Mapping[str, str]:
    addresses: dict[str, str] = {}
    for name, default in DEFAULT_ADDRESSES.items():
        address = _text(table.get(name, default), f"instruments.{name}")
        try:
            canonical = rname.to_canonical_name(address)
        except ValueError as error:
            raise WorldFileError(
                f"instruments.{name} = {address!r} is not a VISA resource name; "
                f"write for example {default!r}"
            ) from error
        if canonical in addresses.values():
            raise WorldFileError(f"instruments.{name} = {address!r} is used twice")
        addresses[name] = canonical
    return addresses
