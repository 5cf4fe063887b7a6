"""Control of a memristor lab: open a station, run a procedure, keep what was measured."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labctl.bench.station import open_station
    from labctl.campaigns.campaign import Campaign
    from labctl.campaigns.steps import Step
    from labctl.ledger.ledger import Ledger
    from labctl.runs.run import Run
    from labctl.scripting import resume, run

__all__ = ["Campaign", "Ledger", "Run", "Step", "open_station", "resume", "run"]

_HOMES = {
    "Campaign": "labctl.campaigns.campaign",
    "Ledger": "labctl.ledger.ledger",
    "Run": "labctl.runs.run",
    "Step": "labctl.campaigns.steps",
    "open_station": "labctl.bench.station",
    "resume": "labctl.scripting",
    "run": "labctl.scripting",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: `labctl --help` must not wait for pandas."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted((*globals(), *_HOMES))
