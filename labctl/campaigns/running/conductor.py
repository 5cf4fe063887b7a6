"""Takes one item after another through its run, and writes down what becomes of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labctl import scripting
from labctl.bench.clock import RunClock, Stopped
from labctl.bench.limits import Limits
from labctl.bench.stage import LimitedStage
from labctl.bench.station import Station, smu_capabilities
from labctl.campaigns.definition import Definition
from labctl.campaigns.planning.items import Item
from labctl.campaigns.planning.problems import REFUSALS
from labctl.campaigns.record.journal import CampaignJournal, Entry, now_text
from labctl.campaigns.record.state import CampaignState, ItemState, ItemStatus
from labctl.campaigns.running.desk import Desk
from labctl.errors import missing_role
from labctl.runs.run import Run
from labctl.runs.run_control import RunControl
from labctl.runs.run_folder import jsonable, storing_in
from labctl.runs.run_life import Progress
from labctl.runs.status import Status
from procedures.errors import MeasurementStopped
from procedures.techniques.settling import settle

logger = logging.getLogger(__name__)

Watching = Callable[[str], AbstractContextManager[Progress]]
"""Given what is measured now: shows how far it is."""
LOOK_S = 0.2
"""How often a paused campaign looks whether it may go on."""


@dataclass(kw_only=True)
class Conductor:
    """One campaign while it runs."""

    definition: Definition
    station: Station
    journal: CampaignJournal
    state: CampaignState
    control: RunControl
    watching: Watching
    desk: Desk = field(init=False)
    _settled_k: float | None = field(default=None, init=False)
    """Where this process has brought the stage, if nobody has moved it since."""

    def __post_init__(self) -> None:
        self.desk = Desk(
            self.state.folder, self.control, lambda paused: self.record({"paused": paused})
        )

    def record(self, entry: Entry) -> None:
        """Write a line, and take it in; raises `StorageError`."""
        entry = jsonable({**entry, "at": now_text()})
        with storing_in(self.state.folder):
            self.journal.write(entry)
        self.state.apply(entry)

    def skip(self, item: Item, why: str, found: Mapping[str, Any]) -> None:
        """Leave an item out."""
        logger.info("%s is left out: %s", item.key, why)
        self.record({"skip": item.key, "item": item.as_record(), "why": why, "found": found})

    def perform(self, item: Item, found: Mapping[str, Any]) -> ItemState:
        """Run an item, or go on with it where it was interrupted; what is over is not repeated.

        Returns what became of it. Raises `Stopped` when the campaign is asked to stop.
        """
        known = self.state.items.get(item.key)
        if known is not None and known.over:
            return known
        self.wait_while_paused()
        interrupted = None if known is None else self.run_of(known)
        if interrupted is None:
            self.record({"begin": item.key, "item": item.as_record(), "found": found})
        self.desk.begin(item.key)
        try:
            run = self._over(item, interrupted)
        except (*REFUSALS, MeasurementStopped) as error:
            logger.warning("%s: %s", item.key, error)
            self._end(item, ItemStatus.FAILED, str(error), type(error).__name__)
            return self.state.items[item.key]
        self._end(item, _ITEM_STATUS.get(run.status, ItemStatus.FAILED), run.reason, run.error)
        if run.status is Status.ABORTED:
            self.control.ask_stop(run.reason)
            raise Stopped(run.reason)
        return self.state.items[item.key]

    def run_of(self, known: ItemState) -> Run | None:
        """The run of an item, as it lies on the disk; None when it never came to one."""
        return None if known.folder is None else Run.load(self.station.runs / known.folder)

    def wait_while_paused(self) -> None:
        """Return when the campaign is not paused; raises `Stopped` when it is asked to stop."""
        while self.control.wait_while_paused(LOOK_S):
            pass
        if self.control.stop_asked():
            raise Stopped(self.control.reason)

    def _over(self, item: Item, interrupted: Run | None) -> Run:
        """The item's run when it is over."""
        if interrupted is not None and interrupted.status in (Status.FINISHED, Status.FAILED):
            return interrupted  # it ended, and the campaign's process before it could say so
        self._settle(item)
        with self.watching(item.key) as shown:

            def progress(fraction: float) -> None:
                self.desk.progress(fraction)
                shown(fraction)

            try:
                return self._measured(item, interrupted, progress)
            finally:
                if "temperature" in item.procedure.required_roles():
                    self._settled_k = None

    def _measured(self, item: Item, interrupted: Run | None, progress: Progress) -> Run:
        if interrupted is not None:
            return scripting.resume(
                interrupted.folder,
                self.station,
                on_uncertain=self.definition.on_uncertain,
                limits=self.definition.limits,
                progress=progress,
                control=self.control,
            )
        return scripting.run(
            item.procedure,
            self.station,
            devices=item.devices,
            limits=self.definition.limits,
            requires=item.history,
            progress=progress,
            control=self.control,
            on_folder=lambda folder: self._note_folder(item, folder),
        )

    def _note_folder(self, item: Item, folder: Path) -> None:
        place = folder.relative_to(self.station.runs).as_posix()
        self.record({"run": item.key, "folder": place})

    def _end(self, item: Item, status: ItemStatus, reason: str, error: str | None) -> None:
        self.record({"end": item.key, "status": status, "reason": reason, "error": error})

    def _settle(self, item: Item) -> None:
        """Bring the stage to the item's temperature and wait until it has settled there."""
        setpoint_k, controller = item.temperature_k, self.station.instruments.temperature
        if setpoint_k is None or setpoint_k == self._settled_k:
            return
        if controller is None:
            raise missing_role(self.station.config.name, "temperature")
        self._settled_k = None
        self.record({"stage": item.key, "setpoint_k": setpoint_k, "settled": False})
        stage, parts = LimitedStage(controller, self._limits(item)), self.station.instruments
        clock = RunClock(parts.clock, self.control.stop_asked, parts.wait_slice_s)
        for _ in settle(stage, clock, setpoint_k, self.definition.stage):
            pass
        self._settled_k = setpoint_k
        self.record({"stage": item.key, "setpoint_k": setpoint_k, "settled": True})

    def _limits(self, item: Item) -> Limits:
        return Limits.effective(
            self.station.config,
            smu_capabilities(self.station.config),
            regime=item.procedure.stated_regime(),
            operator=self.definition.operator,
        )


_ITEM_STATUS = {
    Status.FINISHED: ItemStatus.FINISHED,
    Status.ABORTED: ItemStatus.ABORTED,
}
