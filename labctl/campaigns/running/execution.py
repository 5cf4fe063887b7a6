"""Runs the items of a checked campaign, by its conditions and its rules for what goes wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from labctl.campaigns.planning.checking import CheckedCampaign
from labctl.campaigns.planning.conditions import Comparison, Found
from labctl.campaigns.planning.items import Item
from labctl.campaigns.record.state import CampaignState, ItemState, ItemStatus
from labctl.campaigns.running.conductor import Conductor, Watching
from labctl.campaigns.running.evidence import Evidence
from labctl.campaigns.running.opening import CampaignEnded, conducted
from labctl.campaigns.steps import OnFailure
from labctl.errors import ResumeRefused, UnsafeState
from labctl.locks import Lock
from labctl.runs.status import Status


def execute(
    checked: CheckedCampaign,
    runs: Path,
    *,
    resumed: CampaignState | None,
    watching: Watching,
    lock: Lock,
) -> CampaignState:
    """Run every item that is left, and return what became of them.

    Raises what `conducted` raises before anything is touched; what goes wrong later is the
    campaign's status and reason.
    """
    if resumed is not None:
        _refuse_changed(checked, resumed)
    planned = [(one.item.key, one.duration_s) for one in checked.planned]
    state = resumed
    try:
        with conducted(
            checked.definition, runs, planned=planned, resumed=resumed, watching=watching, lock=lock
        ) as conductor:
            state = conductor.state
            _Execution(conductor).all([one.item for one in checked.planned])
    except (CampaignEnded, KeyboardInterrupt):
        if state is None:  # interrupted while the station was opened: there is no campaign
            raise
    return state


@dataclass
class _Execution:
    conductor: Conductor
    evidence: Evidence = field(init=False)
    lost: dict[str, str] = field(default_factory=dict)
    """Devices that are left out from here on, and the item that failed."""

    def __post_init__(self) -> None:
        state = self.conductor.state
        self.evidence = Evidence(state, self.conductor.station.runs)
        for known in state.with_status(ItemStatus.FAILED):
            self._lose(known.key, known.record["devices"])

    def all(self, items: list[Item]) -> None:
        """Every item that is left, in order."""
        known = self.conductor.state.items
        for item in items:
            if not known[item.key].over:
                self._one(item)
        if failed := self.conductor.state.with_status(ItemStatus.FAILED):
            raise CampaignEnded(Status.FAILED, f"{_counted(failed)} failed")

    def _one(self, item: Item) -> None:
        self.conductor.wait_while_paused()
        found: dict[str, object] = {}
        begun = self.conductor.state.items[item.key].folder is not None
        if not begun and (why := self._why_not(item, found)):
            self.conductor.skip(item, why, found)
            return
        done = self.conductor.perform(item, found)
        if done.status is ItemStatus.FAILED:
            self._lose(item.key, item.devices)
            stop = self.conductor.definition.on_failure is OnFailure.STOP
            # Whatever the rule: no other item on a bench that may still be under voltage.
            if stop or done.error == UnsafeState.__name__:
                raise CampaignEnded(Status.FAILED, f"{item.key}: {done.reason}")

    def _why_not(self, item: Item, found: dict[str, object]) -> str:
        """Why an item is left out; empty when it is not. Keeps in `found` what decides that.

        Raises `CampaignEnded` when its `stop_if` is true.
        """
        if self.conductor.definition.on_failure is OnFailure.SKIP:
            for device in item.devices:
                if device in self.lost:
                    return f"{device} is left out after {self.lost[device]} failed"

        def lookup(comparison: Comparison) -> Found:
            result = self.evidence.found(item, comparison)
            found[comparison.path] = list(result.values)
            return result

        conditions = item.conditions
        if (stop_if := conditions.get("stop_if")) and stop_if.holds(lookup, any):
            raise CampaignEnded(
                Status.FINISHED, f"ended before {item.key} by its stop_if: {stop_if} ({found})"
            )
        if (skip_if := conditions.get("skip_if")) and skip_if.holds(lookup, any):
            return f"skip_if: {skip_if}"
        if (requires := conditions.get("requires")) and not requires.holds(lookup, all):
            return f"requires: {requires}"
        return ""

    def _lose(self, key: str, devices: Iterable[str]) -> None:
        for device in devices:
            self.lost.setdefault(device, key)


def _refuse_changed(checked: CheckedCampaign, resumed: CampaignState) -> None:
    """Raise `ResumeRefused` unless what was begun is still asked for as it was."""
    now = {one.item.key: one.item.as_record() for one in checked.planned}
    for key, known in resumed.items.items():
        if known.began is None:
            continue
        before, after = ({**known.record, "index": 0}, {**now.get(key, {}), "index": 0})
        if before != after:
            raise ResumeRefused(
                f"item {key} has been begun, and the campaign now asks for something else: "
                f"{_difference(before, after)}. What was begun must stay as it was (see the copy "
                f"in {resumed.folder}); what comes after it may be changed"
            )


def _difference(before: Mapping[str, object], after: Mapping[str, object]) -> str:
    if len(after) == 1:
        return "it is gone"
    return "; ".join(
        f"{name} was {before[name]!r}, is {after.get(name)!r}"
        for name in before
        if before[name] != after.get(name)
    )


def _counted(items: Sequence[ItemState]) -> str:
    return "1 item" if len(items) == 1 else f"{len(items)} items"
