"""What speaks against a procedure: where, why, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """Whether an objection keeps a procedure out."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Objection:
    """One thing that is not as it should be."""

    about: str
    """Part of the procedure: "parameter level", "column Age (s)", "run"."""
    what: str
    """What is wrong, and why it matters."""
    remedy: str
    """What to do."""
    weight: Weight = Weight.ERROR


def accepted(objections: list[Objection]) -> bool:
    """Whether nothing but warnings speaks against it."""
    return all(objection.weight is Weight.WARNING for objection in objections)
