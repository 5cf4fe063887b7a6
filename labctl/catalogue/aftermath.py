"""What a run left behind whose process is gone: what was under way, and what was saved of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labctl.bench.history import History, PastApplication
from labctl.runs.run_folder import JOURNAL, RESCUED

GUARDIAN = "guardian.json"


@dataclass(frozen=True, kw_only=True)
class InFlight:
    """An application that was begun and did not end."""

    number: int
    device: str
    purpose: str
    repeats: int
    lowest_v: float
    highest_v: float
    duration_s: float
    points_expected: int
    """Readings the whole of it brings."""
    rows_came: int
    """Rows of it that stand in the run."""

    def __str__(self) -> str:
        """One line for people."""
        levels = f"{self.lowest_v:g} V to {self.highest_v:g} V"
        repeats = f", {self.repeats} times" if self.repeats > 1 else ""
        return (
            f"application {self.number}: {self.purpose} on {self.device}, {levels}{repeats} "
            f"({self.duration_s:.4g} s): {self.rows_came} rows came, of {self.points_expected} "
            "readings at most"
        )


@dataclass(frozen=True, kw_only=True)
class Aftermath:
    """What the files of a run that was interrupted tell."""

    in_flight: tuple[InFlight, ...] = ()
    guardian: Mapping[str, Any] | None = None
    """What the guardian did; None when it wrote nothing."""
    rescued_rows: int | None = None
    """Readings saved out of the source; None when there is no such file."""
    complaints: tuple[str, ...] = ()
    """Files that are there and tell nothing."""

    def lines(self) -> list[str]:
        """All of it for people, a line each."""
        lines = [f"in flight: {one}" for one in self.in_flight]
        if self.guardian is not None:
            lines.append(f"{GUARDIAN}: {_in_words(self.guardian)}")
        if self.rescued_rows is not None:
            lines.append(f"{RESCUED}: {self.rescued_rows} readings saved out of the source")
        return lines + list(self.complaints)


def aftermath_of(folder: Path, rows: int) -> Aftermath:
    """What is known of a run of so many rows; a file that cannot be read becomes a complaint."""
    complaints: list[str] = []
    in_flight: tuple[InFlight, ...] = ()
    guardian = rescued = None
    try:
        in_flight = _in_flight(folder / JOURNAL, rows)
    except (OSError, ValueError) as error:
        complaints.append(f"{JOURNAL} cannot be understood: {error}")
    try:
        guardian = _guardian(folder / GUARDIAN)
    except (OSError, ValueError) as error:
        complaints.append(f"{GUARDIAN} cannot be understood: {error}")
    try:
        rescued = _rescued_rows(folder / RESCUED)
    except OSError as error:
        complaints.append(f"{RESCUED} cannot be read: {error}")
    return Aftermath(
        in_flight=in_flight, guardian=guardian, rescued_rows=rescued, complaints=tuple(complaints)
    )


def _in_flight(journal: Path, rows: int) -> tuple[InFlight, ...]:
    if not journal.exists():
        return ()
    events = History.read(journal).events
    begun = [event for event in events if isinstance(event, PastApplication)]
    return tuple(_described(one, rows) for one in begun if not one.ended)


def _described(one: PastApplication, rows: int) -> InFlight:
    return InFlight(
        number=one.number,
        device=one.device,
        purpose=one.purpose.value,
        repeats=one.whole.repeats,
        lowest_v=one.whole.min_v,
        highest_v=one.whole.max_v,
        duration_s=one.whole.duration_s,
        points_expected=one.whole.recorded_points,
        rows_came=max(0, rows - one.rows_before),
    )


def _guardian(path: Path) -> Mapping[str, Any] | None:
    if not path.exists():
        return None
    told = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(told, dict):
        raise ValueError("it is no JSON object")
    return told


def _rescued_rows(path: Path) -> int | None:
    if not path.exists():
        return None
    with path.open("rb") as file:
        lines = [line for line in file if line.endswith(b"\n") and not line.startswith(b"#")]
    return max(0, len(lines) - 1)


def _in_words(told: Mapping[str, Any]) -> str:
    """Its plain entries, and those of its parts."""
    parts = {"": told} | {f"{k} ": part for k, part in told.items() if isinstance(part, Mapping)}
    plain = [
        f"{prefix}{name} {value}"
        for prefix, part in parts.items()
        for name, value in part.items()
        if not isinstance(value, Mapping | list)
    ]
    return ", ".join(plain) or "says nothing"
