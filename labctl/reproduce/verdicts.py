"""What was measured against what the paper states: one criterion, its checks, one verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from labctl.runs.run import Run

Runs = Mapping[str, Run]
"""Finished runs by the key of their recipe."""


class Verdict(StrEnum):
    """What can be said of one row."""

    MET = "met"
    NOT_MET = "not met"
    UNDECIDED = "cannot be decided"
    NOT_STATED = "not stated in the paper"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One number of a criterion, and where it has to lie (inclusive)."""

    label: str
    unit: str
    """SI unit, "" for a plain number, "%" for a fraction shown times 100."""
    value: Callable[[Runs], float | None]
    """The number from the runs; None where it is not defined."""
    low: float = -math.inf
    high: float = math.inf


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One row of the acceptance figures (physics.md §4)."""

    number: int
    figure: str
    what: str
    paper: str
    """The paper's value, in its words where they matter."""
    tolerance: str
    needs: tuple[str, ...]
    """Keys of the recipes whose runs it rests on."""
    checks: tuple[Check, ...]
    undecidable: str = ""
    """Why no measurement of this kind can decide it; empty for a criterion that is judged."""
    full_size: bool = False
    """Whether a reduced run says nothing about it."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One check with the number that was found."""

    check: Check
    value: float | None

    @property
    def inside(self) -> bool:
        """Whether the number lies where it has to; no number does not."""
        return self.value is not None and self.check.low <= self.value <= self.check.high


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A criterion with its numbers and the verdict on them."""

    criterion: Criterion
    measured: tuple[Measured, ...]
    verdict: Verdict
    why: str = ""
    """Reason for a verdict that is not about the numbers."""


def judge(criterion: Criterion, runs: Runs, *, quick: bool) -> Judgement:
    """The verdict on one criterion; `quick` says that the runs were of reduced size."""
    missing = [key for key in criterion.needs if key not in runs]
    if missing:
        return _undecided(criterion, (), f"not measured: {', '.join(missing)}")
    measured = tuple(
        Measured(check=check, value=_finite(check.value(runs))) for check in criterion.checks
    )
    if criterion.undecidable:
        return _undecided(criterion, measured, criterion.undecidable)
    if quick and criterion.full_size:
        return _undecided(criterion, measured, "measured at reduced size only")
    met = all(one.inside for one in measured)
    verdict = Verdict.MET if met else Verdict.NOT_MET
    return Judgement(criterion=criterion, measured=measured, verdict=verdict)


def _undecided(criterion: Criterion, measured: tuple[Measured, ...], why: str) -> Judgement:
    return Judgement(criterion=criterion, measured=measured, verdict=Verdict.UNDECIDED, why=why)


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
