"""What a script calls: the same run, with the same report, as the command line gives."""

from __future__ import annotations

from collections.abc import Sequence

from labctl.bench.station import Station
from labctl.report.run_report import write_report
from labctl.runs import runner
from labctl.runs.run import Run
from labctl.runs.stop_signals import StopRequest
from procedures.base import LabProcedure


def run(
    procedure: LabProcedure,
    station: Station,
    *,
    devices: Sequence[str] | None = None,
    progress: runner.Progress | None = None,
    stop: StopRequest | None = None,
) -> Run:
    """Measure and report; see `labctl.runs.runner.run` for the arguments and what is raised.

    What happens while measuring is not raised: look at the run's `status` and `reason`.
    """
    return runner.run(
        procedure,
        station,
        devices=devices,
        progress=progress,
        stop=stop,
        derive=(write_report,),
    )
