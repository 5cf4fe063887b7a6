"""PyMeasure's own drivers, unmodified, on the simulated bench."""

import pytest
from pymeasure.instruments.keithley import Keithley2600
from pymeasure.instruments.lakeshore import LakeShore3xx

from tests.conformance.conftest import CRYOSTAT, SMU

pytestmark = pytest.mark.filterwarnings("ignore:It is not known whether:FutureWarning")


@pytest.mark.usefixtures("device_connected")
def test_keithley2600_sources_and_measures(library: str) -> None:
    smu = Keithley2600(SMU, visa_library=library)
    smu.ChA.source_mode = "voltage"
    smu.ChA.compliance_current = 1e-3
    smu.ChA.source_voltage_range = 0.2
    smu.ChA.current_range = 1e-6
    smu.ChA.source_voltage = 0.02
    smu.ChA.source_output = "ON"
    assert smu.ChA.source_voltage == pytest.approx(0.02)
    assert smu.ChA.current == pytest.approx(0.02 * 8e-7, rel=0.6)
    assert smu.ChA.voltage == pytest.approx(0.02, abs=5e-4)
    smu.ChA.source_voltage = 0
    smu.ChA.shutdown()
    assert smu.ChA.source_output == "OFF"
    assert smu.next_error == (0, "Queue Is Empty")
    smu.adapter.close()


def test_keithley2600_meets_the_instruments_refusal(library: str) -> None:
    """Its `%f` turns 0.5 uA into 0: a 2636B does not take a limit of 0 A, and says so."""
    smu = Keithley2600(SMU, visa_library=library)
    before_a = smu.ChA.compliance_current
    smu.write("smua.source.limiti=0.000000")
    code, message = smu.next_error
    assert code != 0
    assert message
    assert smu.ChA.compliance_current == before_a
    smu.adapter.close()


def test_lakeshore3xx_reads_and_ramps(library: str) -> None:
    cryostat = LakeShore3xx(CRYOSTAT, visa_library=library)
    assert cryostat.input_A.kelvin == pytest.approx(300, abs=0.1)
    assert cryostat.output_1.range == "off"
    cryostat.output_1.range = "high"
    cryostat.output_1.setpoint = 310.0
    assert cryostat.output_1.range == "high"
    assert cryostat.input_A.celsius == pytest.approx(300 - 273.15, abs=1)
    cryostat.adapter.close()
