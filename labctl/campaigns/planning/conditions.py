"""Conditions on what earlier steps found: "loops.on_off_ratio > 1e4 and loops.on_s < 50 mS"."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from labctl.errors import BadInput
from procedures.errors import ParameterError
from procedures.parameters import to_si

Quantifier = Callable[[Iterable[object]], bool]
"""`all` or `any`: whether a comparison must be true of every value, or of one."""

_SIGNS: dict[str, Callable[[object, object], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
}
_ORDERING: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_YES_AND_NO = {"yes": True, "true": True, "no": False, "false": False}
_WORD = r"""(?!(?:and|or)\b)[^\s()"'<>=!]+"""
_BARE = rf"{_WORD}(?:[ \t]+{_WORD})*"
_TOKEN = re.compile(
    rf"""\s*(?:
        (?P<bracket>[()])
      | (?P<joint>and|or)\b
      | (?P<step>[A-Za-z]\w*)\.(?P<finding>[A-Za-z]\w*(?:\.[A-Za-z]\w*)?)
        \s*(?P<sign><=|>=|==?|!=|<|>)\s*
        (?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>{_BARE}))
    )""",
    re.VERBOSE,
)
_DEEPEST = 50
"""Brackets in brackets; more are a slip, and would be many calls deep."""


class ConditionError(BadInput):
    """A condition cannot be understood, or does not fit what it is about."""


@dataclass(frozen=True)
class Found:
    """What the runs that count found."""

    values: Sequence[object]
    """One a run, or one a row of a table; empty when nothing was found."""
    unit: str


Lookup = Callable[["Comparison"], Found]


@dataclass(frozen=True)
class Comparison:
    """One finding of one step against one value."""

    step: str
    finding: str
    sign: str
    value: str
    """As it is written, without quotes."""

    @property
    def path(self) -> str:
        """Step and finding as they are written, "loops.on_off_ratio"."""
        return f"{self.step}.{self.finding}"

    def holds(self, lookup: Lookup, quantifier: Quantifier) -> bool:
        """Whether it is true; nothing is true of what was not found."""
        found = lookup(self)
        if not found.values:
            return False
        return quantifier(self._true_of(value, found.unit) for value in found.values)

    def comparisons(self) -> Iterator[Comparison]:
        """Itself."""
        yield self

    def check_unit(self, unit: str) -> None:
        """Raise `ConditionError` for a value that a finding in this unit cannot be held against."""
        if (unit or self.sign in _ORDERING) and _number(self.value, unit) is None:
            wanted = f"a number in {unit}" if unit else "a plain number"
            raise ConditionError(f"{self.path} is {wanted}; {self.value!r} is not")

    def _true_of(self, value: object, unit: str) -> bool:
        wanted = _number(self.value, unit)
        if isinstance(value, bool):
            return self.sign in _SIGNS and _SIGNS[self.sign](
                value, _YES_AND_NO.get(self.value.lower())
            )
        if isinstance(value, int | float) and wanted is not None:
            return math.isfinite(value) and {**_SIGNS, **_ORDERING}[self.sign](value, wanted)
        return value is not None and self.sign in _SIGNS and _SIGNS[self.sign](value, self.value)

    def __str__(self) -> str:
        bare = re.fullmatch(_BARE, self.value)
        quote = "" if bare else '"' if "'" in self.value else "'"
        return f"{self.path} {self.sign} {quote}{self.value}{quote}"


@dataclass(frozen=True)
class Joined:
    """Conditions of which all must be true ("and"), or one ("or")."""

    joint: str
    parts: tuple[Condition, ...]

    def holds(self, lookup: Lookup, quantifier: Quantifier) -> bool:
        """Whether it is true; see `Comparison.holds`."""
        join = all if self.joint == "and" else any
        return join([part.holds(lookup, quantifier) for part in self.parts])

    def comparisons(self) -> Iterator[Comparison]:
        """Every comparison in it, from left to right."""
        for part in self.parts:
            yield from part.comparisons()

    def __str__(self) -> str:
        return f" {self.joint} ".join(
            f"({part})" if isinstance(part, Joined) else str(part) for part in self.parts
        )


Condition = Comparison | Joined


def parse_condition(text: str) -> Condition:
    """The condition in `text`; raises `ConditionError` naming the place where it goes wrong.

    Comparisons `step.finding sign value` are joined by `and`, which binds closer, and `or`, with
    brackets. A value is a number with a unit, or a word; quotes keep what else it may be together.
    """
    reader = _Reader(text)
    condition = reader.either(0)
    if reader.token is not None:
        raise reader.error("and, or, or the end")
    return condition


class _Reader:
    """Recursive descent, one token ahead."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = self._end = 0
        self.token: re.Match[str] | None = None
        self._next()

    def either(self, depth: int) -> Condition:
        """Parts joined by "or"."""
        return self._joined("or", lambda: self._joined("and", lambda: self._part(depth)))

    def error(self, expected: str) -> ConditionError:
        """That something else should stand where the reader is."""
        rest = self._text[self._at :].strip()
        found = f"not {rest!r}" if rest else "but it ends"
        return ConditionError(
            f"{self._text!r}: expected {expected}, {found} "
            "(for example: loops.on_off_ratio > 1e4 and loops.on_s < 50 mS)"
        )

    def _joined(self, joint: str, part: Callable[[], Condition]) -> Condition:
        parts = [part()]
        while self.token is not None and self.token["joint"] == joint:
            self._next()
            parts.append(part())
        return parts[0] if len(parts) == 1 else Joined(joint, tuple(parts))

    def _part(self, depth: int) -> Condition:
        token = self.token
        if token is not None and token["bracket"] == "(":
            if depth == _DEEPEST:
                raise ConditionError(f"{self._text!r}: more than {_DEEPEST} brackets in brackets")
            self._next()
            inner = self.either(depth + 1)
            if self.token is None or self.token["bracket"] != ")":
                raise self.error("a closing bracket")
            self._next()
            return inner
        if token is None or token["step"] is None:
            raise self.error("step.finding, a sign such as >, and a value")
        self._next()
        value = next(v for v in token.group("double", "single", "bare") if v is not None)
        sign = "==" if token["sign"] == "=" else token["sign"]
        return Comparison(token["step"], token["finding"], sign, value)

    def _next(self) -> None:
        self._at = self._end
        self.token = _TOKEN.match(self._text, self._at)
        if self.token is not None:
            self._end = self.token.end()
        elif self._text[self._at :].strip():
            raise self.error("step.finding, a sign such as >, and a value")


def _number(text: str, unit: str) -> float | None:
    """The number in `text` in a finding's unit, where "%" is for fractions; None for no number."""
    try:
        number = to_si(text, "" if unit == "%" else unit)
    except ParameterError:
        return None
    return number if math.isfinite(number) else None
