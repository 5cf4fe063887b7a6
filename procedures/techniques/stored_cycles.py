"""Which cycles of an endurance test are stored, and which are recorded point by point."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pymeasure.experiment import Parameter

from procedures.errors import ParameterError

IntArray = NDArray[np.int64]
MOST_CYCLES = 10_000_000
MOST_IN_FULL = 10_000
_LOG_DEFAULT = 20
_STORE = re.compile(
    r"(?P<all>all|every|every cycle)|(?:every\s*)?(?P<every>\d+)"
    r"|log(?:arithmic)?\s*(?P<log>\d*)"
)
_RANGE = re.compile(r"(\d+)\s*(?:-\s*(\d+))?")


@dataclass(frozen=True)
class Storage:
    """Every cycle, every n-th, or so many a decade; cycles count from 1."""

    text: str
    every: int = 1
    per_decade: int = 0

    @property
    def keeps_all(self) -> bool:
        """Whether no cycle is left out."""
        return self.every == 1 and not self.per_decade

    def kept(self, first: int, cycles: int, last: int) -> NDArray[np.bool_]:
        """Which of `cycles` cycles from `first` on are stored, shape (cycles,).

        Logarithmic storage keeps the `last` cycle of the test as well.
        """
        numbers = np.arange(first, first + cycles)
        if not self.per_decade:
            return numbers % self.every == 0
        decades = np.log10(last)
        steps = np.arange(int(decades * self.per_decade) + 1) / self.per_decade
        return np.isin(numbers, np.r_[np.rint(10**steps).astype(np.int64), last])


def storage(text: str) -> Storage:
    """The storage of a text: `all`, `every 10`, `log 20` (a decade).

    Raises `ParameterError` for anything else.
    """
    match = _STORE.fullmatch(text.strip().lower())
    if match is None:
        raise ParameterError(f"{text!r} is not one of: all, every 10, log 20 (cycles a decade)")
    if match["all"]:
        return Storage("all")
    if match["every"]:
        every = int(match["every"])
        if not 1 <= every <= MOST_CYCLES:
            raise ParameterError(f"every {every}: n is 1 to {MOST_CYCLES:,}")
        return Storage("all" if every == 1 else f"every {every}", every)
    per_decade = int(match["log"] or _LOG_DEFAULT)
    if not 1 <= per_decade <= 1000:
        raise ParameterError(f"log {per_decade}: 1 to 1,000 cycles a decade")
    return Storage(f"log {per_decade}", 1, per_decade)


class Store(Parameter):
    """Which cycles are stored, kept as text; `storage` reads it."""

    if TYPE_CHECKING:  # PyMeasure puts the value in the parameter's place on every instance

        def __get__(self, procedure: object, owner: type | None = None) -> str: ...
        def __set__(self, procedure: object, value: object) -> None: ...

    def convert(self, value: object) -> str:
        """Check one value; a bare number n means every n-th. Raises `ParameterError`."""
        return storage(str(value)).text


class CycleNumbers(Parameter):
    """Numbers of cycles, such as "1-5, 1000", or "none"; kept as a tuple in rising order."""

    if TYPE_CHECKING:  # PyMeasure puts the value in the parameter's place on every instance

        def __get__(self, procedure: object, owner: type | None = None) -> tuple[int, ...]: ...
        def __set__(self, procedure: object, value: object) -> None: ...

    def convert(self, value: object) -> tuple[int, ...]:
        """Check a text, a number, or a sequence of numbers; raises `ParameterError`."""
        if isinstance(value, Iterable) and not isinstance(value, str):
            parts = [str(part) for part in value]
        else:
            parts = str(value).split(",")
        if [part.strip().lower() for part in parts] == ["none"]:
            return ()
        numbers = {number for part in parts for number in _numbers(part)}
        if len(numbers) > MOST_IN_FULL:
            raise ParameterError(f"{len(numbers):,} cycles; at most {MOST_IN_FULL:,}")
        return tuple(sorted(numbers))

    def __str__(self) -> str:
        """As it is written on the command line."""
        numbers: tuple[int, ...] = self.value or ()
        starts = [n for n in numbers if n - 1 not in set(numbers)]
        ends = [n for n in numbers if n + 1 not in set(numbers)]
        ranges = (f"{a}-{b}" if b > a else str(a) for a, b in zip(starts, ends, strict=True))
        return ", ".join(ranges) or "none"


def _numbers(text: str) -> range:
    match = _RANGE.fullmatch(text.strip())
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1 <= first <= last <= MOST_CYCLES or last - first >= MOST_IN_FULL:
        raise ParameterError(
            f"{text.strip()!r} is no cycle and no range of at most {MOST_IN_FULL:,} cycles "
            f"from 1 to {MOST_CYCLES:,}, such as '1-5'"
        )
    return range(first, last + 1)
