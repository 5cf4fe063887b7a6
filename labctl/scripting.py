"""What a script calls: the same run, with the same report, as the command line gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from labctl.bench.station import Station
from labctl.catalogue.index import note
from labctl.report.run_report import write_report
from labctl.runs import resume as resuming
from labctl.runs import runner
from labctl.runs.run import Run
from labctl.runs.run_control import RunControl
from labctl.runs.run_life import Progress
from procedures.base import LabProcedure

DERIVED = (write_report, note)
"""What is made of every run: its report, and its entry in the catalogue."""


def run(
    procedure: LabProcedure,
    station: Station,
    *,
    devices: Sequence[str] | None = None,
    limits: Mapping[str, object] | None = None,
    requires: Mapping[str, object] | None = None,
    progress: Progress | None = None,
    control: RunControl | None = None,
    on_folder: runner.OnFolder | None = None,
) -> Run:
    """Measure and report; see `labctl.runs.runner.run` for the arguments and what is raised.

    What happens while measuring is not raised: look at the run's `status` and `reason`.
    """
    return runner.run(
        procedure,
        station,
        devices=devices,
        limits=limits,
        requires=requires,
        progress=progress,
        control=control,
        on_folder=on_folder,
        derive=DERIVED,
    )


def resume(
    folder: str | Path,
    station: Station,
    *,
    on_uncertain: str = resuming.OnUncertain.CONTINUE,
    limits: Mapping[str, object] | None = None,
    progress: Progress | None = None,
    control: RunControl | None = None,
) -> Run:
    """Take up a run that did not finish; see `labctl.runs.resume.resume`."""
    return resuming.resume(
        folder,
        station,
        on_uncertain=on_uncertain,
        limits=limits,
        progress=progress,
        control=control,
        derive=DERIVED,
    )
