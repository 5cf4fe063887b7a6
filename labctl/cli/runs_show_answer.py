"""One run, or what differs between two, as an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labctl.catalogue.aftermath import aftermath_of
from labctl.catalogue.difference import Differences
from labctl.catalogue.torn_files import rows_in
from labctl.cli.answer import Answer
from labctl.cli.console import table, table_of_texts
from labctl.quantities import with_unit
from labctl.report.page_files import REPORT
from labctl.report.record_rows import record_rows
from labctl.report.results_table import result_rows
from labctl.runs.run import Run
from labctl.runs.run_folder import DATA
from labctl.runs.status import Status

MOST_DIFFERENCES = 40
"""Rows of one section that the text shows; `--json` has all."""
LONGEST_VALUE = 60
SHOWN = {
    "parameters": "Parameters",
    "limits": "Limits, and who set them",
    "safe_state": "Safe state, as read back",
    "station": "Station",
    "sample": "Sample",
    "instruments": "Instruments",
    "versions": "Versions",
    "applications": "Applications",
    "bench": "Cost",
}
"""Parts of the record that are tables of names and values, by their titles."""


def show_answer(run: Run) -> Answer:
    """Everything about a run; programs get its record unchanged."""
    report = run.folder / REPORT
    resumed = run.record.get("resumptions") or []
    rows = _rows_of(run)
    known = {
        "rows": rows,
        "report": str(report) if report.is_file() else None,
        "resumed": resumed,
    }
    unfinished = run.status not in {Status.FINISHED, Status.RUNNING}
    left = aftermath_of(run.folder, rows).lines() if unfinished else []
    return Answer(
        data={"run_folder": str(run.folder), **known, "left": left, "record": run.record},
        text="\n\n".join([_head(run, known, left), *_results(run), *_tables(run)]),
    )


def difference_answer(one: Run, other: Run, found: Differences) -> Answer:
    """All that differs between two runs, both values beside each other."""
    data = {
        "a": str(one.folder),
        "b": str(other.folder),
        "same": not found,
        "differences": {
            section: {name: list(pair) for name, pair in values.items()}
            for section, values in found.items()
        },
    }
    head = f"A: {one.folder}\nB: {other.folder}"
    if not found:
        return Answer(data=data, text=f"{head}\nNo difference.")
    units = {
        "parameters": one.record.get("parameter_units") or {},
        "results": {name: finding.unit for name, finding in one.findings.items()},
    }
    sections = [
        _difference_table(section, values, units.get(section, {}))
        for section, values in found.items()
    ]
    return Answer(data=data, text="\n\n".join([head, *sections]))


def _rows_of(run: Run) -> int:
    """Rows as the record counts them; of a run that has not ended, the complete rows there are."""
    data = run.folder / DATA
    if run.record["data"].get("sha256") is None and data.is_file():
        return rows_in(data).rows
    return int(run.record["data"].get("rows") or 0)


def _head(run: Run, known: Mapping[str, Any], left: list[str]) -> str:
    record = run.record
    reason = f": {run.reason}" if run.reason else ""
    lines = [
        f"{record['procedure']}: {run.status}{reason}",
        f"Run folder: {run.folder}",
        f"Devices: {', '.join(map(str, record.get('devices') or ())) or 'none'}",
        f"Started: {record.get('started') or 'unknown'}",
        f"Ended: {record.get('ended') or 'not said'}",
        f"Rows: {known['rows']:,}",
        f"Report: {known['report'] or 'none'}",
        f"Resumed: {len(known['resumed'])} times" if known["resumed"] else "Resumed: never",
        *(f"Warning: {warning}" for warning in record.get("warnings") or ()),
        *left,
    ]
    if run.status is Status.INCOMPLETE:
        lines.append(f"To go on: labctl run --resume {run.folder}")
    return "\n".join(lines)


def _results(run: Run) -> list[str]:
    rows = result_rows(run.results, run.findings)
    return [f"Results\n{table_of_texts(rows, ('Name', 'Value', 'Meaning'))}"] if rows else []


def _tables(run: Run) -> list[str]:
    units = run.record.get("parameter_units") or {}
    parts = []
    for name, title in SHOWN.items():
        values = run.record.get(name)
        if name == "limits" and isinstance(values, Mapping):
            parts.append(f"{title}\n{table(_limits(values), ('Limit', 'Value', 'Set by'))}")
        elif isinstance(values, Mapping) and values:
            parts.append(f"{title}\n{table(list(record_rows(values, units)))}")
        elif name in {"limits", "safe_state"}:
            parts.append(f"{title}\nnone recorded")
    return parts


def _limits(limits: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Name, value, and origin of each limit that stands in the record."""
    return [
        (name, _limit_text(limit), str(limit.get("set_by", "–")))
        for name, limit in limits.items()
        if isinstance(limit, Mapping)
    ]


def _limit_text(limit: Mapping[str, Any]) -> str:
    value = _text(limit.get("value"), str(limit.get("unit", "")))
    return value if limit.get("allowed", True) else f"{value} (not itself)"


def _difference_table(
    section: str, values: Mapping[str, tuple[Any, Any]], units: Mapping[str, str]
) -> str:
    rows = [
        (name, *(_text(value, units.get(name, "")) for value in pair))
        for name, pair in list(values.items())[:MOST_DIFFERENCES]
    ]
    more = len(values) - len(rows)
    text = f"{section.capitalize()}\n{table(rows, ('Name', 'A', 'B'))}"
    return f"{text}\nand {more} more (--json has all)" if more > 0 else text


def _text(value: Any, unit: str) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool) and unit not in {"", "%"}:
        # All digits: two values that differ must look different.
        return with_unit(float(value), unit, 12)
    text = str(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
