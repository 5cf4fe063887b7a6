"""An interrupted run goes on: nothing that was applied is applied again."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from drivers.roles import Trace
from labctl.bench.adoption import adopt
from labctl.bench.clock import Stopped
from labctl.bench.history import History
from labctl.bench.journal import Journal
from labctl.bench.limits import OperatorLimits
from labctl.bench.memory import Memory, Past
from labctl.bench.resumption import Resumption
from labctl.bench.station import Station
from labctl.bench.unstored import UnstoredFile
from labctl.errors import ResumeRefused
from labctl.runs.data_file import DataFile, columns_of
from labctl.runs.rescue import rescue, rescued_of
from labctl.runs.run import Run
from labctl.runs.run_control import RunControl
from labctl.runs.run_folder import DATA, JOURNAL, UNSTORED, write_record
from labctl.runs.run_life import Derive, Progress
from labctl.runs.runner import books_of, checked_orders, kept, life_of
from labctl.runs.state_reading import read_state
from labctl.runs.status import Status
from labctl.runs.versions import software_versions
from labctl.runs.watch import watched
from procedures.base import LabProcedure
from procedures.columns import CURRENT, FLAGS, SET_VOLTAGE, TIME, VOLTAGE
from procedures.registry import load

logger = logging.getLogger(__name__)


class OnUncertain(StrEnum):
    """What to do when nobody knows whether a device got a voltage."""

    CONTINUE = "continue"
    STOP = "stop"
    ASK = "ask"


def resume(
    folder: str | Path,
    station: Station,
    *,
    on_uncertain: OnUncertain | str = OnUncertain.CONTINUE,
    limits: Mapping[str, object] | None = None,
    progress: Progress | None = None,
    control: RunControl | None = None,
    derive: Sequence[Derive] = (),
) -> Run:
    """Take up a run that did not finish, in its own folder, and return it.

    Its procedure runs again from the beginning, and is told what it was told before until its
    journal ends (`labctl.bench.memory`); what was in flight is accounted for, not repeated. The
    source is first asked for the readings that it still holds, and the state of the device in
    flight is read (`resumptions` in the record). Other arguments as for
    `labctl.runs.runner.run`. Raises `ResumeRefused` or `BadInput` before anything is touched.
    """
    interrupted = Run.load(folder)
    refuse_other_station(interrupted, station)
    procedure = procedure_of(interrupted)
    chosen = interrupted.record["devices"]
    before, now = interrupted.record["operator_limits"], OperatorLimits.parse(limits or {})
    operator = OperatorLimits({**before, **now.values})
    orders = checked_orders(procedure, station, chosen, operator, control)
    folder = interrupted.folder
    with kept(orders, folder) as log, watched(station, folder, orders.control) as watch:
        station.touched = True
        adopted = adopt(station.instruments)
        rescued = rescue(folder, station.instruments.smu)
        state = None if rescued is None else read_state(orders, folder, rescued["device"])
        found = {"adopted": adopted, "rescued": rescued, "state": state}
        record = _taken_up(interrupted, found)
        with (
            closing(DataFile.reopen(folder / DATA, columns_of(orders.procedure))) as data,
            closing(Journal(folder / JOURNAL)) as journal,
        ):
            memory = Memory(journal, folder.name, _past(interrupted))
            journal.resumed(record["resumptions"][-1])
            write_record(folder, record)
            books = books_of(orders, folder, data, memory)
            decide = _policy(OnUncertain(on_uncertain))
            life = life_of(
                orders,
                books,
                folder,
                data,
                record,
                log=log,
                watch=watch,
                progress=progress,
                resumption=Resumption(memory, books.ledger, rescued_of(folder), decide),
            )
            return life.live(derive)


def procedure_of(run: Run) -> LabProcedure:
    """The procedure of a run, found by its name in the registry, never by what the folder names."""
    return load(run.record["procedure"])(**run.parameters)


def refuse_other_station(run: Run, station: Station) -> None:
    """Raise `ResumeRefused` unless a run can be taken up on this station."""
    if run.status is Status.FINISHED:
        raise ResumeRefused(f"run {run.folder.name} is finished; begin a new one")
    if not (run.folder / JOURNAL).is_file():
        raise ResumeRefused(f"run {run.folder.name} has no {JOURNAL}; begin a new one")
    then, now = run.record, station.config
    for what, before, today in (
        ("station", then["station"]["name"], now.name),
        ("sample", then["sample"]["id"], now.sample.id),
        ("seed of the simulated array", then["seed"], station.seed),
    ):
        if before != today:
            raise ResumeRefused(
                f"run {run.folder.name} was measured on {what} {before!r}, but this is {today!r}; "
                "choose the same with --station and --out"
            )


def _taken_up(run: Run, found: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a run that goes on; what it was before stands under `resumptions`."""
    record = dict(run.record)
    about = {
        "at": datetime.now().astimezone().isoformat(timespec="milliseconds"),
        "was": run.status.value,
        "reason": run.reason,
        **found,
    }
    if (versions := software_versions()) != record["versions"]:
        about["versions"] = versions
        logger.warning("the run was begun with other versions of the software; see run.json")
    record["resumptions"] = [*record.get("resumptions", []), about]
    return record | {"status": Status.RUNNING.value, "reason": "", "error": None, "ended": None}


def _past(run: Run) -> Past:
    frame = run.frame
    columns = (TIME, SET_VOLTAGE, VOLTAGE, CURRENT, FLAGS)
    rows = Trace(*(frame[column.header].to_numpy() for column in columns))
    history = History.read(run.folder / JOURNAL)
    return Past(history, rows, UnstoredFile(run.folder / UNSTORED).read())


def _policy(on_uncertain: OnUncertain) -> Callable[[str], None]:
    def decide(told: str) -> None:
        if on_uncertain is OnUncertain.STOP:
            raise Stopped(f"stopped because it is uncertain: {told}")
        if on_uncertain is OnUncertain.ASK and not _agreed(told):
            raise Stopped("the operator did not want to go on")

    return decide


def _agreed(told: str) -> bool:
    if not sys.stdin.isatty():
        return False
    print(f"{told}. Go on? [y/N] ", end="", file=sys.stderr, flush=True)  # noqa: T201
    return sys.stdin.readline().strip().lower() in ("y", "yes")
