"""Numbers that a campaign measures, kept for the summary at its end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass
class Measured:
    """Values by what they are; the summary tells their distribution."""

    values: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def add(self, what: str, value: Any, **about: Any) -> None:
        """One more."""
        self.values[what].append(value)
        if about:
            name = ", ".join(f"{key}={held}" for key, held in about.items())
            self.values[f"{what} ({name})"].append(value)

    def take(self, values: Mapping[str, Sequence[Any]]) -> None:
        """All that somebody else measured."""
        for what, some in values.items():
            self.values[what] += some

    def summary(self) -> list[str]:
        """A line for each: how many, and for numbers their median, 95th percentile, and largest."""
        lines = []
        for what, values in sorted(self.values.items()):
            numbers = [value for value in values if isinstance(value, float)]
            line = f"{what}: {len(values)}"
            if numbers:
                middle, high, most = np.percentile(numbers, [50, 95, 100])
                line += f", median {middle:.3f}, 95th percentile {high:.3f}, largest {most:.3f}"
            lines.append(line)
        return lines
