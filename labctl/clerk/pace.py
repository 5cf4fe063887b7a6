"""How far a run is, how long it still takes, and how fast its clock goes, as a person sees it."""

from __future__ import annotations

from collections import deque

LEAST_SHARE = 0.005
LEAST_STEPS = 3
LEAST_S = 1.0
"""Nothing is said of the time left before so much of a run was seen."""
UNEVEN = 1.5
UNEVEN_S = 10.0
"""The time left grows only when it turns out to be longer than it was said by more than this."""
WINDOW_S = 4.0
"""So long the run's clock is held against the wall's."""
LEAST_WINDOW_S = 0.5


class Progress:
    """Of one run. The fraction never falls; the time left never grows while all goes evenly.

    The end is expected where the steps so far point to, and is thought over at every step alone:
    between two steps the time left counts down. While the run stands still, so does it.
    """

    def __init__(self) -> None:
        self.fraction: float | None = None
        self.remaining_s: float | None = None
        self._active_s = 0.0
        """Time seen in which the run did not stand still."""
        self._looked_s: float | None = None
        self._first: tuple[float, float] | None = None
        """The first fraction that was seen, and when."""
        self._steps = 0
        self._end_s: float | None = None

    def take(self, fraction: float | None, now_s: float, *, resting: bool = False) -> None:
        """How far the run says it is; `now_s` is a monotonic clock."""
        if self._looked_s is not None and not resting:
            self._active_s += now_s - self._looked_s
        self._looked_s = now_s
        if fraction is not None:
            self._step(min(max(fraction, 0.0), 1.0))
        if self._end_s is not None:
            self._count_down(max(0.0, self._end_s - self._active_s))

    def _step(self, fraction: float) -> None:
        if self._first is None:
            self._first, self.fraction = (fraction, self._active_s), fraction
        if fraction <= (self.fraction or 0.0):
            return
        self.fraction, self._steps = fraction, self._steps + 1
        share, took_s = fraction - self._first[0], self._active_s - self._first[1]
        if share >= LEAST_SHARE and took_s >= LEAST_S and self._steps >= LEAST_STEPS:
            self._end_s = self._active_s + (1.0 - fraction) * took_s / share

    def _count_down(self, expected_s: float) -> None:
        said_s = self.remaining_s
        if said_s is None or expected_s < said_s or expected_s > UNEVEN * said_s + UNEVEN_S:
            self.remaining_s = expected_s


class ClockSpeed:
    """Seconds of the run's clock in one of the wall's, over the last few."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque()

    def take(self, time_s: float, now_s: float) -> float | None:
        """The speed, to two digits; None when too little was seen. `now_s` is a monotonic clock."""
        if self._seen and time_s < self._seen[-1][1]:
            self._seen.clear()  # another run's clock
        self._seen.append((now_s, time_s))
        while self._seen[-1][0] - self._seen[0][0] > WINDOW_S:
            self._seen.popleft()
        (first_s, first_time_s), (last_s, last_time_s) = self._seen[0], self._seen[-1]
        if last_s - first_s < LEAST_WINDOW_S:
            return None
        return float(f"{(last_time_s - first_time_s) / (last_s - first_s):.2g}")
