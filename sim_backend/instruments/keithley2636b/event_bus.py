"""What the parts of a trigger model share: simulated time, and events that they listen to."""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict
from collections.abc import Callable, Hashable


class EventBus:
    """Time in ticks, what is due when, and who listens to which event."""

    def __init__(self) -> None:
        self.now = 0
        self.happened = 0
        """How many due actions have been done."""
        self.sweeping = 0
        """How many channels have not ended their sweeps."""
        self.list_restarts = False
        """Whether a channel has just begun its list from the start."""
        self.timer_overruns: dict[int, int] = {}
        """When each timer was first triggered although it was running."""
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._listeners: dict[int, list[Callable[[], None]]] = defaultdict(list)

    @property
    def next_due(self) -> int | None:
        """When the next action is due, or None when nothing is."""
        return self._queue[0][0] if self._queue else None

    @property
    def shape(self) -> Hashable:
        """What is due, in its order, relative to now."""
        due = sorted(self._queue, key=lambda entry: entry[:2])
        return tuple((tick - self.now, action) for tick, _, action in due)

    def listen(self, event_id: int, action: Callable[[], None]) -> None:
        """Have `action` called at every event `event_id`; 0 is no event."""
        if event_id:
            self._listeners[event_id].append(action)

    def emit(self, event_id: int) -> None:
        """Let an event happen now."""
        for action in self._listeners.get(event_id, ()):
            action()

    def call_at(self, tick: int, action: Callable[[], None]) -> None:
        """Have `action`, a bound method, called when the simulation gets to `tick`."""
        heapq.heappush(self._queue, (tick, next(self._order), action))

    def do_next(self) -> None:
        """Do what is due next."""
        self.now, _, action = heapq.heappop(self._queue)
        self.happened += 1
        action()

    def shift(self, duration: int) -> None:
        """Be that much later, with everything due that much later."""
        # The order in the heap stays, because all entries move alike.
        self._queue = [(tick + duration, order, action) for tick, order, action in self._queue]
        self.now += duration
