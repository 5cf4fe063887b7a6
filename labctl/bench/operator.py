"""A person who bends the sample when asked; fills the role `BendingStage`."""

from __future__ import annotations

import math
import sys

from labctl.errors import BadInput


class OperatorBending:
    """Asks on the terminal for every bend, and goes on when the person says that it is done."""

    def __init__(self) -> None:
        self._radius_m = math.inf

    def identify(self) -> str:
        """Who does it."""
        return "operator at the terminal"

    def settings(self) -> dict[str, object]:
        """The radius the operator last confirmed; None when flat."""
        return {"radius_m": None if math.isinf(self._radius_m) else self._radius_m}

    def make_safe(self) -> dict[str, object]:
        """Nothing moves by itself: the sample stays as the operator left it."""
        return self.settings()

    def bend(self, radius_m: float) -> None:
        """Have the sample bent to a radius, inf for flat.

        Raises `BadInput` when nobody sits at a terminal.
        """
        flat = math.isinf(radius_m)
        _ask("flatten the sample" if flat else f"bend the sample to {1e3 * radius_m:g} mm")
        self._radius_m = radius_m

    def cycle(self, radius_m: float, cycles: int) -> None:
        """Have the sample bent and flattened so many times; raises `BadInput` as `bend` does."""
        _ask(f"bend the sample to {1e3 * radius_m:g} mm and flatten it, {cycles} times")
        self._radius_m = math.inf

    def radius_m(self) -> float:
        """The radius last confirmed, inf for flat."""
        return self._radius_m


def _ask(what: str) -> None:
    if not sys.stdin.isatty():
        raise BadInput(
            f"the operator is to {what}, but there is no terminal to ask at; "
            "run it from a terminal, or name a bending stage in the station file"
        )
    print(f"Please {what}, then press Enter.", file=sys.stderr, flush=True)  # noqa: T201
    sys.stdin.readline()
