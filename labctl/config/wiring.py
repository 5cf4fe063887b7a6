"""Which crosspoints of the matrix join which device to the source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from labctl.errors import BadInput
from labctl.strict_toml import Section, nearest

# 707B with six 8x12 cards: slot, row, column (instruments.md §7.1).
_CROSSPOINT = re.compile(r"[1-6][A-H](0[1-9]|1[0-2])")
_DEVICE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")
# pandas would read these names back as missing values.
_MISSING_TO_PANDAS = frozenset({"na", "nan", "null", "none"})


@dataclass(frozen=True, kw_only=True)
class RelayLife:
    """How many closures the relays of the matrix's cards are made for.

    The defaults are usual for the relays of 7072 and 7174A cards; their manuals give no number
    that we know of (instruments.md §7.1).
    """

    closures: int = 100_000_000
    hot: int = 100_000
    """Those under voltage."""


@dataclass(frozen=True, kw_only=True)
class WiringConfig:
    """Which crosspoint joins which device to the source, and which stay closed meanwhile."""

    devices: Mapping[str, str]
    static: tuple[str, ...]
    relay_life: RelayLife = RelayLife()

    def crosspoint_of(self, device: str) -> str:
        """The device's crosspoint; raises `BadInput` naming the nearest device there is."""
        if device not in self.devices:
            hint = nearest(device, self.devices)
            raise BadInput(f"there is no device {device!r} in the station's wiring; {hint}")
        return self.devices[device]


def wiring_config(section: Section) -> WiringConfig:
    """A station's `[wiring]`; raises `ConfigError`."""
    section.allow("static", "devices", "rated_closures", "rated_hot_closures")
    static = section.texts("static")
    for crosspoint in static:
        _check_crosspoint(section, "static", crosspoint)
    if len(set(static)) < len(static):
        raise section.error("static", "names a crosspoint twice")
    return WiringConfig(
        devices=_devices(section.section("devices"), static),
        static=static,
        relay_life=RelayLife(
            closures=_rated(section, "rated_closures", RelayLife.closures),
            hot=_rated(section, "rated_hot_closures", RelayLife.hot),
        ),
    )


def _rated(section: Section, key: str, usual: int) -> int:
    if key not in section:
        return usual
    closures = section.integer(key)
    if closures < 1:
        raise section.error(key, f"is {closures}, but must be 1 or more")
    return closures


def _devices(section: Section, static: tuple[str, ...]) -> dict[str, str]:
    owner = dict.fromkeys(static, "the static crosspoints")
    devices: dict[str, str] = {}
    for name in section.values:
        if not _DEVICE.fullmatch(name) or name.lower() in _MISSING_TO_PANDAS:
            raise section.error(
                name,
                "is no device name: begin with a letter, then letters, digits, - and _, "
                "at most 32 characters (and not a word for a missing value)",
            )
        crosspoint = section.text(name)
        _check_crosspoint(section, name, crosspoint)
        if crosspoint in owner:
            raise section.error(name, f"{crosspoint!r} belongs to {owner[crosspoint]} already")
        owner[crosspoint] = name
        devices[name] = crosspoint
    if not devices:
        raise section.document.error(section.keys, "names no device")
    return devices


def _check_crosspoint(section: Section, key: str, crosspoint: str) -> None:
    if _CROSSPOINT.fullmatch(crosspoint) is None:
        raise section.error(
            key,
            f"{crosspoint!r} is no crosspoint: slot 1-6, row A-H, column 01-12, such as '1A05'",
        )
