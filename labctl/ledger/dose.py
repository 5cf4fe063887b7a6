"""What one application does to a device, by its waveform and by its readings."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from drivers.roles import FloatArray, Trace, Waveform
from labctl.excursions import excursions
from procedures.analysis.conductance import slope_conductance
from procedures.base import Purpose


@dataclass(frozen=True, kw_only=True)
class Dose:
    """What a device is told to see by a waveform; 0 V before and after counts."""

    min_v: float
    max_v: float
    repeats: int
    """Cycles, where the waveform is one; the last may be a part of one."""
    pulses: int
    """Excursions from 0 V to one side."""
    duration_s: float
    under_voltage_s: float
    """Time at levels other than 0 V."""

    @classmethod
    def of(cls, waveform: Waveform) -> Dose:
        """The whole waveform."""
        return cls(
            min_v=waveform.min_v,
            max_v=waveform.max_v,
            repeats=waveform.repeats,
            pulses=excursions(waveform).pulses,
            duration_s=waveform.duration_s,
            under_voltage_s=waveform.under_voltage_s,
        )

    @classmethod
    def until_cut(cls, waveform: Waveform, readings: int) -> Dose:
        """The most that was played of a waveform that was cut short after so many readings.

        A reading stands at the end of its level, so the level of the next one had begun at most.
        """
        if readings >= waveform.recorded_points:
            return cls.of(waveform)
        recorded = np.flatnonzero(waveform.record)
        repeats, reading = divmod(readings, recorded.size)
        end = repeats * waveform.levels_v.size + recorded[reading] + 1
        played = Waveform(
            np.tile(waveform.levels_v, repeats + 1)[:end],
            np.tile(waveform.dwell_s, repeats + 1)[:end],
        )
        return replace(cls.of(played), repeats=repeats + 1)


@dataclass(frozen=True, kw_only=True)
class Received:
    """What readings say that a device received. None where no reading says it.

    Charge and energy are sums over the readings at levels other than 0 V: the measured current
    (and voltage) of a reading, held for the dwell time of its level. Levels that are not read,
    and readings that overflowed, are left out; `recorded` says how much that leaves.
    """

    points: int
    measured_min_v: float | None
    measured_max_v: float | None
    charge_c: float
    """Charge moved in either direction: the integral of |I|."""
    energy_j: float
    """The integral of V times I."""
    recorded: float
    """Fraction of the time under voltage that charge and energy rest on, 0 to 1."""
    last_v: float | None
    last_a: float | None
    """The last reading at a level other than 0 V."""
    state_s: float | None
    """Conductance that a read found: the slope through the origin of all its readings, which a
    source offset does not touch. None of stress, whose ranges and last levels are not made for it:
    one reading at 5 mV on a range of 10 mA is noise."""

    @classmethod
    def of(cls, waveform: Waveform, trace: Trace, purpose: Purpose, played: Dose) -> Received:
        """From the readings that came, the first ones of the waveform, and what was played."""
        came = len(trace)
        held_s = np.resize(waveform.dwell_s[waveform.record], came)
        level_v = np.resize(waveform.levels_v[waveform.record], came)
        counts = (level_v != 0) & np.isfinite(trace.current_a) & np.isfinite(trace.voltage_v)
        held_s, volts, amps = held_s[counts], trace.voltage_v[counts], trace.current_a[counts]
        played_s = played.under_voltage_s
        reads = purpose is Purpose.READ
        measured_v = trace.voltage_v[np.isfinite(trace.voltage_v)]
        return cls(
            points=came,
            measured_min_v=float(measured_v.min()) if measured_v.size else None,
            measured_max_v=float(measured_v.max()) if measured_v.size else None,
            charge_c=float(np.abs(amps) @ held_s),
            energy_j=float((volts * amps) @ held_s),
            recorded=min(1.0, float(held_s.sum()) / played_s) if played_s > 0 else 1.0,
            last_v=float(volts[-1]) if volts.size else None,
            last_a=float(amps[-1]) if amps.size else None,
            state_s=_state_s(level_v[counts], amps) if reads else None,
        )


def _state_s(level_v: FloatArray, current_a: FloatArray) -> float | None:
    """Slope through the origin; None where the voltages are too small to give one."""
    slope_s = slope_conductance(level_v, current_a)
    return slope_s if math.isfinite(slope_s) else None
