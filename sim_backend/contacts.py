"""Where the contacts of the relays are: where the matrix wants them, but for those that stick."""

from __future__ import annotations


class Contacts:
    """Crosspoints that the matrix asks for, and those that do not follow."""

    def __init__(self) -> None:
        self._asked: frozenset[str] = frozenset()
        self._stuck: dict[str, bool] = {}
        """Whether the contacts of a crosspoint that sticks are closed."""

    @property
    def closed(self) -> frozenset[str]:
        """Crosspoints whose contacts are closed."""
        stuck_closed = {crosspoint for crosspoint, closed in self._stuck.items() if closed}
        return (self._asked - self._stuck.keys()) | stuck_closed

    def ask(self, closed: frozenset[str]) -> None:
        """Have the matrix want exactly these closed."""
        self._asked = closed

    def stick(self, crosspoint: str, *, closed: bool | None) -> None:
        """Keep a crosspoint closed, or open, whatever is asked; None: it follows again."""
        if closed is None:
            self._stuck.pop(crosspoint, None)
        else:
            self._stuck[crosspoint] = closed
