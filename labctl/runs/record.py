"""What `run.json` says of a run before its first row."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from labctl.bench.station import Station
from labctl.config import StationConfig
from labctl.runs.data_file import columns_of
from labctl.runs.run import RECORD_SCHEMA
from labctl.runs.run_folder import DATA
from labctl.runs.status import Status
from labctl.runs.versions import software_versions
from procedures.base import LabProcedure


def first_record(
    procedure: LabProcedure,
    devices: Sequence[str],
    station: Station,
    folder: Path,
    started: datetime,
) -> dict[str, Any]:
    """The record of a run that begins; what comes later is null or empty until then."""
    return {
        "schema": RECORD_SCHEMA,
        "run": folder.name,
        "status": Status.RUNNING,
        "reason": "",
        "error": None,
        "started": started.isoformat(timespec="milliseconds"),
        "ended": None,
        "procedure": procedure.name,
        "procedure_class": f"{type(procedure).__module__}.{type(procedure).__qualname__}",
        "parameters": procedure.parameter_values(),
        "parameter_units": {
            name: unit
            for name, parameter in procedure.parameter_objects().items()
            if (unit := getattr(parameter, "units", None))
        },
        "devices": list(devices),
        **_station(station),
        "versions": software_versions(),
        "host": {"name": platform.node(), "pid": os.getpid()},
        "regime": procedure.stated_regime(),
        "operator_limits": {},
        "requires": {},
        "limits": None,
        "data": {
            "file": DATA,
            "columns": [{"name": c.header, "dtype": c.dtype} for c in columns_of(procedure)],
            "rows": 0,
            "sha256": None,
        },
        "findings": {name: asdict(finding) for name, finding in procedure.findings.items()},
        "applications": {},
        "bench": {},
        "safe_state": None,
        "results": {},
        "warnings": [],
    }


def _station(station: Station) -> dict[str, Any]:
    config = station.config
    return {
        "station": {
            "name": config.name,
            "description": config.description,
            "file": config.document.path,
            "simulated": config.simulated,
            "timing": asdict(config.timing),
            "wiring": asdict(config.wiring),
        },
        "sample": asdict(config.sample),
        "seed": station.seed,
        "clock": {"driver": config.clock.driver, "origin_s": None},
        "instruments": {
            role: {"identity": identity, **_address(config, role)}
            for role, identity in station.identities.items()
        },
        "settings": {"at_start": None, "at_end": None},
    }


def _address(config: StationConfig, role: str) -> dict[str, Any]:
    if role in config.instruments:
        return asdict(config.instruments[role])
    return {"driver": config.clock.driver, "resource": config.clock.resource}
