"""The `keithley2600` package, unmodified, on the simulated bench."""

from collections.abc import Iterator
from typing import Any

import pytest
import pyvisa

from tests.conformance.conftest import SMU

driver = pytest.importorskip("keithley2600.keithley_driver")
pytestmark = pytest.mark.usefixtures("device_connected")

CONTROL = "GPIB0::30::INSTR"


@pytest.fixture
def smu(library: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Connected, and with its polling pauses passing in simulated time."""
    control = pyvisa.ResourceManager(library).open_resource(CONTROL)
    monkeypatch.setattr(
        driver.time, "sleep", lambda duration_s: control.write(f"WAIT {duration_s}")
    )
    instrument = driver.Keithley2600(SMU, visa_library=library, raise_keithley_errors=True)
    # It asks for the names of a table when it first meets it, longer than a short sweep lasts.
    assert instrument.status.operation.sweeping.condition == 0
    yield instrument
    instrument.disconnect()
    control.close()


def test_it_finds_the_commands_by_itself(smu: Any) -> None:
    assert {"smua", "smub", "trigger", "display", "format"} <= set(dir(smu))
    assert "getreading" in dir(smu.smua.nvbuffer1.readings)
    smu.smua.source.levelv = 0.01
    assert smu.smua.source.levelv == 0.01


def test_it_measures_what_it_applies(smu: Any) -> None:
    smu.apply_voltage(smu.smua, 0.02)
    current_a, voltage_v = smu.smua.measure.iv()
    assert voltage_v == pytest.approx(0.02, abs=5e-4)
    assert current_a == pytest.approx(0.02 * 8e-7, rel=0.6)
    smu.ramp_to_voltage(smu.smua, 0.0, delay=0.01, step_size=0.005)
    assert smu.smua.source.levelv == pytest.approx(0.0)


@pytest.mark.parametrize(("pulsed", "delay_s"), [(False, -1), (True, 1e-3)])
def test_it_sweeps_a_list(smu: Any, pulsed: bool, delay_s: float) -> None:
    levels_v = [1e-3 * step for step in range(60)]  # more than it sends in one message
    voltage_v, current_a = smu.voltage_sweep_single_smu(
        smu.smua, levels_v, t_int=0.01, delay=delay_s, pulsed=pulsed
    )
    assert voltage_v == pytest.approx(levels_v, abs=5e-4)
    assert current_a[-1] == pytest.approx(levels_v[-1] * 8e-7, rel=0.6)
    assert smu.read_error_queue() == []


def test_two_channels_wait_for_each_other(smu: Any) -> None:
    levels_v = [0.0, 0.01, 0.02]
    v_a, i_a, v_b, i_b = smu.voltage_sweep_dual_smu(
        smu.smua, smu.smub, levels_v, [0.0] * 3, t_int=0.01, delay=-1, pulsed=False
    )
    assert v_a == pytest.approx(levels_v, abs=5e-4)
    assert [len(column) for column in (i_a, v_b, i_b)] == [3, 3, 3]
