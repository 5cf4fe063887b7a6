"""Applications on a resistor, put into a ledger."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from drivers.roles import Sensing, Trace, Waveform
from labctl.ledger.ledger import Ledger
from procedures.base import Application, Purpose

RESISTANCE_OHM = 1e6


def readings(waveform: Waveform, count: int | None = None) -> Trace:
    """What a resistor answers to a waveform, or the first `count` readings of it."""
    levels_v = waveform.recorded_levels_v()[:count]
    ends_s = np.cumsum(np.tile(waveform.dwell_s, waveform.repeats))
    time_s = ends_s[np.tile(waveform.record, waveform.repeats)][:count]
    flags = np.zeros(levels_v.size, np.uint8)
    return Trace(time_s, levels_v, levels_v, levels_v / RESISTANCE_OHM, flags)


def application(
    waveform: Waveform, device: str = "D01", purpose: Purpose = Purpose.STRESS
) -> Application:
    """One for a device, with a compliance of 1 mA."""
    sensing = Sensing(range_a=1e-6, limit_a=1e-3)
    return Application(device=device, waveform=waveform, sensing=sensing, purpose=purpose)


def apply(
    ledger: Ledger,
    identity: str,
    levels_v: ArrayLike,
    *,
    device: str = "D01",
    purpose: Purpose = Purpose.STRESS,
    repeats: int = 1,
) -> None:
    """Played to its end, every level held for 1 ms and read."""
    waveform = Waveform(levels_v, 1e-3, repeats=repeats)
    started = ledger.begin(application(waveform, device, purpose), waveform, identity)
    started.end(readings(waveform), 300.0)
