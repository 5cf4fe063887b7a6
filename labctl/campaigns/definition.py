"""What a whole campaign is to do, and where in its file each part of it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from labctl.bench.limits import OperatorLimits
from labctl.campaigns.steps import OnFailure, Order, Step
from labctl.errors import BadInput
from labctl.runs.resume import OnUncertain
from labctl.strict_toml import Document, element
from procedures.techniques.settling import StabilityGate

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
NO_NAME = "is no name: begin with a letter, then letters, digits, and _, at most 64"
USUAL_GATE = StabilityGate(
    band_k=0.1, slope_k_per_min=0.03, dwell_s=120.0, timeout_s=3600.0, rate_k_per_min=5.0
)


@dataclass(frozen=True, kw_only=True)
class Definition:
    """Steps on a station, and what is done when one of their items goes wrong."""

    name: str
    """Folder of its runs' journal, in `campaigns` of the runs directory."""
    station: str | Path = "simulated"
    steps: Sequence[Step] = ()
    description: str = ""
    out: Path | None = None
    """Runs directory; None leaves it to whoever runs the campaign."""
    seed: int | None = None
    """Seed of a new simulated array to begin with; None takes the array that is there."""
    order: Order = Order.BY_STEP
    on_failure: OnFailure = OnFailure.STOP
    on_uncertain: OnUncertain = OnUncertain.CONTINUE
    """When an item is resumed and nobody knows whether its device got a voltage."""
    limits: Mapping[str, object] = field(default_factory=dict)
    """Narrower than the station's, for all items: {"voltage_max": "0.3 V"}."""
    stage: StabilityGate = USUAL_GATE
    """How the stage is brought to the temperatures of items."""
    document: Document | None = field(default=None, repr=False, compare=False)
    """The file it was read from."""

    def __post_init__(self) -> None:
        """Refuse names that cannot stand in conditions and in names of folders.

        Raises `BadInput`.
        """
        names = [step.name for step in self.steps]
        for name in (self.name, *names):
            if NAME.fullmatch(name) is None:
                raise BadInput(f"{name!r} {NO_NAME}")
        if twice := {name for name in names if names.count(name) > 1}:
            raise BadInput(f"two steps are called {min(twice)!r}")

    @property
    def operator(self) -> OperatorLimits:
        """The limits as they are checked; raises `BadInput` for one that cannot be used."""
        return OperatorLimits.parse(self.limits)

    def place(self, number: int, *keys: str) -> str:
        """Where a key of the step of this number, from 1, stands."""
        if self.document is None:
            return f"step {self.steps[number - 1].name!r}"
        return self.document.place((element("step", number), *keys))

    def place_of(self, name: str, *keys: str) -> str:
        """The same by the step's name."""
        return self.place([step.name for step in self.steps].index(name) + 1, *keys)
