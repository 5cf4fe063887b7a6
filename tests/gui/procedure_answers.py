"""What a clerk answers of a small procedure, and of a preview of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


def parameter(name: str, kind: str, default: str, **facts: Any) -> dict[str, Any]:
    """One of a form."""
    return {
        "name": name,
        "label": name.replace("_", " ").capitalize(),
        "kind": kind,
        "unit": "",
        "default": default,
        "limits": "",
        "choices": [],
        "help": f"what {name} is <for>",
        "group": "Loop",
    } | facts


PARAMETERS = [
    parameter("peaks", "quantities", "-0.2 V, 0.2 V", unit="V", limits="each -5 V to 5 V"),
    parameter("cycles", "count", "1", limits="1 to 10,000"),
    parameter("mode", "choice", "staircase", choices=["staircase", "pulsed"]),
    parameter("control", "switch", "no"),
    parameter("dwell", "quantity", "20 ms", unit="s", limits="90 µs to 100 s", group="Reading"),
    parameter("regime", "choice", "interface", choices=["interface", "filament"], group="Safety"),
]
VALUES = {entry["name"]: entry["default"] for entry in PARAMETERS}


def description(name: str = "iv_loop", **facts: Any) -> dict[str, Any]:
    return {
        "name": name,
        "meaning": "I-V loops of any order",
        "text": "I-V loops of any order.\n\nAs it stands it is the loop of Fig 1c.",
        "parameters": PARAMETERS,
        "device_count": None,
        "whole_array": False,
        "needs": [],
    } | facts


def plot(name: str, level_v: float) -> dict[str, Any]:
    axis = {"scale": "linear", "categories": []}
    x, y = np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.0, level_v, level_v, 0.0])
    return {
        "name": name,
        "caption": "1 s; not read; compliance 1 mA",
        "x": {"label": "Time", "unit": "s", **axis},
        "y": {"label": "Voltage", "unit": "V", **axis},
        "series": [{"label": "level", "x": x, "y": y, "style": "line", "error": None}],
    }


def waveform(
    title: str, purpose: str, level_v: float, at_most: int | None = None
) -> dict[str, Any]:
    return {
        "title": title,
        "device": "D01",
        "devices": ["D01"],
        "purpose": purpose,
        "count": 10,
        "at_most": at_most,
        "plot": plot(title, level_v),
    }


def preview_answer(**facts: Any) -> dict[str, Any]:
    """Of a run that is ready."""
    return {
        "procedure": "iv_loop",
        "fields": {},
        "remarks": {},
        "problem": None,
        "ready": True,
        "devices": ["D01"],
        "costs": [["Duration", "3.8 s"], ["Stress pulses", "2"]],
        "waveforms": [
            waveform("±5 mV in turn", "read", 5e-3, at_most=30),
            waveform("0 V → -200 mV → 0 V", "stress", -0.2),
        ],
        "more_waveforms": 0,
        "dose": [
            {
                "device": "D01",
                "lowest": "-200 mV",
                "highest": "200 mV",
                "under_voltage": "3.2 s",
                "stress": "2",
                "stress_before": "40",
                "read": "600",
            }
        ],
        "limits": [{"name": "voltage_max", "text": "550 mV", "set_by": "station 'simulated'"}],
        "warnings": [],
        "confirm": [["Sample", "Ag2S dot array (dot18)"], ["Largest voltage", "200 mV"]],
        "duration_s": 3.8,
        "longest_s": 4.4,
    } | facts


def problem(text: str, fields: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Of a run that is refused."""
    none: dict[str, Any] = {name: [] for name in ("costs", "waveforms", "dose", "warnings")}
    fields = {} if fields is None else dict(fields)
    return preview_answer(**none, problem=text or None, fields=fields, ready=False)
