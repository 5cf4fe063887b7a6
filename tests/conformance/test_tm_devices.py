"""Tektronix' `tm_devices`, unmodified, on the simulated bench."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

tm_devices = pytest.importorskip("tm_devices")


@pytest.fixture
def smu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.chdir(tmp_path)  # it writes its log there
    world = tmp_path / "world.toml"
    world.write_text('[instruments]\nsmu = "TCPIP0::127.0.0.1::inst0::INSTR"\n', encoding="utf-8")
    with tm_devices.DeviceManager(verbose=False) as manager:
        manager.visa_library = f"{world}@ag2s"
        yield manager.add_smu("127.0.0.1", connection_type="TCPIP")


def test_it_recognises_sources_and_measures(smu: Any) -> None:
    assert smu.model == "Model 2636B"
    channel = smu.commands.smu["a"]
    channel.source.levelv = 0.01
    channel.source.output = 1
    channel.measure.count = 5
    channel.measure.overlappediv("smua.nvbuffer1", "smua.nvbuffer2")
    smu.commands.waitcomplete()
    voltage_v = smu.get_buffers("smua.nvbuffer2")["smua.nvbuffer2"]
    assert voltage_v == pytest.approx([0.01] * 5, abs=5e-4)
    assert smu.expect_esr(0)


def test_it_loads_and_runs_a_script(smu: Any) -> None:
    smu.load_script("hello", script_body="print('hi')", to_nv_memory=True)
    smu.run_script("hello")
    assert smu.read().strip() == "hi"
