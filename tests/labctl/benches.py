"""A bench with all its books, for tests of what happens behind the one door."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from labctl.bench.bench import Bench
from labctl.bench.books import Books
from labctl.bench.guard import Guard
from labctl.bench.journal import Journal
from labctl.bench.limits import Limits
from labctl.bench.memory import Memory, Past
from labctl.bench.station import Station
from labctl.bench.unstored import UnstoredFile
from labctl.ledger.ledger import Ledger


@dataclass
class Rows:
    """A recorder that keeps its blocks."""

    blocks: list[pd.DataFrame] = field(default_factory=list)
    rows: int = 0

    def append(self, values: Mapping[str, Any], rows: int) -> None:
        self.blocks.append(pd.DataFrame(dict(values), index=range(rows)))
        self.rows += rows

    @property
    def frame(self) -> pd.DataFrame:
        return pd.concat(self.blocks, ignore_index=True)


def bench_on(
    station: Station,
    devices: Sequence[str],
    rows: Rows | None = None,
    *,
    folder: Path | None = None,
    past: Past | None = None,
    regime: str = "interface",
    **options: Any,
) -> Bench:
    """A bench on an open station; its journal and what it keeps lie in `folder`."""
    folder = Path(tempfile.mkdtemp(dir=_made(station.runs))) if folder is None else folder
    parts, config = station.instruments, station.config
    limits = Limits.effective(config, parts.smu.capabilities(), regime=regime)
    journal = Journal(folder / "journal.jsonl")
    books = Books(
        rows=Rows() if rows is None else rows,
        unstored=UnstoredFile(folder / "unstored.bin"),
        memory=Memory(journal, folder.name, past),
        ledger=Ledger(station.runs, config.sample.id),
    )
    guard = Guard(config, limits, regime, controlled=parts.temperature is not None)
    weakref.finalize(books, journal.close)
    odometer = station.odometer
    return Bench(
        parts, config, devices, books, limits=limits, guard=guard, odometer=odometer, **options
    )


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
