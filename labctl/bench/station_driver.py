"""How a station builds a driver, and the drivers that installed packages offer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from pymeasure.adapters import Adapter

from drivers.roles import Clock

logger = logging.getLogger(__name__)

ENTRY_POINTS = "labctl.drivers"
"""Group in which a package offers drivers, by the names that station files use."""


@dataclass(frozen=True, kw_only=True)
class StationDriver:
    """A driver as a station builds it; packages offer theirs as entry points `labctl.drivers`."""

    role: str
    """What it fills: "smu", "matrix", "temperature", or "bending"; see `drivers.roles`."""
    build: Callable[[Adapter, Clock, Mapping[str, Any]], Any]
    """The driver on an open adapter, with the station's clock and the options of the file.

    Sends nothing. Raises `ValueError` for options that cannot be used."""
    options: tuple[str, ...] = ()
    """Options that a station file may give."""


@cache
def installed_drivers() -> Mapping[str, StationDriver]:
    """Drivers that installed packages offer, by name.

    One that cannot be loaded is told in the log and left out: it must not keep a station shut
    that has no use for it.
    """
    offered = ((entry, _loaded(entry)) for entry in entry_points(group=ENTRY_POINTS))
    return {entry.name: driver for entry, driver in offered if driver is not None}


def _loaded(entry: EntryPoint) -> StationDriver | None:
    try:
        driver = entry.load()
    except Exception as error:  # whatever is wrong in somebody's package is told, not thrown
        trouble = f"cannot be loaded ({type(error).__name__}: {error})"
    else:
        if isinstance(driver, StationDriver):
            return driver
        trouble = f"is a {type(driver).__name__}, no StationDriver"
    logger.warning(
        "driver %r of an installed package (%s) %s; mend the package or remove it",
        entry.name, entry.value, trouble,
    )  # fmt: skip
    return None
