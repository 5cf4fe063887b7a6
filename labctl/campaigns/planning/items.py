"""One item of a campaign: one run, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from labctl.campaigns.planning.conditions import Condition
from procedures.base import LabProcedure


@dataclass(frozen=True, kw_only=True)
class Item:
    """One run as it is meant to be."""

    index: int
    """From 1, in the order of the campaign."""
    key: str
    """What it is known by, the same whenever the campaign is taken up again."""
    step: str
    procedure: LabProcedure
    devices: tuple[str, ...]
    parameters: Mapping[str, object]
    """Those that the campaign gives, as it gives them."""
    history: Mapping[str, object] = field(default_factory=dict)
    """What its devices must not have seen before."""
    temperature_k: float | None = None
    """Set-point of the stage; None leaves the stage alone."""
    repeat: int = 1
    """From 1."""
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    """By "requires", "skip_if", "stop_if"; those that there are."""

    def as_record(self) -> dict[str, object]:
        """For the journal; equal for items that ask for the same."""
        return {
            "index": self.index,
            "key": self.key,
            "step": self.step,
            "procedure": self.procedure.name,
            "devices": list(self.devices),
            "parameters": {name: _plain(value) for name, value in self.parameters.items()},
            "history": {name: _plain(value) for name, value in self.history.items()},
            "temperature_k": self.temperature_k,
            "repeat": self.repeat,
        }


def item_key(
    step: str,
    devices: tuple[str, ...],
    temperature_k: float | None,
    varied: Mapping[str, object],
    repeat: int,
) -> str:
    """The key of an item: its step and what tells it from the step's other items.

    `devices` is empty where the step has one run for all; `varied` has the parameters from lists;
    `repeat` is 0 where there is one.
    """
    parts = [step, *devices]
    if temperature_k is not None:
        parts.append(f"{temperature_k:g} K")
    if varied:
        parts.append(", ".join(f"{name}={_word(value)}" for name, value in varied.items()))
    if repeat:
        parts.append(f"#{repeat}")
    return "/".join(parts)


def _word(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _plain(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
