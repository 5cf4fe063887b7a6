"""What earlier steps found, for the conditions of later ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from labctl.campaigns.planning.conditions import Comparison, Found
from labctl.campaigns.planning.items import Item
from labctl.campaigns.record.state import CampaignState, ItemState, ItemStatus
from labctl.runs.run import Run

DEVICE = "device"
"""The column that says which device a row of a table is about."""


class Evidence:
    """Finds, for an item, what the runs of an earlier step that count for it have found.

    Of each of the item's devices the last finished run of the step counts, of those at the item's
    temperature where there are any. A device whose run failed, or was left out, has found nothing.
    A step that was for none of the item's devices counts with its last finished run. Of a result
    that is a table, the rows of the item's devices count.
    """

    def __init__(self, state: CampaignState, runs: Path) -> None:
        self._state = state
        self._runs = runs
        self._loaded: dict[str, Run] = {}

    def found(self, item: Item, comparison: Comparison) -> Found:
        """What a finding is for an item; None stands for a device that has none."""
        ended = [one for one in self._state.items.values() if _is_of(one, comparison.step)]
        shared = [device for device in item.devices if any(_measures(one, device) for one in ended)]
        if shared:
            last = [
                _last([one for one in ended if _measures(one, device)], item.temperature_k)
                for device in shared
            ]
        else:
            last = [_last(ended, item.temperature_k)]
        values: list[object] = [None for one in last if one is None]
        unit = ""
        for run in self._runs_of(last):
            finding = run.findings.get(comparison.finding)
            unit = unit if finding is None else finding.unit
            values += _values(run.results, comparison.finding, shared)
        return Found(values, unit)

    def _runs_of(self, items: Iterable[ItemState | None]) -> list[Run]:
        """The run of each, once."""
        folders = dict.fromkeys(one.folder for one in items if one is not None and one.folder)
        for folder in folders:
            if folder not in self._loaded:
                self._loaded[folder] = Run.load(self._runs / folder)
        return [self._loaded[folder] for folder in folders]


def _is_of(item: ItemState, step: str) -> bool:
    """Whether it is an item of the step that is over."""
    return item.over and item.record.get("step") == step


def _measures(item: ItemState, device: str) -> bool:
    return device in item.record["devices"]


def _last(items: Sequence[ItemState], temperature_k: float | None) -> ItemState | None:
    """The last one that finished, at this temperature if there is one."""
    finished = [one for one in items if one.status is ItemStatus.FINISHED]
    here = [one for one in finished if one.record["temperature_k"] == temperature_k]
    return max(here or finished, key=lambda one: one.record["index"], default=None)


def _values(results: Mapping[str, Any], finding: str, devices: Sequence[str]) -> list[object]:
    table, dot, column = finding.partition(".")
    if not dot:
        return [results.get(finding)]
    rows = results.get(table)
    if not isinstance(rows, list):
        return [None]
    return [
        row.get(column)
        for row in rows
        if not devices or DEVICE not in row or row[DEVICE] in devices
    ]
