"""Figures of the kernel encoding: conductances, how close to target, pulse power, energies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import EngFormatter
from numpy.typing import ArrayLike, NDArray

from labctl.quantities import with_unit
from labctl.report.appearance import (
    BLUE,
    FAINT,
    INK,
    MUTED,
    ORANGE,
    SEQUENTIAL,
    log_scale,
    new_figure,
    plain_axes,
    series_look,
)

FloatArray = NDArray[np.float64]

KERNEL_SIDE = 3


@dataclass(frozen=True)
class PulseSteps:
    """Set pulses of one device, one after the other; both of shape (pulses,)."""

    width_s: FloatArray
    power_w: FloatArray
    """Mean power of each."""


def conductance_map(devices: Sequence[str], conductance_s: ArrayLike, kernel: ArrayLike) -> Figure:
    """The array as nine pairs: in each place of the kernel its positive and its negative device.

    `devices`, `conductance_s`: shape (18,), siemens, tap by tap, the positive device first;
    `kernel`: shape (3, 3), the values encoded.
    """
    values = np.asarray(conductance_s, float)
    seen = values[np.isfinite(values) & (values > 0)]
    norm = LogNorm(seen.min() / 1.5, seen.max() * 1.5) if seen.size else LogNorm(1e-9, 1e-2)
    figure = new_figure(6.4, 3.6)
    axes = figure.subplots()
    for index, (device, value) in enumerate(zip(devices, values, strict=True)):
        _draw_device(axes, index, device, value, norm)
    for tap, weight in enumerate(np.asarray(kernel).ravel()):
        row, column = divmod(tap, KERNEL_SIDE)
        axes.text(
            column + 0.5,
            row + 0.07,
            f"{weight:g}".replace("-", "−"),
            ha="center",
            fontsize=9,
            color=INK,
        )
    axes.set(xlim=(0, KERNEL_SIDE), ylim=(KERNEL_SIDE, -0.05), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    figure.colorbar(
        _colours(norm), ax=axes, label="conductance", shrink=0.9, format=EngFormatter("S")
    )
    return figure


def target_chart(
    devices: Sequence[str],
    conductance_s: ArrayLike,
    target_s: ArrayLike,
    tolerance: float,
) -> Figure:
    """Measured conductance of each device beside its target and what counts as reached.

    `conductance_s`, `target_s`: shape (devices,), siemens; a target of nan is the high-resistance
    state, which has none. `tolerance`: relative.
    """
    places = np.arange(len(devices))
    measured, target = np.asarray(conductance_s, float), np.asarray(target_s, float)
    aimed = np.isfinite(target)
    figure = new_figure(7.2, 4.4)
    absolute, relative = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    plain_axes(absolute, "", "conductance")
    absolute.plot(places[aimed], target[aimed], "_", color=ORANGE, markersize=14, label="target")
    absolute.plot(places[aimed], measured[aimed], "o", color=BLUE, markersize=4, label="measured")
    absolute.plot(
        places[~aimed], measured[~aimed], "s", color=MUTED, markersize=4, label="high resistance"
    )
    log_scale(absolute, "S")
    absolute.legend(fontsize=8, frameon=False, loc="center right")
    plain_axes(relative, "", "off target (%)")
    band = 100 * tolerance
    relative.axhspan(-band, band, color=FAINT)
    relative.axhline(0.0, color=ORANGE, linewidth=1.0)
    deviation = 100 * (measured / target - 1)[aimed]
    relative.plot(places[aimed], deviation, "o", color=BLUE, markersize=4)
    reach = 1.4 * max(band, float(np.max(np.abs(deviation), initial=0.0)))
    relative.set_ylim(-reach, reach)
    relative.set_title(f"gray: tolerance ±{band:g} %", fontsize=8, color=MUTED, loc="right")
    relative.set_xticks(places, devices, rotation=90)
    return figure


def pulse_power_chart(kept: Mapping[str, PulseSteps], retried: Mapping[str, PulseSteps]) -> Figure:
    """Mean power of every set pulse against the time its device has been under set voltage.

    Both by device; `retried` holds pulses whose effect was erased again, and stands apart.
    """
    parts = [(kept, "pulses that made the final state"), (retried, "retries, erased again")]
    shown = [(steps, title) for steps, title in parts if steps] or parts[:1]
    figure = new_figure(4.4 * len(shown) + 1.0, 3.4)
    panels = np.atleast_1d(figure.subplots(1, len(shown), sharey=True))
    order = list(dict.fromkeys([*kept, *retried]))
    for axes, (steps, title) in zip(panels, shown, strict=True):
        _draw_steps(plain_axes(axes, "time under set voltage (ms)", ""), steps, order)
        axes.set_title(title, fontsize=9, color=INK)
    panels[0].set_ylabel("mean power of the pulse", color=INK)
    return figure


def energy_chart(devices: Sequence[str], accepted_j: ArrayLike, retries_j: ArrayLike) -> Figure:
    """Energy of the set pulses that made the final state, and of those erased before, per device.

    Both of shape (devices,), joule.
    """
    places = np.arange(len(devices))
    accepted, retries = np.asarray(accepted_j, float), np.asarray(retries_j, float)
    figure = new_figure(6.4, 2.9)
    axes = plain_axes(figure.subplots(), "", "energy of set pulses")
    axes.bar(places, accepted, width=0.7, color=BLUE, label="since the last erase")
    axes.bar(
        places, retries, bottom=accepted, width=0.7, color="white", edgecolor=ORANGE, hatch="////",
        label="retries, erased again",
    )  # fmt: skip
    axes.yaxis.set_major_formatter(EngFormatter("J"))
    axes.set_xticks(places, devices, rotation=90)
    axes.legend(fontsize=8, frameon=False)
    return figure


def energy_comparison(arrays: Sequence[str], energies_j: Mapping[str, Sequence[float]]) -> Figure:
    """Encoding and convolution energy side by side, one group per array.

    `energies_j`: label -> one energy per array, joule.
    """
    figure = new_figure(4.8, 3.0)
    axes = plain_axes(figure.subplots(), "", "energy")
    width = 0.7 / max(1, len(energies_j))
    looks = ((BLUE, ""), (ORANGE, "////"), (MUTED, "...."))
    for index, (label, values) in enumerate(energies_j.items()):
        places = np.arange(len(arrays)) + (index - (len(energies_j) - 1) / 2) * width
        colour, hatch = looks[index % len(looks)]
        bars = axes.bar(places, values, 0.9 * width, color=colour, hatch=hatch, label=label)
        axes.bar_label(bars, [with_unit(value, "J", 3) for value in values], fontsize=8, padding=2)
    axes.set_xticks(range(len(arrays)), arrays)
    axes.set_xlim(-0.8, len(arrays) - 0.2)
    smallest, largest = (
        reach([v for vs in energies_j.values() for v in vs]) for reach in (min, max)
    )
    # Bars on a logarithmic axis begin somewhere: at a whole decade well below the smallest.
    axes.set_ylim(10.0 ** np.floor(np.log10(smallest / 3)), 3 * largest)
    log_scale(axes, "J")
    axes.legend(fontsize=8, frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
    return figure


def _draw_steps(axes: Axes, steps: Mapping[str, PulseSteps], order: Sequence[str]) -> None:
    for device, pulses in steps.items():
        colour, line, marker = series_look(order.index(device))
        edges_ms = 1e3 * np.concatenate([[0.0], np.cumsum(pulses.width_s)])
        axes.stairs(pulses.power_w, edges_ms, baseline=None, color=colour, linestyle=line)
        middles_ms = (edges_ms[1:] + edges_ms[:-1]) / 2
        axes.plot(middles_ms, pulses.power_w, marker, ms=3.5, color=colour, label=device)
    log_scale(axes, "W")
    axes.set_xlim(left=0)
    if steps:
        axes.legend(fontsize=7, frameon=False, ncols=2, loc="best")


def _draw_device(axes: Axes, index: int, device: str, value_s: float, norm: LogNorm) -> None:
    tap, negative = divmod(index, 2)
    row, column = divmod(tap, KERNEL_SIDE)
    left, top = column + 0.06 + 0.44 * negative, row + 0.12
    colour = _colours(norm).to_rgba(np.array([value_s]))[0]
    ink = "white" if _luminance(colour) < 0.5 else INK
    axes.add_patch(Rectangle((left, top), 0.44, 0.8, facecolor=colour, edgecolor="white"))
    text = f"{device} {'−' if negative else '+'}\n{with_unit(value_s, 'S', 3)}"
    axes.text(left + 0.22, top + 0.4, text, ha="center", va="center", fontsize=7, color=ink)


def _colours(norm: LogNorm) -> ScalarMappable:
    return ScalarMappable(norm, SEQUENTIAL)


def _luminance(rgba: NDArray[np.float64]) -> float:
    return float(rgba[:3] @ (0.299, 0.587, 0.114))
