"""What labctl raises: every message says what, which value, which limit, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class LabError(Exception):
    """Base of everything a person can mend; shown without a traceback."""


class BadInput(LabError):
    """Something asked for cannot be done; nothing was touched."""


class ConfigError(BadInput):
    """A file that describes a station is wrong; names the file, the line, and the key."""


def missing_role(station: str, role: str) -> BadInput:
    """That a station has nobody to fill a role that is needed."""
    return BadInput(
        f"station {station!r} has no [instruments.{role}], which this procedure needs; "
        "add it to the station file, or choose another station"
    )


class LimitRefused(LabError):
    """A waveform would have left the limits; it was not sent."""


class GuardTripped(LabError):
    """What was measured must not go on: the run was stopped, its rows are kept."""

    def __init__(self, message: str, event: Mapping[str, object]) -> None:
        super().__init__(message)
        self.event = event
        """What happened, where, and when; see `labctl.bench.guard_event.GuardEvent`."""


class Busy(BadInput):
    """Somebody else holds what was asked for; says who, since when, and what to do."""

    def __init__(self, message: str, holder: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.holder = {} if holder is None else holder
        """What the holder says about itself."""


class Quarantined(BadInput):
    """A device was put aside and is refused until somebody releases it."""


class ResumeRefused(BadInput):
    """A run cannot be taken up again; nothing was touched."""


class StationError(LabError):
    """One or more instruments of a station did not answer as they should."""

    def __init__(
        self, message: str, *, identities: Mapping[str, str], failures: Mapping[str, str]
    ) -> None:
        super().__init__(message)
        self.identities = identities
        """What those that answered say they are, by role."""
        self.failures = failures
        """What was wrong with the others, by role."""


class UnsafeState(LabError):
    """The instruments could not be shown to be in their safe state."""


class StorageError(LabError):
    """The folder of a run cannot be written; what stands in it already is kept."""


class RecordError(LabError):
    """Rows do not fit the columns of the run; nothing of them was written."""
