"""The station files that come along, changed for a test."""

from __future__ import annotations

from pathlib import Path

from labctl.bench.station import STATIONS

SIMULATED = (STATIONS / "simulated.toml").read_text(encoding="utf-8")
PROBE = (STATIONS / "probe_station.toml").read_text(encoding="utf-8")


def station_file(folder: Path, *changes: tuple[str, str], text: str = SIMULATED) -> Path:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "changed.toml"
    path.write_text(text, encoding="utf-8")
    world = (STATIONS / "simulated_world.toml").read_text(encoding="utf-8")
    (folder / "simulated_world.toml").write_text(world, encoding="utf-8")
    return path
