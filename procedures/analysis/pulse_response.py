"""What single pulses did: width, and conductance before and after, from the recorded readings."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields

import pandas as pd

from drivers.roles import Flag
from procedures.analysis.conductance import slope_conductance
from procedures.columns import (
    APPLICATION,
    CURRENT,
    DEVICE,
    FLAGS,
    PHASE,
    PULSE_WIDTH,
    REPEAT,
    SET_VOLTAGE,
    STATE,
)

BEFORE, REST, PULSE, AFTER = "verify", "rest", "pulse", "after"
"""Phases of the readings: at +-5 mV when the state is made, at 0 V before the pulse, within it, and
at +-5 mV after it."""


@dataclass(frozen=True, kw_only=True)
class PulseResponse:
    """One pulse and what came of it."""

    device: str
    state: str
    """What the device was brought to before the first pulse."""
    repeat: int
    application: int
    amplitude_v: float
    width_s: float
    exposed_s: float
    """Duration of all pulses since the device was brought to its state, this one included."""
    start_s: float
    """Conductance before the first of these pulses."""
    before_s: float
    after_s: float
    limited: bool
    """Whether a reading within the pulse says compliance."""


def pulse_responses(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a pulse that was read before and after, columns as `PulseResponse` names them.

    A burst that overflowed counts for nothing: it was repeated on a larger range.
    """
    parts = frame.groupby(DEVICE.header, sort=False)
    rows = [asdict(response) for _, mine in parts for response in _responses(mine)]
    return pd.DataFrame(rows, columns=[field.name for field in fields(PulseResponse)])


def _responses(mine: pd.DataFrame) -> Iterator[PulseResponse]:
    start_s = before_s = math.nan
    exposed_s = 0.0
    pulse: pd.DataFrame | None = None
    for _, rows in mine.groupby(APPLICATION.header, sort=True):
        phase = rows[PHASE.header].iloc[-1]
        if phase == PULSE:
            pulse = rows[rows[PHASE.header] == PULSE]
            exposed_s += float(pulse[PULSE_WIDTH.header].iloc[0])
        if phase not in (BEFORE, AFTER):
            continue
        conductance_s = slope_conductance(rows[SET_VOLTAGE.header], rows[CURRENT.header])
        if math.isnan(conductance_s):
            continue
        if phase == BEFORE:
            start_s, exposed_s = conductance_s, 0.0
        elif pulse is not None:
            yield _response(pulse, exposed_s, start_s, before_s, conductance_s)
        before_s, pulse = conductance_s, None


def _response(
    pulse: pd.DataFrame, exposed_s: float, start_s: float, before_s: float, after_s: float
) -> PulseResponse:
    first = pulse.iloc[0]
    return PulseResponse(
        device=str(first[DEVICE.header]),
        state=str(first[STATE.header]),
        repeat=int(first[REPEAT.header]),
        application=int(first[APPLICATION.header]),
        amplitude_v=float(first[SET_VOLTAGE.header]),
        width_s=float(first[PULSE_WIDTH.header]),
        exposed_s=exposed_s,
        start_s=start_s,
        before_s=before_s,
        after_s=after_s,
        limited=bool((pulse[FLAGS.header] & int(Flag.COMPLIANCE)).any()),
    )
