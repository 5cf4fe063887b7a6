"""The states of one run: measure, make safe, finalise, whatever happens in between."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from labctl.atomic_file import replace_bytes
from labctl.bench.adoption import adopt
from labctl.bench.bench import Bench
from labctl.bench.books import Books
from labctl.bench.station import Station
from labctl.errors import BadInput, GuardTripped
from labctl.runs.data_file import DataFile, sha256_of
from labctl.runs.notifications import notify
from labctl.runs.run import Run
from labctl.runs.run_control import RunControl
from labctl.runs.run_folder import (
    DATA,
    LOG,
    PARQUET,
    UNSTORED,
    jsonable,
    storing_in,
    write_record,
)
from labctl.runs.run_log import RunLog
from labctl.runs.status import Status
from labctl.runs.watch import Watch
from procedures.base import LabProcedure

logger = logging.getLogger(__name__)

Progress = Callable[[float], None]
Derive = Callable[[Run], object]


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
class RunLife:
    """One run on its way through its states; each state ends by itself or with an outcome.

    measure -> make safe -> finalise, whatever happens in between::

        measure    every row written       -> finished
                   stop asked, Ctrl-C      -> aborted
                   exception               -> failed
        make safe  not confirmed           -> failed, whatever it was before
        finalise   analysis raises         -> failed
    """

    procedure: LabProcedure
    station: Station
    bench: Bench
    books: Books
    folder: Path
    data: DataFile
    record: dict[str, Any]
    """What `run.json` will say."""
    log: RunLog
    control: RunControl
    watch: Watch
    """Who tells others how the run is, and makes the bench safe should this process die."""
    progress: Progress | None = None
    stop_heeded: bool = field(default=False, init=False)
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
            self.record["adopted"] = adopt(self.station.instruments)
            self._be_remembered()
            self._describe_start()
            self.control.impatient = True
            self._execute()
        except (KeyboardInterrupt, SystemExit) as error:
            self.control.ask_stop(str(error) or "interrupted")
            return _Outcome(Status.ABORTED, f"stopped: {self.control.reason}")
        except GuardTripped as error:
            self._quarantine(error)
            return _Outcome.failed(error, "measuring")
        except Exception as error:  # whatever a procedure raises becomes the run's reason
            return _Outcome.failed(error, "measuring")
        finally:
            self.control.impatient = False
        if self.stop_heeded:
            return _Outcome(Status.ABORTED, f"stopped: {self.control.reason}")
        return _Outcome(Status.FINISHED)

    def _be_remembered(self) -> None:
        """From here on the source can tell what of this run it has heard of."""
        tag = f"{self.folder.name}/begin"
        self.station.instruments.smu.remember(tag)
        self.books.memory.journal.held(tag)

    def _execute(self) -> None:
        procedure: Any = self.procedure
        procedure.bench = self.bench
        procedure.emit = self._on_emit
        procedure.should_stop = self._should_stop
        logger.info("measuring %s on %s", procedure.name, ", ".join(self.bench.devices))
        self._tell_resting(False)
        self.watch.look_at(self.bench.glance.as_told)
        self.control.tell_resting = self._tell_resting
        procedure.startup()
        try:
            with storing_in(self.folder):
                procedure.execute()
        finally:
            procedure.shutdown()

    def _tell_resting(self, resting: bool) -> None:
        self.watch.tell(state="paused" if resting else "measuring")

    def _quarantine(self, error: GuardTripped) -> None:
        self.record["guard"] = {"tripped": error.event}
        if error.event["quarantine"]:
            device = str(error.event["device"])
            self.books.ledger.quarantine(
                device, str(error), self.folder.name, jsonable(error.event)
            )

    def _make_safe(self, outcome: _Outcome) -> _Outcome:
        self.watch.tell(state="stopping")
        state = self.bench.make_safe()
        self.station.touched = not state.verified
        self.record["safe_state"] = state.as_record()
        self.watch.stand_down(jsonable(state.as_record()))
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
        if outcome.status is Status.FINISHED:
            (self.folder / UNSTORED).unlink(missing_ok=True)
        self.record.setdefault("guard", {})["notes"] = [
            n.as_record() for n in self.bench.guard.notes
        ]
        self.record["warnings"] += self.log.warnings
        if self.log.lost:
            self.record["warnings"].append(f"{LOG}: {self.log.lost} messages could not be written")
        self.record |= asdict(outcome)
        self.record["ended"] = datetime.now().astimezone().isoformat(timespec="milliseconds")
        write_record(self.folder, self.record)
        done = Run.load(self.folder)
        for step in (write_parquet, *derive):
            self._note("deriving from the run", lambda step=step: step(done))
        self.record["warnings"] += notify(self.station.config.notify, summary_of(done))
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
        self.record["limits"] = self.bench.limits.as_record()
        self.record["clock"]["origin_s"] = self.bench.origin_s
        settings = self.station.instruments.settings()
        self.record["settings"]["at_start"] = settings
        self.bench.glance.begin(settings)
        write_record(self.folder, self.record)

    def _describe_cost(self) -> None:
        self.record["applications"] = dict(self.bench.applications)
        self.record["bench"] = self.bench.counters()

    def _describe_end(self) -> None:
        self.record["settings"]["at_end"] = self.station.instruments.settings()

    def _on_emit(self, topic: str, value: Any) -> None:
        if topic != "progress":
            raise BadInput(f"a procedure emitted {topic!r}; rows come from bench.apply alone")
        self.watch.tell(fraction=value / 100, applications=self.bench.applications.total())
        if self.progress is not None:
            self.progress(value / 100)

    def _should_stop(self) -> bool:
        self.stop_heeded = self.control.stop_asked()
        return self.stop_heeded


def write_parquet(done: Run) -> None:
    """Keep the rows once more in a form that is fast to read."""
    replace_bytes(done.folder / PARQUET, done.frame.to_parquet(index=False))


def summary_of(done: Run) -> dict[str, object]:
    """What others are told of a run that has ended."""
    told = ("run", "procedure", "devices", "status", "reason", "started", "ended", "results")
    return {**{name: done.record[name] for name in told}, "folder": str(done.folder)}
