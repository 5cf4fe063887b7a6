"""Figures of the convolution: images side by side, error histogram, drift of the devices."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from labctl.report.appearance import (
    BLUE,
    DIVERGING,
    INK,
    MUTED,
    ORANGE,
    new_figure,
    plain_axes,
    series_look,
)

WHITE_GRAY = 255
LARGEST_BINS = 60
SMALLEST_DRIFT_PERCENT = 0.1
"""The drift axis reaches at least so far, so that rounding does not look like drift."""


def image_panels(
    picture: ArrayLike, software: ArrayLike, measured: ArrayLike, error: ArrayLike
) -> Figure:
    """Input, software result, measured result, and their difference, side by side.

    `picture`: shape (m, n), gray 0-255; `software`, `measured`: shape (m-2, n-2), gray 0-255;
    `error`: the same shape, measured minus software, gray levels; nan where nothing was measured.
    """
    figure = new_figure(10.0, 3.1)
    axes = figure.subplots(1, 4)
    titles = ("Input", "Software result", "Measured result")
    grays = Normalize(0, WHITE_GRAY)
    for place, title, image in zip(axes, titles, (picture, software, measured), strict=False):
        place.imshow(np.asarray(image), cmap="gray", norm=grays)
        _image_axes(place, title, image)
    scale = ScalarMappable(grays, "gray")
    figure.colorbar(scale, ax=list(axes[:3]), shrink=0.8, pad=0.01, label="gray level")
    bound = _symmetric_bound(error)
    map_ = axes[3].imshow(np.asarray(error), cmap=DIVERGING, vmin=-bound, vmax=bound)
    _image_axes(axes[3], "Measured − software", error)
    figure.colorbar(map_, ax=axes[3], shrink=0.8, label="error (gray levels)")
    return figure


def error_histogram(error: ArrayLike) -> Figure:
    """How often each error occurs. `error`: any shape, gray levels; nan is left out."""
    values = np.asarray(error, dtype=float).ravel()
    values = values[np.isfinite(values)]
    figure = new_figure(4.8, 3.0)
    axes = plain_axes(figure.subplots(), "measured − software (gray levels)", "output pixels")
    bound = _symmetric_bound(values)
    # Errors of pictures as shown are whole gray levels, so the bins are centred on these.
    width = max(1, round(2 * bound / LARGEST_BINS))
    last = width * np.ceil(bound / width) + width / 2
    axes.hist(values, bins=np.arange(-last, last + width / 2, width).tolist(), color=BLUE)
    axes.axvline(0.0, color=INK, linewidth=0.8)
    if values.size:
        rms, mean = np.sqrt(np.mean(values**2)), np.mean(values)
        note = f"mean {mean:+.2f}\nrms {rms:.2f}\n{values.size} pixels"
        axes.text(0.98, 0.96, note, transform=axes.transAxes, ha="right", va="top", fontsize=8)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


def measured_against_software(software: ArrayLike, measured: ArrayLike) -> Figure:
    """Every output pixel as a point. Both of one shape, gray levels; nan is left out."""
    x, y = np.asarray(software, float).ravel(), np.asarray(measured, float).ravel()
    figure = new_figure(3.6, 3.0)
    axes = plain_axes(figure.subplots(), "software (gray level)", "measured (gray level)")
    axes.plot(x, y, ".", markersize=2.5, color=BLUE, alpha=0.6)
    ends = [np.nanmin([x, y], initial=0), np.nanmax([x, y], initial=WHITE_GRAY)]
    axes.plot(ends, ends, color=ORANGE, linewidth=1.0, zorder=0)
    axes.set_aspect("equal")
    return figure


def drift_chart(ratios: Mapping[str, ArrayLike]) -> Figure:
    """How each device's conductance went on while it was read.

    `ratios`: by device, the conductance in successive parts of its readings, shape (parts,),
    relative to any constant; nan where a part holds no signal.
    """
    figure = new_figure(6.4, 3.0)
    axes = plain_axes(figure.subplots(), "part of the device's readings", "change (%)")
    reach = SMALLEST_DRIFT_PERCENT
    for index, (device, values) in enumerate(ratios.items()):
        parts = np.asarray(values, float)
        change_percent = 100 * (parts / parts[0] - 1)
        colour, line, marker = series_look(index)
        places = np.arange(1, parts.size + 1)
        axes.plot(
            places, change_percent, line, marker=marker, color=colour, ms=4, lw=1.1, label=device
        )
        reach = max(reach, float(np.nanmax(np.abs(change_percent), initial=0.0)))
    axes.axhline(0.0, color=INK, linewidth=0.8)
    axes.set_ylim(-1.15 * reach, 1.15 * reach)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if ratios:
        axes.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _image_axes(axes: Axes, title: str, image: ArrayLike) -> None:
    rows, columns = np.shape(image)
    axes.set_title(title, fontsize=9, color=INK)
    axes.set_xlabel(f"{columns} × {rows}", fontsize=8, color=MUTED)
    axes.set_xticks([])
    axes.set_yticks([])


def _symmetric_bound(values: ArrayLike) -> float:
    magnitudes = np.abs(np.asarray(values, dtype=float))
    return max(1.0, float(np.max(magnitudes, initial=0.0, where=np.isfinite(magnitudes))))
