"""What one half loop shows of switching, judged from its readings alone.

Conductance means |I| over the requested |V|: its steps are the steps of |I| without those that V
itself makes. Currents near the floor of their range count as not resolved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

CONDUCTANCE_QUANTUM_S = 7.748e-5
"""2e²/h: a metallic contact of a single atom; no filament conducts less."""
OHMIC_UP_TO, BARRIER_FROM = 1.5, 2.0
"""A metal's conductance does not depend on the bias (measured: within a few percent); that of a
barrier at least doubles up to 0.2 V. A thin filament beside the interface lies between."""
SWITCHED_FROM = 2.0
"""Ratio of conductances from which on a device has switched."""
THRESHOLD_DECADES = 0.3
"""The least step that counts as the birth of a filament, once there is one."""


@dataclass(frozen=True)
class Step:
    """The change of conductance between two readings that follow one another."""

    decades: float
    """Its magnitude."""
    from_v: float
    to_v: float
    rises: bool = True

    @property
    def middle_v(self) -> float:
        """Between the two voltages, as a magnitude."""
        return abs(self.from_v + self.to_v) / 2

    @property
    def middle_v_u95(self) -> float:
        """Half the step: where between the two it happened is not known."""
        return abs(self.to_v - self.from_v) / 2


@dataclass(frozen=True, eq=False)
class Curve:
    """The readings of one half loop in the order taken; every array has shape (n,)."""

    set_v: FloatArray
    conductance_s: FloatArray
    """|I| over requested |V|, or as read at small bias after a pulse; 0 where the current is not
    resolved, nan where it did not fit its range, and at 0 V."""
    bias_s: FloatArray
    """|I| over measured |V|: what the device conducts at bias, also in compliance; nan where not
    resolved."""
    resolved_a: float = 0.0
    """Smallest current that is well above the floor of its range."""

    @staticmethod
    def at_bias(
        set_v: FloatArray, voltage_v: FloatArray, current_a: FloatArray, resolved_a: float
    ) -> Curve:
        """From readings at bias; currents below `resolved_a` (A) count as not resolved."""
        amps, level, volts = np.abs(current_a), np.abs(set_v), np.abs(voltage_v)
        driven = (level > 0) & (volts > 0)
        set_s, bias_s = np.full((2, amps.size), np.nan)
        set_s[driven] = np.where(amps < resolved_a, 0.0, amps)[driven] / level[driven]
        bias_s[driven] = np.where(amps < resolved_a, np.nan, amps)[driven] / volts[driven]
        return Curve(set_v, set_s, bias_s, resolved_a)

    @property
    def turn(self) -> int:
        """Index of the peak."""
        return int(np.argmax(np.abs(self.set_v))) if self.set_v.size else 0

    def steps(self) -> list[Step]:
        """Steps from one reading to the next, in the order taken.

        Into or out of what is not resolved, it is the part of the step that is.
        """
        decades = np.diff(np.log10(np.where(self.conductance_s > 0, self.conductance_s, np.nan)))
        least_a = np.maximum(self.conductance_s * np.abs(self.set_v), self.resolved_a)
        one_sided = np.diff((self.conductance_s > 0).astype(int)) != 0
        with np.errstate(divide="ignore"):
            decades = np.where(one_sided, np.diff(np.log10(least_a)), decades)
        return [
            Step(
                decades=float(abs(decades[k])),
                from_v=float(self.set_v[k]),
                to_v=float(self.set_v[k + 1]),
                rises=bool(decades[k] > 0),
            )
            for k in np.flatnonzero(np.isfinite(decades))
        ]

    def branch_ratio(self) -> tuple[FloatArray, FloatArray]:
        """Levels below the peak (V), and conductance on the way out over that on the way back.

        nan where the way back is missing, or a reading did not fit its range.
        """
        levels_v, back_v = self.set_v[: self.turn], self.set_v[self.turn + 1 :]
        out_s, back_s = self.conductance_s[: self.turn], self.conductance_s[self.turn + 1 :]
        back = {round(v, 7): g for v, g in zip(back_v, back_s, strict=True)}
        same_s = np.array([back.get(round(v, 7), np.nan) for v in levels_v], dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            return levels_v, out_s / same_s


def abrupt_rise(curve: Curve, decades: float) -> Step | None:
    """The first rise of the conductance by so many decades from one reading to the next."""
    return next((step for step in curve.steps() if step.rises and step.decades >= decades), None)


def nonlinearity(curve: Curve, after_s: float) -> float:
    """Conductance at high bias on the way back over that read at small bias afterwards.

    The median of the five largest values; cut short before its way back, the last reading. nan
    without readings that are resolved.
    """
    back = curve.bias_s[curve.turn + 1 :]
    back = back[np.isfinite(back)]
    if back.size == 0:
        seen = curve.bias_s[np.isfinite(curve.bias_s)]
        return float(seen[-1] / after_s) if seen.size and after_s > 0 else float("nan")
    return float(np.median(np.sort(back)[-5:]) / after_s) if after_s > 0 else float("nan")


def is_filament(nonlinear: float, small_bias_s: float) -> bool:
    """Whether a device is ohmic and conducts better than one conductance quantum."""
    return nonlinear <= OHMIC_UP_TO and small_bias_s > CONDUCTANCE_QUANTUM_S


def regime(nonlinear: float, after_s: float, before_s: float) -> str:
    """What carries the current after a set: `filament`, `interface`, or `unknown`.

    At the interface the conductance at least doubles with bias, and the half loop has at least
    doubled it. What is neither that nor a filament is unknown.
    """
    if is_filament(nonlinear, after_s):
        return "filament"
    if nonlinear >= BARRIER_FROM and after_s >= SWITCHED_FROM * before_s:
        return "interface"
    return "unknown"


def set_crossing(curve: Curve) -> Step | None:
    """Where the way out comes within a factor of two of the way back: here the device sets.

    None for a half loop without a way back, or whose branches do not part by more than that.
    """
    levels_v, ratio = curve.branch_ratio()
    below = np.flatnonzero(ratio < 1 / SWITCHED_FROM)
    if below.size == 0:
        return None
    last = int(below[-1])
    return Step(float("nan"), float(levels_v[last]), float(curve.set_v[last + 1]))


def reset_peak(curve: Curve) -> Step | None:
    """Where the current on the way out is largest before it falls: here the device resets.

    None unless the way back at the same voltage carries less than half of it.
    """
    levels_v, ratio = curve.branch_ratio()
    current_a = np.nan_to_num(curve.conductance_s[: curve.turn] * np.abs(levels_v))
    if current_a.size == 0:
        return None
    k = int(np.argmax(current_a))
    if current_a[k] == 0 or not ratio[k] > SWITCHED_FROM:
        return None
    return Step(float("nan"), float(levels_v[k - 1]) if k else 0.0, float(curve.set_v[k + 1]))
