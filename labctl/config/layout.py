"""Where the devices lie on the sample, as a person sees them from above."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from labctl.strict_toml import Section, nearest

Layout = tuple[tuple[str, ...], ...]
"""Rows of device names from the top, all of the same length; "" where no device lies."""

NOBODY = "-"
"""Stands in a row of a file where no device lies; no device can be called so."""
LONGEST_SIDES = 3
"""A grid without gaps is taken while it is at most so many times as wide as it is high."""


def layout_of(section: Section, devices: Sequence[str]) -> Layout:
    """A sample's `layout`, rows of names such as "D01 D02 -"; without one, near a square.

    Raises `ConfigError` for rows of different lengths, and unless every one of the wired `devices`
    stands in it once.
    """
    if "layout" not in section:
        return near_square(devices)
    rows = [row.split() for row in section.texts("layout")]
    if len({len(row) for row in rows}) != 1 or not rows[0]:
        raise section.error(
            "layout",
            "must be rows of as many names each, such as "
            f'["D01 D02", "D03 {NOBODY}"] with {NOBODY!r} where no device lies',
        )
    _check_names(section, rows, devices)
    return tuple(tuple("" if name == NOBODY else name for name in row) for row in rows)


def near_square(devices: Sequence[str]) -> Layout:
    """Devices in their order, row by row: without gaps where that is not too wide a grid."""
    rows = math.isqrt(len(devices))
    while len(devices) % rows:
        rows -= 1
    columns = len(devices) // rows
    if columns > LONGEST_SIDES * rows:
        columns = math.ceil(math.sqrt(len(devices)))
    return tuple(
        (*row, *[""] * (columns - len(row)))
        for start in range(0, len(devices), columns)
        if (row := devices[start : start + columns])
    )


def _check_names(section: Section, rows: Sequence[Sequence[str]], devices: Collection[str]) -> None:
    placed: set[str] = set()
    for number, row in enumerate(rows, start=1):
        for name in row:
            if name == NOBODY:
                continue
            if name not in devices:
                hint = nearest(name, devices)
                raise section.error("layout", f"row {number}: {name!r} is not wired; {hint}")
            if name in placed:
                raise section.error("layout", f"row {number}: {name!r} lies elsewhere already")
            placed.add(name)
    if missing := [name for name in devices if name not in placed]:
        raise section.error("layout", f"leaves out {', '.join(missing)}, which [wiring] joins")
