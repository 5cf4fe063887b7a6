"""Steps become items: which runs, in which order, and what is wrong with any of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from labctl.campaigns.definition import Definition
from labctl.campaigns.planning.items import Item, item_key
from labctl.campaigns.planning.prepared_step import PreparedStep, Values
from labctl.campaigns.planning.problems import Problems
from labctl.campaigns.steps import Order, Step
from labctl.config import StationConfig
from labctl.runs.devices import choose_devices
from procedures.base import LabProcedure
from procedures.errors import ParameterError


def expand(
    definition: Definition,
    steps: Sequence[PreparedStep],
    station: StationConfig,
    problems: Problems,
) -> list[Item]:
    """All items in their order; those that cannot be are told in `problems` instead.

    A step goes through its temperatures, at each through its devices, for each through its sets of
    parameters, and repeats each of them.
    """
    builder = _Builder(definition, station, problems)
    for one, target in _ordered(definition.order, steps):
        for temperature_k in one.temperatures_k:
            for devices in one.targets if target is None else (target,):
                for varied in one.varied:
                    builder.add(one, devices, temperature_k, varied)
    return builder.items


def _ordered(
    order: Order, steps: Sequence[PreparedStep]
) -> Iterator[tuple[PreparedStep, tuple[str, ...] | None]]:
    """Steps in their order, each with the devices it takes then; None for all it has."""
    for single, group in groupby(steps, key=lambda one: one.step.single):
        if order is Order.BY_STEP or not single:
            yield from ((one, None) for one in group)
            continue
        together = list(group)
        for target in dict.fromkeys(target for one in together for target in one.targets):
            yield from ((one, target) for one in together if target in one.targets)


class _Builder:
    """Makes items; equal procedures are made, and checked, once."""

    def __init__(self, definition: Definition, station: StationConfig, problems: Problems) -> None:
        self.items: list[Item] = []
        self._definition = definition
        self._station = station
        self._problems = problems
        self._procedures: dict[object, LabProcedure] = {}
        self._keys: set[str] = set()
        self._index = 0

    def add(
        self,
        one: PreparedStep,
        devices: tuple[str, ...] | None,
        temperature_k: float | None,
        varied: Values,
    ) -> None:
        """Add the item, or its repeats, or what is wrong with it."""
        repeats = range(1, one.step.repeats + 1) if one.step.repeats > 1 else (0,)
        shown = devices if one.step.single and devices is not None else ()
        for repeat in repeats:
            self._index += 1
            key = item_key(one.step.name, shown, temperature_k, varied, repeat)
            self._refuse_twice(one, key)
            with self._problems.noting(self._place(one), key):
                procedure = self._procedure(one, varied, key)
                if procedure is None:
                    continue
                item = Item(
                    index=self._index,
                    key=key,
                    step=one.step.name,
                    procedure=procedure,
                    devices=choose_devices(procedure, self._station, devices),
                    parameters={**one.step.parameters, **varied},
                    history=one.step.history,
                    temperature_k=temperature_k,
                    repeat=max(repeat, 1),
                    conditions=one.conditions,
                )
                self.items.append(item)

    def _place(self, one: PreparedStep, *keys: str) -> str:
        return self._definition.place(one.number, *keys)

    def _refuse_twice(self, one: PreparedStep, key: str) -> None:
        if key in self._keys:
            self._problems.add(self._place(one), "is there twice; write repeats = 2 instead", key)
        self._keys.add(key)

    def _procedure(self, one: PreparedStep, varied: Values, key: str) -> LabProcedure | None:
        """The procedure with its parameters, checked; None when it has been told what is wrong."""
        known = (one.number, tuple(map(repr, varied.values())))
        if known in self._procedures:
            return self._procedures[known]
        procedure, good = one.procedure(), True
        for table, name in _given(one.step):
            try:
                setattr(procedure, name, {**one.step.parameters, **varied}[name])
            except ParameterError as error:
                self._problems.add(self._place(one, table, name), error, key)
                good = False
        if not good:
            return None
        procedure.check()
        self._procedures[known] = procedure
        return procedure


def _given(step: Step) -> Iterator[tuple[str, str]]:
    """Every parameter that the step gives, behind the table it stands in."""
    for table in ("parameters", "product", "zip"):
        yield from ((table, name) for name in getattr(step, table))
