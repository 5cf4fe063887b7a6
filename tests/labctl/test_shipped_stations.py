"""The stations that come with labctl: their worlds stay apart, and every device is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from labctl.bench.station import open_station, read_station, station_files
from labctl.runs.runner import run
from tests.labctl.staircase import Staircase

SIMULATED = {
    name: config
    for name, path in station_files().items()
    if (config := read_station(path)).simulated
}


def test_every_sample_of_the_paper_has_a_station() -> None:
    devices = {name: list(config.wiring.devices) for name, config in SIMULATED.items()}
    for name, count in (("simulated_single", 1), ("simulated_ten", 10), ("simulated", 18)):
        assert devices[name] == [f"D{number:02d}" for number in range(1, count + 1)]


def test_stations_do_not_share_a_world() -> None:
    worlds = [config.visa.world for config in SIMULATED.values()]
    assert len(set(worlds)) == len(worlds)
    assert all(name == config.name for name, config in SIMULATED.items())
    assert all(len(config.description) > 20 for config in SIMULATED.values())


@pytest.mark.parametrize("name", SIMULATED)
def test_every_wired_device_is_on_the_sample(name: str, tmp_path: Path) -> None:
    devices = list(SIMULATED[name].wiring.devices)
    with open_station(name, out=tmp_path, seed=3) as station:
        done = run(Staircase(peak=0.05), station, devices=devices)
    assert done.status == "finished", done.reason
    top = done.frame[done.frame["Set voltage (V)"] == 0.05].set_index("Device")["Current (A)"]
    assert list(top.index) == devices
    assert (top > 0.05 * 1e-9).all()
    assert (tmp_path / str(SIMULATED[name].visa.world)).is_file()
