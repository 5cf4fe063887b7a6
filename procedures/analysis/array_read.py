"""A map of an array: conductance and verdict of every device, from its readings alone."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from procedures.analysis.contact import GOOD, OPEN, SHORTED, ContactLimits
from procedures.analysis.loop_record import Reading
from procedures.columns import DEVICE
from procedures.findings import Finding, Findings, or_none
from procedures.plots import Axis, Plot, Series

FINDINGS: Findings = {
    "median_s": Finding("S", "median conductance of the good devices"),
    "min_s": Finding("S", "smallest conductance of the good devices"),
    "max_s": Finding("S", "largest conductance of the good devices"),
    "good": Finding("", "devices that are neither open nor shorted"),
    "open": Finding("", "devices that conduct less than `open_below`"),
    "shorted": Finding("", "devices that conduct more than `shorted_above`, or beyond all ranges"),
    "devices.device": Finding("", "name in the wiring"),
    "devices.conductance_s": Finding("S", "slope of current against voltage"),
    "devices.verdict": Finding("", "good, open, or shorted"),
    "devices.reason": Finding("", "the number and the limit behind a bad verdict"),
}


def array_results(frame: pd.DataFrame, limits: ContactLimits) -> dict[str, object]:
    """Results of `array_read`; names as in `FINDINGS`.

    - `devices`: list, one entry a device in the order read; `conductance_s` with its `_u95` from
      the scatter of the readings, None for a device whose current no range holds
    """
    devices = list(_devices(frame, limits))
    good = [entry["conductance_s"] for entry in devices if entry["verdict"] == GOOD]
    return {
        "median_s": float(np.median(good)) if good else None,
        "min_s": min(good, default=None),
        "max_s": max(good, default=None),
        **{
            verdict: sum(entry["verdict"] == verdict for entry in devices)
            for verdict in (GOOD, OPEN, SHORTED)
        },
        "devices": devices,
    }


def array_plots(frame: pd.DataFrame, limits: ContactLimits) -> tuple[Plot, ...]:
    """The map as bars over the names of the devices."""
    devices = list(_devices(frame, limits))
    if not devices:
        return ()
    series = []
    for verdict in (GOOD, OPEN, SHORTED):
        shown = [
            (place, entry["conductance_s"], entry["conductance_s_u95"] or 0.0)
            for place, entry in enumerate(devices)
            if entry["verdict"] == verdict and (entry["conductance_s"] or 0.0) > 0
        ]
        if shown:
            x, y, error = zip(*shown, strict=True)
            series.append(Series(verdict, x, y, "bars", error=error))
    return (
        Plot(
            name="array_map",
            caption="Conductance of each device at small bias, with 95 % intervals.",
            x=Axis(label="Device", categories=tuple(entry["device"] for entry in devices)),
            y=Axis(label="Conductance", unit="S", scale="log"),
            series=tuple(series),
        ),
    )


def _devices(frame: pd.DataFrame, limits: ContactLimits) -> Iterator[dict[str, Any]]:
    for device, rows in frame.groupby(DEVICE.header, sort=False):
        reading = Reading.last_of(rows)
        conductance_s = reading.conductance_s if reading else math.nan
        yield {
            "device": str(device),
            "conductance_s": or_none(conductance_s),
            "conductance_s_u95": or_none(reading.u95_s) if reading else None,
            "verdict": limits.verdict(conductance_s),
            "reason": limits.reason(conductance_s),
        }
