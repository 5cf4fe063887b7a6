"""A run as it lies on disk: its record, its rows, its results."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from labctl.errors import BadInput
from labctl.locks import holder
from labctl.runs.data_file import read_frame
from labctl.runs.run_folder import DATA, LIFE, RECORD
from labctl.runs.status import Status
from procedures.findings import Finding, Findings

RECORD_SCHEMA = 1


class Run:
    """One run, read from its folder; nothing that the folder names is ever imported."""

    def __init__(self, folder: Path, record: Mapping[str, Any]) -> None:
        self.folder = folder
        """Where the run lies."""
        self.record = record
        """Everything in `run.json`."""

    @classmethod
    def load(cls, folder: str | Path) -> Run:
        """Read a run; raises `BadInput` when there is none, or of another schema.

        A run that is marked as running by a process that is gone is shown as incomplete.
        """
        folder = Path(folder)
        path = folder / RECORD
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BadInput(f"{folder} is no run folder: {path} cannot be read ({error})") from error
        if not isinstance(record, dict) or record.get("schema") != RECORD_SCHEMA:
            raise BadInput(f"{path} is not of schema {RECORD_SCHEMA}, the one this version reads")
        if record["status"] == Status.RUNNING and holder(folder / LIFE) is None:
            reason = "the process that measured is gone; the rows up to there are kept"
            record |= {"status": Status.INCOMPLETE.value, "reason": reason}
        return cls(folder, record)

    @property
    def status(self) -> Status:
        """How it ended."""
        return Status(self.record["status"])

    @property
    def reason(self) -> str:
        """Why it ended so; empty for a run that finished."""
        return self.record["reason"]

    @property
    def error(self) -> str | None:
        """Name of the exception that ended it, such as "LimitRefused"; None without one."""
        return self.record["error"]

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The procedure's parameters in SI units."""
        return self.record["parameters"]

    @property
    def results(self) -> Mapping[str, Any]:
        """What the procedure's analysis found; empty unless it came to that."""
        return self.record["results"]

    @property
    def findings(self) -> Findings:
        """Unit and meaning of every result; empty for runs of before these were kept."""
        kept = self.record.get("findings", {})
        return {name: Finding(entry["unit"], entry["meaning"]) for name, entry in kept.items()}

    @property
    def bench(self) -> Mapping[str, Any]:
        """What the run cost: closures, transactions, times; see `labctl.bench.counters`."""
        return self.record["bench"]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """All recorded rows; a row that was cut off by a killed process is left out."""
        dtypes = {column["name"]: column["dtype"] for column in self.record["data"]["columns"]}
        return read_frame(self.folder / DATA, dtypes)

    def __repr__(self) -> str:
        return f"<Run {self.folder.name}: {self.status}>"
