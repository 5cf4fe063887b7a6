"""A verdict on every device of an array, from its readings and small loops alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from procedures.analysis.contact import GOOD, OPEN, SHORTED, ContactLimits
from procedures.analysis.iv_loop import (
    LoopSettings,
    cycle_entries,
    half_entry,
    mean_of_cycles,
)
from procedures.analysis.loop_plots import magnitude_plot
from procedures.analysis.loop_record import INITIAL, Reading, half_records
from procedures.columns import DEVICE, PHASE
from procedures.findings import Finding, Findings, or_none
from procedures.plots import Axis, Plot, Series

FILAMENT, WEAK = "filament", "weak"
VERDICTS = (GOOD, WEAK, FILAMENT, OPEN, SHORTED)

FINDINGS: Findings = {
    "tested": Finding("", "devices tested"),
    "good": Finding("", "devices that switch by at least `least_ratio`"),
    "weak": Finding("", "connected devices that switch by less"),
    "filament": Finding("", "devices that conduct through a filament, which a small loop leaves"),
    "open": Finding("", "devices that conduct less than `open_below`"),
    "shorted": Finding("", "devices that conduct more than `shorted_above`"),
    "yield_share": Finding("%", "good devices among those tested"),
    "median_ratio": Finding("", "median ON/OFF of the good devices"),
    "devices.device": Finding("", "name in the wiring"),
    "devices.verdict": Finding("", "good, weak, filament, open, or shorted"),
    "devices.reason": Finding("", "the number and the limit behind the verdict"),
    "devices.contact_s": Finding("S", "conductance at small bias before anything else"),
    "devices.on_s": Finding("S", "read after the half loop that sets; mean of cycles"),
    "devices.off_s": Finding("S", "read after the half loop that resets; mean of cycles"),
    "devices.on_off_ratio": Finding("", "ON over OFF of a cycle; mean of cycles"),
    "devices.set_v": Finding("V", "as in `iv_loop`; mean of cycles"),
    "devices.reset_v": Finding("V", "as in `iv_loop`; mean of cycles"),
}
_MEANS = ("on_s", "off_s", "on_off_ratio", "set_v", "reset_v")


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """What makes a device good."""

    contact: ContactLimits
    least_ratio: float
    loop: LoopSettings


def characterise_results(frame: pd.DataFrame, criteria: Criteria) -> dict[str, object]:
    """Results of `characterise`; names as in `FINDINGS`.

    - `devices`: list, one entry a device in the order tested; each number with its `_u95`
    """
    devices = device_entries(frame, criteria)
    counts = {v: sum(entry["verdict"] == v for entry in devices) for v in VERDICTS}
    ratios = [entry["on_off_ratio"] for entry in devices if entry["verdict"] == GOOD]
    return {
        "tested": len(devices),
        **counts,
        "yield_share": counts[GOOD] / len(devices) if devices else None,
        "median_ratio": float(np.median(ratios)) if ratios else None,
        "devices": devices,
    }


def device_entries(frame: pd.DataFrame, criteria: Criteria) -> list[dict[str, Any]]:
    """One entry a device, columns as in `FINDINGS`."""
    halves = [half_entry(record, criteria.loop) for record in half_records(frame)]
    contacts = frame[frame[PHASE.header] == INITIAL]
    return [
        _entry(
            str(device),
            Reading.last_of(rows),
            [half for half in halves if half["device"] == device],
            criteria,
        )
        for device, rows in contacts.groupby(DEVICE.header, sort=False)
    ]


def characterise_plots(frame: pd.DataFrame, criteria: Criteria) -> tuple[Plot, ...]:
    """ON and OFF of every device, and the loops."""
    devices = device_entries(frame, criteria)
    if not devices:
        return ()
    names = tuple(f"{entry['device']}" for entry in devices)
    series = [
        _bars(label, devices, name)
        for label, name in (("ON", "on_s"), ("OFF", "off_s"), ("not switched", "contact_s"))
    ]
    summary = Plot(
        name="devices",
        caption="ON and OFF of each device at small bias; where there is only one bar, the device "
        "was not switched, and the bar is its contact check.",
        x=Axis(label="Device", categories=names),
        y=Axis(label="Conductance", unit="S", scale="log"),
        series=tuple(bars for bars in series if bars.x.size),
    )
    records = list(half_records(frame))
    return (summary, magnitude_plot(records)) if records else (summary,)


def _entry(
    device: str,
    contact: Reading | None,
    halves: Sequence[Mapping[str, Any]],
    criteria: Criteria,
) -> dict[str, Any]:
    contact_s = contact.conductance_s if contact else math.nan
    cycles = cycle_entries(halves)
    entry: dict[str, Any] = {
        "device": device,
        "contact_s": or_none(contact_s),
        "contact_s_u95": or_none(contact.u95_s) if contact else None,
    }
    for name in _MEANS:
        entry |= mean_of_cycles(cycles, name)
    kinds = {str(cycle["regime"]) for cycle in cycles}
    verdict, reason = _verdict(contact_s, entry["on_off_ratio"], kinds, criteria)
    return {"device": device, "verdict": verdict, "reason": reason, **entry}


def _verdict(
    contact_s: float, ratio: float | None, kinds: set[str], criteria: Criteria
) -> tuple[str, str]:
    verdict = criteria.contact.verdict(contact_s)
    if verdict != GOOD:
        return verdict, criteria.contact.reason(contact_s)
    if FILAMENT in kinds:
        return FILAMENT, "conducts through a filament: erase it at 0.5 V and test again"
    if ratio is None:
        return WEAK, "no ON/OFF ratio: the loop was not complete, or OFF is below what is resolved"
    if ratio < criteria.least_ratio:
        return WEAK, f"ON/OFF {ratio:.3g} is below {criteria.least_ratio:g}"
    return GOOD, f"ON/OFF {ratio:.3g}"


def _bars(label: str, devices: Sequence[Mapping[str, Any]], name: str) -> Series:
    shown = [
        (place, entry[name], entry[name + "_u95"] or 0.0)
        for place, entry in enumerate(devices)
        if (entry[name] or 0.0) > 0 and (name != "contact_s" or entry["on_s"] is None)
    ]
    x, y, error = zip(*shown, strict=True) if shown else ((), (), ())
    return Series(label, x, y, "bars", error=error)
