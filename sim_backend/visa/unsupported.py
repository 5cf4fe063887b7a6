"""Operations of VISA that no message-based simulated instrument has, each refused by its status."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pyvisa.constants import StatusCode
from pyvisa.highlevel import VisaLibraryBase

Library = TypeVar("Library", bound=type[VisaLibraryBase])

_WIDTHS = ("8", "16", "32", "64")
UNSUPPORTED = (
    *(f"{kind}_{width}" for kind in ("in", "out", "peek", "poke") for width in _WIDTHS),
    *(f"move_{way}_{width}" for way in ("in", "out") for width in _WIDTHS),
    *("move", "move_asynchronously", "map_address", "unmap_address"),
    *("memory_allocation", "memory_free", "map_trigger", "unmap_trigger"),
    *("assert_interrupt_signal", "assert_utility_signal", "vxi_command_query"),
    *("gpib_command", "gpib_control_atn", "gpib_pass_control", "gpib_send_ifc"),
    *("usb_control_in", "usb_control_out"),
    *("buffer_read", "buffer_write", "set_buffer", "get_buffer_from_id"),
    *("read_asynchronously", "write_asynchronously", "read_to_file", "write_from_file"),
)
"""Names of the refused methods of `VisaLibraryBase`."""


def refuse_unsupported(library: Library) -> Library:
    """Give a library class a method for each unsupported operation: VI_ERROR_NSUP_OPER."""
    for name in UNSUPPORTED:
        setattr(library, name, _refusal(name))
    return library


def _refusal(name: str) -> Callable[..., Any]:
    def operation(self: VisaLibraryBase, session: Any, *_: object, **__: object) -> StatusCode:
        return self.handle_return_value(session, StatusCode.error_nonsupported_operation)

    operation.__name__ = name
    operation.__doc__ = "Not supported: raises VisaIOError with VI_ERROR_NSUP_OPER."
    return operation
