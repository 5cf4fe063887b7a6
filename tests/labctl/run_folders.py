"""Run folders in the places where runs stand, as small as they can be, whole or interrupted."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from labctl.runs.data_file import columns_of, header_of, sha256_of
from labctl.runs.run import RECORD_SCHEMA, Run
from labctl.runs.run_folder import write_record
from procedures.base import LabProcedure
from procedures.sddp import Sddp

DAY = "2026-11-01"


def record_of(of: LabProcedure, folder: Path, rows: int, **changes: Any) -> dict[str, Any]:
    """What `run.json` says of a finished run; `changes` replace parts of it."""
    return {
        "schema": RECORD_SCHEMA, "run": folder.name, "status": "finished", "reason": "",
        "error": None, "started": f"{folder.parent.name}T12:00:00.000+00:00",
        "ended": f"{folder.parent.name}T12:00:10.000+00:00", "procedure": of.name,
        "procedure_class": f"{type(of).__module__}.{type(of).__qualname__}",
        "parameters": of.parameter_values(), "parameter_units": {"amplitude": "V"},
        "devices": ["D01"], "seed": 1, "sample": {"id": "S1", "name": "first"},
        "station": {"name": "test", "simulated": True, "wiring": {"devices": {"D01": "1A01"}}},
        "instruments": {}, "versions": {"python": "3.11"}, "host": {"name": "pc", "pid": 4711},
        "limits": {"voltage_max": {"value": 0.55, "unit": "V", "set_by": "sample"}},
        "data": {
            "file": "data.csv",
            "columns": [{"name": c.header, "dtype": c.dtype} for c in columns_of(of)],
            "rows": rows, "sha256": None,
        },
        "findings": {name: asdict(finding) for name, finding in of.findings.items()},
        "applications": {}, "bench": {}, "results": {}, "warnings": [],
        "safe_state": {"verified": True, "failures": [], "smu": {"output": "off"}},
    } | changes  # fmt: skip


def make_run(
    runs: Path,
    name: str = "120000-sddp-D01-aaaa",
    *,
    day: str = DAY,
    rows: int = 3,
    of: LabProcedure | None = None,
    **changes: Any,
) -> Path:
    """The folder of a run with so many rows; `changes` replace parts of its record."""
    of = of or Sddp(repeats=2)
    folder = runs / day / name
    folder.mkdir(parents=True)
    write_rows(folder, of, rows)
    record = record_of(of, folder, rows, **changes)
    if record["status"] not in {"running", "incomplete"}:
        record["data"] |= {"sha256": sha256_of(folder / "data.csv")}
    write_record(folder, record)
    return folder


def write_rows(folder: Path, procedure: LabProcedure, rows: int) -> None:
    """`data.csv` with numbered rows."""
    columns = columns_of(procedure)
    names = {"Device": "D01", "Phase": "verify", "State": "off"}
    lines = [",".join(column.header for column in columns)] + [
        ",".join(names.get(column.header, str(number)) for column in columns)
        for number in range(rows)
    ]
    text = header_of(procedure) + "".join(f"{line}\n" for line in lines)
    (folder / "data.csv").write_bytes(text.encode())


def make_incomplete(runs: Path, name: str = "120000-sddp-D01-dead", **changes: Any) -> Path:
    """A run whose process was killed: still marked as running, held by nobody."""
    gone = {"status": "running", "ended": None, "safe_state": None, "results": {}}
    return make_run(runs, name, **gone | changes)


def load(folder: Path) -> Run:
    """The run in a folder."""
    return Run.load(folder)
