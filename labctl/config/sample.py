"""What lies on the stage, and what it must not see."""

from __future__ import annotations

from dataclasses import dataclass, field

from labctl.config.limits import LimitValues, sample_limits
from labctl.strict_toml import Section
from procedures.regime import Regime


@dataclass(frozen=True, kw_only=True)
class SampleConfig:
    """What lies on the stage."""

    name: str
    id: str
    notes: str = ""
    topology: str = ""
    regime: Regime | None = None
    """How its devices switch unless a run says otherwise; None for a sample without limits of
    its regime."""
    limits: LimitValues = field(default_factory=dict)
    """Bounds of `BOUNDS` and, for the interface regime, of `INTERFACE_BOUNDS`."""


def sample_config(section: Section) -> SampleConfig:
    """A station's `[sample]`; raises `ConfigError`."""
    section.allow("name", "id", "notes", "topology", "regime", "limits")
    regime = Regime(section.choice("regime", Regime)) if "regime" in section else None
    return SampleConfig(
        name=section.text("name"),
        id=section.text("id"),
        notes=section.text("notes", ""),
        topology=section.text("topology", ""),
        regime=regime,
        limits=sample_limits(
            section.section("limits", required=False), interface=regime is Regime.INTERFACE
        ),
    )
