"""Follows a run from its folder: what is new in it, several times a second, until all is told."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from labctl.clerk.aside import Aside
from labctl.clerk.desk import Answer, Request
from labctl.clerk.plot_data import plot_data
from labctl.clerk.run_pictures import RunPictures, procedure_or_why, run_pictures
from labctl.clerk.run_state import RunState
from labctl.clerk.signals import COLUMNS, Signals
from labctl.clerk.tail import News, Tail, tail_of
from labctl.runs.run import Run
from procedures.base import LabProcedure

NO_NEWS = News(first=0, rows=0, more=False)


def run(request: Request) -> Iterator[Answer | None]:
    """Tell how the run in `request["folder"]` is; None where nothing has changed.

    Every answer has `folder`, `procedure`, `devices`, `status`, `reason`, `simulated`, `started`,
    `ended`, `rows`, `report`; and what has changed of `signals`, `plots`, `images`, `findings`,
    and `problem`. The last answer is that of a run that is over, with everything it has. Raises
    `BadInput` when there is no such folder.
    """
    follower = Follower(Path(request["folder"]))
    while not follower.complete:
        yield follower.look()


class Follower:
    """One run that is followed; `look` costs what is new, whatever the length of the run.

    The procedure's plots and findings take longer: they are computed aside, from the rows that
    there are, and again when there are more.
    """

    def __init__(self, folder: Path) -> None:
        self.complete = False
        """Whether the run is over and everything has been told."""
        self._state = RunState(folder)
        self._tail: Tail | None = None
        self._signals = Signals()
        self._procedure: LabProcedure | None = None
        self._problems: list[str] = []
        """Not told yet."""
        self._known: set[str] = set()
        self._aside: Aside[RunPictures] = Aside()
        self._drawn_of: tuple[bool, int] | None = None
        """Of the last pictures: whether the run was over, and how many rows it had."""
        self._told: Answer | None = None

    def look(self) -> Answer | None:
        """What there is to tell; None when nothing has changed since the last look."""
        self._state.look()
        news = self._read_rows()
        parts = self._new_pictures()
        if self._state.run is not None and not news.more:
            self._begin_pictures(self._state.run)
        if news.rows:
            parts["signals"] = [plot_data(plot) for plot in self._signals.plots()]
        facts = self._state.facts(self._rows)
        self.complete = self._state.over and not (news.rows or news.more or self._aside.busy)
        if self._problems:
            parts["problem"] = "\n".join(self._problems)
            self._problems = []
        if not parts and facts == self._told:
            return None
        self._told = facts
        return {**facts, **parts}

    @property
    def _rows(self) -> int:
        return 0 if self._tail is None else self._tail.rows

    def _read_rows(self) -> News:
        """Read what is new, and add it to the signals."""
        if self._tail is None and self._state.run is not None:
            self._begin(self._state.run)
        if self._tail is None:
            return NO_NEWS
        news = self._tail.read_on()
        if news.first == 0:
            self._signals = Signals()
        if news.rows:
            self._signals.add(*(self._tail.column(c.header, news.first) for c in COLUMNS))
        self._tell(self._tail.problem)
        return news

    def _begin(self, begun: Run) -> None:
        """The record is there: from now on rows can be read and drawn."""
        self._procedure, why_not = procedure_or_why(begun)
        self._tell(why_not)
        self._tail = tail_of(begun)

    def _begin_pictures(self, current: Run) -> None:
        """Compute the pictures anew if there is anything new to see, and it is time for it."""
        wanted = (self._state.over, self._rows)
        if self._tail is None or self._aside.busy or wanted == self._drawn_of:
            return
        if not self._state.over and not (self._aside.rested and self._rows):
            return
        self._drawn_of = wanted
        frame = self._tail.frame()
        self._aside.begin(partial(run_pictures, self._procedure, current, frame))

    def _new_pictures(self) -> Answer:
        """What has been computed since the last look."""
        made = self._aside.result()
        if made is None:
            return {}
        if self._drawn_of is not None and self._drawn_of[0]:
            for failure in made.failures:
                self._tell(failure)
        parts: Answer = {"plots": [plot_data(plot) for plot in made.plots]}
        for name, found in (("images", made.images), ("findings", made.findings)):
            if found:
                parts[name] = list(found)
        return parts

    def _tell(self, problem: str | None) -> None:
        """Tell a problem with the next answer, and never again."""
        if problem is not None and problem not in self._known:
            self._known.add(problem)
            self._problems.append(problem)
