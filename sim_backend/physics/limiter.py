"""A step in which the source's limit or the shared electrode decides what devices get."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sim_backend.physics.device import THRESHOLD_V, Constants, State, advance, current, nucleated

_VOLTAGE_STEP_V = 0.5e-3
"""Largest change of the device voltage in a sub-step: 4 % of an e-fold of the ion rates."""
_SHORTEST_SHARE = 2.0**-60
"""Sub-steps shorter than this share of a step are taken as they come: the state jumped."""

_LEAST_LIMIT_A = 1e-15


class Source(NamedTuple):
    """What drives devices in parallel."""

    level_v: float
    limit_a: float
    bottom_ohm: float


class OperatingPoint(NamedTuple):
    """Where source and devices meet."""

    current_a: float
    device_v: float
    terminal_v: float
    limited: bool


class Cell(NamedTuple):
    """One of the devices in parallel during one step."""

    constants: Constants
    factors: Sequence[float]


def operating_point(
    cells: Sequence[Cell], states: Sequence[State], source: Source
) -> OperatingPoint:
    """Current and voltages of devices in parallel, with the limit acting on the devices."""

    def total(device_v: float) -> float:
        return sum(current(c.constants, s, device_v) for c, s in zip(cells, states, strict=True))

    def excess(device_v: float) -> float:
        """Above zero where the devices would draw more than the source gives, in volts."""
        drawn_a = total(device_v)
        sign = 1.0 if source.level_v > 0.0 else -1.0
        over_v = sign * (device_v + source.bottom_ohm * drawn_a - source.level_v)
        over_limit_a = sign * drawn_a - source.limit_a
        over_limit_v = over_limit_a / max(source.limit_a, _LEAST_LIMIT_A) * abs(source.level_v)
        return max(over_v, over_limit_v)

    free_a = total(source.level_v)
    if source.level_v == 0.0 or (source.bottom_ohm == 0.0 and abs(free_a) <= source.limit_a):
        return OperatingPoint(free_a, source.level_v, source.level_v, False)
    device_v = _root(excess, source.level_v)
    drawn_a = total(device_v)
    terminal_v = device_v + source.bottom_ohm * drawn_a
    limited = abs(drawn_a) >= source.limit_a * (1.0 - 1e-9)
    return OperatingPoint(drawn_a, device_v, terminal_v, limited)


def limited_step(
    cells: Sequence[Cell], states: Sequence[State], source: Source, duration_s: float
) -> tuple[list[State], OperatingPoint]:
    """States of devices in parallel after one step, and the operating point at its end.

    Sub-steps follow the voltage that is left to the devices, each at the middle of its change.
    """
    states = _nucleate(cells, states, source)
    point = operating_point(cells, states, source)
    left_s = sub_s = duration_s
    while left_s > 0.0:
        sub_s = min(sub_s, left_s)
        bounded = _bound_filaments(cells, states, source)
        trial = _advance(bounded, states, point.device_v, sub_s)
        middle_v = (point.device_v + operating_point(cells, trial, source).device_v) / 2.0
        ended = _advance(bounded, states, middle_v, sub_s)
        end = operating_point(cells, ended, source)
        change_v = max(2.0 * abs(middle_v - point.device_v), abs(end.device_v - point.device_v))
        if change_v > _VOLTAGE_STEP_V and sub_s > duration_s * _SHORTEST_SHARE:
            sub_s *= max(0.01, 0.7 * _VOLTAGE_STEP_V / change_v)
            continue
        states, point = ended, end
        left_s -= sub_s
        sub_s *= 2.0
    return states, point


def _advance(
    cells: Sequence[Cell], states: Sequence[State], device_v: float, duration_s: float
) -> list[State]:
    return [
        advance(c.constants, s, c.factors, device_v, duration_s)
        for c, s in zip(cells, states, strict=True)
    ]


def _bound_filaments(cells: Sequence[Cell], states: Sequence[State], source: Source) -> list[Cell]:
    """The cells, with filaments that end where the devices keep just the threshold (§1.3)."""
    return [
        cell._replace(constants=_bound(k, cells, states, source)) if state.filament_s else cell
        for k, (cell, state) in enumerate(zip(cells, states, strict=True))
    ]


def _bound(k: int, cells: Sequence[Cell], states: Sequence[State], source: Source) -> Constants:
    c, threshold_v = cells[k].constants, cells[k].factors[THRESHOLD_V]
    spare_v = abs(source.level_v) - threshold_v
    available_a = source.limit_a
    if source.bottom_ohm > 0.0:
        available_a = min(available_a, max(0.0, spare_v) / source.bottom_ohm)
    others = (current(o.constants, s, threshold_v) for o, s in zip(cells, states, strict=True))
    own_a = available_a - sum(a for j, a in enumerate(others) if j != k)
    # The threshold has to remain behind the lead, where the filament is.
    rest_a = current(c, states[k]._replace(filament_s=0.0), threshold_v)
    rest_s = rest_a / (threshold_v - c.lead_ohm * rest_a)
    missing_s = max(0.0, own_a / threshold_v - rest_s)
    return c._replace(filament_max_s=min(c.filament_max_s, missing_s / c.filament_scale))


def _nucleate(cells: Sequence[Cell], states: Sequence[State], source: Source) -> list[State]:
    # Beyond the threshold the interface is set within nanoseconds, before a filament can close:
    # what counts is the voltage that interfaces at their cap leave (§1.3) [choice].
    capped = [s._replace(junction_s=c.constants.cap_s) for c, s in zip(cells, states, strict=True)]
    device_v = operating_point(cells, capped, source).device_v
    return [
        nucleated(c.constants, s, c.factors, device_v) for c, s in zip(cells, states, strict=True)
    ]


def _root(excess: Callable[[float], float], far_v: float) -> float:
    """Voltage between 0 and `far_v` where a rising function crosses zero (Illinois rule)."""
    low_v, high_v = 0.0, far_v
    low, high = excess(low_v), excess(high_v)
    if high <= 0.0:
        return far_v
    for _ in range(100):
        middle_v = high_v - high * (high_v - low_v) / (high - low)
        middle = excess(middle_v)
        if abs(middle) <= 1e-13 * abs(far_v):
            return middle_v
        if (middle > 0.0) == (high > 0.0):
            high_v, high, low = middle_v, middle, low / 2.0
        else:
            low_v, low, high_v, high = high_v, high, middle_v, middle
        if abs(high_v - low_v) <= 1e-15 * abs(far_v):
            break
    return high_v
