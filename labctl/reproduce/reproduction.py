"""Runs the recipes, sample after sample, and judges what came out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from labctl.bench.station import open_station
from labctl.errors import BadInput
from labctl.reproduce.criteria import CRITERIA
from labctl.reproduce.recipes import Recipe
from labctl.reproduce.verdicts import Criterion, Judgement, judge
from labctl.runs.run import Run
from labctl.runs.run_control import RunControl
from labctl.runs.runner import Progress, run
from labctl.runs.status import Status

logger = logging.getLogger(__name__)

Watching = Callable[[str], AbstractContextManager[Progress]]
"""Given what is measured now: shows how far it is."""


@dataclass(kw_only=True)
class Reproduction:
    """Everything that was measured, and what it says."""

    quick: bool
    figures: tuple[str, ...]
    """Figures asked for; empty for all."""
    finished: dict[str, Run] = field(default_factory=dict)
    """By recipe."""
    unfinished: dict[str, Run] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    """Why a recipe was not begun on this station."""
    aborted: bool = False

    @property
    def runs(self) -> dict[str, Run]:
        """All runs, finished or not, by recipe."""
        return {**self.finished, **self.unfinished}

    def keep(self, key: str, run: Run) -> None:
        """Take in the run of a recipe, whatever became of it."""
        if run.status is Status.FINISHED:
            self.finished[key] = run
            return
        self.unfinished[key] = run
        self.aborted = run.status is Status.ABORTED
        logger.warning("%s: %s: %s", key, run.status, run.reason)

    def leave_out(self, key: str, why: str) -> None:
        """Note that a recipe cannot be measured here."""
        self.left_out[key] = why
        logger.warning("%s is left out: %s", key, why)

    def judgements(self) -> list[Judgement]:
        """The verdict on every criterion of the figures asked for."""
        return [judge(one, self.finished, quick=self.quick) for one in self._criteria()]

    def _criteria(self) -> list[Criterion]:
        return [one for one in CRITERIA if not self.figures or one.figure in self.figures]


def reproduce(
    recipes: Sequence[Recipe],
    reproduction: Reproduction,
    *,
    out: Path,
    station: str | None = None,
    seed: int | None = None,
    watching: Watching,
) -> None:
    """Measure every recipe into `reproduction`; a run that fails leaves the others their turn.

    A recipe that the station cannot do, for want of devices or instruments, is left out.

    Each sample is a simulated station of its own, new from `seed`, unless `station` names one
    for all. Raises `ParameterError` before anything is touched, `BadInput` and `StationError` as
    `open_station` does; ends early, with `aborted` set, when it is asked to stop.
    """
    prepared = [(recipe, recipe.prepared(quick=reproduction.quick)) for recipe in recipes]
    control = RunControl()
    for sample, group in groupby(prepared, key=lambda pair: pair[0].sample):
        name = station or sample.value
        fresh = station is None and seed is None
        with open_station(name, out=out, seed=seed, fresh=fresh) as opened:
            wired = list(opened.config.wiring.devices)
            for recipe, procedure in group:
                try:
                    with watching(recipe.key) as progress:
                        done = run(
                            procedure,
                            opened,
                            devices=recipe.chosen(wired),
                            progress=progress,
                            control=control,
                        )
                except BadInput as error:
                    reproduction.leave_out(recipe.key, str(error))
                    continue
                reproduction.keep(recipe.key, done)
                if reproduction.aborted:
                    return
