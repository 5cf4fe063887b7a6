"""How a run can end, and where it is on the way."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Status of a run, as it stands in `run.json`."""

    RUNNING = "running"
    FINISHED = "finished"
    ABORTED = "aborted"
    """Somebody asked it to stop; the rows up to there are kept."""
    FAILED = "failed"
    """Something went wrong; the reason says what, the rows up to there are kept."""
    INCOMPLETE = "incomplete"
    """The process that measured is gone without having ended the run."""
