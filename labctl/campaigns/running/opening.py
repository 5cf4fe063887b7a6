"""A campaign from its lock to its last line: started or taken up again, ended whatever happens."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from labctl.bench.station import Station, open_station
from labctl.campaigns.definition import Definition
from labctl.campaigns.record.folder import (
    JOURNAL,
    LOCK,
    campaign_home,
    keep_copy,
    latest_folder,
    new_folder,
)
from labctl.campaigns.record.journal import CampaignJournal
from labctl.campaigns.record.report import write_campaign_report
from labctl.campaigns.record.state import SCHEMA, CampaignState, ItemStatus
from labctl.campaigns.running.conductor import Conductor, Watching
from labctl.errors import BadInput, LabError, ResumeRefused
from labctl.locks import Lock, hold
from labctl.runs.notifications import notify
from labctl.runs.run_control import RunControl, signals_ask
from labctl.runs.run_folder import storing_in
from labctl.runs.status import Status

logger = logging.getLogger(__name__)

Planned = Sequence[tuple[str, float]]
"""Key and planned duration (s) of every item."""


class CampaignEnded(LabError):
    """A campaign ends before its last item, by its own rules."""

    def __init__(self, status: Status, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@contextmanager
def conducted(
    definition: Definition,
    runs: Path,
    *,
    planned: Planned | None,
    resumed: CampaignState | None,
    watching: Watching,
    lock: Lock,
) -> Iterator[Conductor]:
    """Open the station for a campaign while the block runs its items; then write its report.

    `planned` is None for a script that decides as it goes; `resumed` is what was done before, None
    for a new start; `lock` is the campaign's, which tells others where its journal lies. How the
    block is left becomes the campaign's status; what it raised is raised again. Raises what
    `open_station` raises.
    """
    control, seed = RunControl(), definition.seed if resumed is None else None
    with (
        signals_ask(control),
        open_station(definition.station, out=runs, seed=seed) as station,
    ):
        state = CampaignState(folder=_new(definition, runs)) if resumed is None else resumed
        lock.tell(folder=str(state.folder))
        if definition.document is not None:
            keep_copy(definition.document.path, state.folder)
        with closing(CampaignJournal(state.folder / JOURNAL)) as journal:
            conductor = Conductor(
                definition=definition,
                station=station,
                journal=journal,
                state=state,
                control=control,
                watching=watching,
            )
            first = {"campaign": definition.name} if resumed is None else {"resumed": True}
            conductor.record({**first, **_facts(definition, station, planned)})
            with conductor.desk.attended(), _ending(conductor):
                yield conductor


@contextmanager
def _ending(conductor: Conductor) -> Iterator[None]:
    """Write down how the block is left, and the report."""
    over = Status.FAILED, "the campaign's own process failed; see its standard error"
    try:
        yield
        over = Status.FINISHED, ""
    except CampaignEnded as end:
        over = end.status, str(end)
        raise
    except KeyboardInterrupt:
        over = Status.ABORTED, f"stopped: {conductor.control.reason or 'interrupted'}"
        raise
    except LabError as error:
        over = Status.FAILED, str(error)
        raise
    finally:
        status, reason = over
        conductor.record({"over": status, "reason": reason})
        _report(conductor.state, conductor.station.runs)
        for failure in notify(conductor.station.config.notify, _summary(conductor.state)):
            logger.warning("%s", failure)


def _summary(state: CampaignState) -> dict[str, object]:
    """What others are told of a campaign that has ended."""
    return {
        "campaign": state.name,
        "status": state.status,
        "reason": state.reason,
        "items": {status.value: len(state.with_status(status)) for status in ItemStatus},
        "folder": str(state.folder),
    }


def _report(state: CampaignState, runs: Path) -> None:
    try:
        write_campaign_report(state, runs)
    except Exception:  # what was measured is complete without its page
        logger.exception("the report of the campaign could not be written")


@contextmanager
def campaign_held(definition: Definition, runs: Path) -> Iterator[Lock]:
    """Keep others from running the campaign; raises `Busy` when somebody does."""
    home = campaign_home(runs, definition.name)
    with storing_in(home):
        home.mkdir(parents=True, exist_ok=True)
    with hold(home / LOCK, {"what": f"campaign {definition.name!r}"}) as lock:
        yield lock


def last_state(definition: Definition, runs: Path) -> CampaignState | None:
    """What the last start of the campaign has done; None when there was none."""
    folder = latest_folder(campaign_home(runs, definition.name))
    return None if folder is None else CampaignState.read(folder)


def refuse_to_repeat(definition: Definition, runs: Path) -> None:
    """Raise `BadInput` when the last start of the campaign has something left to do."""
    state = last_state(definition, runs)
    if state is not None and state.resumable and any(item.began for item in state.items.values()):
        raise BadInput(
            f"campaign {definition.name!r} has been begun, and is not finished ({state.folder}). "
            "To go on where it ended: labctl campaign resume; to measure everything again: "
            "labctl campaign run --anew"
        )


def state_to_resume(definition: Definition, runs: Path) -> CampaignState:
    """What the last start of the campaign has done; raises `ResumeRefused` when nothing is left."""
    state = last_state(definition, runs)
    if state is None:
        raise ResumeRefused(
            f"campaign {definition.name!r} has not been begun in {runs}; start it with "
            "labctl campaign run"
        )
    if not state.resumable:
        raise ResumeRefused(
            f"campaign {definition.name!r} ({state.folder}) has nothing left to do; to measure "
            "everything again: labctl campaign run --anew"
        )
    return state


def _new(definition: Definition, runs: Path) -> Path:
    return new_folder(campaign_home(runs, definition.name), datetime.now().astimezone())


def _facts(definition: Definition, station: Station, planned: Planned | None) -> dict[str, object]:
    document = definition.document
    return {
        "schema": SCHEMA,
        "description": definition.description,
        "station": station.config.name,
        "sample": station.config.sample.id,
        "seed": station.seed,
        "file": None if document is None else str(document.path.resolve()),
        "limits": definition.limits,
        "on_failure": definition.on_failure,
        "on_uncertain": definition.on_uncertain,
        "order": definition.order,
        "items": planned,
    }
