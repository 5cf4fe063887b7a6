"""What the guard looks for in measured data, and what it does about each kind of event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from labctl.config.quantity import quantity
from labctl.strict_toml import Section


class Action(StrEnum):
    """What happens at an event."""

    STOP = "stop"
    NOTE = "note"
    OFF = "off"


GUARD_KINDS: Mapping[str, Action] = {
    "jump": Action.STOP,
    "conductance": Action.STOP,
    "compliance": Action.STOP,
    "overflow": Action.STOP,
    "temperature_lost": Action.STOP,
    "temperature_range": Action.STOP,
}
"""Every kind of event, and what is done about it unless the station says otherwise."""


@dataclass(frozen=True, kw_only=True)
class GuardConfig:
    """A station's `[guard]`."""

    actions: Mapping[str, Action] = field(default_factory=lambda: dict(GUARD_KINDS))
    """By kind; every kind of `GUARD_KINDS` is there."""
    jump_decades: float = 0.5
    """Rise of the conductance between neighbouring readings that the interface does not make."""
    conductance_max_s: float = 1e-3
    """Twice what the series resistance of 2 kΩ lets an interface reach (physics.md §1.1, 1.6)."""
    read_conductance_max_s: float = 3e-4
    """The same for readings up to 50 mV and 350 K, where it is 0.2 mS (physics.md §1.1)."""
    quarantine: bool = True
    """Whether a device with a jump or out of its range is put aside."""


def guard_config(section: Section) -> GuardConfig:
    """A station's `[guard]`, which may be missing; raises `ConfigError`."""
    usual = GuardConfig()
    thresholds = {
        "conductance_max": usual.conductance_max_s,
        "read_conductance_max": usual.read_conductance_max_s,
    }
    section.allow(*GUARD_KINDS, "jump_decades", *thresholds, "quarantine")
    actions = {
        kind: Action(section.choice(kind, Action)) if kind in section else default
        for kind, default in GUARD_KINDS.items()
    }
    decades = section.number("jump_decades", usual.jump_decades)
    if not decades > 0:
        raise section.error("jump_decades", f"is {decades:g}, but must be above 0")
    for key, default_s in thresholds.items():
        thresholds[key] = highest_s = quantity(section, key, "S", default_s)
        if not highest_s > 0:
            raise section.error(key, f"is {highest_s:g} S, but must be above 0 S")
    return GuardConfig(
        actions=actions,
        jump_decades=decades,
        conductance_max_s=thresholds["conductance_max"],
        read_conductance_max_s=thresholds["read_conductance_max"],
        quarantine=section.flag("quarantine", usual.quarantine),
    )
