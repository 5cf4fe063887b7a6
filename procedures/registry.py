"""The procedures there are, by the name the command line knows; loaded only when asked for."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING

from procedures.errors import ParameterError

if TYPE_CHECKING:
    from procedures.base import LabProcedure

NAMES = {
    "kernel_encoding": "program a 3x3 kernel into 18 devices, closed loop, and verify it",
    "convolution": "convolve a picture with the encoded kernel by 16,200 read pulses",
}
"""Name of each procedure's module, and what it measures."""


def load(name: str) -> type[LabProcedure]:
    """The procedure's class; raises `ParameterError` naming the nearest one that exists."""
    if name not in NAMES:
        close = get_close_matches(name, NAMES, n=1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise ParameterError(f"there is no procedure {name!r}; {hint}there are: {', '.join(NAMES)}")
    module = import_module(f"procedures.{name}")
    class_name = "".join(word.capitalize() for word in name.split("_"))
    return getattr(module, class_name)
