"""Stations whose simulated devices have other parameters, as a user would write them."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

NOISE_FREE = """
set_spread = 0.0
reset_spread = 0.0
filament_spread = 0.0
threshold_spread_v = 0.0
interface_drift_exponent = 0.0
filament_drift_exponent = 0.0

[front_end]
source_offset_v = 0.0
source_noise_v = 0.0
reading_noise = 0.0
current_floor = 0.0
meter_offset_v = 0.0
meter_noise_v = 0.0
"""
"""Devices that do the same at every event and do not drift, and a source-meter without errors."""


def perturbed_station(here: Path, parameters: str, station: str = "simulated_single") -> Path:
    """A copy of a station and its world; `parameters` are lines of `[sample.parameters]`."""
    stations = resources.files("labctl.stations")
    text = stations.joinpath(f"{station}.toml").read_text("utf-8")
    world = stations.joinpath(f"{station}_world.toml").read_text("utf-8")
    path = here / "perturbed.toml"
    path.write_text(text.replace(f"{station}_world.toml", "perturbed_world.toml"), encoding="utf-8")
    (here / "perturbed_world.toml").write_text(
        f"{world}\n[sample.parameters]\n{parameters}\n", encoding="utf-8"
    )
    return path
