"""Switching voltages, ON/OFF, and regime of I-V loops, from their recorded readings alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from procedures.analysis.contact import GOOD, USUAL_LIMITS
from procedures.analysis.loop_record import HalfRecord, half_records
from procedures.analysis.statistics import mean_with_interval
from procedures.analysis.switching import (
    THRESHOLD_DECADES,
    Curve,
    Step,
    abrupt_rise,
    nonlinearity,
    regime,
    reset_peak,
    set_crossing,
)
from procedures.findings import UNCERTAINTY, or_none

_MEANS = ("on_off_ratio", "on_s", "off_s", "threshold_v", "set_v", "reset_v")
_PLAIN_MEANS = ("interface_rise_decades", "nonlinearity")


@dataclass(frozen=True, kw_only=True)
class LoopSettings:
    """What the parameters say about the recorded loops."""

    set_sign: int
    """Sign of the voltage that sets: -1 or 1."""
    resolved_a: Mapping[int, float]
    """Smallest current that is well above the floor of the range, by sign of the voltage."""
    peaks: int
    """Half loops of a cycle."""
    stop_decades: float
    """The step that ends a loop; 0 for none."""


def loop_results(frame: pd.DataFrame, settings: LoopSettings) -> dict[str, object]:
    """Results of `iv_loop`; names as in `loop_findings.FINDINGS`.

    - `cycles`: list, one entry a device and cycle, as in `cycle_entries`
    - `halves`: list, one entry a half loop, as in `half_entry`

    A mean's `_u95` joins the scatter of the cycles and what one cycle does not know of itself: the
    interval of its readings, or half a voltage step.
    """
    records = list(half_records(frame))
    halves = [half_entry(record, settings) for record in records]
    cycles = cycle_entries(halves)
    return {
        **{key: value for name in _MEANS for key, value in mean_of_cycles(cycles, name).items()},
        **{name: _plain_mean(cycles, name) for name in _PLAIN_MEANS},
        **_largest_step(halves),
        "regime": _common([str(cycle["regime"]) for cycle in cycles if cycle["regime"]]),
        "max_current_a": _largest([half["max_current_a"] for half in halves]),
        "compliance_points": sum(int(half["compliance_points"]) for half in halves),
        "overflow_points": sum(int(half["overflow_points"]) for half in halves),
        "cycles_done": _complete_cycles(halves, settings),
        **_stop(halves),
        "contact": _contact_fault(records) or GOOD,
        "cycles": cycles,
        "halves": halves,
    }


def half_entry(record: HalfRecord, settings: LoopSettings) -> dict[str, Any]:
    """One half loop: `device`, `cycle`, `half`, `peak_v`, `sets`; `before_s`, `after_s`;
    `largest_step_decades` at `largest_step_v`, `other_steps_decades`; `nonlinearity`, `regime`;
    `threshold_v`, `set_v` or `reset_v`; `max_current_a`, `compliance_points`, `overflow_points`;
    `stopped`, `stopped_at_v`. What is not defined is None.
    """
    sign = int(np.sign(record.peak_v))
    curve = record.curve(settings.resolved_a.get(sign, 0.0))
    sets = sign == settings.set_sign
    steps = sorted(curve.steps(), key=lambda step: step.decades, reverse=True)
    stop = abrupt_rise(curve, settings.stop_decades) if settings.stop_decades else None
    before_s = record.before.conductance_s if record.before else math.nan
    after_s = record.after.conductance_s if record.after else math.nan
    nonlinear = nonlinearity(curve, after_s) if sets else math.nan
    kind = regime(nonlinear, after_s, before_s) if sets and record.after else None
    return {
        "device": record.device,
        "cycle": record.cycle,
        "half": record.number,
        "peak_v": record.peak_v,
        "sets": sets,
        "before_s": or_none(before_s),
        "before_s_u95": or_none(record.before.u95_s) if record.before else None,
        "after_s": or_none(after_s),
        "after_s_u95": or_none(record.after.u95_s) if record.after else None,
        "largest_step_decades": steps[0].decades if steps else None,
        "largest_step_v": steps[0].to_v if steps else None,
        "other_steps_decades": steps[1].decades if len(steps) > 1 else None,
        "nonlinearity": or_none(nonlinear),
        "regime": kind,
        **_threshold(curve, steps, before_s, kind),
        **_voltage("set_v", set_crossing(curve) if sets else None),
        **_voltage("reset_v", None if sets else reset_peak(curve)),
        "max_current_a": record.max_current_a,
        "compliance_points": record.compliance_points,
        "overflow_points": record.overflow_points,
        "stopped": stop is not None,
        "stopped_at_v": stop.to_v if stop else None,
    }


def cycle_entries(halves: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One entry a device and cycle: `on_s` and `off_s` as read after the last half loop of either
    sign, `on_off_ratio`, and the switching voltages with their `_u95`; None where not defined.
    """
    grouped: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    for half in halves:
        grouped.setdefault((half["device"], half["cycle"]), []).append(half)
    entries = []
    for (device, cycle), mine in grouped.items():
        by_sign = {bool(half["sets"]): half for half in mine}
        set_half, reset_half = by_sign.get(True, {}), by_sign.get(False, {})
        on_s, on_u95 = set_half.get("after_s"), set_half.get("after_s_u95")
        off_s, off_u95 = reset_half.get("after_s"), reset_half.get("after_s_u95")
        entry = {"device": device, "cycle": cycle, "on_s": on_s, "on_s_u95": on_u95}
        entry |= {"off_s": off_s, "off_s_u95": off_u95}
        entry |= ratio_with_interval(on_s, on_u95, off_s, off_u95)
        for name in ("threshold_v", "set_v"):
            entry |= {key: set_half.get(key) for key in (name, name + UNCERTAINTY)}
        entry |= {key: reset_half.get(key) for key in ("reset_v", "reset_v" + UNCERTAINTY)}
        for name in ("regime", "nonlinearity", "interface_rise_decades"):
            entry[name] = set_half.get(name)
        entries.append(entry)
    return entries


def ratio_with_interval(
    on_s: float | None, on_u95: float | None, off_s: float | None, off_u95: float | None
) -> dict[str, float | None]:
    """`on_off_ratio` and its `_u95`; None unless OFF is known to be above zero."""
    if on_s is None or off_s is None or off_s <= (off_u95 or 0.0):
        return {"on_off_ratio": None, "on_off_ratio_u95": None}
    ratio = on_s / off_s
    relative = math.hypot((on_u95 or 0.0) / on_s, (off_u95 or 0.0) / off_s) if on_s else 0.0
    return {"on_off_ratio": ratio, "on_off_ratio_u95": abs(ratio) * relative}


def _contact_fault(records: Sequence[HalfRecord]) -> str:
    """Which devices were not well connected before their first half loop; empty for none."""
    first = [record for record in records if record.cycle == record.number == 1]
    reasons = {r.device: USUAL_LIMITS.reason(r.before.conductance_s) for r in first if r.before}
    return "; ".join(f"{device} {reason}" for device, reason in reasons.items() if reason)


def _threshold(
    curve: Curve, steps: Sequence[Step], before_s: float, kind: str | None
) -> dict[str, float | None]:
    born = kind == "filament" and steps and steps[0].decades >= THRESHOLD_DECADES
    if not born or not steps[0].rises:
        return {**_voltage("threshold_v", None), "interface_rise_decades": None}
    reached_s = curve.conductance_s[np.flatnonzero(curve.set_v == steps[0].from_v)[0]]
    rise = math.log10(reached_s / before_s) if min(before_s, reached_s) > 0 else math.nan
    return {**_voltage("threshold_v", steps[0]), "interface_rise_decades": or_none(rise)}


def _voltage(name: str, step: Step | None) -> dict[str, float | None]:
    if step is None:
        return {name: None, name + UNCERTAINTY: None}
    return {name: step.middle_v, name + UNCERTAINTY: step.middle_v_u95}


def mean_of_cycles(cycles: Sequence[Mapping[str, Any]], name: str) -> dict[str, float | None]:
    """Mean of one column of `cycle_entries`, and its `_u95`: scatter and own interval joined."""
    known = [cycle for cycle in cycles if cycle[name] is not None]
    if not known:
        return {name: None, name + UNCERTAINTY: None}
    mean, scatter = mean_with_interval([cycle[name] for cycle in known])
    own = float(np.mean([cycle[name + UNCERTAINTY] or 0.0 for cycle in known]))
    return {name: mean, name + UNCERTAINTY: math.hypot(own, np.nan_to_num(scatter))}


def _plain_mean(cycles: Sequence[Mapping[str, Any]], name: str) -> float | None:
    known = [cycle[name] for cycle in cycles if cycle[name] is not None]
    return float(np.mean(known)) if known else None


def _largest_step(halves: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
    names = ("largest_step_decades", "largest_step_v", "other_steps_decades")
    known = [half for half in halves if half["sets"] and half[names[0]] is not None]
    largest = max(known, key=lambda half: half[names[0]], default={})
    return {name: largest.get(name) for name in names}


def _largest(values: Sequence[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def _common(kinds: Sequence[str]) -> str:
    different = sorted(set(kinds))
    return different[0] if len(different) == 1 else "mixed" if different else "unknown"


def _complete_cycles(halves: Sequence[Mapping[str, Any]], settings: LoopSettings) -> int:
    return sum(half["half"] == settings.peaks and not half["stopped"] for half in halves)


def _stop(halves: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    stopped = next((half for half in halves if half["stopped"]), None)
    if stopped is None:
        return {"stopped": False, "stopped_at_v": None, "stopped_in": None}
    where = f"{stopped['device']}, cycle {stopped['cycle']}, half loop {stopped['half']}"
    return {"stopped": True, "stopped_at_v": stopped["stopped_at_v"], "stopped_in": where}
