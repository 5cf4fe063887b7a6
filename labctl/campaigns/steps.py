"""What a campaign is to do, as a file or a script says it, before a station is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from procedures.base import LabProcedure

ALL = "all"
"""In place of devices: all of the station's."""


class Order(StrEnum):
    """What comes first."""

    BY_STEP = "by_step"
    """Every device does a step before the next step begins."""
    BY_DEVICE = "by_device"
    """A device does all steps before the next device begins; runs of many devices stand between."""


class OnFailure(StrEnum):
    """What follows an item that failed."""

    STOP = "stop"
    SKIP = "skip"
    """Its devices are left out from there on; the others go on."""
    CONTINUE = "continue"


@dataclass(frozen=True)
class Step:
    """One procedure over devices, parameters, and temperatures."""

    name: str
    procedure: str | type[LabProcedure]
    """A name that `labctl procedures list` shows, or a class."""
    devices: Sequence[str] | None = None
    """Names, ranges such as "D01-D09", or ("all",); None leaves the choice to the procedure."""
    together: bool = False
    """Whether one run takes all devices, instead of one run each."""
    parameters: Mapping[str, object] = field(default_factory=dict)
    """Values of all items: numbers in SI, or text with a unit."""
    product: Mapping[str, Sequence[object]] = field(default_factory=dict)
    """Lists of values, each with each."""
    zip: Mapping[str, Sequence[object]] = field(default_factory=dict)
    """Lists of values of one length, the first with the first and so on."""
    history: Mapping[str, object] = field(default_factory=dict)
    """What devices must not have seen before: {"never_below": "-0.35 V"}; see `labctl ledger`."""
    temperatures: Sequence[float | str] = ()
    """Set-points of the stage, in K or as text with a unit; none leaves the stage alone."""
    repeats: int = 1
    requires: str = ""
    """Condition without which an item is skipped; must be true of all its devices."""
    skip_if: str = ""
    """Condition on which an item is skipped; true of one of its devices is enough."""
    stop_if: str = ""
    """Condition on which the campaign ends before the item; true of one device is enough."""

    @property
    def conditions(self) -> dict[str, str]:
        """Those conditions that there are, by their key."""
        texts = {"requires": self.requires, "skip_if": self.skip_if, "stop_if": self.stop_if}
        return {key: text for key, text in texts.items() if text}

    @property
    def single(self) -> bool:
        """Whether each of its runs is of one of its devices."""
        return self.devices is not None and not self.together
