"""What must be true of a run's folder after a kill, and after the run was resumed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from labctl.runs.run import Run
from labctl.runs.status import Status
from tests.command_outcome import Outcome
from tests.soak.books import Books
from tests.soak.children import labctl


def complete_lines(path: Path) -> bytes:
    """Up to the last end of line."""
    data = path.read_bytes() if path.exists() else b""
    return data[: data.rfind(b"\n") + 1]


@dataclass(frozen=True)
class Kept:
    """The rows that a run had when it was killed."""

    data: bytes
    folder: Path

    @staticmethod
    def of(folder: Path) -> Kept:
        """As they are now."""
        return Kept(complete_lines(folder / "data.csv"), folder)

    @property
    def rows(self) -> int:
        """How many; without the comments and the names of the columns."""
        lines = [line for line in self.data.splitlines() if not line.startswith(b"#")]
        return max(0, len(lines) - 1)

    def lost(self) -> list[str]:
        """What is not there any more, or cannot be read; nothing when all is well."""
        if not self.data:
            return []
        told = []
        if not complete_lines(self.folder / "data.csv").startswith(self.data):
            told.append("rows that were in data.csv have changed")
        frame = pd.read_csv(self.folder / "data.csv", comment="#")
        if len(frame) < self.rows or len(Run.load(self.folder).frame) < self.rows:
            told.append(f"{self.rows} rows were there, {len(frame)} can be read")
        return told


def untrue_status(folder: Path) -> list[str]:
    """What a killed run says of itself and is not so."""
    run = Run.load(folder)
    if run.status is not Status.FINISHED:
        return [] if run.status is Status.INCOMPLETE else [f"status {run.status} after a kill"]
    books = Books.of(folder)
    sums = hashlib.sha256((folder / "data.csv").read_bytes()).hexdigest()
    true = (
        run.results
        and run.record["safe_state"]["verified"]
        and run.record["data"]["sha256"] == sums
        and all(one.ended for one in books.applied.values())
    )
    return [] if true else ["status finished, and it is not"]


def catalogue_complaints(cwd: Path, folder: Path) -> list[str]:
    """What goes wrong when the index is rebuilt and asked for the run."""
    told = []
    if (rebuilt := labctl(["runs", "reindex", "--json"], cwd)).code:
        told.append(f"reindex: {rebuilt.code} {rebuilt.err}")
    status = Run.load(folder).status
    shown = labctl(["runs", "show", folder.name, "--json"], cwd)
    if shown.code or status not in shown.out:
        told.append(f"show: {shown.code} {shown.err or 'another status'}")
    return told


def doctor_complaints(cwd: Path, folder: Path) -> list[str]:
    """What is wrong with a run after it was mended, or is mended a second time."""
    told = []
    first = labctl(["runs", "doctor", folder.name, "--json"], cwd)
    before = contents(folder)
    second = labctl(["runs", "doctor", folder.name, "--json"], cwd)
    if first.code or second.code:
        told.append(f"doctor: {first.code} {first.err}, {second.code} {second.err}")
    if contents(folder) != before:
        told.append("the second doctor changed something")
    if second.code == 0 and second.shown["runs"][0]["done"]:
        told.append(f"the second doctor mended {second.shown['runs'][0]['done']}")
    return told


def contents(folder: Path) -> dict[str, str]:
    """Every file and its checksum, but for the lock."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix != ".lock"
    }


def resumed_badly(outcome: Outcome, folder: Path) -> list[str]:
    """What is wrong with the end of `labctl run --resume`."""
    told = []
    if "Traceback" in outcome.err:
        told.append(f"traceback: {outcome.err}")
    if gave_up(outcome, folder):
        return told
    if outcome.code != 0:
        told.append(f"resume ended with {outcome.code}: {outcome.err.strip()}")
    elif Run.load(folder).status is not Status.FINISHED:
        told.append(f"resume ended with 0, status {Run.load(folder).status}")
    elif not Run.load(folder).record["safe_state"]["verified"]:
        told.append("finished, the safe state not verified")
    return told


def gave_up(outcome: Outcome, folder: Path) -> bool:
    """Whether a resumed run ended for a reason of its own: a device is not where it was led to.

    A closed loop counts a pulse that nobody knows of as applied, and may not find its way back.
    """
    run = Run.load(folder)
    uncertain = Books.of(folder).uncertain
    return outcome.code == 1 and run.error == "MeasurementStopped" and uncertain > 0


def nothing_to_resume(folder: Path) -> bool:
    """Whether a refusal is right: it died before its journal was there, or after its end."""
    begun = all((folder / name).exists() for name in ("run.json", "journal.jsonl"))
    return not begun or Run.load(folder).status is Status.FINISHED
