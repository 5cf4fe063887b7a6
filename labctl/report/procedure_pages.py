"""The reference: one Markdown page a procedure, from what the procedure says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labctl.report.procedure_description import (
    default_text,
    describe,
    devices_text,
    limits_text,
)
from procedures.findings import UNCERTAINTY
from procedures.registry import NAMES, load

INDEX = "README.md"
COMMAND = "labctl procedures pages docs/reference"


def reference_pages() -> dict[str, str]:
    """Every page by its file name: the index, and one of each procedure that comes with labctl."""
    pages = {f"{name}.md": _page(describe(load(name))) for name in NAMES}
    return {INDEX: _index(), **pages}


def _index() -> str:
    rows = [(f"[{name}]({name}.md)", summary) for name, summary in NAMES.items()]
    return _joined(
        "# Procedures",
        f"Parameters, columns, and results of every procedure, written by `{COMMAND}`.",
        _table(("Procedure", "What it measures"), rows),
        "Parameters take any unit of their kind: `--set pulse_width=\"2 ms\"`. Results are in the "
        f"unit named; `%` stands for a fraction, shown times 100. A result with `{UNCERTAINTY}` "
        "behind its name is the half-width of the 95 % interval around it. `table.column` is a "
        "column of a result that is a table. `null` is a result that the rows do not define.",
    )  # fmt: skip


def _page(data: dict[str, Any]) -> str:
    parameters = [
        (f"`{entry['name']}`", default_text(entry), limits_text(entry), entry["help"])
        for entry in data["parameters"]
    ]
    columns = [(entry["name"], entry["type"], entry["meaning"]) for entry in data["columns"]]
    results = [
        (f"`{entry['name']}`", entry["unit"], entry["meaning"]) for entry in data["findings"]
    ]
    return _joined(
        f"# {data['procedure']}",
        data["meaning"],
        f"Devices: {devices_text(data)}",
        "## Parameters",
        _table(("Parameter", "Default", "Limits", "Meaning"), parameters),
        "## Columns of `data.csv`",
        _table(("Column", "Type", "Meaning"), columns),
        "## Results",
        _table(("Result", "Unit", "Meaning"), results),
    )


def _joined(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
