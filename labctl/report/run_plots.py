"""The plots of a run, from the procedure that measured it, as pictures of a page."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from labctl.report.page import Notice, Picture, Text
from labctl.report.plot_figure import plot_figure
from labctl.report.run_procedure import ProcedureNotHere, procedure_of
from labctl.runs.run import Run
from procedures.plots import Plot

logger = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True)
class RunPlots:
    """What could be drawn, and in words what could not."""

    blocks: Sequence[Picture | Text | Notice]
    failures: Sequence[str]


def run_plots(run: Run) -> RunPlots:
    """Every plot of the procedure, drawn from what was recorded, whatever became of the run."""
    if run.frame.empty:
        return RunPlots((), ())
    try:
        procedure = procedure_of(run)
    except ProcedureNotHere as error:
        return RunPlots((Text(f"No plots: {error}."),), ())
    plots, failures = _tried(f"plots of {procedure.name}", lambda: procedure.plots(run.frame))
    blocks: list[Picture | Text | Notice] = []
    for plot in plots or ():
        picture, more = _tried(f"plot {plot.name}", lambda plot=plot: _picture(plot))
        failures += more
        if picture is not None:
            blocks.append(picture)
    return RunPlots([*blocks, *(Notice(failure, "bad") for failure in failures)], failures)


def _picture(plot: Plot) -> Picture:
    return Picture.drawn(plot.name, plot_figure(plot), plot.caption)


def _tried(what: str, step: Callable[[], T]) -> tuple[T | None, list[str]]:
    try:
        return step(), []
    except Exception as error:  # a lab's procedure may raise anything; its report is made anyway
        logger.exception("%s: could not be drawn", what)
        return None, [f"{what}: could not be drawn: {type(error).__name__}: {error}"]
