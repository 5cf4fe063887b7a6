"""What others ask of a run: to stop, to pause, to go on; Ctrl-C and its kin ask it to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

# SIGHUP: the terminal was closed; SIGBREAK: Ctrl-Break on Windows.
_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    if hasattr(signal, name)
)  # fmt: skip


class RunControl:
    """Set by a signal, a button, or a campaign; looked at between rows and while waiting."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._go_on = threading.Event()
        self._go_on.set()
        self.reason = ""
        """Why it is to stop."""
        self.impatient = False
        """Whether a second signal may interrupt at once; true only while measuring."""
        self.tell_resting: Callable[[bool], None] = lambda _: None
        """Called when the run begins to stand still, and when it goes on."""

    def ask_stop(self, reason: str) -> None:
        """Ask the run to stop; the first reason stands."""
        if not self._stop.is_set():
            self.reason = reason
        self._stop.set()
        self._go_on.set()

    def stop_asked(self) -> bool:
        """Whether the run is to stop."""
        return self._stop.is_set()

    def pause(self) -> None:
        """Ask the run to stand still before its next application."""
        if not self._stop.is_set():
            self._go_on.clear()

    def go_on(self) -> None:
        """Let a paused run go on."""
        self._go_on.set()

    @property
    def paused(self) -> bool:
        """Whether the run is to stand still."""
        return not self._go_on.is_set()

    def rests(self, resting: bool) -> None:
        """Called by whoever stands still because `paused` says so, before and after."""
        self.tell_resting(resting)

    def wait_while_paused(self, patience_s: float) -> bool:
        """Wait for `go_on` or a stop, at most so long; whether the run is still paused."""
        return not self._go_on.wait(patience_s)


@contextmanager
def signals_ask(control: RunControl) -> Iterator[None]:
    """Turn stop signals into requests while the block runs.

    A second one during the measurement raises KeyboardInterrupt at once, for a procedure that
    hangs. Outside the measurement signals never interrupt: the safe state is always reached.
    Only the main thread receives signals; elsewhere this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def on_signal(number: int, _: FrameType | None) -> None:
        again = control.stop_asked()
        control.ask_stop(signal.Signals(number).name)
        if again and control.impatient:
            raise KeyboardInterrupt(control.reason)

    previous = {number: signal.signal(number, on_signal) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
