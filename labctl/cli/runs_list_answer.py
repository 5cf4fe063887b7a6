"""A list of runs as an answer: a table for people, every field for programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from labctl.catalogue.entries import Entry, Unreadable, Value
from labctl.catalogue.index import Found, Indexed
from labctl.cli.answer import Answer
from labctl.cli.console import table
from labctl.quantities import with_unit
from labctl.runs.status import Status

MOST_NAMED = 5
"""Folders without a readable run that are named in the text."""


def list_answer(runs: Path, found: Found) -> Answer:
    """Runs that were found, and folders that hold none."""
    named = list(dict.fromkeys(name for entry in found.entries for name in entry.findings))
    head = ("Run", "Status", "Sample", "Rows", *named)
    rows = [
        (
            entry.place,
            entry.status,
            entry.sample or "–",
            "–" if _uncounted(entry) else f"{entry.rows:,}",
            *(_text(entry.findings.get(name)) for name in named),
        )
        for entry in found.entries
    ]
    parts = [table(rows, head) if rows else f"No run in {runs} fits."]
    if found.more:
        parts.append(f"The first {len(rows)}; there are more (--limit N, --limit all).")
    parts += _unreadable_lines(found.unreadable)
    return Answer(
        data={
            "runs": [_data(runs, entry) for entry in found.entries],
            "more": found.more,
            "unreadable": _unreadable_data(found.unreadable),
        },
        text="\n".join(parts),
    )


def indexed_answer(runs: Path, indexed: Indexed) -> Answer:
    """What the index was rebuilt from."""
    told = f"{indexed.runs:,} {'run' if indexed.runs == 1 else 'runs'} of {runs} in the index."
    return Answer(
        data={"runs": indexed.runs, "unreadable": _unreadable_data(indexed.unreadable)},
        text="\n".join([told, *_unreadable_lines(indexed.unreadable)]),
    )


def _data(runs: Path, entry: Entry) -> dict[str, object]:
    findings = {
        name: {"value": value.text if value.number is None else value.number, "unit": value.unit}
        for name, value in entry.findings.items()
    }
    return {
        "run_folder": str(runs / entry.place),
        "procedure": entry.procedure,
        "status": entry.status,
        "reason": entry.reason,
        "sample": entry.sample,
        "devices": entry.devices,
        "started": entry.started,
        "ended": entry.ended or None,
        "rows": None if _uncounted(entry) else entry.rows,
        "simulated": entry.simulated,
        "findings": findings,
    }


def _uncounted(entry: Entry) -> bool:
    """Whether nobody has counted its rows: it has not ended, or nobody mended it yet."""
    return entry.status in {Status.RUNNING, Status.INCOMPLETE} and not entry.rows


def _text(value: Value | None) -> str:
    if value is None:
        return "–"
    if value.number is None or value.text is not None:
        return str(value.text)
    if value.unit == "%":
        return f"{100 * value.number:.3g} %"
    return with_unit(value.number, value.unit)


def _unreadable_data(unreadable: Sequence[Unreadable]) -> list[dict[str, str]]:
    return [{"place": one.place, "why": one.why} for one in unreadable]


def _unreadable_lines(unreadable: Sequence[Unreadable]) -> list[str]:
    if not unreadable:
        return []
    count = len(unreadable)
    lines = [f"{count} {'folder holds' if count == 1 else 'folders hold'} no run that can be read:"]
    lines += [f"  {one.place}: {one.why}" for one in unreadable[:MOST_NAMED]]
    if count > MOST_NAMED:
        lines.append(f"  and {count - MOST_NAMED} more (--json names all)")
    return [*lines, "  labctl runs doctor mends what can be mended"]
