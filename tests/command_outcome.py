"""What is left of a `labctl` command, wherever it ran."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """What one command left behind."""

    code: int
    out: str
    err: str

    @property
    def shown(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        return json.loads(self.out)
