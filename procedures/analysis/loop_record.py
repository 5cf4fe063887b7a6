"""The half loops of a run, put together again from its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from drivers.roles import Flag
from procedures.analysis.statistics import fit_line
from procedures.analysis.switching import Curve, FloatArray
from procedures.columns import (
    APPLICATION,
    CURRENT,
    CYCLE,
    DEVICE,
    FLAGS,
    HALF,
    PHASE,
    SET_VOLTAGE,
    VOLTAGE,
)

INITIAL, SWEEP, PULSE, READ, AFTER = "initial", "sweep", "pulse", "read", "after"
"""Phases: the reading before everything; a staircase or train read at bias; one pulse and the
reading that belongs to it; the reading after a half loop."""


@dataclass(frozen=True)
class Reading:
    """A conductance at small bias, and the half-width of its 95 % interval (S)."""

    conductance_s: float
    u95_s: float

    @staticmethod
    def last_of(rows: pd.DataFrame) -> Reading | None:
        """From the last burst among the rows, by a straight line through its readings.

        An offset of the source moves the line, not its slope. None without rows.
        """
        if rows.empty:
            return None
        last = rows[rows[APPLICATION.header] == rows[APPLICATION.header].max()]
        line = fit_line(last[SET_VOLTAGE.header], last[CURRENT.header])
        return Reading(line.slope, line.slope_u95)


@dataclass(frozen=True, eq=False)
class HalfRecord:
    """One half loop as recorded."""

    device: str
    cycle: int
    number: int
    rows: pd.DataFrame
    """Rows of the sweep, or of its pulses."""
    reads: tuple[Reading, ...]
    """Of each pulse in turn; empty for a sweep that was read at bias."""
    before: Reading | None
    after: Reading | None

    @property
    def set_v(self) -> FloatArray:
        """Requested voltage of every reading, shape (n,)."""
        return self.rows[SET_VOLTAGE.header].to_numpy()

    @property
    def current_a(self) -> FloatArray:
        """Measured current of every reading, shape (n,); nan on overflow."""
        return self.rows[CURRENT.header].to_numpy()

    @property
    def peak_v(self) -> float:
        """The level of largest magnitude that was played."""
        return float(self.set_v[np.argmax(np.abs(self.set_v))])

    @property
    def compliance_points(self) -> int:
        """Readings in compliance."""
        return int((self.rows[FLAGS.header].to_numpy() & int(Flag.COMPLIANCE) != 0).sum())

    @property
    def overflow_points(self) -> int:
        """Readings that did not fit their range."""
        return int(self.rows[CURRENT.header].isna().sum())

    @property
    def max_current_a(self) -> float | None:
        """The largest magnitude of the current; None when every reading overflowed."""
        largest = float(self.rows[CURRENT.header].abs().max())
        return largest if np.isfinite(largest) else None

    def curve(self, resolved_a: float) -> Curve:
        """Conductance against voltage; currents below `resolved_a` (A) count as not resolved."""
        voltage_v = self.rows[VOLTAGE.header].to_numpy()
        curve = Curve.at_bias(self.set_v, voltage_v, self.current_a, resolved_a)
        if not self.reads:
            return curve
        # The last pulse before a stop may lack its reading.
        read_s = np.full(self.set_v.size, np.nan)
        read_s[: len(self.reads)] = [max(r.conductance_s, r.u95_s) for r in self.reads]
        return replace(curve, conductance_s=read_s)


def half_records(frame: pd.DataFrame) -> Iterator[HalfRecord]:
    """The half loops of every device in the order they were played."""
    for device, mine in frame.groupby(DEVICE.header, sort=False):
        before = Reading.last_of(mine[mine[PHASE.header] == INITIAL])
        halves = mine[mine[HALF.header] > 0]
        for _, rows in halves.groupby([CYCLE.header, HALF.header], sort=False):
            cycle, number = (int(rows[column.header].iloc[0]) for column in (CYCLE, HALF))
            after = Reading.last_of(rows[rows[PHASE.header] == AFTER])
            played = rows[rows[PHASE.header].isin((SWEEP, PULSE))]
            if not played.empty:
                reads = _reads(rows[rows[PHASE.header].isin((PULSE, READ))])
                yield HalfRecord(str(device), cycle, number, played, reads, before, after)
            before = after


def _reads(rows: pd.DataFrame) -> tuple[Reading, ...]:
    """The reading of each pulse: the last burst before the next pulse."""
    found: list[Reading] = []
    pulsed = False
    for _, part in rows.groupby(APPLICATION.header, sort=False):
        is_pulse = part[PHASE.header].iloc[0] == PULSE
        reading = None if is_pulse else Reading.last_of(part)
        if reading is not None and not pulsed:
            found[-1] = reading
        elif reading is not None:
            found.append(reading)
        pulsed = is_pulse
    return tuple(found)
