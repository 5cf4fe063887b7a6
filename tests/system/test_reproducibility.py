"""What a seed means: the same rows however they were fetched, the same devices in any order."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

import labctl
from labctl import Run
from labctl.runs.runner import run
from procedures.convolution import Convolution
from procedures.kernel_encoding import KernelEncoding

SEED = 3


def encode_and_read(
    out: Path, station: str = "simulated", devices: list[str] | None = None
) -> tuple[Run, Run]:
    with labctl.open_station(station, out=out, seed=SEED) as bench:
        encoding = run(KernelEncoding(), bench, devices=devices)
        return encoding, run(Convolution(), bench)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Run]:
    return encode_and_read(tmp_path_factory.mktemp("reference"))


def station_with_fetch_interval(folder: Path, interval: str) -> str:
    stations = files("labctl.stations")
    text = stations.joinpath("simulated.toml").read_text(encoding="utf-8")
    assert 'fetch_interval = "inf"' in text
    path = folder / "bench.toml"
    path.write_text(
        text.replace('fetch_interval = "inf"', f'fetch_interval = "{interval}"'), encoding="utf-8"
    )
    world = stations.joinpath("simulated_world.toml").read_text(encoding="utf-8")
    (folder / "simulated_world.toml").write_text(world, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("interval", ["inf", "300 ms"])
def test_the_same_seed_gives_identical_rows(
    reference: tuple[Run, Run], tmp_path: Path, interval: str
) -> None:
    again = encode_and_read(tmp_path / "runs", station_with_fetch_interval(tmp_path, interval))
    for first, second in zip(reference, again, strict=True):
        assert (first.folder / "data.csv").read_bytes() == (second.folder / "data.csv").read_bytes()


def test_another_order_of_programming_gives_the_same_kernel_and_picture(
    reference: tuple[Run, Run], tmp_path: Path
) -> None:
    devices = [f"D{number:02d}" for number in range(18, 0, -1)]
    encoding, reading = encode_and_read(tmp_path, devices=devices)
    ours = {entry["device"]: entry for entry in encoding.results["encoding"]}
    assert list(ours) == devices
    for entry in reference[0].results["encoding"]:
        if entry["weight"]:
            assert ours[entry["device"]]["measured_s"] == pytest.approx(
                entry["measured_s"], rel=0.01
            )
    assert reading.results["psnr_db"] == pytest.approx(reference[1].results["psnr_db"], abs=1.0)


def test_another_seed_gives_another_array(reference: tuple[Run, Run], tmp_path: Path) -> None:
    with labctl.open_station("simulated", out=tmp_path, seed=SEED + 1) as bench:
        other = run(KernelEncoding(), bench)
    energies_j = [
        [entry["energy_j"] for entry in encoding.results["encoding"] if entry["weight"]]
        for encoding in (reference[0], other)
    ]
    assert not np.isclose(*energies_j, rtol=1e-3, atol=0).any()
