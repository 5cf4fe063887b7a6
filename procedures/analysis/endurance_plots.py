"""Figures of an endurance test (Fig 2a to 2e), thinned to what a picture can show."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from procedures.analysis.endurance_statistics import (
    DeviceCycles,
    FloatArray,
    device_cycles,
    ratio_of_means,
    spread,
)
from procedures.columns import CURRENT, CYCLE, DEVICE, PHASE, SET_VOLTAGE, TIME
from procedures.plots import Axis, Plot, Series

CYCLES_SHOWN = 5
"""Cycles of the waveform, as in Fig 2a."""
MOST_POINTS = 20_000
"""Points of one series."""
EVERY = 10
"""Fig 2d shows every tenth cycle."""
WIDTH_OF_A_DEVICE = 0.8
"""Part of a device's place in Fig 2d that its cycles take."""
QUANTILES_SHOWN = 400


def endurance_plots(frame: pd.DataFrame) -> tuple[Plot, ...]:
    """Waveform and current, ON and OFF against cycle, distributions, devices side by side."""
    found = [one for one in device_cycles(frame) if one.is_valid.any()]
    if not found:
        return _waveform(frame)
    several = (_all_devices(found), *_device_means(found)) if len(found) > 1 else ()
    return (*_waveform(frame), _one_device(found[0]), *_distributions(found), *several)


def _waveform(frame: pd.DataFrame) -> tuple[Plot, ...]:
    """Voltage and current of the first cycles that were recorded in full (Fig 2a)."""
    first = frame[frame[DEVICE.header] == frame[DEVICE.header].iloc[0]] if len(frame) else frame
    whole = first.loc[first[PHASE.header] == "waveform", CYCLE.header].unique()[:CYCLES_SHOWN]
    rows = first[first[CYCLE.header].isin(whole)]
    if rows.empty:
        return ()
    time_s = (rows[TIME.header] - rows[TIME.header].iloc[0]).to_numpy()
    reads = (rows[PHASE.header] != "waveform").to_numpy()
    device = rows[DEVICE.header].iloc[0]
    shown = f"cycles {', '.join(map(str, whole))} of {device}"
    drawn = (
        ("waveform_voltage", SET_VOLTAGE.header, Axis(label="Voltage", unit="V")),
        ("waveform_current", CURRENT.header, Axis(label="Current", unit="A")),
    )
    return tuple(
        Plot(
            name=name,
            caption=f"{axis.label} against time, {shown}; points: where ON and OFF are read.",
            x=Axis(label="Time", unit="s"),
            y=axis,
            series=(
                Series("applied" if axis.unit == "V" else "measured", time_s, values, "line"),
                Series("reads", time_s[reads], values[reads]),
            ),
        )
        for name, header, axis in drawn
        for values in (rows[header].to_numpy(),)
    )


def _one_device(cycles: DeviceCycles) -> Plot:
    shown = _thinned(np.flatnonzero(cycles.is_valid), MOST_POINTS)
    return Plot(
        name="on_off",
        caption=f"ON and OFF conductance of {cycles.device} against cycle (Fig 2b); {shown.size:,} "
        f"of {cycles.cycle.size:,} stored cycles are drawn.",
        x=_cycle_axis([cycles]),
        y=Axis(label="Conductance", unit="S", scale="log"),
        series=(
            Series("ON", cycles.cycle[shown], cycles.on_s[shown]),
            Series("OFF", cycles.cycle[shown], cycles.off_s[shown]),
        ),
    )


def _all_devices(found: Sequence[DeviceCycles]) -> Plot:
    """ON and OFF of all devices, every tenth cycle, side by side (Fig 2d)."""
    drawn: dict[str, list[FloatArray]] = {"place": [], "ON": [], "OFF": []}
    longest = max(one.played for one in found)
    for number, one in enumerate(found):
        valid = np.flatnonzero(one.is_valid)
        tenth = valid[one.cycle[valid] % EVERY == 0]
        shown = _thinned(tenth if tenth.size else valid, MOST_POINTS // len(found))
        drawn["place"].append(number + WIDTH_OF_A_DEVICE * (one.cycle[shown] / longest - 0.5))
        drawn["ON"].append(one.on_s[shown])
        drawn["OFF"].append(one.off_s[shown])
    place, on_s, off_s = (np.concatenate(parts) for parts in drawn.values())
    return Plot(
        name="all_devices",
        caption="ON and OFF of every device, cycles 10, 20, 30, ... as far as they are stored "
        f"(Fig 2d); in the place of each device, {longest:,} cycles run from left to right.",
        x=Axis(label="Device", categories=tuple(one.device for one in found)),
        y=Axis(label="Conductance", unit="S", scale="log"),
        series=(Series("ON", place, on_s), Series("OFF", place, off_s)),
    )


def _distributions(found: Sequence[DeviceCycles]) -> tuple[Plot, ...]:
    """How ON and OFF are distributed over the cycles (Fig 2c)."""
    drawn = {"on": "ON", "off": "OFF"}
    cumulative = tuple(
        Plot(
            name=f"cumulative_{state}",
            caption=f"Share of stored cycles whose {name} conductance is at most this (Fig 2c).",
            x=Axis(label=f"{name} conductance", unit="S"),
            y=Axis(label="Cumulative probability", unit="%"),
            series=tuple(_cumulative(one.device, _valid(one, state)) for one in found),
        )
        for state, name in drawn.items()
    )
    first = found[0]
    probit = Plot(
        name="probit",
        caption=f"Normal probability plot of {first.device}: a straight line is a normal "
        "distribution, its slope one over C_v.",
        x=Axis(label="Conductance over its mean"),
        y=Axis(label="Normal quantile"),
        series=tuple(_probit(name, _valid(first, state)) for state, name in drawn.items()),
    )
    return (*cumulative, probit)


def _device_means(found: Sequence[DeviceCycles]) -> tuple[Plot, ...]:
    """Mean ON, OFF, and ratio of every device (Fig 2e)."""
    place = np.arange(len(found))
    devices = Axis(label="Device", categories=tuple(one.device for one in found))
    means = []
    for state, name in (("on", "ON"), ("off", "OFF")):
        spreads = [spread(_valid(one, state)) for one in found]
        mean_s, sd_s = [s.mean for s in spreads], [s.sd for s in spreads]
        means.append(Series(name, place, mean_s, "points", sd_s))
    ratios = [ratio_of_means(_valid(one, "on"), _valid(one, "off")) for one in found]
    values, half_widths = np.array(ratios, np.float64).T
    return (
        Plot(
            name="device_means",
            caption="Mean ON and OFF of every device (Fig 2e); bars: standard deviation from cycle "
            "to cycle.",
            x=devices,
            y=Axis(label="Mean conductance", unit="S", scale="log"),
            series=tuple(means),
        ),
        Plot(
            name="device_ratios",
            caption="Mean ON over mean OFF of every device (Fig 2e), with its 95 % interval.",
            x=devices,
            y=Axis(label="ON/OFF ratio"),
            series=(Series("", place, values, "points", half_widths),),
        ),
    )


def _cumulative(label: str, values_s: FloatArray) -> Series:
    count = min(values_s.size, QUANTILES_SHOWN)
    shares = (np.arange(count) + 0.5) / max(count, 1)
    return Series(label, _quantiles(values_s, shares), shares, "line")


def _probit(label: str, values_s: FloatArray) -> Series:
    end = float(stats.norm.isf(0.5 / max(values_s.size, 2)))
    scores = np.linspace(-end, end, min(values_s.size, QUANTILES_SHOWN))
    return Series(label, _quantiles(values_s / values_s.mean(), stats.norm.cdf(scores)), scores)


def _quantiles(values: FloatArray, shares: FloatArray) -> FloatArray:
    return np.quantile(values, shares) if values.size else np.empty(0)


def _valid(cycles: DeviceCycles, state: str) -> FloatArray:
    return (cycles.on_s if state == "on" else cycles.off_s)[cycles.is_valid]


def _cycle_axis(found: Sequence[DeviceCycles]) -> Axis:
    """Logarithmic where the cycles were stored so: their gaps grow."""
    gaps = np.concatenate([np.diff(one.cycle) for one in found])
    grow = gaps.size > 0 and gaps.max() > 10 * np.median(gaps)
    return Axis(label="Cycle", scale="log" if grow else "linear")


def _thinned(places: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """At most `most` of these, evenly spaced."""
    return places[:: max(1, -(-places.size // most))]
