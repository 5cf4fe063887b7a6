"""Every parameter stands under one heading of the form."""

from __future__ import annotations

import pytest

from procedures.base import LabProcedure
from procedures.parameter_groups import SAFETY, parameter_groups
from procedures.parameters import Count
from procedures.registry import NAMES, load


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_stands_in_exactly_one_group(name: str) -> None:
    procedure = load(name)
    groups = parameter_groups(procedure)
    grouped = [parameter for names in groups.values() for parameter in names]
    assert sorted(grouped) == sorted(procedure().parameter_objects())
    assert all(groups.values())
    assert list(groups)[-1] == SAFETY
    assert "regime" in groups[SAFETY]


def test_what_is_named_nowhere_comes_first_in_the_order_of_the_code() -> None:
    assert parameter_groups(load("sddp"))["Measurement"][:3] == (
        "amplitude",
        "durations",
        "repeats",
    )
    assert parameter_groups(load("iv_loop"))[SAFETY] == (
        "regime",
        "compliance_negative",
        "compliance_positive",
        "stop_step",
    )


@pytest.mark.parametrize("names", [("turns", "turns"), ("twists",)])
def test_a_heading_that_is_wrong_is_told(names: tuple[str, ...]) -> None:
    class Turning(LabProcedure):
        name = "turning"
        groups = (("Turns", names),)
        turns = Count("Turns", default=1, minimum=1, maximum=9, description="how many")

    with pytest.raises(ValueError, match=f"turning: groups name '{names[0]}'"):
        parameter_groups(Turning)
