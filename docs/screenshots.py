"""Draws the views of the window's guide, by the program itself, into docs/images.

    make screenshots                      (on a virtual screen of 1920x1080)

It runs what a new user would run, on the simulated bench with seed 1, and takes a picture of the
window, or of a dialog, when there is something to see.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QEventLoop, QSettings, QTimer
from PyQt5.QtWidgets import QWidget

from labctl.gui import theme
from labctl.gui.array.device_dialog import DeviceDialog
from labctl.gui.main_window import MainWindow
from labctl.gui.qt_application import application

IMAGES = Path(__file__).parent / "images"
EXAMPLE = Path(__file__).parent.parent / "examples" / "paper.toml"
SMALL, LARGE = (1366, 768), (1920, 1080)
LOOK_MS = 50
SETTLES_MS = 1500
"""After this the last answer is drawn."""
PATIENCE_MS = 120_000


def wait_until(done: Callable[[], object]) -> None:
    """Let the window live until something is so; raises `TimeoutError`."""
    loop, look, patience = QEventLoop(), QTimer(), QTimer()
    look.timeout.connect(lambda: loop.quit() if done() else None)
    patience.setSingleShot(True)
    patience.timeout.connect(loop.quit)
    look.start(LOOK_MS)
    patience.start(PATIENCE_MS)
    loop.exec_()
    if not done():
        raise TimeoutError(f"nothing came of {done} within {PATIENCE_MS / 1000:g} s")


def settle() -> None:
    """Let what was asked for come, and be drawn."""
    loop = QEventLoop()
    QTimer.singleShot(SETTLES_MS, loop.quit)
    loop.exec_()


def take(widget: QWidget, name: str) -> None:
    """Keep a picture of a widget."""
    settle()
    path = IMAGES / f"{name}.png"
    if not widget.grab().save(str(path)):
        raise OSError(f"{path} cannot be written")
    sys.stdout.write(f"{path}\n")


class Tour:
    """The window, and what a user does with it."""

    def __init__(self, runs: Path) -> None:
        self.window = MainWindow(runs)
        self.session = self.window.session
        self.window.open_station("simulated")
        self.window.show()
        wait_until(lambda: self.session.station)

    def run(self, procedure: str, devices: list[str], **values: str) -> None:
        """Run a procedure to its end."""
        order: dict[str, Any] = {"procedure": procedure, "values": values, "devices": devices}
        ended: list[str] = []
        self.session.run_ended.connect(ended.append)
        self.session.order_given.emit({**order, "limits": {}, "now": True})
        wait_until(lambda: ended and self.idle())
        self.session.run_ended.disconnect(ended.append)

    def idle(self) -> bool:
        """Whether nothing of the queue runs."""
        return self.window.queue.keeper.queue.running is None

    def look(self, size: tuple[int, int], colours: str) -> None:
        """Make the window as large as this, in these colours."""
        self.window.resize(*size)
        theme.apply(application(), colours)

    def go(self) -> None:
        """From the first look to the runs of a day."""
        devices = list(self.session.station["devices"])
        self.look(SMALL, "light")
        self.session.choose(["D01"])
        take(self.window, "window-preview")
        self.run("iv_loop", ["D01"], cycles="5")
        take(self.window, "window-live")
        self.look(LARGE, "dark")
        self.run("endurance", devices[:5], cycles="5000")
        take(self.window, "window-endurance")
        self.look(LARGE, "light")
        self.run("kernel_encoding", devices)
        self.run("convolution", devices)
        take(self.window, "window-picture")
        self.look(SMALL, "light")
        self.window.centre.setCurrentWidget(self.window.runs)
        take(self.window, "window-runs")
        dialog = DeviceDialog(self.session, "D01", self.window)
        dialog.show()
        take(dialog, "window-device")
        dialog.close()
        self.window.queue.open_campaign(EXAMPLE)
        take(self.window.queue.campaigns, "window-campaign")
        self.window.queue.campaigns.close()
        self.window.close()


def main() -> None:
    """Draw all of them."""
    with tempfile.TemporaryDirectory(prefix="labctl-tour-") as name:
        settings = str(Path(name) / "settings")
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, settings)
        app = application()
        Tour(Path(name) / "runs").go()
        app.processEvents()


if __name__ == "__main__":
    main()
