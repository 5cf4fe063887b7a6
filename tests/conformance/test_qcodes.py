"""QCoDeS' own Keithley 2636B driver, unmodified, on the simulated bench."""

from collections.abc import Iterator

import numpy as np
import pytest

from tests.conformance.conftest import SMU

pytest.importorskip("qcodes")
pytestmark = [
    pytest.mark.usefixtures("device_connected"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def smu(library: str) -> Iterator:
    from qcodes.instrument_drivers.Keithley import Keithley2636B

    instrument = Keithley2636B("smu", SMU, visalib=library)
    yield instrument
    instrument.close()


def test_it_knows_the_instrument(smu) -> None:
    identity = smu.get_idn()
    assert identity["model"] == "2636B"
    assert smu.smua.linefreq() in (50, 60)


def test_a_level_goes_out_and_a_current_comes_back(smu) -> None:
    channel = smu.smua
    channel.mode("voltage")
    channel.sourcerange_v(0.2)
    channel.measurerange_i(1e-6)
    channel.limiti(1e-3)
    channel.volt(0.02)
    channel.output("on")
    assert channel.curr() == pytest.approx(0.02 * 8e-7, rel=0.6)
    channel.volt(0)
    channel.output("off")


def test_a_range_that_does_not_exist_is_refused(smu) -> None:
    with pytest.raises(ValueError, match=r"0\.3"):
        smu.smua.sourcerange_v(0.3)


def test_a_fast_sweep_runs_in_the_instrument(smu) -> None:
    from qcodes.dataset import LinSweep

    channel = smu.smua
    channel.sourcerange_v(0.2)
    channel.measurerange_i(1e-6)
    channel.nplc(0.1)
    channel.setup_fastsweep(LinSweep(channel.volt, -0.02, 0.02, 41))
    current_a = channel.fastsweep()
    voltage_v = np.linspace(-0.02, 0.02, 41)
    slope_s = np.polyfit(voltage_v, current_a, 1)[0]
    assert slope_s == pytest.approx(8e-7, rel=0.6)
    assert np.corrcoef(voltage_v, current_a)[0, 1] > 0.99
    channel.volt(0)
    channel.output("off")


def test_a_fast_sweep_of_two_channels(smu) -> None:
    from qcodes.dataset import LinSweep

    smu.smua.nplc(0.01)
    smu.smua.measurerange_i(1e-6)
    smu.smua.setup_fastsweep(
        LinSweep(smu.smua.volt, -0.02, 0.02, 11), LinSweep(smu.smub.volt, 0, 0.01, 3)
    )
    current_a = smu.smua.fastsweep()
    assert current_a.shape == (3, 11)
    assert np.allclose(current_a[0], current_a[2], atol=3e-9)
