"""The page of a campaign: every item with what it found, and what it took beside the plan."""

from __future__ import annotations

from pathlib import Path

from labctl.campaigns.record.state import CampaignState, ItemState, ItemStatus
from labctl.quantities import duration
from labctl.report.page import Cell, Link, Notice, Page, Section, Table
from labctl.report.page_files import REPORT, write_page
from labctl.report.results_table import result_rows, value_text
from labctl.runs.run import Run
from labctl.runs.run_folder import storing_in
from labctl.runs.status import Status

SHOWN_RESULTS = 3
"""Of each run, its first results: procedures name what matters first."""
NOTHING = "–"
_HEAD = ("", "Item", "Status", "Found", "Decided by", "Planned", "Took", "On the wall", "Why")
_NUMERIC = (True, False, False, False, False, True, True, True, False)


def write_campaign_report(state: CampaignState, runs: Path) -> Path:
    """Write the page beside the campaign's journal; returns its path. Raises `StorageError`."""
    with storing_in(state.folder):
        return write_page(campaign_page(state, runs), state.folder)


def campaign_page(state: CampaignState, runs: Path) -> Page:
    """The page before it is written; `runs` is the runs directory."""
    measured = {key: _run_of(item, runs) for key, item in state.items.items()}
    rows = [
        _row(number, item, measured[item.key], state.folder, runs)
        for number, item in enumerate(state.items.values(), start=1)
    ]
    return Page(
        title=f"Campaign {state.name}",
        subtitle=f"{state.header.get('description') or ''} Folder: {state.folder}".strip(),
        notices=_notices(state, measured),
        sections=[
            Section("Items", [Table(head=_HEAD, rows=rows, numeric=_NUMERIC)]),
            Section("Plan and outcome", [_totals(state, measured)]),
        ],
    )


def _run_of(item: ItemState, runs: Path) -> Run | None:
    return None if item.folder is None else Run.load(runs / item.folder)


def _notices(state: CampaignState, measured: dict[str, Run | None]) -> list[Notice]:
    ended = f"{state.status}{f'. {state.reason}' if state.reason else ''}"
    notices = [Notice(ended, "good" if state.status is Status.FINISHED else "bad")]
    if any(run is not None and run.record["station"]["simulated"] for run in measured.values()):
        text = "Simulated bench: the numbers come from a model, not from a sample."
        notices.insert(0, Notice(text, "simulated"))
    return notices


def _row(
    number: int, item: ItemState, run: Run | None, folder: Path, runs: Path
) -> tuple[Cell, ...]:
    return (
        str(number),
        _name(item, run, folder, runs),
        item.status,
        _found(run),
        "; ".join(f"{path} = {value_text(value, '')}" for path, value in item.found.items()),
        _time(item.planned_s),
        _time(None if run is None else run.bench.get("instrument_time_s")),
        _time(item.took_s),
        item.reason,
    )


def _name(item: ItemState, run: Run | None, folder: Path, runs: Path) -> Cell:
    if run is None:
        return item.key
    up = "../" * len(folder.relative_to(runs).parts)
    page = f"/{REPORT}" if (run.folder / REPORT).is_file() else ""
    return Link(item.key, f"{up}{item.folder}{page}")


def _found(run: Run | None) -> str:
    if run is None:
        return ""
    rows = result_rows(run.results, run.findings)[:SHOWN_RESULTS]
    return "; ".join(f"{name}: {value}" for name, value, _ in rows)


def _time(seconds: float | None) -> str:
    return NOTHING if seconds is None else duration(seconds)


def _totals(state: CampaignState, measured: dict[str, Run | None]) -> Table:
    """Items by status, with the sums of their times."""
    rows: list[tuple[str, ...]] = []
    for status in ItemStatus:
        items = state.with_status(status)
        if not items:
            continue
        runs = [run for item in items if (run := measured[item.key]) is not None]
        rows.append(
            (
                status,
                f"{len(items):,}",
                _time(sum(item.planned_s or 0.0 for item in items)),
                _time(sum(run.bench.get("instrument_time_s", 0.0) for run in runs)),
                _time(sum(item.took_s or 0.0 for item in items)),
            )
        )
    return Table(
        head=("Status", "Items", "Planned", "Took", "On the wall"),
        rows=rows,
        caption="Planned and taken: time of the instruments, simulated on a simulated bench.",
        numeric=(False, True, True, True, True),
    )
