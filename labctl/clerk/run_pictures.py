"""Everything that is drawn and found of one run, from its rows, whether it goes on or is over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd

from labctl.clerk.findings import FindingData, findings_data
from labctl.clerk.live_images import ImageData, live_images
from labctl.clerk.plot_data import thinned_plot
from labctl.report.run_procedure import ProcedureNotHere, procedure_of
from labctl.runs.run import Run
from labctl.runs.run_folder import jsonable
from labctl.runs.status import Status
from procedures.base import LabProcedure
from procedures.plots import Plot

logger = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class RunPictures:
    """What could be made of a run, and in words what could not."""

    plots: Sequence[Plot] = ()
    """Of the procedure, thinned to what a screen can show."""
    images: Sequence[ImageData] = ()
    findings: Sequence[FindingData] = ()
    failures: Sequence[str] = ()
    """What could not be made, and why; of a run that goes on this may be as it should be."""


def procedure_or_why(run: Run) -> tuple[LabProcedure | None, str | None]:
    """The procedure of a run; or None, and why it cannot be had."""
    try:
        return procedure_of(run), None
    except (ProcedureNotHere, KeyError, TypeError) as error:
        return None, f"No plots: {error}."


def run_pictures(procedure: LabProcedure | None, run: Run, frame: pd.DataFrame) -> RunPictures:
    """Plots, images, and findings of a run whose rows so far are `frame`; never raises.

    A finished run has the findings in its record, any other those that its rows give now.
    """
    if run.status is Status.FINISHED or procedure is None or frame.empty:
        found, failures = findings_data(run.results, run.findings), []
    else:
        found, failures = _tried("findings", lambda: _findings_now(procedure, frame))
    if procedure is None or frame.empty:
        return RunPictures(findings=found or (), failures=failures)
    plots, of_plots = _tried(
        f"plots of {procedure.name}",
        lambda: [thinned_plot(plot) for plot in procedure.plots(frame)],
    )
    images, of_images = _tried(
        f"images of {procedure.name}",
        lambda: live_images(procedure, frame, _devices_in_order(run)),
    )
    return RunPictures(
        plots=plots or (),
        images=images or (),
        findings=found or (),
        failures=[*of_plots, *of_images, *failures],
    )


def _findings_now(procedure: LabProcedure, frame: pd.DataFrame) -> list[FindingData]:
    return findings_data(jsonable(procedure.analyse(frame)), procedure.findings)


def _devices_in_order(run: Run) -> list[str]:
    """Devices of the run in the order of the wiring."""
    wired = list(run.record["station"]["wiring"]["devices"])
    chosen = frozenset(run.record.get("devices", wired))
    return [name for name in wired if name in chosen]


def _tried(what: str, step: Callable[[], T]) -> tuple[T | None, list[str]]:
    try:
        return step(), []
    except Exception as error:  # a lab's procedure may raise anything; the run is shown anyway
        logger.debug("%s: could not be made", what, exc_info=True)
        return None, [f"{what}: could not be made: {type(error).__name__}: {error}"]
