"""Which stations there are, and what the window has to know of one."""

from __future__ import annotations

from labctl.bench.station import read_station, station_files
from labctl.clerk.desk import Answer, Request
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
    return {
        "name": config.name,
        "file": str(config.document.path.resolve()),
        "simulated": config.simulated,
        "in_process": config.in_process,
        "sample": {"name": config.sample.name, "id": config.sample.id},
        "devices": list(config.wiring.devices),
        "procedures": [{"name": name, "meaning": meaning} for name, meaning in summaries()],
    }
