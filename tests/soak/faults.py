"""Faults of the bench: of every kind, drawn from a seed, and what each may end in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.soak.cases import CASES, Case

FULL_DISK = "full disk"
"""Not of the bench: no file of the run may grow beyond a size."""
INSTRUMENTS = ("smu", "matrix", "temperature")
KINDS = (
    "timeout", "garbled", "truncated", "lost", "reset", "overflow", "nan", "compliance",
    "stuck_open", "stuck_closed", "drift", "never_settles", FULL_DISK,
)  # fmt: skip
RELAYS = ("1A01", "1A02")
"""Of the devices that most cases use."""
TOLD = {
    "timeout": "not answer as it should|no reply|in time|Timeout",
    "garbled": "not answer as it should|answers|no reply|error|expected|no text",
    "truncated": "not answer as it should|answers|no reply|in time|error|expected",
    "lost": "not answer as it should|lost|closed|refused|cannot be opened|no reply",
    "reset": "not answer as it should|closed are|no reply|error|settings|forgot|off",
    "overflow": "more than|overflow|shorted|above|measuring range",
    "nan": "more than|overflow|shorted|above|no number",
    "compliance": "compliance|limit|above|shorted|jumped",
    FULL_DISK: "cannot be written|too large",
}
"""What a reason names, by the kind of fault."""
OFTEN = 0.3
"""How likely it is that a fault does not end by itself."""


@dataclass(frozen=True)
class Trouble:
    """One run, and what goes wrong meanwhile."""

    number: int
    case: Case
    kind: str
    fault: dict[str, Any]
    """As the control port takes it; empty for a full disk."""
    most_bytes: int | None = None
    """Of a file on the full disk."""

    def __str__(self) -> str:
        lasting = "-lasting" if self.lasting else ""
        return f"{self.case.procedure}-{self.kind}{lasting}"

    @property
    def lasting(self) -> bool:
        """Whether the fault does not end by itself."""
        return not {"count", "for_s"} & self.fault.keys() and self.kind not in ("reset", FULL_DISK)

    @property
    def order(self) -> str:
        """For the control port."""
        return f"FAULT {json.dumps(self.fault)}"

    @property
    def table(self) -> str:
        """For the world file."""
        return "\n".join(
            ["", "[[faults]]", *(f"{k} = {json.dumps(self.fault[k])}" for k in self.fault)]
        )


def each_kind_once(seed: int) -> list[Trouble]:
    """Every kind, over as many procedures."""
    rng = np.random.default_rng(seed)
    return [
        _one(rng, number, CASES[number % len(CASES)], kind) for number, kind in enumerate(KINDS)
    ]


def every_kind_in_every_procedure(seed: int) -> list[Trouble]:
    """All pairs."""
    rng = np.random.default_rng(seed)
    pairs = [(case, kind) for case in CASES for kind in KINDS]
    return [_one(rng, number, case, kind) for number, (case, kind) in enumerate(pairs)]


def _one(rng: np.random.Generator, number: int, case: Case, kind: str) -> Trouble:
    if kind == FULL_DISK:
        return Trouble(number, case, kind, {}, int(10 ** rng.uniform(3.5, 5.0)))
    fault: dict[str, Any] = {"kind": kind, "where": _where(rng, kind)}
    fault["after"] = int(10 ** rng.uniform(0.5, 2.0))
    few = int(rng.integers(1, 4))
    match kind:
        case "timeout" | "garbled" | "truncated" | "overflow" | "nan" | "compliance" | "lost":
            if rng.random() > OFTEN:
                fault["count"] = few
        case "stuck_open" | "stuck_closed":
            fault["after"] = int(rng.integers(6))
        case "drift":
            fault |= {"rate_k_per_min": 5.0, "after": few}
        case "never_settles":
            fault |= {"amplitude_k": 3.0, "after": few}
    return Trouble(number, case, kind, fault)


def _where(rng: np.random.Generator, kind: str) -> str:
    if kind in ("overflow", "nan", "compliance"):
        return "smu"
    if kind.startswith("stuck"):
        return str(rng.choice(RELAYS))
    if kind in ("drift", "never_settles"):
        return "cryostat"
    return str(rng.choice(INSTRUMENTS, p=(0.6, 0.25, 0.15)))
