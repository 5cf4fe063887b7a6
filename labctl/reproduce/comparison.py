"""Arrays and kernels side by side: pictures beside software (Fig 4b), energies (Fig 4f, g)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from labctl.report.appearance import INK, new_figure
from labctl.runs.run import Run
from procedures.analysis.convolution import decode, input_gray
from procedures.plots import Axis, Plot, Series
from procedures.techniques.kernels import kernel_weights

WHITE_GRAY = 255


def comparison_figure(runs: Mapping[tuple[str, str], Run]) -> Figure:
    """The input, then a row for each kernel: software, and what each array measured.

    `runs`: finished convolutions by kernel and array, all of one picture.
    """
    kernels = list(dict.fromkeys(kernel for kernel, _ in runs))
    arrays = list(dict.fromkeys(array for _, array in runs))
    panels: list[list[tuple[str, ArrayLike]]] = []
    for kernel in kernels:
        decoded = {
            array: decode(runs[kernel, array].frame, kernel_weights(kernel))
            for array in arrays
            if (kernel, array) in runs
        }
        first = next(iter(decoded))
        panels.append(
            [
                ("input", input_gray(runs[kernel, first].frame)),
                (f"{kernel}, software", decoded[first].software),
                *((f"{kernel}, {array}", one.measured) for array, one in decoded.items()),
            ]
        )
    return _grid(panels)


def energy_plot(runs: Mapping[tuple[str, str], Run]) -> Plot:
    """Energy to program a device of weight 1, by kernel, a series for each array.

    `runs`: finished encodings by kernel and array.
    """
    kernels = tuple(dict.fromkeys(kernel for kernel, _ in runs))
    arrays = tuple(dict.fromkeys(array for _, array in runs))
    series = []
    for array in arrays:
        found = {k: runs[k, array].results["unit_energy_j"] for k in kernels if (k, array) in runs}
        places = [kernels.index(kernel) for kernel in found]
        series.append(Series(array, places, list(found.values()), "bars"))
    return Plot(
        name="unit_energy",
        caption="Set pulses since the last erase of a device of weight 1: mean over the devices of "
        "each kernel.",
        x=Axis(label="Kernel", categories=kernels),
        y=Axis(label="Energy", unit="J", scale="log"),
        series=tuple(series),
    )


def _grid(panels: Sequence[Sequence[tuple[str, ArrayLike]]]) -> Figure:
    columns = max(len(row) for row in panels)
    figure = new_figure(2.1 * columns, 2.35 * len(panels))
    axes = figure.subplots(len(panels), columns, squeeze=False)
    for row, places in zip(panels, axes, strict=True):
        for place in places:
            place.set_axis_off()
        for (title, image), place in zip(row, places, strict=False):
            shown: NDArray[np.float64] = np.asarray(image, float)
            place.imshow(shown, cmap="gray", vmin=0, vmax=WHITE_GRAY)
            place.set_title(title, fontsize=9, color=INK)
    return figure
