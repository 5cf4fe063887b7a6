"""The part of a report that every run has: how it ended, on what, and what was recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from labctl.report.appearance import png_bytes
from labctl.report.page import Notice, Picture, Section, Table, Text
from labctl.report.quantities import duration
from labctl.report.readings_figure import readings_chart
from labctl.report.results_table import result_rows
from procedures.columns import CURRENT, DEVICE, TIME, VOLTAGE

SHOWN_ELSEWHERE = frozenset({"results", "safe_state"})


def notices(record: Mapping[str, Any]) -> list[Notice]:
    """Kind of bench, status with its reason, and the safe state as read back, in this order."""
    status, reason = str(record["status"]), str(record.get("reason") or "")
    ended = Notice(
        f"{record['procedure']}: {status}{f'. {reason}' if reason else ''}",
        "good" if status == "finished" else "bad",
    )
    bench = (
        Notice("Simulated bench: the numbers come from a model, not from a sample.", "simulated")
        if record["station"]["simulated"]
        else Notice(f"Station {record['station']['name']}: real instruments.")
    )
    return [bench, ended, _safe_state_notice(record.get("safe_state"))]


def results_section(procedure: str, results: Mapping[str, object]) -> Section:
    """Every single-valued result, for a procedure without figures of its own."""
    rows = result_rows(procedure, results)
    return Section(
        "Results",
        [Table(head=("Result", "Value", "Meaning"), rows=rows, numeric=(False, True))],
    )


def readings_section(frame: pd.DataFrame) -> Section:
    """What was recorded, whatever the procedure and however it ended."""
    if frame.empty:
        return Section("Recorded readings", [Text("Nothing was recorded.")])
    time_s = frame[TIME.header].to_numpy(float)
    span_s = float(np.ptp(time_s))
    counts = f"{len(frame):,} readings of {frame[DEVICE.header].nunique()} devices"
    figure = readings_chart(time_s, frame[VOLTAGE.header], frame[CURRENT.header])
    return Section(
        "Recorded readings",
        [
            Picture(
                name="readings",
                png=png_bytes(figure),
                caption=f"{counts} in {duration(span_s)}: measured voltage and magnitude of the "
                "measured current.",
            )
        ],
    )


def record_sections(record: Mapping[str, Any]) -> list[Section]:
    """Parameters, limits, station, instruments, versions, counters: all of `run.json`."""
    nested = {key: value for key, value in record.items() if isinstance(value, Mapping)}
    plain = {key: value for key, value in record.items() if key not in nested}
    parts = {"run": plain, **nested}
    return [
        Section(_title(name), [Table(head=("Name", "Value"), rows=list(_flat(values)))])
        for name, values in parts.items()
        if values and name not in SHOWN_ELSEWHERE
    ]


def safe_state_section(record: Mapping[str, Any]) -> Section:
    """What the instruments reported after they were brought to their safe state."""
    evidence = record.get("safe_state") or {}
    blocks = [Table(head=("Read back", "Value"), rows=list(_flat(evidence)))] if evidence else []
    return Section("Safe state", blocks or [Text("No safe state was recorded.")])


def _safe_state_notice(evidence: Mapping[str, Any] | None) -> Notice:
    if not evidence:
        return Notice("Safe state: not recorded. Check the instruments.", "bad")
    if evidence.get("verified"):
        return Notice("Safe state: verified by reading the instruments back.", "good")
    failures = "; ".join(map(str, evidence.get("failures", ())))
    return Notice(f"Safe state: NOT verified. {failures}. Check the instruments.", "bad")


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}: ")
        elif isinstance(value, (list, tuple)):
            yield name, ", ".join(map(str, value)) or "none"
        else:
            yield name, "–" if value in (None, "") else str(value)
