"""Ctrl-C and its kin become a request to stop, so that nothing is ever torn in two."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# SIGHUP: the terminal was closed; SIGBREAK: Ctrl-Break on Windows.
_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    if hasattr(signal, name)
)  # fmt: skip


class StopRequest:
    """Set by a signal, a button, or a campaign; looked at between rows and while waiting."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.reason = ""
        self.impatient = False
        """Whether a second signal may interrupt at once; true only while measuring."""

    def ask(self, reason: str) -> None:
        """Ask to stop; the first reason stands."""
        if not self._event.is_set():
            self.reason = reason
        self._event.set()

    def asked(self) -> bool:
        """Whether a stop was asked for."""
        return self._event.is_set()


@contextmanager
def signals_ask(stop: StopRequest) -> Iterator[None]:
    """Turn stop signals into requests while the block runs.

    A second one during the measurement raises KeyboardInterrupt at once, for a procedure that
    hangs. Outside the measurement signals never interrupt: the safe state is always reached.
    Only the main thread receives signals; elsewhere this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def on_signal(number: int, _: FrameType | None) -> None:
        again = stop.asked()
        stop.ask(signal.Signals(number).name)
        if again and stop.impatient:
            raise KeyboardInterrupt(stop.reason)

    previous = {number: signal.signal(number, on_signal) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
