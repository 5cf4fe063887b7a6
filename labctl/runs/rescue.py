"""What the source still holds of an application that nobody is left to fetch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from drivers.roles import SourceMeasureUnit, Trace
from labctl.atomic_file import replace_text
from labctl.bench.history import History, PastApplication
from labctl.bench.interrupted import Rescued, Witness
from labctl.runs.data_file import read_frame
from labctl.runs.run_folder import JOURNAL, RESCUED

_COLUMNS = {
    "time_s": "float64",
    "set_v": "float64",
    "voltage_v": "float64",
    "current_a": "float64",
    "flags": "uint8",
}
"""Columns of `rescued.csv`, and their dtypes."""
NOTHING = Rescued(Witness.NEVER_BEGUN, Trace.empty())
"""There is nothing in flight."""


def rescue(folder: Path, smu: SourceMeasureUnit) -> dict[str, Any] | None:
    """Save what the source holds of the run's application in flight; None when there is none.

    Asks the source only once for each application: what was saved before stands. `rescued.csv` has
    the readings as the source took them, times from the start of the waveform. Returns a JSON-able
    summary. Raises `InstrumentError`, `OSError`, and `ValueError` for a journal that is damaged.
    """
    event = _in_flight(folder)
    if event is None:
        return None
    rescued = _kept(folder, event) or _ask(event, smu)
    _keep(folder, event, rescued)
    return {
        "application": event.number,
        "device": event.device,
        "readings": len(rescued.trace),
        "witness": rescued.witness.value,
    }


def rescued_of(folder: Path) -> Rescued:
    """What was learnt from the source about the application in flight; see `rescue`."""
    event = _in_flight(folder)
    if event is None:
        return NOTHING
    if event.saved:
        return Rescued(Witness.HELD, Trace.empty())
    return _kept(folder, event) or Rescued(Witness.LOST, Trace.empty())


def _in_flight(folder: Path) -> PastApplication | None:
    path = folder / JOURNAL
    return History.read(path).in_flight if path.exists() else None


def _ask(event: PastApplication, smu: SourceMeasureUnit) -> Rescued:
    if event.saved:
        return Rescued(Witness.HELD, Trace.empty())
    held = smu.held_tag()
    if held == event.tag:
        return Rescued(Witness.HELD, smu.recover(event.waveform, event.sensing))
    if held is not None and held == event.tag_before:
        return Rescued(Witness.NEVER_BEGUN, Trace.empty())
    return Rescued(Witness.LOST, Trace.empty())


def _keep(folder: Path, event: PastApplication, rescued: Rescued) -> None:
    header = json.dumps({"tag": event.tag, "witness": rescued.witness.name})
    rows = pd.DataFrame({name: getattr(rescued.trace, name) for name in _COLUMNS})
    text = rows.to_csv(index=False, na_rep="nan", lineterminator="\n")
    replace_text(folder / RESCUED, f"# {header}\n{text}")


def _kept(folder: Path, event: PastApplication) -> Rescued | None:
    """What was saved of this application before."""
    path = folder / RESCUED
    if not path.exists():
        return None
    with path.open(encoding="utf-8") as file:
        header = json.loads(file.readline().lstrip("# "))
    if header["tag"] != event.tag:
        return None
    rows = read_frame(path, _COLUMNS)
    return Rescued(Witness[header["witness"]], Trace(*(rows[name].to_numpy() for name in _COLUMNS)))
