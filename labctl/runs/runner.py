"""A run from its beginning: everything is checked, a folder is made, and it lives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from labctl.bench.bench import Bench
from labctl.bench.books import Books, Recorder
from labctl.bench.guard import Guard
from labctl.bench.journal import Journal
from labctl.bench.limits import Limits, OperatorLimits
from labctl.bench.memory import Memory
from labctl.bench.resumption import Resumption
from labctl.bench.station import Station
from labctl.bench.unstored import UnstoredFile
from labctl.ledger.ledger import Ledger
from labctl.ledger.requirements import Requirements
from labctl.locks import hold
from labctl.runs.data_file import DataFile, columns_of, header_of
from labctl.runs.devices import choose_devices
from labctl.runs.plan import RunPlan
from labctl.runs.record import first_record
from labctl.runs.run import Run
from labctl.runs.run_control import RunControl, signals_ask
from labctl.runs.run_folder import (
    DATA,
    JOURNAL,
    LIFE,
    LOG,
    UNSTORED,
    create_run_folder,
    storing_in,
    write_record,
)
from labctl.runs.run_life import Derive, Progress, RunLife
from labctl.runs.run_log import RunLog, logging_to
from labctl.runs.watch import Watch, watched
from procedures.base import LabProcedure
from procedures.columns import Column

OnFolder = Callable[[Path], object]


@dataclass(frozen=True, kw_only=True)
class Orders:
    """What is to be run, all of it checked."""

    procedure: LabProcedure
    station: Station
    devices: tuple[str, ...]
    operator: OperatorLimits
    control: RunControl

    @property
    def ledger(self) -> Ledger:
        """The ledger of the sample on the stage."""
        return Ledger(self.station.runs, self.station.config.sample.id)


def run(
    procedure: LabProcedure,
    station: Station,
    *,
    devices: Sequence[str] | None = None,
    limits: Mapping[str, object] | None = None,
    requires: Mapping[str, object] | None = None,
    progress: Progress | None = None,
    control: RunControl | None = None,
    on_folder: OnFolder | None = None,
    derive: Sequence[Derive] = (),
) -> Run:
    """Measure, and return the run, whatever became of it; its status and reason say what.

    `devices` defaults to as many as the procedure needs, in the order of the wiring. `limits`
    narrows what the station allows ({"voltage_max": "0.3 V"}), `requires` says what the devices
    must not have seen ({"never_below": "-0.35 V"}). `progress` is told the fraction done.
    `control` lets somebody else pause or end the run. `on_folder` is told the run's folder before
    anything is touched. Each of `derive` is called with the run when its rows and record are
    complete (a report, say); one that fails is noted. Raises `BadInput`, `ParameterError`, or, for
    what is planned, `LimitRefused` before anything is touched, `StorageError` when the run's
    folder cannot be written.
    """
    orders = checked_orders(
        procedure, station, devices, OperatorLimits.parse(limits or {}), control
    )
    required = Requirements.parse(procedure.requires, requires or {})
    orders.ledger.check(required, orders.devices)
    refuse_beyond_limits(orders)
    started = datetime.now().astimezone()
    with storing_in(station.runs):
        name = orders.procedure.name
        folder = create_run_folder(station.runs, name, orders.devices, started)
    with kept(orders, folder) as log:
        record = first_record(orders.procedure, orders.devices, station, folder, started)
        record |= {"requires": required.as_data(), "operator_limits": orders.operator.values}
        write_record(folder, record)
        if on_folder is not None:
            on_folder(folder)
        header, columns = header_of(orders.procedure), columns_of(orders.procedure)
        with (
            closing(DataFile.create(folder / DATA, header, columns)) as data,
            closing(Journal(folder / JOURNAL)) as journal,
            watched(station, folder, orders.control) as watch,
        ):
            books = books_of(orders, folder, data, Memory(journal, folder.name))
            life = life_of(
                orders, books, folder, data, record, log=log, watch=watch, progress=progress
            )
            return life.live(derive)


def checked_orders(
    procedure: LabProcedure,
    station: Station,
    devices: Sequence[str] | None,
    operator: OperatorLimits,
    control: RunControl | None,
) -> Orders:
    """Orders on a copy of the procedure; raises `BadInput` or `ParameterError`."""
    frozen = type(procedure)(**procedure.parameter_values())
    frozen.check()
    orders = Orders(
        procedure=frozen,
        station=station,
        devices=choose_devices(frozen, station.config, devices),
        operator=operator,
        control=RunControl() if control is None else control,
    )
    orders.ledger.refuse_quarantined(orders.devices)
    return orders


def refuse_beyond_limits(orders: Orders) -> None:
    """Raise `LimitRefused` when the run, as it is planned, would leave the limits."""
    station, ledger = orders.station, orders.ledger
    RunPlan.of(
        orders.procedure,
        station.config,
        orders.devices,
        station.instruments.smu.capabilities(),
        limits=orders.operator,
        stress_before={name: ledger.device(name).stress_pulses() for name in orders.devices},
    )


@contextmanager
def kept(orders: Orders, folder: Path) -> Iterator[RunLog]:
    """While the block runs, the folder is this process's, and signals ask for a stop."""
    who = {"what": f"run {folder.name}", "run": str(folder)}
    with (
        signals_ask(orders.control),
        storing_in(folder),
        hold(folder / LIFE, who),
        logging_to(folder / LOG) as log,
    ):
        yield log


def books_of(orders: Orders, folder: Path, data: Recorder, memory: Memory) -> Books:
    """Where everything of a run is written down."""
    return Books(
        rows=data,
        unstored=UnstoredFile(folder / UNSTORED),
        memory=memory,
        ledger=orders.ledger,
    )


def life_of(
    orders: Orders,
    books: Books,
    folder: Path,
    data: DataFile,
    record: dict[str, Any],
    *,
    log: RunLog,
    watch: Watch,
    progress: Progress | None,
    resumption: Resumption | None = None,
) -> RunLife:
    """The run itself, ready to be lived; its clock goes on where the record says it began."""
    bench = bench_of(
        orders,
        books,
        columns=orders.procedure.columns,
        origin_s=record["clock"]["origin_s"],
        resumption=resumption,
    )
    return RunLife(
        procedure=orders.procedure,
        station=orders.station,
        bench=bench,
        books=books,
        folder=folder,
        data=data,
        record=record,
        log=log,
        control=orders.control,
        watch=watch,
        progress=progress,
    )


def bench_of(
    orders: Orders,
    books: Books,
    *,
    columns: Sequence[Column],
    origin_s: float | None = None,
    resumption: Resumption | None = None,
) -> Bench:
    """The one door, with all that stands behind it for these orders."""
    station, regime = orders.station, orders.procedure.stated_regime()
    parts = station.instruments
    limits = Limits.effective(
        station.config, parts.smu.capabilities(), regime=regime, operator=orders.operator
    )
    return Bench(
        parts,
        station.config,
        orders.devices,
        books,
        limits=limits,
        guard=Guard(station.config, limits, regime, controlled=parts.temperature is not None),
        odometer=station.odometer,
        columns=columns,
        requests=orders.control,
        origin_s=origin_s,
        resumption=resumption,
    )
