"""`labctl campaign`: check a campaign's file, run it, look at it, pause, resume, and stop it."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from labctl.campaigns.campaign import Campaign
from labctl.campaigns.planning.problems import CampaignRefused
from labctl.campaigns.record.folder import JOURNAL, campaign_home
from labctl.campaigns.record.following import CampaignView, look_at, request
from labctl.campaigns.record.state import CampaignState, ItemState, ItemStatus
from labctl.campaigns.running.desk import Request
from labctl.cli.answer import Answer, ExitCode
from labctl.cli.arguments import add_out
from labctl.cli.campaign_plan import plan_answer, refused_answer
from labctl.cli.console import table, table_of_texts
from labctl.cli.progress import Progress, warnings_on_stderr
from labctl.cli.run_answer import CODES, STOPPED_BY_A_LIMIT
from labctl.errors import BadInput
from labctl.quantities import duration
from labctl.report.page_files import REPORT
from labctl.runs.status import Status

ACTIONS = {
    "check": "expand and plan every item; touches no instrument",
    "run": "check all, then run item after item",
    "status": "how far it is, while it runs or afterwards",
    "pause": "hold the run that is running, and begin no other",
    "resume": "let a paused campaign go on, or go on with one that was interrupted",
    "stop": "end the run that is running safe, and the campaign with it",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """An action, and the campaign's file."""
    actions = parser.add_subparsers(dest="action", metavar="|".join(ACTIONS), required=True)
    for name, summary in ACTIONS.items():
        action = actions.add_parser(name, help=summary, description=summary)
        action.add_argument(
            "file", metavar="FILE", type=Path,
            help="the campaign's .toml file, or the folder of its journal",
        )  # fmt: skip
        add_out(action)
        # The campaign's own comes before the usual one.
        action.set_defaults(out=None)
        if name == "run":
            action.add_argument(
                "--anew", action="store_true",
                help="measure everything again, though the last start has items left to do",
            )  # fmt: skip


def execute(arguments: argparse.Namespace) -> Answer:
    """Do it; raises `BadInput` for a file that is none, and for what cannot be done now."""
    match arguments.action:
        case "check":
            return plan_answer(Campaign.load(arguments.file).check(out=arguments.out))
        case "run":
            return _run(arguments)
        case "resume":
            return _resume(arguments)
        case "status":
            return _view_answer(look_at(_home(arguments)))
        case _:
            asked = Request(arguments.action)
            reason = f"labctl campaign {asked} from another terminal"
            return _view_answer(request(_home(arguments), asked, reason))


def _run(arguments: argparse.Namespace) -> Answer:
    campaign = Campaign.load(arguments.file)
    with warnings_on_stderr():
        try:
            state = campaign.run(out=arguments.out, anew=arguments.anew, watching=Progress)
        except CampaignRefused as refused:
            return refused_answer(refused)
    return _ended_answer(state)


def _resume(arguments: argparse.Namespace) -> Answer:
    """Wake a campaign that lives; else go on with it in this process."""
    home = _home(arguments)
    if home.is_dir():
        view = look_at(home)
        if view.pid is not None and not view.paused:
            raise BadInput(
                f"campaign {view.state.name!r} is running already (process {view.pid}); "
                "see labctl campaign status"
            )
        if view.pid is not None:
            return _view_answer(request(home, Request.GO_ON, "labctl campaign resume"))
    campaign = Campaign.load(arguments.file)
    with warnings_on_stderr():
        try:
            state = campaign.resume(out=arguments.out, watching=Progress)
        except CampaignRefused as refused:
            return refused_answer(refused)
    return _ended_answer(state)


def _home(arguments: argparse.Namespace) -> Path:
    """Where the campaign's journals lie, or the one that was named."""
    named: Path = arguments.file
    if (named / JOURNAL).is_file():
        return named.resolve()
    campaign = Campaign.load(named)
    return campaign_home(campaign.runs(arguments.out), campaign.name)


def _ended_answer(state: CampaignState) -> Answer:
    """The answer of a campaign that this process has run."""
    failed = [item.error for item in state.with_status(ItemStatus.FAILED)]
    code = CODES.get(state.status, ExitCode.FAILED)
    if code is ExitCode.FAILED and STOPPED_BY_A_LIMIT.intersection(failed):
        code = ExitCode.LIMIT
    ended = state.status is Status.FINISHED
    return Answer(
        code=code,
        data=_data(state, state.status),
        text=_text(state, state.status),
        complaint="" if ended else f"campaign {state.name} {state.status}: {state.reason}",
    )


def _view_answer(view: CampaignView) -> Answer:
    """The answer about a campaign that another process runs, or has run."""
    remaining_s = view.remaining_s(datetime.now().astimezone())
    running = view.running
    now = {
        "pid": view.pid,
        "paused": view.paused,
        "running": None
        if running is None
        else {"item": running.key, "fraction": view.fraction, "run_folder": running.folder},
        "remaining_s": remaining_s,
    }
    lines = [_text(view.state, view.status)]
    if running is not None:
        held = ", paused" if view.paused else ""
        settling = ", bringing the stage to its temperature" if view.state.settling else ""
        lines.append(f"Now: {running.key}, {view.fraction:.0%} done{settling}{held}")
    if remaining_s is not None and view.pid is not None:
        lines.append(f"To go: about {duration(remaining_s)}")
    return Answer(data=_data(view.state, view.status) | now, text="\n".join(lines))


def _data(state: CampaignState, status: Status) -> dict[str, object]:
    report = state.folder / REPORT
    return {
        "campaign": state.name,
        "folder": str(state.folder),
        "status": status,
        "reason": state.reason,
        "counts": _counts(state),
        "items": [_item_data(item) for item in state.items.values()],
        "report": str(report) if report.is_file() else None,
    }


def _item_data(item: ItemState) -> dict[str, object]:
    return {
        "item": item.key,
        "status": item.status,
        "reason": item.reason,
        "run_folder": item.folder,
        "found": item.found,
        "planned_s": item.planned_s,
        "took_s": item.took_s,
    }


def _counts(state: CampaignState) -> Mapping[str, int]:
    counted = Counter(item.status for item in state.items.values())
    return {"all": len(state.items), **{status.value: counted[status] for status in ItemStatus}}


def _text(state: CampaignState, status: Status) -> str:
    reason = f" ({state.reason})" if state.reason else ""
    counts = [(f"{number:,}", what) for what, number in _counts(state).items() if number]
    noted = [(item.key, item.status, item.reason) for item in state.items.values() if item.reason]
    parts = [f"campaign {state.name}: {status}{reason}", table(counts)]
    if noted:
        parts.append(table_of_texts(noted, ("Item", "Status", "Why")))
    report = state.folder / REPORT
    parts.append(f"Report: {report}" if report.is_file() else f"Folder: {state.folder}")
    return "\n".join(parts)
