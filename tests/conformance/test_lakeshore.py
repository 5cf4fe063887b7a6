"""Lake Shore's own Python driver, unmodified, on the simulated bench."""

from collections.abc import Iterator
from typing import Any

import pytest
import pyvisa

from tests.conformance.conftest import CRYOSTAT

lakeshore = pytest.importorskip("lakeshore")


@pytest.fixture
def controller(library: str) -> Iterator[Any]:
    resource = pyvisa.ResourceManager(library).open_resource(
        CRYOSTAT, read_termination="\r\n", write_termination="\n"
    )
    yield lakeshore.Model336(connection=resource)
    resource.close()


def test_it_reads_the_inputs(controller: Any) -> None:
    assert controller.model_number == "MODEL336"
    assert controller.get_kelvin_reading("A") == pytest.approx(300, abs=0.1)
    assert len(controller.get_all_kelvin_reading()) == 4
    assert controller.get_all_sensor_reading()[0] == pytest.approx(0.56, abs=0.01)


def test_what_it_sets_comes_back(controller: Any) -> None:
    controller.set_heater_pid(1, 60, 25, 1)
    assert controller.get_heater_pid(1) == {"gain": 60, "integral": 25, "derivative": 1}
    controller.set_setpoint_ramp_parameter(1, True, 2.5)
    assert controller.get_setpoint_ramp_parameter(1) == {"ramp_enable": True, "rate_value": 2.5}
    controller.set_heater_range(1, controller.HeaterRange.MEDIUM)
    assert controller.get_heater_range(1) == controller.HeaterRange.MEDIUM


@pytest.mark.parametrize(
    ("query", "arguments"),
    [
        ("get_network_settings", ()),
        ("get_network_configuration", ()),
        ("get_relay_status", (1,)),
        ("get_diode_excitation_current", ("A",)),
        ("get_display_field_settings", (1,)),
        ("get_heater_setup", (1,)),
        ("get_min_max_data", ("A",)),
        ("get_operation_condition", ()),
        ("get_status_byte", ()),
    ],
)
def test_its_queries_are_answered(controller: Any, query: str, arguments: tuple[Any, ...]) -> None:
    assert getattr(controller, query)(*arguments) is not None


def test_it_hears_of_a_refusal(controller: Any) -> None:
    with pytest.raises(Exception, match="Command Error"):
        controller.command("NONSENSE 1")
    with pytest.raises(Exception, match="Execution Error"):
        controller.command("RANGE 1,9")
