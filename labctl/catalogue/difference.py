"""What differs between two runs: everything that was asked for, used, and found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from labctl.runs.run import Run

SECTIONS = (
    "procedure", "parameters", "regime", "devices", "station", "seed", "sample", "wiring",
    "instruments", "operator_limits", "requires", "limits", "guard", "versions", "status",
    "results",
)  # fmt: skip
"""In this order. What a run merely is (its name, its times, its process) always differs."""
ABSENT = "–"
"""Stands where only the other run has a value."""

Differences = dict[str, dict[str, tuple[Any, Any]]]
"""By section and name: the value in the one run, and in the other."""


def differences(one: Run, other: Run) -> Differences:
    """All that differs, with both values; empty when nothing does."""
    mine, theirs = _parts(one.record), _parts(other.record)
    found = {name: _differing(mine[name], theirs[name]) for name in SECTIONS}
    return {name: values for name, values in found.items() if values}


def _parts(record: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    station = dict(record.get("station") or {})
    parts = {**record, "wiring": station.pop("wiring", None), "station": station}
    return {name: dict(_flat(parts.get(name), name)) for name in SECTIONS}


def _differing(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    names = dict.fromkeys([*mine, *theirs])
    pairs = {name: (mine.get(name, ABSENT), theirs.get(name, ABSENT)) for name in names}
    return {name: pair for name, pair in pairs.items() if not _same(*pair)}


def _same(one: Any, other: Any) -> bool:
    """Equal, and of a kind: true is not 1, but 5 is 5.0."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _flat(value: Any, name: str, inside: str = "") -> Iterator[tuple[str, Any]]:
    """Nested names joined by dots; a table's rows by their device, or their number from 1."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _flat(item, name, f"{inside}.{key}" if inside else str(key))
    elif isinstance(value, list) and value and all(isinstance(row, Mapping) for row in value):
        for place, row in enumerate(value, start=1):
            yield from _flat(row, name, f"{inside}.{place}" if inside else str(place))
    elif value not in (None, {}, []):
        yield inside or name, value
