"""Campaigns for the window: what a file would do, how far its campaign is, and asking it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from labctl.campaigns.campaign import Campaign
from labctl.campaigns.planning.checking import CheckedCampaign
from labctl.campaigns.record.folder import campaign_home
from labctl.campaigns.record.following import CampaignView, look_at
from labctl.campaigns.record.state import CampaignState, ItemState
from labctl.campaigns.running.desk import Request as Wanted
from labctl.campaigns.running.desk import ask, was_heard
from labctl.clerk.desk import Answer, Request
from labctl.errors import BadInput
from labctl.quantities import duration
from labctl.report.page_files import REPORT
from labctl.runs.run_folder import storing_in

HEARD_WITHIN_S = 1.0


def campaign_check(request: Request) -> Answer:
    """What a campaign's `file` would do, touching nothing, with all that is wrong in it.

    `{"name", "description", "file", "station", "station_file", "problems": [{"place", "items",
    "message", "limit"}], "items": [{"key", "procedure", "devices", "duration_s", "text"}],
    "costs": [[label, text]]}`. Raises `BadInput` for a file that is no campaign.
    """
    campaign = Campaign.load(request["file"])
    checked = campaign.check(out=request["runs"])
    return {
        "name": campaign.name,
        "description": campaign.description,
        "file": str(Path(request["file"]).resolve()),
        "station": checked.station.name,
        "station_file": str(checked.station.document.path.resolve()),
        "problems": [
            {
                "place": problem.place,
                "items": list(problem.items),
                "message": problem.message,
                "limit": problem.limit,
            }
            for problem in checked.problems
        ],
        "items": [
            {
                "key": one.item.key,
                "procedure": one.item.procedure.name,
                "devices": list(one.item.devices),
                "duration_s": one.duration_s,
                "text": duration(one.duration_s),
            }
            for one in checked.planned
        ],
        "costs": _costs(checked),
    }


def campaign_state(request: Request) -> Answer:
    """How far the last start of the campaign `name` is; `{"name", "begun": False}` before it.

    `{"name", "begun", "folder", "status", "reason", "pid", "paused", "resumable", "running",
    "fraction", "remaining_s", "remaining", "done", "all", "report", "items": [{"key", "status",
    "reason", "folder"}]}`.
    """
    runs, name = Path(request["runs"]), str(request["name"])
    try:
        view = look_at(campaign_home(runs, name))
    except BadInput:
        return {"name": name, "begun": False, "items": [], "status": "", "pid": None}
    return _state(view, runs)


def campaign_ask(request: Request) -> Answer:
    """Ask the campaign `name` that runs now to "pause", "go_on", or "stop".

    `{"heard": whether it took the request at once}`. Raises `BadInput` when none runs.
    """
    runs, name = Path(request["runs"]), str(request["name"])
    view = look_at(campaign_home(runs, name))
    if view.pid is None:
        raise BadInput(f"campaign {name!r} is not running, it is {view.status}")
    folder, reason = view.state.folder, str(request.get("reason", "asked from the window"))
    with storing_in(folder):
        ask(folder, Wanted(request["ask"]), to=view.pid, reason=reason)
    return {"heard": was_heard(folder, HEARD_WITHIN_S)}


def _costs(checked: CheckedCampaign) -> list[list[str]]:
    totals = checked.totals
    return [
        ["Items", f"{len(checked.planned):,}"],
        ["Duration", duration(totals.duration_s)],
        ["At most", duration(totals.longest_s)],
        ["Pulses", f"{totals.pulses:,}"],
        ["of these, stress", f"{totals.stress_pulses:,}"],
        ["Relay closures", f"{totals.closures:,}"],
        ["Rows", f"{totals.rows:,}"],
        ["Disk", f"{totals.disk_bytes / 1e6:,.1f} MB"],
    ]


def _state(view: CampaignView, runs: Path) -> Answer:
    state, remaining_s = view.state, view.remaining_s(datetime.now().astimezone())
    over = Counter(item.over for item in state.items.values())
    report = state.folder / REPORT
    return {
        "name": state.name,
        "begun": True,
        "folder": str(state.folder),
        "status": view.status.value,
        "reason": state.reason,
        "pid": view.pid,
        "paused": view.paused,
        "resumable": view.pid is None and state.resumable,
        "running": None if view.running is None else view.running.key,
        "settling": state.settling,
        "fraction": view.fraction,
        "remaining_s": remaining_s,
        "remaining": None if remaining_s is None else duration(remaining_s),
        "done": over[True],
        "all": len(state.items),
        "report": str(report) if report.is_file() else None,
        "items": _items(state, runs),
    }


def _items(state: CampaignState, runs: Path) -> list[dict[str, Any]]:
    return [_item(item, runs) for item in state.items.values()]


def _item(item: ItemState, runs: Path) -> dict[str, Any]:
    return {
        "key": item.key,
        "status": item.status.value,
        "reason": item.reason,
        "folder": None if item.folder is None else str(runs / item.folder),
    }
