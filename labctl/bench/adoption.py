"""A bench that was left with an output on, or with devices connected, is taken over gently."""

from __future__ import annotations

import logging
from typing import Any

from labctl.bench.instruments import Instruments

logger = logging.getLogger(__name__)


def adopt(instruments: Instruments) -> dict[str, Any] | None:
    """Bring a bench that somebody left as it was to its safe state; what was found, or None.

    A waveform that still plays is stopped, and the level is ramped to 0 V, never jumped, before
    the output goes off and the relays open. Readings stay in the source. Raises `InstrumentError`.
    """
    output = instruments.smu.output_on()
    closed = () if instruments.matrix is None else instruments.matrix.closed()
    if not output and not closed:
        return None
    found: dict[str, Any] = {"output": "on" if output else "off", "closed": list(closed)}
    if output:
        found["level_v"] = instruments.smu.ramp_to_zero()
    instruments.smu.make_safe()
    if instruments.matrix is not None:
        instruments.matrix.make_safe()
    logger.warning(
        "the bench was left with the output %s and %s; it was ramped to 0 V, switched off, and "
        "disconnected before the run",
        f"on at {found['level_v']:g} V" if output else "off",
        f"{', '.join(closed)} closed" if closed else "no relay closed",
    )
    return found
