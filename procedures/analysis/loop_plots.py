"""Figures of I-V loops: current and resistance against voltage, one series a cycle."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from procedures.analysis.iv_loop import LoopSettings
from procedures.analysis.loop_record import HalfRecord, Reading, half_records
from procedures.plots import Axis, FloatArray, Plot, Series

MOST_CYCLES = 6
"""Cycles of a device that are drawn, evenly chosen: more cannot be told apart."""

_Values = Callable[[HalfRecord], tuple[FloatArray, FloatArray]]


def loop_plots(frame: pd.DataFrame, settings: LoopSettings) -> tuple[Plot, ...]:
    """I-V with linear and with logarithmic current, R-V, and the state after each half loop."""
    records = list(half_records(frame))
    if not records:
        return ()
    voltage = Axis(label="Voltage", unit="V")

    def resistance(record: HalfRecord) -> tuple[FloatArray, FloatArray]:
        curve = record.curve(settings.resolved_a.get(int(np.sign(record.peak_v)), 0.0))
        seen_s = np.where(curve.conductance_s > 0, curve.conductance_s, np.nan)
        return curve.set_v, 1 / seen_s

    plots = [
        Plot(
            name="iv_linear",
            caption="Current against requested voltage.",
            x=voltage,
            y=Axis(label="Current", unit="A"),
            series=_series(records, _current),
        ),
        magnitude_plot(records),
        Plot(
            name="rv",
            caption="Resistance against requested voltage, where the current stands clear of the "
            "floor of its range; after a pulse with a reading of its own, as read at small bias.",
            x=voltage,
            y=Axis(label="Resistance", unit="Ω", scale="log"),
            series=_series(records, resistance),
        ),
    ]
    return (*plots, _states(records)) if any(r.after for r in records) else tuple(plots)


def magnitude_plot(records: Sequence[HalfRecord]) -> Plot:
    """|I| against V on a logarithmic scale."""
    return Plot(
        name="iv_log",
        caption="Magnitude of the current against requested voltage.",
        x=Axis(label="Voltage", unit="V"),
        y=Axis(label="|Current|", unit="A", scale="log"),
        series=_series(records, _magnitude),
    )


def _series(records: Sequence[HalfRecord], values: _Values) -> tuple[Series, ...]:
    """One series a device and cycle; half loops are parted by a gap in the line."""
    loops: dict[tuple[str, int], list[HalfRecord]] = {}
    for record in records:
        loops.setdefault((record.device, record.cycle), []).append(record)
    several = len({device for device, _ in loops}) > 1
    series = []
    for device, cycle in _shown(list(loops)):
        parts = [values(record) for record in loops[device, cycle]]
        gap = np.array([np.nan])
        x, y = (np.concatenate([np.r_[part[i], gap] for part in parts]) for i in (0, 1))
        series.append(
            Series(f"{device}, cycle {cycle}" if several else f"cycle {cycle}", x, y, "line")
        )
    return tuple(series)


def _shown(loops: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    if len(loops) <= MOST_CYCLES:
        return list(loops)
    places = np.linspace(0, len(loops) - 1, MOST_CYCLES).round().astype(int)
    return [loops[place] for place in dict.fromkeys(places.tolist())]


def _current(record: HalfRecord) -> tuple[FloatArray, FloatArray]:
    return record.set_v, record.current_a


def _magnitude(record: HalfRecord) -> tuple[FloatArray, FloatArray]:
    current_a = np.abs(record.current_a)
    return record.set_v, np.where((record.set_v != 0) & (current_a > 0), current_a, np.nan)


def _states(records: Sequence[HalfRecord]) -> Plot:
    """The reading at small bias after each half loop, against the cycle."""
    groups: dict[str, list[tuple[int, Reading]]] = {}
    several = len({record.device for record in records}) > 1
    for record in records:
        if record.after:
            label = f"after {record.peak_v:g} V"
            label = f"{record.device}, {label}" if several else label
            groups.setdefault(label, []).append((record.cycle, record.after))
    series = [
        Series(
            label,
            [cycle for cycle, _ in readings],
            [reading.conductance_s for _, reading in readings],
            "both",
            error=[reading.u95_s for _, reading in readings],
        )
        for label, readings in groups.items()
    ]
    return Plot(
        name="states",
        caption="Conductance at small bias after each half loop, with 95 % intervals.",
        x=Axis(label="Cycle"),
        y=Axis(label="Conductance", unit="S", scale="log"),
        series=tuple(series),
    )
