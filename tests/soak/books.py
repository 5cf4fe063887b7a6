"""What a run's journal says that its devices have received, put together without the code under
test, and held against what the simulated bench counted itself."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from drivers.roles import Flag

BEYOND_V = 0.1
"""An excursion goes beyond this level (sim_backend/README.md, `COUNT?`)."""
SIDES = {"excursions_below": -1, "excursions_above": 1}
"""Names of the bench's counters."""
UNCERTAIN = int(Flag.UNCERTAIN)
Received = Mapping[str, Mapping[str, int]]
"""By device, then by the bench's counter."""


def excursions(levels_v: list[float], repeats: int, side: int) -> int:
    """How often a waveform that begins at 0 V goes beyond 0.1 V on one side."""
    beyond = side * np.asarray(levels_v) > BEYOND_V
    each = int(np.count_nonzero(beyond & ~np.concatenate([[False], beyond[:-1]])))
    seamless = bool(beyond[0] and beyond[-1])
    return each * repeats - (repeats - 1) * seamless


@dataclass
class Applied:
    """One application of the journal, with all attempts at it."""

    device: str
    purpose: str
    whole: tuple[str, int]
    """Its waveform's key and repeats, as they were before anything was interrupted."""
    attempts: int = 1
    ended: bool = False
    doubtful: bool = False
    """Whether less may have been applied than it asked for."""


@dataclass
class Books:
    """What stands in a `journal.jsonl`."""

    shapes: dict[str, list[float]] = field(default_factory=dict)
    applied: dict[int, Applied] = field(default_factory=dict)
    begun_again: list[str] = field(default_factory=list)
    """Applications of stress that were begun although they had ended."""
    uncertain: int = 0
    """How often a range was called uncertain."""
    lines: int = 0

    @staticmethod
    def of(folder: Path) -> Books:
        """Of a run's folder; empty where there is no journal yet."""
        books = Books()
        for entry in _entries(folder / "journal.jsonl"):
            books.take(entry)
        return books

    def take(self, entry: Mapping[str, Any]) -> None:
        """One line."""
        self.lines += 1
        if "waveform" in entry and "begin" not in entry:
            self.shapes[entry["waveform"]] = entry["levels_v"]
        elif "begin" in entry:
            self._begin(entry)
        elif "uncertain" in entry:
            self.uncertain += 1
            self.applied[entry["uncertain"]].doubtful = True
        elif "end" in entry:
            one = self.applied[entry["end"]]
            one.ended = True
            one.doubtful |= entry["cut_short"]

    def most(self, device: str, counter: str) -> int:
        """Excursions that the device may have received: every application once."""
        return sum(self._excursions(one, counter) for one in self._of(device))

    def least(self, device: str, counter: str) -> int:
        """Excursions that it must have received: applications that ended without a doubt."""
        certain = (one for one in self._of(device) if one.ended and not one.doubtful)
        return sum(self._excursions(one, counter) for one in certain)

    @property
    def devices(self) -> set[str]:
        """All that something was applied to."""
        return {one.device for one in self.applied.values()}

    def _begin(self, entry: Mapping[str, Any]) -> None:
        number = entry["begin"]
        if number not in self.applied:
            whole = (entry["waveform"], entry["repeats"])
            self.applied[number] = Applied(entry["device"], entry["purpose"], whole)
            return
        one = self.applied[number]
        one.attempts += 1
        one.doubtful = True
        if one.ended and one.purpose == "stress":
            self.begun_again.append(f"application {number} on {one.device}")

    def _of(self, device: str) -> Iterator[Applied]:
        return (one for one in self.applied.values() if one.device == device)

    def _excursions(self, one: Applied, counter: str) -> int:
        key, repeats = one.whole
        return excursions(self.shapes[key], repeats, SIDES[counter])


def differences(books: Books, before: Received, now: Received) -> list[str]:
    """What the devices received beyond what the journal holds, or short of it; none if it fits."""
    told = [f"begun again: {what}" for what in books.begun_again]
    for device in now:
        for counter in SIDES:
            got = now[device][counter] - before[device][counter]
            least, most = books.least(device, counter), books.most(device, counter)
            if not least <= got <= most:
                told.append(f"{device}: {counter} {got}, by the journal {least} to {most}")
    return told


def cycles_counted(folder: Path) -> dict[str, Counter[int]]:
    """Rows by device and cycle of an endurance run, from its `data.csv`."""
    frame = pd.read_csv(folder / "data.csv", comment="#")
    return {
        str(device): Counter(rows["Cycle"].tolist()) for device, rows in frame.groupby("Device")
    }


def uncertain_cycles(folder: Path) -> int:
    """Cycles of an endurance run with a row that nobody read, over all devices."""
    frame = pd.read_csv(folder / "data.csv", comment="#")
    unknown = frame[(frame["Flags"] & UNCERTAIN) != 0]
    return len(unknown.groupby(["Device", "Cycle"]))


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    for line in path.read_bytes().splitlines(keepends=True):
        if line.endswith(b"\n"):
            yield json.loads(line)
