"""The images of the array tasks as they grow: the kernel in its devices, the picture through it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from procedures.analysis.conductance import last_conductance
from procedures.analysis.convolution import PEAK_GRAY, Decoded, decode_so_far, input_so_far
from procedures.analysis.programmed import READ_PHASES
from procedures.base import LabProcedure
from procedures.columns import DEVICE, PHASE
from procedures.convolution import Convolution
from procedures.kernel_encoding import KernelEncoding
from procedures.techniques.kernels import HIGH_RESISTANCE_LIMIT_S, TAPS, kernel_weights

ImageData = dict[str, Any]
"""Name, title, unit, values (rows, columns; nan = not measured yet), low, high, scale, kind."""
FloatArray = NDArray[np.float64]

SIDE = 3
TOLERANCES_SHOWN = 3
"""So far the map of deviations reaches; a device that is not there yet stands at its end."""
SMALLEST_ERROR_GRAY = 8.0
"""The error map reaches at least so far, so that noise does not look like an error."""


def live_images(
    procedure: LabProcedure, frame: pd.DataFrame, devices: Sequence[str]
) -> list[ImageData]:
    """The images of a run whose rows are `frame`, whether it goes on or is over; often none.

    `devices`: those of the run, in the order of the wiring. May raise whatever an analysis raises
    of rows that do not suffice.
    """
    build = _BUILDERS.get(type(procedure))
    return [] if build is None else build(procedure, frame, devices)


def _convolution(
    procedure: Convolution, frame: pd.DataFrame, devices: Sequence[str]
) -> list[ImageData]:
    """The picture fed in, what software makes of it, what was measured, and the error.

    Where not all pulses of a pixel came, both are the sum of those that did.
    """
    if not (frame[PHASE.header] == "pulse").any():
        return []
    decoded = decode_so_far(frame, kernel_weights(procedure.kernel))
    bounds = _gray_bounds(decoded)
    reach = np.nanmax(np.abs(decoded.error), initial=SMALLEST_ERROR_GRAY)
    return [
        _image("input", "Input", input_so_far(frame), (0.0, PEAK_GRAY), kind="gray"),
        _image("software", "Software", decoded.software, bounds, kind="gray"),
        _image("measured", "Measured", decoded.measured, bounds, kind="gray"),
        _image("error", "Measured − software", decoded.error, (-reach, reach), kind="diverging"),
    ]


def _gray_bounds(decoded: Decoded) -> tuple[float, float]:
    """Black and white: those of a picture once a pixel is whole; before, what the sums reach."""
    software = decoded.software[np.isfinite(decoded.software)]
    low, high = float(software.min(initial=0.0)), float(software.max(initial=0.0))
    return (0.0, PEAK_GRAY) if decoded.is_whole.any() or low == high else (low, high)


def _kernel_encoding(
    procedure: KernelEncoding, frame: pd.DataFrame, devices: Sequence[str]
) -> list[ImageData]:
    """Nine pairs of devices, P beside N: what they are to hold, what they do, and the error.

    Devices of weight 0 stand at the limit they are to stay below, and have no error.
    """
    targets = procedure.targets(devices)
    reached_s = _achieved(frame, devices)
    target_s = np.array([targets[device] or HIGH_RESISTANCE_LIMIT_S for device in devices])
    is_aimed = np.array([targets[device] is not None for device in devices])
    deviation = np.where(is_aimed, 100 * (reached_s / target_s - 1), np.nan)
    bounds = (0.2 * HIGH_RESISTANCE_LIMIT_S, 2 * float(target_s.max()))
    reach = 100 * TOLERANCES_SHOWN * procedure.tolerance
    conductance = {"unit": "S", "scale": "log", "kind": "sequential"}
    return [
        _image("target", "Target", _in_pairs(target_s), bounds, **conductance),
        _image("achieved", "Achieved", _in_pairs(reached_s), bounds, **conductance),
        _image(
            "deviation", "Off target", _in_pairs(deviation), (-reach, reach),
            unit="%", kind="diverging",
        ),
    ]  # fmt: skip


def _achieved(frame: pd.DataFrame, devices: Sequence[str]) -> FloatArray:
    """Conductance (S) of each device at its last reading, shape (18,); nan before the first."""
    by_device = {str(name): rows for name, rows in frame.groupby(DEVICE.header, sort=False)}
    read_s = [
        last_conductance(by_device[device], READ_PHASES) if device in by_device else np.nan
        for device in devices
    ]
    return np.array(read_s, np.float64)


def _in_pairs(values: FloatArray) -> FloatArray:
    """Values of the devices, shape (18,), as the kernel lies: shape (3, 6), P beside N."""
    return values.reshape(SIDE, 2 * TAPS // SIDE)


def _image(
    name: str,
    title: str,
    values: FloatArray,
    bounds: tuple[float, float],
    *,
    kind: str,
    unit: str = "gray levels",
    scale: str = "linear",
) -> ImageData:
    low, high = map(float, bounds)
    return {
        "name": name, "title": title, "unit": unit, "values": values, "low": low, "high": high,
        "scale": scale, "kind": kind,
    }  # fmt: skip


_Builder = Callable[[Any, pd.DataFrame, Sequence[str]], list[ImageData]]
_BUILDERS: Mapping[type[LabProcedure], _Builder] = {
    Convolution: _convolution,
    KernelEncoding: _kernel_encoding,
}
