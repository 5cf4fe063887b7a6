"""A part of `run.json` as rows for people: nested names in one, every number with its unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from labctl.quantities import with_unit

ENDINGS = {
    "_k_per_min": "K/min", "_hz": "Hz", "_ohm": "Ω", "_v": "V", "_a": "A", "_s": "s", "_k": "K",
    "_m": "m", "_w": "W", "_j": "J", "_siemens": "S",
}  # fmt: skip
"""Names in a record end with their unit."""
DIGITS = 6
LIMIT_KEYS = frozenset({"value", "unit", "set_by", "allowed"})


def record_rows(
    values: Mapping[str, Any], units: Mapping[str, str], prefix: str = ""
) -> Iterator[tuple[str, str]]:
    """Name and value of everything in `values`.

    `units`: by name, for those that do not end with theirs.
    """
    for key, value in values.items():
        name, unit = f"{prefix}{key}", units.get(key, _unit_in(key))
        if _is_list_of_mappings(value):
            for number, item in enumerate(value, start=1):
                yield from record_rows(item, units, f"{name} {number}: ")
        elif not isinstance(value, Mapping):
            yield name, _text(value, unit)
        elif value.keys() == LIMIT_KEYS:
            itself = "" if value["allowed"] else " (itself not allowed)"
            yield name, f"{_text(value['value'], value['unit'])}{itself}, set by {value['set_by']}"
        else:
            yield from record_rows(value, units, f"{name}: ")


def _is_list_of_mappings(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _unit_in(name: str) -> str:
    return next((unit for ending, unit in ENDINGS.items() if name.endswith(ending)), "")


def _text(value: Any, unit: str) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, (list, tuple)):
        return ", ".join(_text(item, unit) for item in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) or (isinstance(value, int) and unit):
        return with_unit(float(value), unit, DIGITS)
    return str(value)
