"""Starts the window, and stays until it is closed."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from labctl.errors import LabError


class NoScreen(LabError):
    """The window cannot be shown here."""


def show_window(station: str | None, runs: Path) -> int:
    """Show the window until it is closed; returns Qt's exit code.

    `station` is None for the one that was open last, at first the simulated one.

    Raises `NoScreen` where there is none, or where Qt cannot be loaded.
    """
    _refuse_without_screen()
    try:
        from labctl.gui.qt_application import application  # noqa: PLC0415
    except ImportError as error:
        raise NoScreen(
            f"the window needs PyQt5 and pyqtgraph, and they cannot be loaded ({error}); on "
            "Debian and Ubuntu: apt install libgl1 libglib2.0-0 libfontconfig1 "
            "libxkbcommon-x11-0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 "
            "libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0"
        ) from error
    from labctl.gui.main_window import MainWindow, last_station  # noqa: PLC0415

    app = application()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    window = MainWindow(runs)
    window.open_station(station or last_station())
    window.show()
    return app.exec_()


def _refuse_without_screen() -> None:
    """Qt would end the whole process."""
    named = [os.environ.get(name) for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")]
    if sys.platform.startswith("linux") and not any(named):
        raise NoScreen(
            "there is no screen to show a window on (neither DISPLAY nor WAYLAND_DISPLAY is set); "
            "use it at the computer itself, or over 'ssh -X'"
        )
