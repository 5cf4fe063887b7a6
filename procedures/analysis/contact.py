"""Whether a device is connected, judged from its conductance at small bias."""

from __future__ import annotations

import math
from dataclasses import dataclass

from procedures.parameters import Quantity

GOOD, OPEN, SHORTED = "good", "open", "shorted"


@dataclass(frozen=True, kw_only=True)
class ContactLimits:
    """Between which conductances a device counts as connected (S)."""

    open_below_s: float
    shorted_above_s: float

    def verdict(self, conductance_s: float) -> str:
        """`good`, `open`, or `shorted`; a reading beyond all ranges (nan) is a short."""
        if conductance_s < self.open_below_s:
            return OPEN
        return GOOD if conductance_s <= self.shorted_above_s else SHORTED

    def reason(self, conductance_s: float) -> str:
        """The verdict with its number and limit; empty for a good contact."""
        verdict = self.verdict(conductance_s)
        if verdict == OPEN:
            return f"open: {conductance_s:.3g} S is below {self.open_below_s:g} S"
        if verdict == GOOD:
            return ""
        if math.isnan(conductance_s):
            return "shorted: no range holds its current"
        return f"shorted: {conductance_s:.3g} S is above {self.shorted_above_s:g} S"


USUAL_LIMITS = ContactLimits(open_below_s=1e-9, shorted_above_s=1.2e-2)
"""No whole device conducts less, and full filaments come to 1e-2 S (physics.md §1.3, §1.6)."""


def open_below() -> Quantity:
    """The parameter below which a device is open."""
    return Quantity(
        "Open below",
        "S",
        default=USUAL_LIMITS.open_below_s,
        minimum=1e-13,
        maximum=1e-3,
        description="a device that conducts less at small bias is not connected",
    )


def shorted_above() -> Quantity:
    """The parameter above which a device is shorted."""
    return Quantity(
        "Shorted above",
        "S",
        default=USUAL_LIMITS.shorted_above_s,
        minimum=1e-6,
        maximum=10.0,
        description="a device that conducts more at small bias is shorted; full filaments come to "
        "1e-2 S",
    )
