"""Which stations there are, and what the window has to know of one."""

from __future__ import annotations

from typing import Any

from labctl.bench.limits import Limits
from labctl.bench.station import read_station, smu_capabilities, station_files
from labctl.clerk.desk import Answer, Request
from labctl.config import StationConfig
from labctl.report.quantities import with_unit
from procedures.regime import Regime
from procedures.registry import add_file, summaries


def stations(_: Request) -> Answer:
    """Stations that come with labctl: `{"stations": [{"name", "description", "simulated"}]}`."""
    configs = [read_station(path) for path in station_files().values()]
    return {
        "stations": [
            {
                "name": config.name,
                "description": config.description,
                "simulated": config.simulated,
            }
            for config in configs
        ]
    }


def station(request: Request) -> Answer:
    """One station as its file says: `request["station"]` is its name or its file.

    Procedures of the station's own files are known from then on. Raises `BadInput`.
    """
    config = read_station(request["station"])
    for path in config.own_procedures:
        add_file(path)
    sample = config.sample
    return {
        "asked": request["station"],
        "name": config.name,
        "file": str(config.document.path.resolve()),
        "description": config.description,
        "simulated": config.simulated,
        "in_process": config.in_process,
        "clock": config.clock.driver,
        "sample": {
            "name": sample.name,
            "id": sample.id,
            "topology": sample.topology,
            "notes": sample.notes,
            "regime": sample.regime,
        },
        "devices": list(config.wiring.devices),
        "crosspoints": dict(config.wiring.devices),
        "always_closed": list(config.wiring.static),
        "instruments": [
            {"role": role, "driver": entry.driver, "resource": entry.resource or ""}
            for role, entry in config.instruments.items()
        ],
        "limits": _limits(config),
        "procedures": [{"name": name, "meaning": meaning} for name, meaning in summaries()],
    }


def _limits(config: StationConfig) -> list[dict[str, Any]]:
    """Every limit of a run in the sample's own regime, with its text and who set it."""
    regime = config.sample.regime or Regime.INTERFACE
    limits = Limits.effective(config, smu_capabilities(config), regime=regime)
    return [
        {
            "name": name,
            "value": limit["value"],
            "unit": limit["unit"],
            "text": with_unit(float(str(limit["value"])), str(limit["unit"])),
            "set_by": limit["set_by"],
        }
        for name, limit in limits.as_record().items()
    ]
