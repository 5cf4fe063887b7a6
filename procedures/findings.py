"""What a procedure finds: every result has a documented name, a unit, and a meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

UNCERTAINTY = "_u95"
"""Ending of a result's name for the half-width of its 95 % interval: `slope_s_per_s_u95`."""


@dataclass(frozen=True)
class Finding:
    """Unit and sense of one result; the unit "%" is for fractions, shown times 100."""

    unit: str
    meaning: str


Findings = Mapping[str, Finding]
"""By name. Rows of a table (a result that is a list of mappings) are named `table.column`."""
