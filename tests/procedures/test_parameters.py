"""Parameters refuse what they cannot mean, and give back exactly what they were given."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.errors import ParameterError
from procedures.parameters import Choice, Quantity, QuantityOrWord, to_si


def voltage() -> Quantity:
    return Quantity(
        "Amplitude", "V", default=0.2, minimum=-0.5, maximum=0.5, description="of a pulse"
    )


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("200 mV", "V", 0.2),
        ("-0.2", "V", -0.2),
        ("1.5ms", "s", 1.5e-3),
        ("2 %", "", 0.02),
        ("1e-5 S", "S", 1e-5),
        ("100 µs", "s", 1e-4),
        ("200us", "s", 2e-4),
        ("10 uS", "S", 1e-5),
        (".5 V", "V", 0.5),
    ],
)
def test_text_with_units_becomes_si(text: str, unit: str, value: float) -> None:
    assert to_si(text, unit) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "V",
        "nan",
        "inf V",
        "1,5 V",
        "3 s",
        "5 parsecs",
        "1 V V",
        "0x10",
        "1 V; 2 V",
        "1e V",
    ],
)
def test_text_that_is_no_voltage_is_refused(text: str) -> None:
    with pytest.raises(ParameterError):
        to_si(text, "V")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 0.6, "600 mV", True, None, [0.1]])
def test_a_bad_value_is_refused_at_assignment(value: object) -> None:
    parameter = voltage()
    with pytest.raises(ParameterError):
        parameter.value = value
    assert parameter.value == 0.2


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_not_finite_is_called_so(value: float) -> None:
    with pytest.raises(ParameterError, match="not a finite number"):
        voltage().value = value


def test_the_limit_and_its_unit_are_named() -> None:
    with pytest.raises(ParameterError, match=r"0\.6 V is outside its limits, -0\.5 to 0\.5 V"):
        voltage().value = "600 mV"


@given(st.floats(min_value=-0.5, max_value=0.5))
def test_the_header_text_gives_the_value_back_to_the_last_digit(value: float) -> None:
    first, second = voltage(), voltage()
    first.value = value
    second.value = str(first)
    assert second.value == value


def test_a_choice_names_the_nearest_one() -> None:
    parameter = Choice("Array", ("ITM", "FTM"), default="ITM", description="kind of array")
    with pytest.raises(ParameterError, match="did you mean 'ITM'"):
        parameter.value = "ITN"


def radius() -> QuantityOrWord:
    return QuantityOrWord(
        "Radius", "m", "flat", default="flat", minimum=1e-4, maximum=1.0, description="of a bend"
    )


@pytest.mark.parametrize(
    ("text", "value"), [("flat", "flat"), (" Flat ", "flat"), ("3 mm", 3e-3), (0.5, 0.5)]
)
def test_a_word_may_stand_in_the_place_of_a_quantity(text: object, value: object) -> None:
    first, second = radius(), radius()
    first.value = text
    assert first.value == value
    second.value = str(first)
    assert second.value == value


@pytest.mark.parametrize("text", ["round", "2 m", "3 mV", "", None])
def test_any_other_word_is_refused(text: object) -> None:
    with pytest.raises(ParameterError):
        radius().value = text
