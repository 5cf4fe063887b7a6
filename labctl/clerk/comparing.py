"""Everything that is known of one run, and what differs between two, as tables of texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from labctl.catalogue.aftermath import aftermath_of
from labctl.catalogue.difference import differences
from labctl.catalogue.find import load_run
from labctl.catalogue.torn_files import rows_in
from labctl.clerk.desk import Answer, Request
from labctl.clerk.value_text import quantity_text
from labctl.errors import BadInput
from labctl.quantities import with_unit
from labctl.report.page_files import REPORT
from labctl.report.record_rows import record_rows
from labctl.report.results_table import result_rows, result_tables
from labctl.runs.run import Run
from labctl.runs.run_folder import DATA, JOURNAL
from labctl.runs.status import Status
from procedures.findings import UNCERTAINTY

LONGEST_CELL = 600
"""Characters of a text that is shown; run.json has all of it."""
MOST_DIFFERENCES = 200
"""Rows of one section that are told; their number is told in any case."""
MOST_FILES = 200
DIGITS = (6, 9, 12, 15, 17)
"""Of two measured values the first that tells them apart; 17 tell any two apart."""
SAME_BEFORE = 30
"""Characters that are shown before the first that differs, of long texts."""
_TABLES = (
    "station", "sample", "instruments", "settings", "safe_state", "guard",
    "versions", "host", "requires", "operator_limits", "applications", "bench", "adopted",
)  # fmt: skip
"""Parts of a record that become tables of names and values, in this order."""
_TOLD_ELSEWHERE = frozenset(
    {*_TABLES, "schema", "run", "status", "reason", "error", "started", "ended", "procedure",
     "devices", "findings", "results", "parameters", "limits", "warnings", "parameter_units",
     "data", "seed", "resumptions"}
)  # fmt: skip

Section = dict[str, Any]
"""`{"name", "head": [...], "rows": [[...]], "note"}`; `head` is empty for lines of text.

A "table" is one of the run's results, called `title`, with a head of its own.
"""


def run_details(request: Request) -> Answer:
    """All that a person asks about the run in `folder`; raises `BadInput` when it is none."""
    run = load_run(Path(), request["folder"])
    record, report = run.record, run.folder / REPORT
    rows = _rows_of(run)
    return {
        "folder": str(run.folder),
        "name": run.folder.name,
        "procedure": str(record["procedure"]),
        "status": run.status.value,
        "reason": str(run.reason or ""),
        "error": str(run.error or ""),
        "simulated": record["station"].get("simulated"),
        "station": str(record["station"].get("name", "")),
        "sample": str((record.get("sample") or {}).get("id", "")),
        "devices": [str(device) for device in record.get("devices") or ()],
        "started": record.get("started"),
        "ended": record.get("ended"),
        "rows": rows,
        "resumed": len(record.get("resumptions") or ()),
        "seed": record.get("seed"),
        "report": str(report) if report.is_file() else None,
        "resumable": resumable(run),
        "safe": _is_safe(record),
        "sections": [section for section in _sections(run, rows) if section["rows"]],
    }


def compare(request: Request) -> Answer:
    """What differs between the two runs in `folders`: `sections` of name, value in a, value in b.

    Raises `BadInput` unless there are two of them that can be read.
    """
    folders = request["folders"]
    if len(folders) != 2:
        raise BadInput(f"{len(folders)} runs are chosen; two can be compared")
    one, other = (load_run(Path(), folder) for folder in folders)
    found = differences(one, other)
    units = {
        "parameters": one.record.get("parameter_units") or {},
        "results": {name: finding.unit for name, finding in one.findings.items()},
    }
    return {
        "a": {"folder": str(one.folder), "name": one.folder.name},
        "b": {"folder": str(other.folder), "name": other.folder.name},
        "same": not found,
        "sections": [
            _difference(name, values, units.get(name, {})) for name, values in found.items()
        ],
    }


def resumable(run: Run) -> bool:
    """Whether a run can be taken up again, as far as its folder tells."""
    ended_early = run.status not in {Status.FINISHED, Status.RUNNING}
    return ended_early and (run.folder / JOURNAL).is_file() and not run.record.get("rebuilt")


def _sections(run: Run, rows: int) -> Iterable[Section]:
    record = run.record
    units = record.get("parameter_units") or {}
    warnings = [*(record.get("warnings") or ()), *_left(run, rows)]
    yield _section("warnings", (), [(str(warning),) for warning in warnings])
    yield from _results(run)
    parameters = [
        (name, _value_text(value, units.get(name, ""))) for name, value in run.parameters.items()
    ]
    yield _section("parameters", ("name", "value"), parameters)
    yield _limits(record.get("limits") or {})
    for name in _TABLES:
        values = record.get(name)
        if isinstance(values, Mapping):
            yield _section(name, ("name", "value"), record_rows(values, units))
    others = {key: value for key, value in record.items() if key not in _TOLD_ELSEWHERE}
    resumed = {"resumption": record.get("resumptions") or {}}
    yield _section("resumptions", ("name", "value"), record_rows(resumed, {}))
    yield _section("other", ("name", "value"), record_rows(others, {}))
    yield _section("files", ("file", "size"), _files(run.folder))


def _results(run: Run) -> Iterable[Section]:
    found = result_rows(run.results, run.findings)
    yield _section("results", ("name", "value", "meaning"), found)
    for name, value in run.results.items():
        for table in result_tables({name: value}, run.findings):
            rows = [list(map(str, row)) for row in table.rows]
            yield _section("table", table.head, rows, table.caption) | {"title": name}


def _limits(limits: Mapping[str, Any]) -> Section:
    rows = [
        (name, _limit_text(limit), str(limit.get("set_by", "–")))
        for name, limit in limits.items()
        if isinstance(limit, Mapping)
    ]
    return _section("limits", ("name", "value", "set_by"), rows)


def _limit_text(limit: Mapping[str, Any]) -> str:
    value = _value_text(limit.get("value"), str(limit.get("unit", "")))
    return value if limit.get("allowed", True) else f"{value} (itself not allowed)"


def _left(run: Run, rows: int) -> list[str]:
    """What a run left behind that did not come to its end."""
    unfinished = run.status not in {Status.FINISHED, Status.RUNNING}
    return aftermath_of(run.folder, rows).lines() if unfinished else []


def _files(folder: Path) -> list[tuple[str, str]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(path.relative_to(folder).as_posix(), _size(path)) for path in files[:MOST_FILES]]


def _size(path: Path) -> str:
    try:
        return with_unit(path.stat().st_size, "B", 3)
    except OSError:  # replaced meanwhile: the run is being measured
        return "–"


def _rows_of(run: Run) -> int:
    """Rows as the record counts them; of a run that has not ended, the complete rows there are."""
    data = run.folder / DATA
    if run.record["data"].get("sha256") is None and data.is_file():
        return rows_in(data).rows
    return int(run.record["data"].get("rows") or 0)


def _is_safe(record: Mapping[str, Any]) -> bool | None:
    """Whether the safe state was read back; None when nothing was recorded of it."""
    evidence = record.get("safe_state")
    return bool(evidence.get("verified")) if isinstance(evidence, Mapping) else None


def _difference(
    name: str, values: Mapping[str, tuple[Any, Any]], units: Mapping[str, str]
) -> Section:
    rows = [
        (entry, *_apart(*pair, _unit(entry, units)))
        for entry, pair in list(values.items())[:MOST_DIFFERENCES]
    ]
    left_out = len(values) - len(rows)
    return _section(name, ("name", "a", "b"), rows) | {"left_out": left_out}


def _unit(entry: str, units: Mapping[str, str]) -> str:
    """Of a value by its name; a value in a table has the unit of the result of that name."""
    last = entry.rpartition(".")[2].removesuffix(UNCERTAINTY)
    return units.get(entry) or units.get(last, "")


def _apart(one: Any, other: Any, unit: str) -> tuple[str, str]:
    """Two values that differ as texts that do: with as many digits, or from such a place, on."""
    if isinstance(one, float) and isinstance(other, float):
        for digits in DIGITS:
            texts = _measured(one, unit, digits), _measured(other, unit, digits)
            if texts[0] != texts[1]:
                return texts
    mine, theirs = _value_text(one, unit), _value_text(other, unit)
    unequal = (at for at, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b)
    same = next(unequal, min(len(mine), len(theirs)))
    if same < LONGEST_CELL // 2:
        return mine, theirs
    start = same - SAME_BEFORE
    return f"…{mine[start:]}", f"…{theirs[start:]}"


def _measured(value: float, unit: str, digits: int) -> str:
    return with_unit(100 * value if unit == "%" else value, unit, digits)


def _value_text(value: Any, unit: str) -> str:
    """A value at all its digits."""
    if isinstance(value, list):
        return ", ".join(_value_text(item, unit) for item in value) or "none"
    if isinstance(value, int | float) and not isinstance(value, bool) and unit not in {"", "%"}:
        return quantity_text(float(value), unit)
    return str(value)


def _section(
    name: str, head: Sequence[str], rows: Iterable[Sequence[object]], note: str = ""
) -> Section:
    cut = [[_cut(str(cell)) for cell in row] for row in rows]
    return {"name": name, "head": list(head), "rows": cut, "note": note}


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
