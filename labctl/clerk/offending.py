"""Which field of a form a refusal is about, where that can be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from labctl.bench.limits import Limit, Limits
from labctl.errors import LimitRefused
from labctl.quantities import with_unit
from procedures.base import LabProcedure, PlannedApplication


def fields_named(procedure: LabProcedure, message: str) -> dict[str, str]:
    """The parameter that a message begins with, as in "peaks: ...", and what it says of it."""
    name, colon, text = message.partition(": ")
    return {name: text} if colon and name in procedure.parameter_objects() else {}


def fields_beyond(
    procedure: LabProcedure, planned: Sequence[PlannedApplication], limits: Limits
) -> dict[str, str]:
    """Parameters in the unit of what was refused that are themselves beyond the limit."""
    limit = _refusing(planned, limits)
    if limit is None:
        return {}
    told = f"is beyond the limit of {with_unit(limit.value, limit.unit)}, set by the {limit.set_by}"
    beyond = _magnitudes(procedure, limit)
    return {name: f"{with_unit(value, limit.unit)} {told}" for name, value in beyond}


def _refusing(planned: Sequence[PlannedApplication], limits: Limits) -> Limit | None:
    """The limit on voltage or compliance that refuses the first application that is refused."""
    for item in planned:
        one = item.application
        try:
            limits.check(one.device, one.waveform, one.sensing, one.purpose)
        except LimitRefused:
            if not limits.voltage_min.admits_from_above(one.waveform.min_v):
                return limits.voltage_min
            if not limits.voltage_max.admits_from_below(one.waveform.max_v):
                return limits.voltage_max
            if not limits.current_max.admits_from_below(one.sensing.limit_a):
                return limits.current_max
            return None
    return None


def _magnitudes(procedure: LabProcedure, limit: Limit) -> Iterator[tuple[str, float]]:
    """Name and farthest value of every parameter that reaches the limit, on whichever side.

    A procedure may turn the sign of an amplitude over, so signs do not count.
    """
    for name, parameter in procedure.parameter_objects().items():
        value = parameter.value
        values = value if isinstance(value, tuple) else (value,)
        numbers = [item for item in values if isinstance(item, float)]
        if getattr(parameter, "units", None) != limit.unit or not numbers:
            continue
        farthest = max(numbers, key=abs)
        beyond = abs(farthest) > abs(limit.value)
        if beyond or (not limit.allowed and abs(farthest) == abs(limit.value)):
            yield name, farthest
