"""What every procedure gets from its base: strict names, values checked when they are assigned."""

import pytest

from procedures.base import LabProcedure
from procedures.columns import BASE_COLUMNS
from procedures.convolution import Convolution
from procedures.errors import ParameterError
from procedures.kernel_encoding import KernelEncoding
from procedures.registry import NAMES, load


@pytest.mark.parametrize("name", NAMES)
def test_every_registered_procedure_can_be_loaded(name: str) -> None:
    procedure = load(name)
    assert procedure.name == name
    assert procedure.DATA_COLUMNS[: len(BASE_COLUMNS)] == [c.header for c in BASE_COLUMNS]
    for parameter in procedure()._parameters.values():
        assert parameter.description


def test_an_unknown_procedure_names_the_nearest() -> None:
    with pytest.raises(ParameterError, match="did you mean 'convolution'"):
        load("convolutoin")


def test_an_unknown_keyword_is_refused() -> None:
    with pytest.raises(ParameterError, match="did you mean 'tolerance'"):
        KernelEncoding(tolerence=0.02)


def test_an_unknown_attribute_is_refused_later_as_well() -> None:
    procedure = KernelEncoding()
    with pytest.raises(ParameterError, match="did you mean 'kernel'"):
        procedure.kernal = "soften"


def test_a_value_is_converted_and_checked_at_assignment() -> None:
    procedure = Convolution()
    procedure.read_width = "500 us"
    assert procedure.read_width == pytest.approx(5e-4)
    with pytest.raises(ParameterError, match="read_width: 2 s is outside its limits"):
        procedure.read_width = "2 s"
    assert procedure.parameter_values()["read_width"] == pytest.approx(5e-4)


def test_the_life_of_a_procedure_cannot_be_overridden() -> None:
    with pytest.raises(TypeError, match="final"):
        type("Rogue", (LabProcedure,), {"shutdown": lambda self: None})


def test_without_a_bench_nothing_runs() -> None:
    with pytest.raises(ParameterError, match="no bench"):
        KernelEncoding().execute()
