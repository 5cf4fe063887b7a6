"""Hardware-timed steps of a source, and what came of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim_backend.physics.array import INSTANT_S

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Steps:
    """Programmed levels held for durations, each array of shape (n,), all of it `repeats` times."""

    programmed_v: FloatArray
    durations_s: FloatArray
    begins: BoolArray
    """Steps that begin a pulse."""
    reads: BoolArray
    """Steps at whose end somebody reads."""
    repeats: int = 1

    @property
    def count(self) -> int:
        """Steps in all repeats together."""
        return self.programmed_v.size * self.repeats

    @property
    def period_s(self) -> float:
        """Time that one repeat takes."""
        return float(self.durations_s.sum())

    @property
    def duration_s(self) -> float:
        """Time from the first step's start to the last one's end."""
        return self.period_s * self.repeats

    def part(self, first: int, stop: int | None) -> Steps:
        """Some of the steps, once."""
        chosen = slice(first, stop)
        return Steps(
            self.programmed_v[chosen],
            self.durations_s[chosen],
            self.begins[chosen],
            self.reads[chosen],
        )

    def after_level(self, before_v: float) -> Iterable[Steps]:
        """The steps with the excursions from 0 V to one side marked as pulses, once each.

        What precedes the first repeat may differ from what precedes the others.
        """
        signs = np.sign(self.programmed_v)
        turns = (signs != 0.0) & (signs != np.concatenate((signs[-1:], signs[:-1])))
        first_turns = turns.copy()
        first_turns[:1] = (signs[:1] != 0.0) & (signs[:1] != np.sign(before_v))
        begins, first_begins = self.begins | turns, self.begins | first_turns
        if self.repeats == 1 or (begins == first_begins).all():
            return (replace(self, begins=first_begins),)
        return (
            replace(self, begins=first_begins, repeats=1),
            replace(self, begins=begins, repeats=self.repeats - 1),
        )

    def excursions(self, before_v: float, beyond_v: float) -> tuple[int, int]:
        """How often the level goes above `beyond_v`, and below its negative, after a level."""
        above, below = (
            self._entries(sign * self.programmed_v > beyond_v, sign * before_v > beyond_v)
            for sign in (1, -1)
        )
        return above, below

    def _entries(self, inside: BoolArray, before: bool) -> int:
        """How often `inside` becomes true in all repeats."""
        within = int(np.count_nonzero(inside[1:] & ~inside[:-1]))
        first, again = int(inside[0] and not before), int(inside[0] and not inside[-1])
        return within * self.repeats + first + again * (self.repeats - 1)

    def split(self, after_s: float) -> tuple[list[Steps], list[Steps]]:
        """What was played `after_s` into the steps, and what is left; a step may be cut in two."""
        whole = min(self.repeats, int((after_s + INSTANT_S) / self.period_s))
        done, left = self._times(whole), self._times(self.repeats - whole - 1)
        if whole == self.repeats:
            return done, left
        begun, rest = self._cut(after_s - whole * self.period_s)
        return done + begun, rest + left

    def _times(self, repeats: int) -> list[Steps]:
        return [replace(self, repeats=repeats)] if repeats > 0 else []

    def _cut(self, after_s: float) -> tuple[list[Steps], list[Steps]]:
        """One repeat, cut in two."""
        ends_s = np.cumsum(self.durations_s)
        whole = int(np.searchsorted(ends_s, after_s + INSTANT_S, side="right"))
        begun_s = after_s - (float(ends_s[whole - 1]) if whole else 0.0)
        cut = whole < ends_s.size and begun_s > INSTANT_S
        played, left = self.part(0, whole + cut), self.part(whole, None)
        if cut:
            played = replace(
                played,
                durations_s=np.append(played.durations_s[:-1], begun_s),
                reads=np.append(played.reads[:-1], False),
            )
            left = replace(
                left,
                durations_s=np.append(left.durations_s[0] - begun_s, left.durations_s[1:]),
                begins=np.append(False, left.begins[1:]),
            )
        return [part for part in (played,) if part.count], [part for part in (left,) if part.count]


def mark_pulses(before_v: float, sequence: Iterable[Steps]) -> list[Steps]:
    """Steps after a level, with excursions from 0 V to one side marked as pulses, once each."""
    marked: list[Steps] = []
    for steps in sequence:
        marked += steps.after_level(before_v)
        before_v = float(steps.programmed_v[-1])
    return marked


def split(sequence: Sequence[Steps], after_s: float) -> tuple[list[Steps], list[Steps]]:
    """What was played `after_s` into a sequence, and what is left of it."""
    done: list[Steps] = []
    for place, steps in enumerate(sequence):
        if after_s + INSTANT_S < steps.duration_s:
            begun, rest = steps.split(after_s)
            return done + begun, [*rest, *sequence[place + 1 :]]
        done.append(steps)
        after_s -= steps.duration_s
    return done, []


def duration_s(sequence: Iterable[Steps]) -> float:
    """Time that a sequence takes."""
    return sum(steps.duration_s for steps in sequence)


class Series:
    """A number for every step of a sequence, kept in blocks of shape (repeats, steps)."""

    def __init__(self, blocks: Sequence[NDArray[Any]]) -> None:
        self.blocks = tuple(blocks)
        self._ends = np.cumsum([block.size for block in blocks], dtype=np.int64)

    @staticmethod
    def of(sequence: Iterable[Steps], name: str) -> Series:
        """A field of `Steps`, for every step in every repeat."""
        columns = ((getattr(steps, name), steps.repeats) for steps in sequence)
        return Series([np.broadcast_to(column, (n, column.size)) for column, n in columns])

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return int(self._ends[-1]) if self._ends.size else 0

    def at(self, places: IntArray) -> NDArray[Any]:
        """The numbers of the steps at these places, counted through all repeats; any shape."""
        if len(self.blocks) == 1:
            return self.blocks[0][np.divmod(places, self.blocks[0].shape[1])]
        which = np.searchsorted(self._ends, places, side="right")
        found = np.empty(np.shape(places), self.blocks[0].dtype if self.blocks else np.float64)
        for number, block in enumerate(self.blocks):
            here = which == number
            inside = places[here] - (int(self._ends[number]) - block.size)
            found[here] = block[np.divmod(inside, block.shape[1])]
        return found

    def flat(self) -> NDArray[Any]:
        """All numbers in the order of time."""
        return np.concatenate([block.ravel() for block in self.blocks])


def places_of(sequence: Sequence[Steps], chosen: Sequence[BoolArray]) -> IntArray:
    """The places of chosen steps in all repeats; `chosen` marks them once for each block."""
    places, before = [np.zeros(0, np.int64)], 0
    for steps, mask in zip(sequence, chosen, strict=True):
        starts = before + mask.size * np.arange(steps.repeats)
        places.append((starts[:, np.newaxis] + np.flatnonzero(mask)).ravel())
        before += steps.count
    return np.concatenate(places)


def read_after_s(sequence: Iterable[Steps]) -> FloatArray:
    """When the steps that are read end, from the start of the sequence."""
    times_s, before_s = [np.zeros(0)], 0.0
    for steps in sequence:
        starts_s = before_s + steps.period_s * np.arange(steps.repeats)
        times_s.append(
            (starts_s[:, np.newaxis] + np.cumsum(steps.durations_s)[steps.reads]).ravel()
        )
        before_s += steps.duration_s
    return np.concatenate(times_s)


@dataclass(eq=False)
class Played:
    """True values at the end of each step of a sequence.

    When a relay moves they become those of the steps then still to come, the one under way first.
    """

    start_s: float
    end_s: float
    current_a: Series
    voltage_v: Series
    """At the source's terminals."""
    limited: Series
    on_changed: Callable[[Played], None] = lambda played: None
    """Called with this when the values have become those to come."""
