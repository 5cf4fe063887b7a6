"""Runs that were measured: looked for in the catalogue, page by page, and found by their name."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from labctl.catalogue import index
from labctl.catalogue.choices import Choices, choices
from labctl.catalogue.entries import Entry, Unreadable, Value, look_at
from labctl.catalogue.filters import Condition, Filters, condition, end_of, start_of
from labctl.catalogue.find import find_run
from labctl.clerk.desk import Answer, Request
from labctl.errors import BadInput, StorageError
from labctl.quantities import with_unit
from labctl.report.page_files import REPORT
from labctl.runs.run_folder import RECORD
from labctl.runs.status import Status
from procedures.findings import UNCERTAINTY

PAGE = 200
"""Runs in one answer unless another number is asked for."""
MOST_UNREADABLE = 100
"""Folders without a readable run that are told of; their number is told in any case."""
BETWEEN_CONDITIONS = ";"
_EXPORTED = (
    "folder", "started", "ended", "procedure", "devices", "sample", "status", "reason", "rows",
    "simulated",
)  # fmt: skip

T = TypeVar("T")


def search(request: Request) -> Answer:
    """The runs that fit, those behind `skip`; with the first page, all that can be chosen from.

    Filters are texts, an empty one asks for nothing: `sample`, `device`, `procedure`, `status`,
    `since`, `before`, `text`, `where` (conditions, with `;` between them), `sort`, and whether
    `descending`. A filter that makes no sense is told in `fields`, by its name, instead of runs.
    Raises `StorageError` when the runs cannot be looked through.
    """
    runs, fields = Path(request["runs"]), dict[str, str]()
    found = _found(request, runs, fields, int(request.get("limit") or PAGE))
    if found is None:
        return {"fields": fields}
    answer: Answer = {
        "fields": fields,
        "runs": [_row(runs / entry.place, entry) for entry in found.entries],
        "more": found.more,
        "unreadable": [vars(one) for one in found.unreadable[:MOST_UNREADABLE]],
        "unreadable_count": len(found.unreadable),
    }
    if not request.get("skip"):
        answer["facets"] = _facets(choices(runs))
    return answer


def find(request: Request) -> Answer:
    """The run that `called` names, as a row of a search; of a path, the run it lies in.

    Raises `BadInput` when there is none, or none that can be read.
    """
    runs, called = Path(request["runs"]), str(request["called"]).strip()
    folder = _folder_around(Path(called)) or find_run(runs, called)
    looked = look_at(folder := folder.resolve())
    if isinstance(looked, Unreadable):
        raise BadInput(f"{folder} holds no run: {looked.why}; labctl runs doctor {folder} may help")
    return _row(folder, looked)


def export_list(request: Request) -> Answer:
    """Write all runs that fit as CSV into the new file `to`, with the findings that are asked for.

    Raises `BadInput` for filters that make no sense, and where something stands already.
    """
    runs, to, fields = Path(request["runs"]), Path(request["to"]), dict[str, str]()
    found = _found(request, runs, fields, None)
    if found is None:
        raise BadInput("; ".join(f"{name}: {why}" for name, why in fields.items()))
    try:
        with to.open("x", encoding="utf-8", newline="") as file:
            file.write(_csv(runs, found.entries))
    except FileExistsError:
        raise BadInput(f"{to} is there already and stays as it is; name another") from None
    except OSError as error:
        raise StorageError(f"{to} cannot be written ({error.strerror or error})") from error
    return {"written": str(to), "runs": len(found.entries)}


def _found(
    request: Request, runs: Path, fields: dict[str, str], limit: int | None
) -> index.Found | None:
    """What fits; None when filters make no sense, which `fields` tells then."""

    def parsed(name: str, parse: Callable[[str], T]) -> T | None:
        text = str(request.get(name) or "").strip()
        try:
            return parse(text) if text else None
        except BadInput as error:
            fields[name] = str(error)
            return None

    filters = Filters(
        sample=parsed("sample", str),
        device=parsed("device", str),
        procedure=parsed("procedure", str),
        status=parsed("status", str),
        since_s=parsed("since", start_of),
        before_s=parsed("before", end_of),
        text=parsed("text", str),
        where=parsed("where", _conditions) or (),
        sort=parsed("sort", str) or "started",
        descending=bool(request.get("descending", True)),
        limit=limit,
        skip=int(request.get("skip") or 0),
    )
    if fields:
        return None
    try:
        return index.search(runs, filters)
    except BadInput as error:
        fields["where" if filters.where else "sort"] = str(error)
        return None


def _conditions(text: str) -> tuple[Condition, ...]:
    return tuple(condition(part) for part in text.split(BETWEEN_CONDITIONS) if part.strip())


def _row(folder: Path, entry: Entry) -> dict[str, Any]:
    report = folder / REPORT
    uncounted = entry.status in {Status.RUNNING, Status.INCOMPLETE} and not entry.rows
    return {
        "folder": str(folder),
        "name": folder.name,
        "started": entry.started,
        "ended": entry.ended or None,
        "procedure": entry.procedure,
        "devices": list(entry.devices),
        "sample": entry.sample,
        "status": entry.status,
        "reason": entry.reason,
        "rows": None if uncounted else entry.rows,
        "simulated": entry.simulated,
        "report": str(report) if report.is_file() else None,
        "findings": {name: _value_text(value) for name, value in entry.findings.items()},
    }


def _value_text(value: Value) -> str:
    if value.number is None or value.text is not None:
        return str(value.text)
    if value.unit == "%":
        return f"{100 * value.number:.3g} %"
    return with_unit(value.number, value.unit)


def _facets(known: Choices) -> dict[str, Any]:
    return {
        "procedures": list(known.procedures),
        "samples": list(known.samples),
        "devices": list(known.devices),
        "statuses": [status.value for status in Status],
        "findings": [
            {"name": name, "unit": unit}
            for name, unit in known.findings
            if not name.endswith(UNCERTAINTY)
        ],
    }


def _folder_around(path: Path) -> Path | None:
    """The run's folder that a path leads into; None when it leads into none."""
    if not path.is_absolute() or not path.exists():
        return None
    return next((place for place in (path, *path.parents) if (place / RECORD).exists()), None)


def _csv(runs: Path, entries: Iterator[Entry] | Any) -> str:
    named = list(dict.fromkeys(name for entry in entries for name in entry.findings))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_EXPORTED, *named])
    for entry in entries:
        row: Mapping[str, Any] = {
            **vars(entry),
            "folder": runs / entry.place,
            "devices": " ".join(entry.devices),
        }
        writer.writerow(
            [*(row[column] for column in _EXPORTED), *(_plain(entry, name) for name in named)]
        )
    return text.getvalue()


def _plain(entry: Entry, name: str) -> object:
    """A finding in its SI unit at full precision, or its text; empty where a run has none."""
    value = entry.findings.get(name)
    if value is None:
        return ""
    return value.text if value.number is None else value.number
