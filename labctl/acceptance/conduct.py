"""What a procedure does on the simulated bench, held against what it says of itself."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from labctl.acceptance.objections import Objection, Weight
from labctl.acceptance.witness import witnessed
from labctl.bench.station import open_station
from labctl.runs.run import Run
from labctl.runs.run_folder import jsonable
from labctl.runs.runner import run
from labctl.runs.status import Status
from procedures.base import Application, LabProcedure, PlannedApplication, Purpose
from procedures.findings import UNCERTAINTY
from procedures.plots import Plot

SEED = 1
STRESS_FROM_V = 0.1
"""From here on a pulse may move the state (physics.md §1.5)."""
_VOLT = 1e-9
_LATE = 1.25


def conduct_objections(
    procedure: LabProcedure, station: str | Path, devices: Sequence[str] | None
) -> list[Objection]:
    """Run it on a new simulated array, in a folder that is thrown away, and look at everything."""
    watched, applied = witnessed(procedure)
    with (
        tempfile.TemporaryDirectory(prefix="labctl-check-") as folder,
        open_station(station, out=folder, seed=SEED) as opened,
    ):
        done = run(watched, opened, devices=devices)
        planned = list(
            procedure.plan(done.record["devices"], opened.instruments.smu.capabilities())
        )
        return [
            *_ending(done),
            *_purposes(applied),
            *_plan(planned, applied, done),
            *_results(procedure, done),
            *_plots(procedure, done),
        ]


def _ending(done: Run) -> Iterator[Objection]:
    if done.status is not Status.FINISHED:
        yield Objection(
            "run",
            f"{done.status}: {done.error}: {done.reason}",
            "run it with `labctl run ... --debug`, and read log.txt in the run's folder",
        )
    if not done.record["safe_state"]["verified"]:
        yield Objection("run", "it did not end in the safe state", "leave the instruments alone")
    if not done.record["data"]["rows"]:
        yield Objection("run", "no row was recorded", "apply a waveform that records a point")
    for warning in done.record["warnings"]:
        yield Objection("run", warning, "see to it, or expect it in every run", Weight.WARNING)


def _purposes(applied: Sequence[Application]) -> Iterator[Objection]:
    worst_v = max(
        (one.waveform.peak_v for one in applied if one.purpose is Purpose.READ), default=0.0
    )
    if worst_v >= STRESS_FROM_V - _VOLT:
        yield Objection(
            "purpose",
            f"{worst_v:g} V is applied as a read: after a crash it would be applied again, "
            "although it may move the state",
            f"from {STRESS_FROM_V:g} V on, the purpose is Purpose.STRESS",
        )


def _plan(
    planned: Sequence[PlannedApplication], applied: Sequence[Application], done: Run
) -> Iterator[Objection]:
    """The plan is what people agree to before volts flow: nothing may go beyond it."""
    for device in sorted({one.device for one in applied}):
        mine = [one.waveform for one in applied if one.device == device]
        agreed = [
            item.application.waveform for item in planned if item.application.device == device
        ]
        for end, sign in (("max_v", 1), ("min_v", -1)):
            seen_v = max((sign * getattr(waveform, end) for waveform in mine), default=0.0)
            planned_v = max((sign * getattr(waveform, end) for waveform in agreed), default=0.0)
            if seen_v > planned_v + _VOLT:
                yield Objection(
                    "plan",
                    f"{device} saw {sign * seen_v:g} V, but the plan goes to "
                    f"{sign * planned_v:g} V only",
                    "plan() must yield every waveform that measure() applies",
                )
    for purpose in Purpose:
        yield from _count(purpose, planned, applied, done)
    yield from _time(planned, done)


def _count(
    purpose: Purpose,
    planned: Sequence[PlannedApplication],
    applied: Sequence[Application],
    done: Run,
) -> Iterator[Objection]:
    items = [item for item in planned if item.application.purpose is purpose]
    seen = sum(one.purpose is purpose for one in applied)
    expected = sum(item.count for item in items)
    most = sum(item.at_most or item.count for item in items)
    complete = done.status is Status.FINISHED
    exact = all(item.at_most is None for item in items)
    agreed = f"{expected}" if exact else f"at most {most}"
    what = f"{seen} applications to {purpose}, but the plan says {agreed}"
    if seen > most:
        yield Objection("plan", what, "plan() must yield every waveform that measure() applies")
    elif exact and complete and seen < expected:
        remedy = "where the number depends on what is measured, give `at_most`"
        yield Objection("plan", what, remedy, Weight.WARNING)


def _time(planned: Sequence[PlannedApplication], done: Run) -> Iterator[Objection]:
    most_s = sum(
        (item.at_most or item.count) * (item.application.waveform.duration_s + item.pause_s)
        for item in planned
    )
    spent_s = float(done.bench.get("instrument_time_s", 0.0))
    if spent_s > _LATE * most_s + 60.0:
        yield Objection(
            "plan",
            f"it took {spent_s:.0f} s, but the plan says at most {most_s:.0f} s",
            "give the waits of measure() as `pause_s`",
            Weight.WARNING,
        )


def _results(procedure: LabProcedure, done: Run) -> Iterator[Objection]:
    if done.status is not Status.FINISHED:
        return
    scalars = {name for name, value in done.results.items() if not isinstance(value, list)}
    if not done.results:
        yield Objection("results", "there are none", "analyse() returns them by name")
    for name in sorted(scalars - set(procedure.findings)):
        if name.removesuffix(UNCERTAINTY) in procedure.findings:
            continue
        yield Objection(
            f"result {name}",
            "has neither unit nor meaning: nobody can read it",
            f'add "{name}" to `findings`',
        )
    for name in sorted(set(done.results) - scalars):
        yield from _table(name, done.results[name], procedure)
    for name in sorted(set(procedure.findings)):
        if name.partition(".")[0] in done.results:
            continue
        yield Objection(
            f"finding {name}",
            "is promised, but was not among the results",
            "return it, as None where it is not defined; or take it out of `findings`",
            Weight.WARNING,
        )
    if _differs(procedure, done):
        yield Objection(
            "results",
            "analysing the same rows again gives other results",
            "compute them from the rows and the parameters alone",
        )


def _table(name: str, rows: list[object], procedure: LabProcedure) -> Iterator[Objection]:
    """Columns of a table are `table.column` among the findings, or bear the name of a result."""
    columns = {column for row in rows if isinstance(row, Mapping) for column in row}
    known = {finding.removeprefix(f"{name}.") for finding in procedure.findings}
    plain = {column.removesuffix(UNCERTAINTY) for column in columns}
    if unknown := sorted(plain - known):
        yield Objection(
            f"table {name}",
            f"columns without unit and meaning: {', '.join(unknown)}",
            f'add "{name}.{unknown[0]}" and so on to `findings`',
            Weight.WARNING,
        )


def _differs(procedure: LabProcedure, done: Run) -> bool:
    return jsonable(procedure.analyse(done.frame)) != done.results


def _plots(procedure: LabProcedure, done: Run) -> Iterator[Objection]:
    try:
        plots = list(procedure.plots(done.frame))
    except Exception as error:  # whatever is wrong with a figure is its author's to read
        yield Objection("plots", f"{type(error).__name__}: {error}", "mend plots()")
        return
    names = [plot.name for plot in plots if isinstance(plot, Plot)]
    if len(set(names)) < len(plots):
        yield Objection("plots", "two figures have the same name", "name each differently")
