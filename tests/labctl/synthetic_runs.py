"""Run folders as a measurement leaves them, from ideal devices: no instrument, no simulation."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from labctl.runs.run import RECORD_SCHEMA, Run
from labctl.runs.run_folder import write_record
from procedures.base import LabProcedure
from procedures.columns import BASE_COLUMNS
from procedures.convolution import Convolution
from procedures.kernel_encoding import KernelEncoding
from procedures.techniques.kernels import kernel_weights, pair_weights
from procedures.techniques.pictures import load_gray

DEVICES = [f"D{number:02d}" for number in range(1, 19)]
UNIT_S = 1e-5
OFF_S = 1.2e-8
OFFSET_A = 3e-10
SIDE = 30


def held_conductances(error: float = 0.005) -> np.ndarray:
    """What 18 devices hold of the sharpen kernel (S), some a little high, some a little low."""
    weights = np.array(pair_weights(kernel_weights("sharpen")))
    return np.where(weights > 0, weights * UNIT_S * (1 + error * np.cos(np.arange(18))), OFF_S)


@cache
def convolution_frame() -> pd.DataFrame:
    """What `convolution` records of ideal devices with a constant offset current."""
    gray = load_gray("test picture").astype(int)
    conductances_s = held_conductances()
    parts = [_verify(device, g, 0) for device, g in zip(DEVICES, conductances_s, strict=True)]
    row, column = np.divmod(np.arange(SIDE * SIDE), SIDE)
    for index, device in enumerate(DEVICES):
        tap, negative = divmod(index, 2)
        level = gray[row + tap // 3, column + tap % 3]
        set_v = np.column_stack([(-1) ** negative * 1e-4 * level, 0.0 * level]).ravel()
        part = _rows(device, set_v, conductances_s[index] * set_v + OFFSET_A, index + 18)
        part["Phase"] = np.tile(["pulse", "offset"], level.size)
        part["Row"], part["Column"] = np.repeat(row, 2), np.repeat(column, 2)
        part["Tap"], part["Gray"], part["Dwell (s)"] = tap, np.repeat(level, 2), 1e-3
        parts.append(part)
    return _timed(parts, Convolution)


@cache
def encoding_frame() -> pd.DataFrame:
    """What `kernel_encoding` records: an erase, two set pulses, a verify; D04 needed a retry."""
    parts = []
    weights = pair_weights(kernel_weights("sharpen"))
    for device, g, weight in zip(DEVICES, held_conductances(), weights, strict=True):
        attempts = (1, 2) if device == "D04" else (1,)
        for attempt in attempts:
            parts.append(_pulse(device, "erase", 0.5, g, attempt=attempt, weight=weight))
            levels = (0.5, 1.0) if weight else ()
            parts += [
                _pulse(device, "program", -0.2, part * g, attempt=attempt, weight=weight)
                for part in levels
            ]
        verify = _verify(device, g, 0)
        verify["Target (S)"] = weight * UNIT_S if weight else np.nan
        verify["Attempt"] = attempts[-1]
        parts.append(verify)
    for number, part in enumerate(parts):
        part["Application"] = number
    return _timed(parts, KernelEncoding)


def save_run(folder: Path, procedure: LabProcedure, frame: pd.DataFrame, **changes: Any) -> Run:
    """A run folder of these rows, as the runner leaves it; `changes` replace parts of it."""
    folder.mkdir(parents=True)
    columns = [*BASE_COLUMNS, *procedure.columns]
    frame.to_csv(folder / "data.csv", index=False, na_rep="nan")
    record: dict[str, Any] = {
        "schema": RECORD_SCHEMA, "run": folder.name, "status": "finished", "reason": "",
        "error": None, "procedure": procedure.name, "parameters": procedure.parameter_values(),
        "procedure_class": f"{type(procedure).__module__}.{type(procedure).__qualname__}",
        "findings": {name: asdict(finding) for name, finding in procedure.findings.items()},
        "station": {"name": "test", "simulated": True,
                    "wiring": {"devices": {name: f"1A{name[1:]}" for name in DEVICES}}},
        "seed": 7, "versions": {"labctl": "0"}, "limits": {"voltage_max": {"value": 0.6}},
        "data": {"columns": [{"name": c.header, "dtype": c.dtype} for c in columns]},
        "bench": {"closures": 36, "read": None},
        "safe_state": {"verified": True, "failures": [], "smu": {"output": False}},
        "results": {}, "warnings": [],
    }  # fmt: skip
    if "status" not in changes:
        record["results"] = procedure.analyse(frame)
    write_record(folder, record | changes)
    return Run.load(folder)


def _verify(device: str, conductance_s: float, number: int) -> pd.DataFrame:
    set_v = np.tile([5e-3, -5e-3], 10)
    part = _rows(device, set_v, conductance_s * set_v + OFFSET_A, number)
    part["Phase"] = "verify"
    return part


def _pulse(
    device: str, phase: str, level_v: float, conductance_s: float, *, attempt: int, weight: int
) -> pd.DataFrame:
    set_v = np.full(4, level_v)
    part = _rows(device, set_v, conductance_s * set_v, 0)
    part["Phase"], part["Attempt"], part["Dwell (s)"] = phase, attempt, 1e-4
    part["Elapsed (s)"] = 1e-4 * np.arange(1, 5)
    part["Target (S)"] = weight * UNIT_S if weight else np.nan
    return part


def _rows(device: str, set_v: np.ndarray, current_a: np.ndarray, number: int) -> pd.DataFrame:
    part = pd.DataFrame({"Set voltage (V)": set_v, "Voltage (V)": set_v, "Current (A)": current_a})
    part["Device"], part["Application"] = device, number
    return part


def _timed(parts: list[pd.DataFrame], procedure: type[LabProcedure]) -> pd.DataFrame:
    frame = pd.concat(parts, ignore_index=True)
    frame["Time (s)"] = 1e-3 * np.arange(len(frame))
    columns = [*BASE_COLUMNS, *procedure.columns]
    for column in columns:
        if column.header not in frame:
            frame[column.header] = 0
        missing = -1 if column.dtype.startswith("int") else np.nan
        frame[column.header] = frame[column.header].fillna(missing).astype(column.dtype)
    return frame[[column.header for column in columns]]
