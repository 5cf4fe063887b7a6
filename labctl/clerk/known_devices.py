"""What ledger and runs say of devices, read again only where something was added."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from labctl.catalogue.run_folders import days
from labctl.errors import LabError
from labctl.ledger.device_ledger import DeviceLedger
from labctl.ledger.history import DeviceHistory
from labctl.ledger.life import Life, Seen, run_of
from labctl.runs.run import Run
from labctl.runs.run_folder import DATA, PARQUET
from procedures.base import Purpose
from procedures.columns import DEVICE, TARGET

SMALL_V = 50e-3
"""Up to this voltage a reading tells a state, and changes none."""
LARGEST_UNFINISHED_BYTES = 16 * 2**20
"""Targets of a run without `data.parquet` are looked for in no larger file of rows."""

_Stamp = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Conductance:
    """The last known one of a device."""

    siemens: float
    time: str
    """When its application began (ISO 8601, UTC)."""
    run: str
    """Name of its folder."""
    rough: bool
    """Whether it is one reading within a waveform of stress, on a range made for more."""
    stale: bool
    """Whether stress came after it."""

    @classmethod
    def last_of(cls, seen: Sequence[Seen]) -> Self | None:
        """The latest reading at small voltage; None when there was none."""
        stale = False
        for one in reversed(seen):
            siemens = conductance_of(one)
            if siemens is not None:
                return cls(
                    siemens=siemens,
                    time=one["time"],
                    run=run_of(one),
                    rough=one["state_s"] is None,
                    stale=stale or (one["uncertain"] and one["purpose"] == Purpose.STRESS),
                )
            stale = stale or one["purpose"] == Purpose.STRESS
        return None


def conductance_of(seen: Seen) -> float | None:
    """Of one application (S): the slope of a read, else the last reading if at small voltage."""
    if seen["state_s"] is not None:
        return seen["state_s"]
    volts, amps = seen["last_v"], seen["last_a"]
    if volts is None or amps is None or not 0 < abs(volts) <= SMALL_V or amps / volts <= 0:
        return None
    return amps / volts


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of one device from its ledger."""

    history: DeviceHistory
    conductance: Conductance | None
    stressed_by: str | None
    """The run that stressed it last."""

    @classmethod
    def of(cls, sample: str, device: str, life: Life) -> Self:
        """Of a life."""
        stress = (one for one in reversed(life.applications) if one["purpose"] == Purpose.STRESS)
        last = next(stress, None)
        return cls(
            history=DeviceHistory.of(sample, device, life),
            conductance=Conductance.last_of(life.applications),
            stressed_by=None if last is None else run_of(last),
        )


@dataclass
class KnownDevices:
    """What was read before is kept while its file is as it was."""

    _known: dict[Path, tuple[_Stamp, Known]] = field(default_factory=dict)
    _targets: dict[Path, tuple[_Stamp, Mapping[str, float]]] = field(default_factory=dict)
    _folders: dict[tuple[Path, str], Path] = field(default_factory=dict)

    def kept(self, ledger: DeviceLedger) -> Known | None:
        """What one device's ledger says, if that was read since it last grew."""
        kept = self._known.get(ledger.path)
        return kept[1] if kept is not None and kept[0] == _stamp(ledger.path) else None

    def known(self, ledger: DeviceLedger) -> Known:
        """What one device's ledger says; raises `BadInput` for one that cannot be read."""
        if (kept := self.kept(ledger)) is not None:
            return kept
        stamp = _stamp(ledger.path)
        known = Known.of(ledger.sample, ledger.device, ledger.life())
        self._known[ledger.path] = (stamp, known)
        return known

    def folder(self, runs: Path, run: str) -> Path | None:
        """Where a run lies; None for one that was taken away."""
        kept = self._folders.get((runs, run))
        if kept is not None and kept.is_dir():
            return kept
        for day in reversed(days(runs)):
            if (folder := day.path / run).is_dir():
                self._folders[runs, run] = folder
                return folder
        return None

    def target_s(self, folder: Path, device: str) -> float | None:
        """The conductance that a run last aimed at; None for none, or the high-resistance state."""
        source = next((p for name in (PARQUET, DATA) if (p := folder / name).is_file()), None)
        if source is None:
            return None
        stamp = _stamp(source)
        kept = self._targets.get(source)
        if kept is None or kept[0] != stamp:
            kept = self._targets[source] = (stamp, _targets_s(folder, source))
        target_s = kept[1].get(device, math.nan)
        return target_s if math.isfinite(target_s) else None


def _stamp(path: Path) -> _Stamp:
    try:
        about = path.stat()
    except OSError:
        return (0, 0)
    return (about.st_mtime_ns, about.st_size)


def _targets_s(folder: Path, source: Path) -> Mapping[str, float]:
    """The last target of each device, nan for the high-resistance state; empty without any."""
    try:
        rows = _rows(folder, source)
    except (LabError, OSError, pa.ArrowException, KeyError, ValueError):
        return {}  # a run that cannot be read says so where runs are listed
    if TARGET.header not in rows:
        return {}
    last = rows.drop_duplicates(DEVICE.header, keep="last")
    return dict(zip(last[DEVICE.header].astype(str), last[TARGET.header], strict=True))


def _rows(folder: Path, source: Path) -> pd.DataFrame:
    if source.name == PARQUET:
        wanted = {DEVICE.header, TARGET.header}
        names = parquet.read_schema(source).names
        return pd.read_parquet(source, columns=[name for name in names if name in wanted])
    if source.stat().st_size > LARGEST_UNFINISHED_BYTES:
        return pd.DataFrame()
    return Run.load(folder).frame
