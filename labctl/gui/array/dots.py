"""One device on the map, as the clerk tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A device: where it lies and what is known of it; see `labctl.clerk.array.array`."""

    name: str
    row: int
    column: int
    conductance_s: float | None = None
    target_s: float | None = None
    error: float | None = None
    """Of the target, as a fraction of it."""
    cycles: int = 0
    regime: str = ""
    quarantine: str | None = None
    stale: bool = False
    """Whether stress came after the conductance was read."""
    lines: tuple[str, ...] = ()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """From an entry of the clerk's answer."""
        kept: dict[str, Any] = {name: told[name] for name in _KNOWN & told.keys()}
        kept["lines"] = tuple(told.get("lines", ()))
        return cls(**kept)

    def conducting(self, siemens: float) -> Self:
        """The same with a conductance that was measured just now."""
        error = None if self.target_s is None else siemens / self.target_s - 1
        return replace(self, conductance_s=siemens, error=error, stale=False)


_KNOWN = {field.name for field in fields(Dot)}
