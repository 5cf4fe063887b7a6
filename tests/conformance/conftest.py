"""A simulated bench for programs that know nothing of this project."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import pyvisa

SMU = "GPIB0::26::INSTR"
MATRIX = "GPIB0::16::INSTR"
CRYOSTAT = "GPIB0::12::INSTR"


@pytest.fixture
def library(tmp_path: Path) -> str:
    """VISA library with a fresh array of 18 devices, all at their +-0.2 V OFF, about 8e-7 S."""
    world = tmp_path / "world.toml"
    world.write_text('seed = 4\n[sample]\npreset = "dot18"\n', encoding="utf-8")
    return f"{world}@ag2s"


@pytest.fixture
def device_connected(library: str) -> Iterator[None]:
    """Device D01 between HI and LO of channel A."""
    manager = pyvisa.ResourceManager(library)
    matrix = manager.open_resource(MATRIX)
    matrix.write('channel.exclusiveclose("1A01,2B12")')
    assert matrix.query('print(channel.getclose("allslots"))').strip() == "1A01;2B12"
    yield
    matrix.close()
