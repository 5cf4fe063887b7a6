"""The life of one run: prepare, measure, make safe, finalise."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from labctl.atomic_file import replace_bytes
from labctl.bench.bench import Bench
from labctl.bench.station import Station
from labctl.errors import BadInput
from labctl.runs.data_file import DataFile, columns_of, header_of, sha256_of
from labctl.runs.devices import choose_devices
from labctl.runs.life import holding
from labctl.runs.record import first_record
from labctl.runs.run import Run
from labctl.runs.run_folder import (
    DATA,
    LIFE,
    LOG,
    PARQUET,
    create_run_folder,
    jsonable,
    storing_in,
    write_record,
)
from labctl.runs.run_log import RunLog, logging_to
from labctl.runs.status import Status
from labctl.runs.stop_signals import StopRequest, signals_ask
from procedures.base import LabProcedure

logger = logging.getLogger(__name__)

Progress = Callable[[float], None]
Derive = Callable[[Run], object]


def run(
    procedure: LabProcedure,
    station: Station,
    *,
    devices: Sequence[str] | None = None,
    progress: Progress | None = None,
    stop: StopRequest | None = None,
    derive: Sequence[Derive] = (),
) -> Run:
    """Measure, and return the run, whatever became of it; its status and reason say what.

    `devices` defaults to as many as the procedure needs, in the order of the wiring. `progress`
    is told the fraction done. `stop` lets somebody else end the run. Each of `derive` is called
    with the run when its rows and record are complete (a report, say); one that fails is noted.
    Raises `BadInput` or `ParameterError` before anything is touched, `StorageError` when the run's
    folder cannot be written.
    """
    frozen = type(procedure)(**procedure.parameter_values())
    frozen.check()
    chosen = choose_devices(frozen, station.config, devices)
    stop = StopRequest() if stop is None else stop
    started = datetime.now().astimezone()
    with storing_in(station.runs):
        folder = create_run_folder(station.runs, frozen.name, chosen, started)
    with (
        signals_ask(stop),
        storing_in(folder),
        holding(folder / LIFE),
        logging_to(folder / LOG) as log,
    ):
        record = first_record(frozen, chosen, station, folder, started)
        write_record(folder, record)
        with closing(DataFile(folder / DATA, header_of(frozen), columns_of(frozen))) as data:
            bench = Bench(
                station.instruments,
                station.config,
                chosen,
                data,
                columns=frozen.columns,
                stop_asked=stop.asked,
            )
            life = _RunLife(
                procedure=frozen,
                station=station,
                bench=bench,
                folder=folder,
                data=data,
                record=record,
                log=log,
                stop=stop,
                progress=progress,
            )
            return life.live((_write_parquet, *derive))


@dataclass(frozen=True)
class _Outcome:
    status: Status
    reason: str = ""
    error: str | None = None

    @staticmethod
    def failed(error: Exception, when: str) -> _Outcome:
        logger.exception("failed while %s", when)
        name = type(error).__name__
        return _Outcome(Status.FAILED, str(error) or f"{name} while {when}", name)


@dataclass(kw_only=True)
class _RunLife:
    """One run on its way through its states; each state ends by itself or with an outcome.

    prepare -> measure -> make safe -> finalise, whatever happens in between::

        measure    every row written       -> finished
                   stop asked, Ctrl-C      -> aborted
                   exception               -> failed
        make safe  not confirmed           -> failed, whatever it was before
        finalise   analysis raises         -> failed
    """

    procedure: LabProcedure
    station: Station
    bench: Bench
    folder: Path
    data: DataFile
    record: dict[str, Any]
    """What `run.json` will say."""
    log: RunLog
    stop: StopRequest
    progress: Progress | None
    stop_heeded: bool = False
    """Whether the procedure ended because it was asked to."""

    def live(self, derive: Sequence[Derive]) -> Run:
        """Go through all states."""
        outcome = self._measure()
        self._note("counters", self._describe_cost)
        outcome = self._make_safe(outcome)
        return self._finalise(outcome, derive)

    def _measure(self) -> _Outcome:
        self.station.touched = True
        try:
            self._describe_start()
            self.stop.impatient = True
            self._execute()
        except (KeyboardInterrupt, SystemExit):
            self.stop.ask("interrupted")
            return _Outcome(Status.ABORTED, f"stopped: {self.stop.reason}")
        except Exception as error:  # whatever a procedure raises becomes the run's reason
            return _Outcome.failed(error, "measuring")
        finally:
            self.stop.impatient = False
        if self.stop_heeded:
            return _Outcome(Status.ABORTED, f"stopped: {self.stop.reason}")
        return _Outcome(Status.FINISHED)

    def _execute(self) -> None:
        procedure: Any = self.procedure
        procedure.bench = self.bench
        procedure.emit = self._on_emit
        procedure.should_stop = self._should_stop
        logger.info("measuring %s on %s", procedure.name, ", ".join(self.bench.devices))
        procedure.startup()
        try:
            procedure.execute()
        finally:
            procedure.shutdown()

    def _make_safe(self, outcome: _Outcome) -> _Outcome:
        state = self.bench.make_safe()
        self.station.touched = not state.verified
        self.record["safe_state"] = state.as_record()
        if state.verified:
            return outcome
        failures = "; ".join(state.failures)
        reason = f"the instruments are NOT verified safe: {failures}; check them by hand"
        if outcome.reason:
            reason += f" (before that: {outcome.reason})"
        return _Outcome(Status.FAILED, reason, "UnsafeState")

    def _finalise(self, outcome: _Outcome, derive: Sequence[Derive]) -> Run:
        self.data.close()
        self.record["data"] |= {
            "rows": self.data.rows,
            "sha256": sha256_of(self.folder / DATA),
        }
        self._note("settings at the end", self._describe_end)
        if outcome.status is Status.FINISHED:
            outcome = self._analyse(outcome)
        self.record["warnings"] += self.log.warnings
        if self.log.lost:
            self.record["warnings"].append(f"{LOG}: {self.log.lost} messages could not be written")
        self.record |= asdict(outcome)
        self.record["ended"] = datetime.now().astimezone().isoformat(timespec="milliseconds")
        write_record(self.folder, self.record)
        done = Run.load(self.folder)
        for step in derive:
            self._note("deriving from the run", lambda step=step: step(done))
        self._note("keeping these warnings", lambda: write_record(self.folder, self.record))
        logger.info("%s %s", outcome.status, outcome.reason)
        return Run(self.folder, jsonable(self.record))

    def _analyse(self, outcome: _Outcome) -> _Outcome:
        try:
            frame = Run(self.folder, jsonable(self.record)).frame
            self.record["results"] = jsonable(self.procedure.analyse(frame))
        except Exception as error:  # the rows are complete and stay, whatever is made of them
            failed = _Outcome.failed(error, "analysing")
            return replace(failed, reason=f"analysis failed, the rows are kept: {failed.reason}")
        return outcome

    def _note(self, what: str, step: Callable[[], object]) -> None:
        """Do what the run can stand without; a failure is told in the record's warnings."""
        try:
            step()
        except Exception as error:  # neither the safe state nor the rows may depend on it
            logger.exception("%s: failed", what)
            self.record["warnings"].append(f"{what}: {type(error).__name__}: {error}")

    def _describe_start(self) -> None:
        self.record["limits"] = asdict(self.bench.limits)
        self.record["clock"]["origin_s"] = self.bench.clock.origin_s
        self.record["settings"]["at_start"] = self.station.instruments.settings()
        write_record(self.folder, self.record)

    def _describe_cost(self) -> None:
        self.record["applications"] = dict(self.bench.applications)
        self.record["bench"] = self.bench.counters()

    def _describe_end(self) -> None:
        self.record["settings"]["at_end"] = self.station.instruments.settings()

    def _on_emit(self, topic: str, value: Any) -> None:
        if topic != "progress":
            raise BadInput(f"a procedure emitted {topic!r}; rows come from bench.apply alone")
        if self.progress is not None:
            self.progress(value / 100)

    def _should_stop(self) -> bool:
        self.stop_heeded = self.stop.asked()
        return self.stop_heeded


def _write_parquet(done: Run) -> None:
    replace_bytes(done.folder / PARQUET, done.frame.to_parquet(index=False))
