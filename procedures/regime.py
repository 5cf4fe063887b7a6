"""How a device is meant to switch."""

from __future__ import annotations

from enum import StrEnum


class Regime(StrEnum):
    """What a run may do to its devices."""

    INTERFACE = "interface"
    """The barrier at the contact is moved, and no filament is to form."""
    FILAMENT = "filament"
    """A filament may form, be there already, or be dissolved."""
