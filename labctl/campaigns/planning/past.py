"""What the sample's ledger says against a campaign, before anything is touched."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from labctl.campaigns.planning.items import Item
from labctl.ledger.ledger import Ledger
from labctl.ledger.requirements import Requirements


class Past:
    """What devices have seen before the campaign begins."""

    def __init__(self, runs: Path, sample: str) -> None:
        self._ledger = Ledger(runs, sample)
        self.stress_pulses = cache(self._stress_pulses)
        self._refuse = cache(self._refuse_device)

    def refuse(self, item: Item) -> None:
        """Raise `BadInput` when a device is put aside, or has seen what the item forbids.

        What state a device must be in is left to the run: earlier items may bring it there.
        """
        required = replace(
            Requirements.parse(item.procedure.requires, item.history),
            state_below=None,
            state_above=None,
        )
        for device in item.devices:
            self._refuse(device, required)

    def _refuse_device(self, device: str, required: Requirements) -> None:
        self._ledger.refuse_quarantined([device])
        self._ledger.check(required, [device])

    def _stress_pulses(self, device: str) -> int:
        """Of a device's life so far."""
        return self._ledger.history(device).stress_pulses
