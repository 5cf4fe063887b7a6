"""What a procedure finds: every result has a documented name, a unit, and a meaning."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

UNCERTAINTY = "_u95"
"""Ending of a result's name for the half-width of its 95 % interval: `slope_s_per_s_u95`."""


@dataclass(frozen=True)
class Finding:
    """Unit and sense of one result; the unit "%" is for fractions, shown times 100."""

    unit: str
    meaning: str


Findings = Mapping[str, Finding]
"""By name. Rows of a table (a result that is a list of mappings) are named `table.column`."""


def or_none(value: float) -> float | None:
    """The value for a results file, where None stands for what is not defined."""
    return float(value) if math.isfinite(value) else None


def plain_records(table: pd.DataFrame) -> list[dict[str, object]]:
    """A table's rows for a results file, where None stands for what is not defined."""
    return [
        {str(name): _plain(value) for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def _plain(value: object) -> object:
    return or_none(value) if isinstance(value, float) else value
