"""Where a filament forms, and whether the interface switched before, from recorded readings."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from procedures.analysis.contact import GOOD, ContactLimits
from procedures.analysis.iv_loop import ratio_with_interval
from procedures.analysis.loop_record import INITIAL, PULSE, READ, HalfRecord, Reading, half_records
from procedures.analysis.statistics import mean_with_interval
from procedures.analysis.switching import SWITCHED_FROM, is_filament
from procedures.columns import APPLICATION, CURRENT, DEVICE, PHASE, SET_VOLTAGE, VOLTAGE
from procedures.findings import Finding, Findings, or_none
from procedures.plots import Axis, Plot, Series

LEFT = "left"
"""Phase of the reading that ends a device."""

FINDINGS: Findings = {
    "threshold_v": Finding(
        "V",
        "magnitude at which a filament forms: between the first pulse that left one and the level "
        "before it; mean of the devices that formed",
    ),
    "forms": Finding("", "whether every device formed a filament"),
    "formed": Finding("", "number of devices that formed one"),
    "interface_switches": Finding(
        "", "whether every device checked switched by a factor of two or more at `check_v`"
    ),
    "devices.device": Finding("", "name in the wiring"),
    "devices.contact": Finding("", "empty, or why the device was left out"),
    "devices.initial_s": Finding("S", "conductance at small bias before anything else"),
    "devices.interface_ratio": Finding("", "ON over OFF at `check_v`"),
    "devices.interface_switches": Finding("", "whether that is two or more"),
    "devices.forms": Finding(
        "", "whether a pulse left a filament (ohmic, more than 2e²/h) where there was none"
    ),
    "devices.formed_before": Finding("", "whether there was a filament before the search"),
    "devices.threshold_v": Finding("V", "magnitude at which it did; half a step is its interval"),
    "devices.before_s": Finding("S", "conductance at small bias before that pulse"),
    "devices.formed_s": Finding("S", "conductance at small bias after it"),
    "devices.rise_decades": Finding(
        "", "conductance before that pulse over that before the first pulse, log10: the interface"
    ),
    "devices.pulses": Finding("", "pulses of the search"),
    "devices.left_s": Finding("S", "conductance at small bias in the end"),
}


@dataclass(frozen=True)
class Trial:
    """One pulse of the search, and the reading after it."""

    level_v: float
    """Requested peak, as a magnitude."""
    bias_s: float
    """What the device conducted at the peak, from measured current and voltage."""
    read: Reading

    @property
    def filament(self) -> bool:
        """Whether the device is a filament now: ohmic, and above one conductance quantum."""
        small_s = self.read.conductance_s
        return small_s > 0 and is_filament(self.bias_s / small_s, small_s)


def trial_bias(set_v: Any, voltage_v: Any, current_a: Any) -> float:
    """What a device conducted (S) at the last reading at the peak; arrays of shape (n,)."""
    level, volts, amps = (np.abs(np.asarray(a, np.float64)) for a in (set_v, voltage_v, current_a))
    peak = np.flatnonzero((level == level.max()) & (volts > 0))
    return float(amps[peak[-1]] / volts[peak[-1]]) if peak.size else math.nan


def forming_results(frame: pd.DataFrame, limits: ContactLimits) -> dict[str, object]:
    """Results of `forming`; names as in `FINDINGS`.

    - `devices`: list, one entry a device; what is not defined is None
    """
    devices = device_entries(frame, limits)
    thresholds = [entry for entry in devices if entry["threshold_v"] is not None]
    mean, scatter = mean_with_interval([entry["threshold_v"] for entry in thresholds])
    own = [entry["threshold_v_u95"] for entry in thresholds]
    width = math.hypot(np.nan_to_num(scatter), np.mean(own)) if own else math.nan
    checked = [entry["interface_switches"] for entry in devices]
    known = [switches for switches in checked if switches is not None]
    return {
        "threshold_v": or_none(mean),
        "threshold_v_u95": or_none(width),
        "forms": bool(devices) and all(entry["forms"] for entry in devices),
        "formed": sum(entry["forms"] for entry in devices),
        "interface_switches": all(known) if known else None,
        "devices": devices,
    }


def device_entries(frame: pd.DataFrame, limits: ContactLimits) -> list[dict[str, Any]]:
    """One entry a device, columns as in `FINDINGS`."""
    halves: dict[str, list[HalfRecord]] = {}
    for record in half_records(frame):
        halves.setdefault(record.device, []).append(record)
    return [
        _entry(str(device), rows, halves.get(str(device), []), limits)
        for device, rows in frame.groupby(DEVICE.header, sort=False)
    ]


def trials(rows: pd.DataFrame) -> Iterator[Trial]:
    """The pulses of one device's search in order; the last may have gone without its reading."""
    search = rows[rows[PHASE.header].isin((PULSE, READ))]
    pulse: pd.DataFrame | None = None
    waiting: Trial | None = None
    for _, part in search.groupby(APPLICATION.header, sort=False):
        if part[PHASE.header].iloc[0] == PULSE:
            if waiting is not None:
                yield waiting
            pulse, waiting = part, None
        elif pulse is not None and (reading := Reading.last_of(part)) is not None:
            # A burst that overflowed was repeated: the last one counts.
            level_v = float(pulse[SET_VOLTAGE.header].abs().max())
            columns = (pulse[c.header] for c in (SET_VOLTAGE, VOLTAGE, CURRENT))
            waiting = Trial(level_v, trial_bias(*columns), reading)
    if waiting is not None:
        yield waiting


def forming_plots(frame: pd.DataFrame) -> tuple[Plot, ...]:
    """Conductance at small bias after each pulse against its voltage."""
    series = []
    for device, rows in frame.groupby(DEVICE.header, sort=False):
        found = list(trials(rows))
        if found:
            x = [trial.level_v for trial in found]
            y = [max(t.read.conductance_s, t.read.u95_s) for t in found]
            error = [trial.read.u95_s for trial in found]
            series.append(Series(str(device), x, y, "both", error=error))
    if not series:
        return ()
    return (
        Plot(
            name="search",
            caption="Conductance at small bias after each pulse of the search. The interface "
            "saturates; the filament shows as the abrupt step at the end.",
            x=Axis(label="Pulse amplitude", unit="V"),
            y=Axis(label="Conductance", unit="S", scale="log"),
            series=tuple(series),
        ),
    )


def _entry(
    device: str, rows: pd.DataFrame, halves: Sequence[HalfRecord], limits: ContactLimits
) -> dict[str, Any]:
    initial = Reading.last_of(rows[rows[PHASE.header] == INITIAL])
    left = Reading.last_of(rows[rows[PHASE.header] == LEFT])
    found = list(trials(rows))
    start = halves[-1].after if halves and halves[-1].after else initial
    initial_s = initial.conductance_s if initial else math.nan
    contact = limits.verdict(initial_s)
    return {
        "device": device,
        "contact": "" if contact == GOOD else limits.reason(initial_s),
        "initial_s": or_none(initial_s),
        **_interface(halves),
        **_threshold(found, start, halves),
        "pulses": len(found),
        "left_s": or_none(left.conductance_s) if left else None,
        "left_s_u95": or_none(left.u95_s) if left else None,
    }


def _interface(halves: Sequence[HalfRecord]) -> dict[str, float | bool | None]:
    """Ratio of the check: after its first half loop, which sets, over after its second."""
    if len(halves) < 2 or halves[0].after is None or halves[1].after is None:
        none = {"interface_ratio": None, "interface_ratio_u95": None}
        return {**none, "interface_switches": None}
    on, off = halves[0].after, halves[1].after
    ratio = ratio_with_interval(on.conductance_s, on.u95_s, off.conductance_s, off.u95_s)
    found = ratio["on_off_ratio"]
    return {
        "interface_ratio": found,
        "interface_ratio_u95": ratio["on_off_ratio_u95"],
        "interface_switches": None if found is None else found >= SWITCHED_FROM,
    }


def _threshold(
    found: Sequence[Trial], start: Reading | None, halves: Sequence[HalfRecord]
) -> dict[str, Any]:
    formed = next((k for k, trial in enumerate(found) if trial.filament), None)
    names = ("threshold_v", "threshold_v_u95", "before_s", "formed_s", "rise_decades")
    if formed is None or start is None:
        return {"forms": False, "formed_before": False, **dict.fromkeys(names)}
    trial = found[formed]
    before_s = found[formed - 1].read.conductance_s if formed else start.conductance_s
    if trial.read.conductance_s < SWITCHED_FROM * before_s:
        return {"forms": False, "formed_before": True, **dict.fromkeys(names)}
    lower = [t.level_v for t in found[:formed] if t.level_v < trial.level_v]
    checked_v = max((abs(half.peak_v) for half in halves), default=0.0)
    below_v = max([*lower, min(checked_v, trial.level_v)])
    rise = before_s / start.conductance_s if start.conductance_s > 0 else math.nan
    values = (
        (trial.level_v + below_v) / 2,
        (trial.level_v - below_v) / 2,
        before_s,
        trial.read.conductance_s,
        or_none(math.log10(rise)) if rise > 0 else None,
    )
    return {"forms": True, "formed_before": False, **dict(zip(names, values, strict=True))}
