"""What lies on the stage, and what it must not see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from labctl.config.layout import Layout, layout_of
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
    layout: Layout = ()
    """Where its devices lie."""
    regime: Regime | None = None
    """How its devices switch unless a run says otherwise; None for a sample without limits of
    its regime."""
    limits: LimitValues = field(default_factory=dict)
    """Bounds of `BOUNDS` and, for the interface regime, of `INTERFACE_BOUNDS`."""


def sample_config(section: Section, devices: Sequence[str]) -> SampleConfig:
    """A station's `[sample]`, of which these devices are wired; raises `ConfigError`."""
    section.allow("name", "id", "notes", "topology", "layout", "regime", "limits")
    regime = Regime(section.choice("regime", Regime)) if "regime" in section else None
    return SampleConfig(
        name=section.text("name"),
        id=section.text("id"),
        notes=section.text("notes", ""),
        topology=section.text("topology", ""),
        layout=layout_of(section, devices),
        regime=regime,
        limits=sample_limits(
            section.section("limits", required=False), interface=regime is Regime.INTERFACE
        ),
    )
