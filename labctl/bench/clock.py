"""Clocks: the wall clock of a real station, and the clock of one run on any station."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from drivers.roles import Clock


class WallClock:
    """Real time; fills the role `Clock`."""

    def __init__(self) -> None:
        # The time of day, which other processes can be compared by, may be set back; this not.
        self._origin_s = time.time() - time.monotonic()

    def now(self) -> float:
        """Seconds since 1970, as the computer's clock stood when this one was made."""
        return self._origin_s + time.monotonic()

    def wait(self, duration_s: float) -> None:
        """Return after `duration_s`."""
        threading.Event().wait(duration_s)


class Stopped(KeyboardInterrupt):
    """Somebody asked the run to stop while it waited."""


class RunClock:
    """The clock of one run: counts from the run's start, and a wait ends when a stop is asked for.

    Interruption happens here, between two messages, so that no exchange with an instrument is
    ever torn in two. `slice_s` is how long a wait may go without looking; inf in virtual time,
    where a wait takes no time.
    """

    def __init__(
        self,
        clock: Clock,
        stop_asked: Callable[[], bool],
        slice_s: float,
        origin_s: float | None = None,
    ) -> None:
        self._clock = clock
        self._stop_asked = stop_asked
        self._slice_s = slice_s
        self.origin_s = clock.now() if origin_s is None else origin_s
        """The station's clock at the start of the run."""

    def now(self) -> float:
        """Seconds since the start of the run."""
        return self._clock.now() - self.origin_s

    def wait(self, duration_s: float) -> None:
        """Return after `duration_s`; raises `Stopped` when the run is asked to stop."""
        if duration_s <= self._slice_s:
            self._wait_once(duration_s)
            return
        # Against the clock, so that the slices' overruns do not add up.
        end_s = self._clock.now() + duration_s
        while (remaining_s := end_s - self._clock.now()) > 0:
            self._wait_once(min(remaining_s, self._slice_s))

    def wait_until(self, time_s: float) -> None:
        """Wait for an instant of the run's clock; one in the past is over already."""
        if (remaining_s := time_s - self.now()) > 0:
            self.wait(remaining_s)

    def _wait_once(self, duration_s: float) -> None:
        self._refuse_when_stopped()
        self._clock.wait(duration_s)
        self._refuse_when_stopped()

    def _refuse_when_stopped(self) -> None:
        if self._stop_asked():
            raise Stopped("asked to stop")
