"""Under which headings a form shows the parameters of a procedure, and in which order."""

from __future__ import annotations

from collections.abc import Iterator

from procedures.base import LabProcedure

GENERAL = "Measurement"
"""What no heading of the procedure names."""
SAFETY = "Safety"
"""What keeps a device from harm: the regime, every compliance, and what a procedure adds."""


def parameter_groups(procedure: type[LabProcedure]) -> dict[str, tuple[str, ...]]:
    """Names of all parameters by heading, each under one; no heading is empty.

    What a procedure's `groups` leave out comes first, in the order of the code; what is for safety
    comes last. Raises `ValueError` for a name under two headings, or that is no parameter.
    """
    every = tuple(_declared(procedure))
    stated = dict(procedure.groups)
    named = [name for names in stated.values() for name in names]
    for name in named:
        if name not in every or named.count(name) > 1:
            raise ValueError(f"{procedure.name}: groups name {name!r} twice, or it is no parameter")
    left = [name for name in every if name not in named]
    safety = [name for name in left if name == "regime" or name.startswith("compliance")]
    general = tuple(name for name in left if name not in safety)
    groups = {GENERAL: general, **stated}
    groups[SAFETY] = (*safety, *groups.pop(SAFETY, ()))
    return {heading: names for heading, names in groups.items() if names}


def _declared(procedure: type[LabProcedure]) -> Iterator[str]:
    """Every parameter in the order of the code, a base class's first."""
    parameters = procedure().parameter_objects()
    for owner in reversed(procedure.__mro__):
        yield from (name for name in vars(owner) if parameters.pop(name, None) is not None)
