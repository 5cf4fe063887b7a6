"""How a figure is measured: which procedure, with which parameters, on which sample."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from labctl.errors import BadInput
from procedures.base import LabProcedure
from procedures.registry import load


class Sample(StrEnum):
    """What has to lie on the stage; the value names the simulated station that has it."""

    SINGLE = "simulated_single"
    TEN = "simulated_ten"
    ARRAY = "simulated"


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One run of one procedure."""

    key: str
    """Unique name."""
    figures: tuple[str, ...]
    """Figures of the paper it is for."""
    sample: Sample
    procedure: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    quick: Mapping[str, Any] = field(default_factory=dict)
    """Parameters that make it small, for `--quick`."""
    devices: int | None = None
    """How many devices, the first of the wiring; None for the procedure's own choice."""
    after: tuple[str, ...] = ()
    """Recipes whose devices it finds as they were left."""

    def settings(self, *, quick: bool) -> dict[str, Any]:
        """Parameters that differ from the procedure's own, in the size asked for."""
        return {**self.parameters, **(self.quick if quick else {})}

    def prepared(self, *, quick: bool) -> LabProcedure:
        """The procedure with its parameters, checked; raises `ParameterError`."""
        procedure = load(self.procedure)(**self.settings(quick=quick))
        procedure.check()
        return procedure

    def chosen(self, wired: Sequence[str]) -> list[str] | None:
        """Its devices among those of a station; None leaves the choice to the procedure.

        Raises `BadInput` when the station has fewer.
        """
        if self.devices is None:
            return None
        if len(wired) < self.devices:
            raise BadInput(f"{self.key} needs {self.devices} devices; the station has {len(wired)}")
        return list(wired[: self.devices])


def needed(recipes: Iterable[Recipe], figures: Sequence[str]) -> list[Recipe]:
    """The recipes of some figures with those they come after, in their order; all for no figure."""
    known = list(recipes)
    keys = {one.key for one in known if not figures or set(figures) & set(one.figures)}
    by_key = {one.key: one for one in known}
    pending = list(keys)
    while pending:
        for key in by_key[pending.pop()].after:
            if key not in keys:
                keys.add(key)
                pending.append(key)
    return [one for one in known if one.key in keys]
