"""The part of a report that every run has: how it ended, on what, and what was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from labctl.quantities import duration
from labctl.report.page import Notice, Picture, Section, Table, Text
from labctl.report.readings_figure import readings_chart
from labctl.report.record_rows import record_rows
from procedures.columns import CURRENT, DEVICE, TIME, VOLTAGE

SHOWN_ELSEWHERE = frozenset({"results", "findings", "parameter_units", "safe_state"})


def notices(record: Mapping[str, Any]) -> list[Notice]:
    """Kind of bench, status with its reason, and the safe state as read back, in this order."""
    status, reason = str(record["status"]), str(record.get("reason") or "")
    resumed = len(record.get("resumptions", ()))
    often = f", resumed {resumed} time{'s' * (resumed > 1)}" if resumed else ""
    ended = Notice(
        f"{record['procedure']}: {status}{often}{f'. {reason}' if reason else ''}",
        "good" if status == "finished" else "bad",
    )
    bench = (
        Notice("Simulated bench: the numbers come from a model, not from a sample.", "simulated")
        if record["station"]["simulated"]
        else Notice(f"Station {record['station']['name']}: real instruments.")
    )
    return [bench, ended, _safe_state_notice(record.get("safe_state"))]


def readings_section(frame: pd.DataFrame) -> Section:
    """What was recorded, whatever the procedure and however it ended."""
    if frame.empty:
        return Section("Recorded readings", [Text("Nothing was recorded.")])
    time_s = frame[TIME.header].to_numpy(float)
    span_s = float(np.ptp(time_s))
    devices = frame[DEVICE.header].nunique()
    counts = f"{len(frame):,} readings of {devices} {'device' if devices == 1 else 'devices'}"
    figure = readings_chart(time_s, frame[VOLTAGE.header], frame[CURRENT.header])
    return Section(
        "Recorded readings",
        [
            Picture.drawn(
                "recorded-readings",
                figure,
                f"{counts} in {duration(span_s)}: measured voltage and magnitude of the "
                "measured current.",
            )
        ],
    )


def record_sections(record: Mapping[str, Any]) -> list[Section]:
    """Parameters, limits, station, instruments, versions, counters: all of `run.json`."""
    nested = {key: value for key, value in record.items() if isinstance(value, Mapping)}
    plain = {key: value for key, value in record.items() if key not in nested}
    parts = {"run": plain, **nested}
    units = record.get("parameter_units", {})
    return [
        Section(_title(name), [_table(("Name", "Value"), values, units)])
        for name, values in parts.items()
        if values and name not in SHOWN_ELSEWHERE
    ]


def safe_state_section(record: Mapping[str, Any]) -> Section:
    """What the instruments reported after they were brought to their safe state."""
    evidence = record.get("safe_state") or {}
    if not evidence:
        return Section("Safe state", [Text("No safe state was recorded.")])
    return Section("Safe state", [_table(("Read back", "Value"), evidence, {})])


def _safe_state_notice(evidence: Mapping[str, Any] | None) -> Notice:
    if not evidence:
        return Notice("Safe state: not recorded. Check the instruments.", "bad")
    if evidence.get("verified"):
        return Notice("Safe state: verified by reading the instruments back.", "good")
    failures = "; ".join(map(str, evidence.get("failures", ())))
    return Notice(f"Safe state: NOT verified. {failures}. Check the instruments.", "bad")


def _table(head: tuple[str, str], values: Mapping[str, Any], units: Mapping[str, str]) -> Table:
    return Table(head=head, rows=list(record_rows(values, units)))


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
