"""A step held against a station: its procedure, devices, values, conditions, or what is wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from labctl.campaigns.definition import Definition
from labctl.campaigns.planning.conditions import Comparison, Condition, parse_condition
from labctl.campaigns.planning.problems import Problems
from labctl.campaigns.steps import ALL, Step
from labctl.config import StationConfig
from labctl.config.quantity import quantity_of
from labctl.errors import BadInput
from labctl.ledger.requirements import Requirements
from labctl.strict_toml import nearest
from procedures.base import LabProcedure
from procedures.findings import Findings
from procedures.registry import load

MOST_SETS = 100_000
"""More sets of parameters of one step are a slip."""

Values = Mapping[str, object]
Classes = Mapping[str, type[LabProcedure]]
"""The procedure of every step so far, by the step's name."""


@dataclass(kw_only=True)
class PreparedStep:
    """One step, ready to be made into items."""

    number: int
    """From 1."""
    step: Step
    procedure: type[LabProcedure]
    devices: tuple[str, ...] | None = None
    """In their order; None leaves the choice to the procedure."""
    varied: Sequence[Values] = ()
    """Parameters from lists, one set an item."""
    temperatures_k: Sequence[float | None] = (None,)
    conditions: dict[str, Condition] = field(default_factory=dict)

    @property
    def targets(self) -> tuple[tuple[str, ...] | None, ...]:
        """The devices of each of its runs."""
        if self.step.single and self.devices is not None:
            return tuple((device,) for device in self.devices)
        return (self.devices,)


def prepare_steps(
    definition: Definition, station: StationConfig, problems: Problems
) -> list[PreparedStep]:
    """Every step that can be prepared; all that is wrong with the others goes to `problems`."""
    classes: dict[str, type[LabProcedure]] = {}
    prepared: list[PreparedStep] = []
    for number, step in enumerate(definition.steps, start=1):
        before = len(problems)
        with problems.noting(definition.place(number, "procedure")):
            classes[step.name] = _class_of(step)
            one = PreparedStep(number=number, step=step, procedure=classes[step.name])
            _fill(one, definition, station, classes, problems)
            if len(problems) == before:
                prepared.append(one)
    return prepared


def _fill(
    one: PreparedStep,
    definition: Definition,
    station: StationConfig,
    classes: Classes,
    problems: Problems,
) -> None:
    step = one.step
    with problems.noting(definition.place(one.number, "devices")):
        one.devices = _devices(step, tuple(station.wiring.devices))
    with problems.noting(definition.place(one.number, "temperatures")):
        one.temperatures_k = _temperatures_k(step) or (None,)
    for table in ("parameters", "product", "zip"):
        for name in getattr(step, table):
            with problems.noting(definition.place(one.number, table, name)):
                _check_parameter(one.procedure, name)
    with problems.noting(definition.place(one.number, "zip")):
        one.varied = _varied(step)
    with problems.noting(definition.place(one.number, "history")):
        Requirements.parse(step.history)
    for key, text in step.conditions.items():
        with problems.noting(definition.place(one.number, key)):
            one.conditions[key] = parse_condition(text)
            for comparison in one.conditions[key].comparisons():
                _check_comparison(comparison, definition, classes)


def _class_of(step: Step) -> type[LabProcedure]:
    return load(step.procedure) if isinstance(step.procedure, str) else step.procedure


def _devices(step: Step, wired: Sequence[str]) -> tuple[str, ...] | None:
    if step.devices is None:
        return None
    names = [device for text in step.devices for device in _named(text, wired)]
    for name in names:
        if names.count(name) > 1:
            raise BadInput(f"device {name!r} is named twice")
    if not names:
        raise BadInput('names no device; leave it out, or write "all"')
    return tuple(names)


def _named(text: str, wired: Sequence[str]) -> Sequence[str]:
    """The devices that one entry stands for: a device, a range of the wiring, or all."""
    if text == ALL:
        return wired
    if text in wired:
        return (text,)
    first, dash, last = (part.strip() for part in text.partition("-"))
    for end in (first, last) if dash else (text,):
        if end not in wired:
            raise BadInput(
                f"there is no device {end!r} in the station's wiring; {nearest(end, wired)}"
            )
    if wired.index(last) < wired.index(first):
        raise BadInput(f"{text!r}: {last} stands before {first} in the station's wiring")
    return wired[wired.index(first) : wired.index(last) + 1]


def _temperatures_k(step: Step) -> tuple[float, ...]:
    kelvins = tuple(
        quantity_of(value, "K") if isinstance(value, str) else float(value)
        for value in step.temperatures
    )
    for kelvin in kelvins:
        if not (math.isfinite(kelvin) and kelvin > 0):
            raise BadInput(f"{kelvin:g} K is no temperature of a stage")
    return kelvins


def _check_parameter(procedure: type[LabProcedure], name: str) -> None:
    known = procedure().parameter_objects()
    if name not in known:
        raise BadInput(f"{procedure.name} has no parameter {name!r}; {nearest(name, known)}")


def _varied(step: Step) -> list[Values]:
    """Every set of the parameters that come from lists; one empty set where there is no list."""
    tables = ("parameters", step.parameters), ("product", step.product), ("zip", step.zip)
    for k, (here, table) in enumerate(tables):
        for there, other in tables[k + 1 :]:
            if both := set(table) & set(other):
                raise BadInput(f"{min(both)!r} stands in both {here} and {there}")
    lengths = {name: len(values) for name, values in step.zip.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise BadInput(f"lists of one length are needed, but {told}")
    if math.prod(map(len, step.product.values())) * max(lengths.values(), default=1) > MOST_SETS:
        raise BadInput(f"more than {MOST_SETS:,} sets of parameters; give shorter lists")
    crossed = [
        dict(zip(step.product, values, strict=True)) for values in product(*step.product.values())
    ]
    beside = [
        dict(zip(step.zip, values, strict=True)) for values in zip(*step.zip.values(), strict=True)
    ]
    return [{**one, **other} for one in crossed for other in beside or [{}]]


def _check_comparison(comparison: Comparison, definition: Definition, classes: Classes) -> None:
    if comparison.step not in classes:
        later = comparison.step in {step.name for step in definition.steps}
        hint = "it comes later" if later else nearest(comparison.step, classes)
        raise BadInput(f"there is no earlier step {comparison.step!r}; {hint}")
    procedure = classes[comparison.step]
    known: Findings = procedure.findings
    if comparison.finding not in known:
        raise BadInput(
            f"step {comparison.step!r} ({procedure.name}) finds no {comparison.finding!r}; "
            f"{nearest(comparison.finding, known)}"
        )
    comparison.check_unit(known[comparison.finding].unit)
