"""Everything that is written down while a run goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from labctl.bench.memory import Memory
from labctl.bench.unstored import UnstoredFile
from labctl.ledger.ledger import Ledger


class Recorder(Protocol):
    """Where rows go; on return they have left the process."""

    rows: int
    """How many there are."""

    def append(self, values: Mapping[str, Any], rows: int) -> None:
        """Write `rows` rows: by column, an array of that length or one value for all."""
        ...


@dataclass(frozen=True, kw_only=True)
class Books:
    """Rows and journal of the run, and the ledger of the sample."""

    rows: Recorder
    unstored: UnstoredFile
    memory: Memory
    ledger: Ledger
