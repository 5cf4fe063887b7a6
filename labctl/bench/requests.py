"""What others may ask of a run while it measures, as the bench sees it."""

from __future__ import annotations

from typing import Protocol


class Requests(Protocol):
    """Whether a run is to stop or to pause; filled by `labctl.runs.run_control.RunControl`."""

    def stop_asked(self) -> bool:
        """Whether the run is to stop."""
        ...

    @property
    def paused(self) -> bool:
        """Whether the run is to stand still."""
        ...

    def wait_while_paused(self, patience_s: float) -> bool:
        """Wait to go on or to stop, at most so long; whether the run is still paused."""
        ...

    def rests(self, resting: bool) -> None:
        """Whether the run stands still now, because it was asked to."""
        ...


class _NoRequests:
    """Nobody asks anything."""

    paused = False

    def stop_asked(self) -> bool:
        return False

    def wait_while_paused(self, patience_s: float) -> bool:
        return False

    def rests(self, resting: bool) -> None:
        """Nobody wants to know."""


NO_REQUESTS = _NoRequests()
