"""Plots of runs that are looked at again: of one as it is, of several laid over each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from labctl.clerk.desk import Answer, Request
from labctl.clerk.plot_data import plot_data
from labctl.clerk.run_pictures import RunPictures, procedure_or_why, run_pictures
from labctl.clerk.signals import COLUMNS, Signals
from labctl.errors import BadInput
from labctl.runs.run import Run
from labctl.runs.run_folder import DATA, PARQUET, RECORD
from labctl.runs.status import Status
from procedures.plots import Axis, Plot, Series

RUNS_REMEMBERED = 24
"""Runs whose plots are kept, so that adding one to those that are shown costs one."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What there is to see of one run."""

    run: Run
    pictures: RunPictures
    plots: Sequence[Plot]
    """Of the procedure; of one that draws nothing, the signals."""
    problem: str | None


def curves(request: Request) -> Answer:
    """Plots of the runs in `request["folders"]`, finished or not.

    `runs`: folder, name, procedure, status of each; `plots`: of one run its own, of several those
    of the same name laid over each other; `images`, `findings`: of one run; `refused`: folders
    that hold no readable run, and why; `problem`: what of the runs could not be drawn, or None.
    """
    shown: list[Shown] = []
    refused: list[dict[str, str]] = []
    for folder in dict.fromkeys(request["folders"]):
        try:
            shown.append(_shown(Path(folder)))
        except (BadInput, OSError, ValueError, KeyError) as error:
            refused.append({"folder": folder, "why": str(error)})
    alone = shown[0] if len(shown) == 1 else None
    problems = [one.problem for one in shown if one.problem]
    return {
        "runs": [_facts(one.run) for one in shown],
        "plots": [plot_data(plot) for plot in (alone.plots if alone else overlaid(shown))],
        "images": list(alone.pictures.images) if alone else [],
        "findings": list(alone.pictures.findings) if alone else [],
        "refused": refused,
        "problem": "\n".join(problems) or None,
    }


def overlaid(shown: Sequence[Shown]) -> list[Plot]:
    """Plots of the same name and axes laid over each other; each series says of which run it is."""
    labels = run_labels([one.run for one in shown])
    alike: dict[tuple[str, Axis, Axis], list[tuple[str, Plot]]] = defaultdict(list)
    for label, one in zip(labels, shown, strict=True):
        for plot in one.plots:
            alike[plot.name, plot.x, plot.y].append((label, plot))
    return [
        replace(
            plots[0][1],
            caption=plots[0][1].caption if len(plots) == 1 else _caption(plots),
            series=tuple(_of_run(label, one) for label, plot in plots for one in plot.series),
        )
        for plots in alike.values()
    ]


def run_labels(runs: Sequence[Run]) -> list[str]:
    """What tells runs apart in a legend: device and time, the day where there are several."""
    begun = [str(run.record.get("started", "")) for run in runs]
    days = {text[:10] for text in begun}
    times = [text[11:19] if len(days) == 1 else f"{text[:10]} {text[11:19]}" for text in begun]
    labels = [f"{_devices(run)} {time}".strip() for run, time in zip(runs, times, strict=True)]
    return [
        label if labels.count(label) == 1 else f"{label} ({run.folder.name})"
        for label, run in zip(labels, runs, strict=True)
    ]


def rows_of(run: Run) -> pd.DataFrame:
    """All rows of a run as `Run.frame` has them, from the file that is faster to read."""
    derived = run.folder / PARQUET
    # Of a run that was taken up again it lacks the rows since then.
    ended = run.status in (Status.FINISHED, Status.ABORTED, Status.FAILED)
    if ended and derived.is_file():
        with pq.ParquetFile(derived) as file:
            if file.metadata.num_rows == run.record["data"]["rows"]:
                return file.read().to_pandas()
    return Run(run.folder, run.record).frame  # not kept: it is large, and is needed once


def _devices(run: Run) -> str:
    devices = run.record.get("devices", [])
    return devices[0] if len(devices) == 1 else f"{len(devices)} devices"


def _facts(run: Run) -> dict[str, Any]:
    return {
        "folder": str(run.folder),
        "name": run.folder.name,
        "procedure": run.record["procedure"],
        "status": run.status.value,
    }


def _of_run(label: str, series: Series) -> Series:
    # A series that is named after the device says nothing that the run's label does not.
    said = not series.label or series.label == label.partition(" ")[0]
    name = label if said else f"{label}: {series.label}"
    return Series(name, series.x, series.y, series.style, series.error)


def _caption(plots: Sequence[tuple[str, Plot]]) -> str:
    return "\n".join(f"{label}: {plot.caption}" for label, plot in plots)


def _shown(folder: Path) -> Shown:
    run = Run.load(folder)
    stamps = [_stamp(folder / name) for name in (RECORD, DATA)]
    return _shown_as_it_is(folder, run.status, *stamps)


@lru_cache(maxsize=RUNS_REMEMBERED)
def _shown_as_it_is(folder: Path, status: Status, *stamps: tuple[int, int]) -> Shown:
    """What there is to see of a run; status and stamps tell one state of its files from another."""
    run = Run.load(folder)
    procedure, why_not = procedure_or_why(run)
    frame = rows_of(run)
    pictures = run_pictures(procedure, run, frame)
    problems = [why_not, *pictures.failures] if why_not else list(pictures.failures)
    return Shown(
        run=run,
        pictures=pictures,
        plots=pictures.plots or _signals(frame),
        problem="\n".join(problems) if status is not Status.RUNNING else None,
    )


def _signals(frame: pd.DataFrame) -> list[Plot]:
    signals = Signals()
    signals.add(*(frame[column.header].to_numpy() for column in COLUMNS))
    return signals.plots()


def _stamp(path: Path) -> tuple[int, int]:
    try:
        seen = path.stat()
    except OSError:
        return 0, 0
    return seen.st_mtime_ns, seen.st_size
