"""The waveforms of a planned run as plots: the very ones that will be played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from drivers.roles import FloatArray, Waveform
from labctl.quantities import duration, with_unit
from labctl.report.thinning import outline, spread_out
from procedures.base import Application, PlannedApplication
from procedures.columns import PHASE

MOST_WAVEFORMS = 12
DRAWN_REPEATS = 3
"""Of a waveform that is played more often; how often is told."""
DRAWN_POINTS = 4_000
"""Of a level against time; more than a screen has columns."""
DRAWN_READINGS = 1_500
DEVICES_TOLD = 2
"""More are told by the first, the last, and their number."""
TURNS_TOLD = 6
"""A waveform with more turning points is told by its lowest and highest level."""
LEAD = 0.04
"""Part of the drawn time for which 0 V is shown before and after."""


@dataclass
class _Distinct:
    """Applications that are alike but for their devices."""

    application: Application
    devices: dict[str, None]
    count: int = 0
    at_most: int = 0


def planned_waveforms(planned: Sequence[PlannedApplication]) -> tuple[list[dict[str, Any]], int]:
    """Each distinct application with its plot, in the order of the plan; how many more there are.

    `count` is how often it is expected on all its devices together, `at_most` the most there can
    be, null when that is the same.
    """
    distinct = list(_distinct(planned).values())
    told = [_told(number, one) for number, one in enumerate(distinct[:MOST_WAVEFORMS], start=1)]
    return told, max(0, len(distinct) - MOST_WAVEFORMS)


def _distinct(planned: Sequence[PlannedApplication]) -> dict[object, _Distinct]:
    found: dict[object, _Distinct] = {}
    for item in planned:
        application = item.application
        one = found.setdefault(_likeness(application), _Distinct(application, {}))
        one.devices[application.device] = None
        one.count += item.count
        one.at_most += item.at_most or item.count
    return found


def _likeness(application: Application) -> object:
    waveform = application.waveform
    arrays = (waveform.levels_v, waveform.dwell_s, waveform.record)
    content = (array.tobytes() for array in arrays)
    return (*content, waveform.repeats, application.purpose, application.sensing.limit_a)


def _told(number: int, one: _Distinct) -> dict[str, Any]:
    application = one.application
    devices = list(one.devices)
    return {
        "title": _title(application),
        "device": _devices_text(devices),
        "devices": devices,
        "purpose": str(application.purpose),
        "count": one.count,
        "at_most": one.at_most if one.at_most > one.count else None,
        "plot": _plot(f"waveform_{number}", application, closed_loop=one.at_most > one.count),
    }


def _devices_text(devices: Sequence[str]) -> str:
    if len(devices) <= DEVICES_TOLD:
        return ", ".join(devices)
    return f"{devices[0]} … {devices[-1]} ({len(devices)})"


def _title(application: Application) -> str:
    """What is applied in words, with the procedure's own name for it where it has one."""
    phase = application.columns.get(PHASE.header)
    shape = shape_in_words(application.waveform)
    return f"{phase}: {shape}" if isinstance(phase, str) else shape


def shape_in_words(waveform: Waveform) -> str:
    """What a waveform looks like: "pulse of -200 mV, 1 ms", "0 V → -200 mV → 0 V"."""
    levels_v, away = waveform.levels_v, waveform.levels_v != 0
    kinds_v = np.unique(levels_v[away])
    times = f", {waveform.repeats:,} times" if waveform.repeats > 1 else ""
    if not kinds_v.size:
        return f"0 V for {duration(waveform.duration_s)}"
    if kinds_v.size == 1:
        width_s = float(waveform.dwell_s[away].sum())
        return f"pulse of {with_unit(kinds_v[0], 'V')}, {with_unit(width_s, 's')}{times}"
    if kinds_v.size == 2 and kinds_v[0] == -kinds_v[1]:
        return f"±{with_unit(kinds_v[1], 'V')} in turn, {levels_v.size:,} levels{times}"
    turns_v = _turns(levels_v)
    if turns_v.size > TURNS_TOLD:
        ends = f"{with_unit(waveform.min_v, 'V')} and {with_unit(waveform.max_v, 'V')}"
        return f"{levels_v.size:,} levels between {ends}{times}"
    return " → ".join(with_unit(level_v + 0.0, "V") for level_v in turns_v) + times


def _turns(levels_v: FloatArray) -> FloatArray:
    """Where the level turns, from 0 V before to 0 V after."""
    path_v = np.concatenate([[0.0], levels_v, [0.0]])
    path_v = path_v[np.concatenate([[True], np.diff(path_v) != 0])]
    turning = np.diff(np.sign(np.diff(path_v))) != 0
    return path_v[np.concatenate([[True], turning, [True]])]


def _plot(name: str, application: Application, *, closed_loop: bool) -> dict[str, Any]:
    waveform = application.waveform
    repeats = min(waveform.repeats, DRAWN_REPEATS)
    line_x, line_y = _level(waveform, repeats)
    read_x, read_y = _readings(waveform, repeats)
    return {
        "name": name,
        "caption": _caption(application, repeats, closed_loop=closed_loop),
        "x": _axis("Time", "s"),
        "y": _axis("Voltage", "V"),
        "series": [
            {"label": "level", "x": line_x, "y": line_y, "style": "line", "error": None},
            {"label": "readings", "x": read_x, "y": read_y, "style": "points", "error": None},
        ],
    }


def _axis(label: str, unit: str) -> dict[str, Any]:
    return {"label": label, "unit": unit, "scale": "linear", "categories": []}


def _caption(application: Application, drawn: int, *, closed_loop: bool) -> str:
    waveform = application.waveform
    parts = [
        with_unit(waveform.duration_s, "s"),
        f"{waveform.recorded_points:,} readings" if waveform.recorded_points else "not read",
        f"compliance {with_unit(application.sensing.limit_a, 'A')}",
    ]
    if drawn < waveform.repeats:
        parts.append(f"the first {drawn} of {waveform.repeats:,} repeats are drawn")
    if closed_loop:
        parts.append("a closed loop: what is played in the end follows from the readings")
    return "; ".join(parts)


def _level(waveform: Waveform, repeats: int) -> tuple[FloatArray, FloatArray]:
    """Corners of the level against time, 0 V before and after; no pulse is left out."""
    levels_v = np.tile(waveform.levels_v, repeats)
    edges_s = np.concatenate([[0.0], np.cumsum(np.tile(waveform.dwell_s, repeats))])
    lead_s = LEAD * edges_s[-1]
    x = np.concatenate([[-lead_s], np.repeat(edges_s, 2), [edges_s[-1] + lead_s]])
    y = np.concatenate([[0.0, 0.0], np.repeat(levels_v, 2), [0.0, 0.0]])
    drawn = outline(y, DRAWN_POINTS)
    return x[drawn], y[drawn]


def _readings(waveform: Waveform, repeats: int) -> tuple[FloatArray, FloatArray]:
    """When and at which level is read: at the end of the dwell."""
    ends_s = np.cumsum(np.tile(waveform.dwell_s, repeats))
    read = np.flatnonzero(np.tile(waveform.record, repeats))
    read = read[spread_out(read.size, DRAWN_READINGS)]
    return ends_s[read], np.tile(waveform.levels_v, repeats)[read]
