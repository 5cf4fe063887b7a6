"""The 3x3 kernels of the paper's image task, and what a device array can hold of them.

Each weight is a pair of devices: P carries the positive part, N the negative part, as multiples of
the unit conductance of the array (physics.md §3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pymeasure.experiment import Parameter

from procedures.errors import ParameterError

TAPS = 9
DEVICES = 2 * TAPS

KERNELS: dict[str, tuple[int, ...]] = {
    "sharpen": (0, -1, 0, -1, 5, -1, 0, -1, 0),
    "soften": (1, 1, 1, 1, 1, 1, 1, 1, 1),
    "cross": (0, 1, 0, 1, 1, 1, 0, 1, 0),
    "centre5": (1, 1, 1, 1, 5, 1, 1, 1, 1),
    "cross5": (0, 1, 0, 1, 5, 1, 0, 1, 0),
}
"""Row by row. The paper gives only the values {-1, 0, 1, 5}: `soften` as a box is a choice."""


@dataclass(frozen=True)
class DeviceArray:
    """A way to hold weights: which conductance stands for 1, and how far it goes."""

    name: str
    unit_s: float
    largest_weight: int


ITM = DeviceArray("ITM", 1e-5, 7)
"""Interface switching; the slowest of 18 devices saturates just above 7e-5 S (physics.md §1.6)."""
FTM = DeviceArray("FTM", 1e-3, 9)
"""Filament switching, up to just below the 1e-2 S where filaments stop to grow."""
ARRAYS = {array.name: array for array in (ITM, FTM)}
WIDEST_ARRAY = max(ARRAYS.values(), key=lambda array: array.largest_weight)

HIGH_RESISTANCE_LIMIT_S = 5e-8
"""A device that stands for 0 lies below this after the deep erase."""


def holds_target(conductance_s: float, target_s: float | None, tolerance: float) -> bool:
    """Whether a device is where its weight needs it; no target means the high-resistance state.

    `tolerance` is relative to the target. nan holds nothing.
    """
    if target_s is None:
        return conductance_s < HIGH_RESISTANCE_LIMIT_S
    return abs(conductance_s - target_s) <= tolerance * target_s


def kernel_weights(text: str) -> NDArray[np.int64]:
    """The kernel named, or written as nine integers row by row; shape (3, 3).

    Raises `ParameterError` for anything else, and for nine zeros.
    """
    if text in KERNELS:
        return np.array(KERNELS[text]).reshape(3, 3)
    words = [word for word in re.split(r"[\s,;\[\]()]+", text) if word]
    if not all(re.fullmatch(r"[-+]?\d{1,4}", word) for word in words) or len(words) != TAPS:
        close = get_close_matches(text, KERNELS, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise ParameterError(
            f"{text!r} is neither a kernel nor nine integers{hint} "
            f"(kernels: {', '.join(KERNELS)}; or nine integers row by row)"
        )
    weights = np.array([int(word) for word in words])
    if not weights.any():
        raise ParameterError("nine zeros leave nothing to measure")
    return weights.reshape(3, 3)


def refuse_weights_beyond(array: DeviceArray, weights: NDArray[np.int64]) -> None:
    """Raise `ParameterError` when a weight is more than the array can be programmed to."""
    largest = int(np.abs(weights).max())
    if largest > array.largest_weight:
        raise ParameterError(
            f"kernel: the weight {largest} needs {largest * array.unit_s:g} S, but {array.name} "
            f"devices can be programmed up to {array.largest_weight * array.unit_s:g} S "
            f"(weights -{array.largest_weight} to {array.largest_weight})"
        )


def pair_weights(weights: NDArray[np.int64]) -> list[int]:
    """What each of the 18 devices holds, in units: P and N of tap 0, P and N of tap 1, ..."""
    flat = weights.ravel().tolist()
    return [part for weight in flat for part in (max(weight, 0), max(-weight, 0))]


class Kernel(Parameter):
    """A kernel's name or its nine integers, kept as text."""

    if TYPE_CHECKING:  # PyMeasure puts the value in the parameter's place on every instance

        def __get__(self, procedure: object, owner: type | None = None) -> str: ...
        def __set__(self, procedure: object, value: object) -> None: ...

    def convert(self, value: object) -> str:
        """The kernel's name, or its integers with single spaces; raises `ParameterError`.

        Takes such text, or an array-like of nine integers.
        """
        text = value if isinstance(value, str) else str(np.asarray(value).ravel().tolist())
        weights = kernel_weights(text.strip())
        return text.strip() if text.strip() in KERNELS else " ".join(map(str, weights.ravel()))
