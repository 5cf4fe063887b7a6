"""Which runs are asked for: parsed from words, checked, and nothing of it ever executed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from labctl.errors import BadInput

_CONDITION = re.compile(r"\s*(\w[\w.]*)\s*(<=|>=|!=|==|=|<|>)\s*(\S.*?)\s*")
_DATE_ONLY = re.compile(r"\d{4}-\d{2}-\d{2}")
_STARTS_A_NUMBER = re.compile(r"[-+]?\.?\d")

FIRST_ONES = 50
"""As many runs are listed unless more are asked for."""


@dataclass(frozen=True)
class Condition:
    """One comparison of a finding: `ratio > 1e5`, `slope_s_per_s >= 1 mS/s`, `law = SCLC`."""

    name: str
    operator: str
    """One of = != < <= > >=."""
    operand: str
    """A number, with or without a unit, or a text."""

    @property
    def numeric(self) -> bool:
        """Whether the operand is a number; else it is a text."""
        return _STARTS_A_NUMBER.match(self.operand) is not None


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a run must be to be listed; None and empty ask for nothing."""

    sample: str | None = None
    """Identity or name of the sample."""
    device: str | None = None
    procedure: str | None = None
    status: str | None = None
    since_s: float | None = None
    """Started at this time or later (s since 1970)."""
    before_s: float | None = None
    """Started before this time (s since 1970)."""
    text: str | None = None
    """Somewhere in the name of the folder, in whatever case."""
    where: tuple[Condition, ...] = ()
    """All of them must hold."""
    sort: str = "started"
    """started, procedure, status, sample, rows, or a finding: then runs without it are left out."""
    descending: bool = True
    limit: int | None = FIRST_ONES
    """List no more than these; None for all."""
    skip: int = 0
    """Leave out so many of the first that fit: they were listed before."""


def condition(text: str) -> Condition:
    """A condition from its words; raises `BadInput` saying how one is written."""
    match = _CONDITION.fullmatch(text)
    if match is None:
        raise BadInput(
            f"{text!r} is no condition; write a finding, one of < <= > >= = !=, and a value, "
            "such as 'on_off_ratio > 1e5' or 'slope_s_per_s >= 1 mS/s'"
        )
    name, operator, operand = match.groups()
    found = Condition(name, "=" if operator == "==" else operator, operand.strip("\"'"))
    if not found.numeric and found.operator not in {"=", "!="}:
        raise BadInput(
            f"{text!r}: {operand!r} is no number, and texts are only compared by = and !="
        )
    return found


def start_of(text: str) -> float:
    """The first moment (s since 1970) of a date or time in this computer's time zone.

    Raises `BadInput`.
    """
    return _moment(text).timestamp()


def end_of(text: str) -> float:
    """The first moment (s since 1970) after a date, or a time itself; raises `BadInput`."""
    day = timedelta(days=1) if _DATE_ONLY.fullmatch(text.strip()) else timedelta(0)
    return (_moment(text) + day).timestamp()


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
        moment.timestamp()
    except (ValueError, OverflowError, OSError):
        raise BadInput(
            f"{text!r} is no date; write it as 2026-11-01, or with a time: 2026-11-01T14:30"
        ) from None
    return moment
