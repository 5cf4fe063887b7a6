"""What holds for every driver, whatever its instrument."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest
from pymeasure.adapters import ProtocolAdapter
from pymeasure.instruments import Instrument

import drivers
from drivers.bench_control import BenchControl, BendingControl, ControlPort
from drivers.keithley707b import Keithley707B
from drivers.keithley2636b import Keithley2636B
from drivers.lakeshore336 import LakeShore336
from drivers.roles import (
    BendingStage,
    Clock,
    SourceMeasureUnit,
    SwitchMatrix,
    TemperatureController,
)
from drivers.tsp import TspInstrument

ROLES: dict[type[Instrument], type] = {
    Keithley2636B: SourceMeasureUnit,
    Keithley707B: SwitchMatrix,
    LakeShore336: TemperatureController,
    BenchControl: Clock,
    BendingControl: BendingStage,
}
SHARED = (TspInstrument, ControlPort)
"""What several drivers have in common; no driver by itself."""
GRAMMAR = ("Control ", "Get ", "Measure ", "Set ")
TYPES = ("float", "int", "str", "bool", "list")


def driver_classes() -> Iterator[type[Instrument]]:
    for module in pkgutil.iter_modules(drivers.__path__, "drivers."):
        for _, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            is_driver = issubclass(found, Instrument) and found not in (Instrument, *SHARED)
            if is_driver and found.__module__ == module.name:
                yield found


def own_properties(driver: type[Instrument]) -> Iterator[tuple[str, property]]:
    for owner in (driver, *SHARED):
        if issubclass(driver, owner):
            for name, member in vars(owner).items():
                if isinstance(member, property) and not name.startswith("_"):
                    yield name, member


every_driver = pytest.mark.parametrize(
    "driver", list(driver_classes()), ids=lambda cls: cls.__name__
)


def test_every_driver_has_a_role() -> None:
    assert set(driver_classes()) == set(ROLES)


@every_driver
def test_opening_sends_nothing_and_keeps_the_adapter(driver: type[Instrument]) -> None:
    adapter = ProtocolAdapter([])
    instrument = driver(adapter, name="bench twin")
    assert instrument.adapter is adapter
    assert instrument.name == "bench twin"
    assert not adapter.connection.method_calls


@every_driver
def test_a_driver_fills_its_role(driver: type[Instrument]) -> None:
    assert isinstance(driver(ProtocolAdapter([])), ROLES[driver])


@every_driver
def test_docstrings_keep_to_the_grammar(driver: type[Instrument]) -> None:
    for name, member in own_properties(driver):
        words = " ".join((member.__doc__ or "").split())
        assert words.startswith(GRAMMAR), f"{name}: {words!r}"
        assert words.endswith(")."), f"{name} does not end with type, unit, and range: {words!r}"
        assert any(kind in words.rsplit("(", 1)[-1] for kind in TYPES), f"{name}: no type"


@every_driver
def test_nothing_is_cut_off_silently(driver: type[Instrument]) -> None:
    source = inspect.getsource(inspect.getmodule(driver))
    assert "truncated_" not in source
    assert "%f" not in source
