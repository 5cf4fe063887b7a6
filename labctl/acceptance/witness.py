"""Writes down what a procedure asks of the bench, and passes it on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from drivers.roles import Trace
from procedures.base import Application, Bench, LabProcedure


class WitnessBench:
    """A bench that remembers the applications that went through it."""

    def __init__(self, bench: Bench, seen: list[Application]) -> None:
        self._bench = bench
        self._seen = seen

    def __getattr__(self, name: str) -> Any:
        """Everything else is the bench's own."""
        return getattr(self._bench, name)

    def apply(self, application: Application) -> Trace:
        """Remember, then play."""
        self._seen.append(application)
        return self._bench.apply(application)

    def apply_each(self, applications: Iterable[Application]) -> Iterator[Trace]:
        """`apply` for many."""
        return (self.apply(application) for application in applications)


def witnessed(procedure: LabProcedure) -> tuple[LabProcedure, list[Application]]:
    """The same procedure, and a list that what it applies will go into."""
    seen: list[Application] = []
    owner = type(procedure)

    def measure(self: LabProcedure, bench: Bench) -> Iterator[float]:
        return owner.measure(self, cast(Bench, WitnessBench(bench, seen)))

    watched = type(owner.__name__, (owner,), {"measure": measure, "__module__": owner.__module__})
    return watched(**procedure.parameter_values()), seen
