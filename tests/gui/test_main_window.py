"""The whole window, with real clerks and real runs on the simulated bench."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from labctl.gui.main_window import MainWindow
from labctl.gui.session import Session
from tests.gui.fakes import FakeLink

PATIENCE_MS = 60_000
OF_THEIR_OWN = {"run", "started", "ended", "host", "bench"}


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    made = MainWindow(tmp_path / "runs")
    made.open_station("simulated")
    made.show()
    qtbot.waitUntil(lambda: bool(made.session.station), timeout=PATIENCE_MS)
    yield made
    qtbot.waitUntil(lambda: made.queue.keeper.queue.running is None, timeout=PATIENCE_MS)
    made.close()


def ran(qtbot: QtBot, window: MainWindow, order: dict[str, Any]) -> Path:
    """The folder of a run that was ordered, when it is over and its process gone."""
    ended: list[str] = []
    window.session.run_ended.connect(ended.append)
    window.session.order_given.emit({"limits": {}, "values": {}, "now": True, **order})
    qtbot.waitUntil(
        lambda: bool(ended) and window.queue.keeper.queue.running is None, timeout=PATIENCE_MS
    )
    window.session.run_ended.disconnect(ended.append)
    return Path(ended[0])


def test_a_new_user_measures_a_loop_and_finds_its_report(qtbot: QtBot, window: MainWindow) -> None:
    window.session.choose(["D03"])
    start = window.procedure.start_button
    qtbot.waitUntil(start.isEnabled, timeout=PATIENCE_MS)
    ended: list[str] = []
    window.session.run_ended.connect(ended.append)
    qtbot.mouseClick(start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: bool(ended) and window.queue.keeper.queue.running is None, timeout=PATIENCE_MS
    )
    folder = Path(ended[0])
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert (record["status"], record["procedure"], record["devices"]) == (
        "finished", "iv_loop", ["D03"],
    )  # fmt: skip
    assert (folder / "report.html").is_file()
    assert window.centre.currentWidget() is window.live
    assert window.session.run == str(folder)


def test_a_run_from_the_window_is_the_run_of_the_command_line(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    ours = ran(qtbot, window, {"procedure": "array_read", "devices": ["D01", "D02"]})
    answer = subprocess.run(
        [sys.executable, "-m", "labctl", "run", "array_read", "--device", "D01,D02", "--json",
         "--out", str(tmp_path / "other")],
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    theirs = Path(json.loads(answer.stdout)["run_folder"])
    assert (ours / "data.csv").read_bytes() == (theirs / "data.csv").read_bytes()
    one, other = (json.loads((f / "run.json").read_text(encoding="utf-8")) for f in (ours, theirs))
    assert one.keys() == other.keys()
    assert {name for name in one if one[name] != other[name]} == OF_THEIR_OWN
    assert {n for n in one["bench"] if one["bench"][n] != other["bench"][n]} == {"wall_time_s"}
    assert {path.name for path in ours.iterdir()} == {path.name for path in theirs.iterdir()}


def test_every_control_has_a_name_that_can_be_read_out(session: Session, qtbot: QtBot) -> None:
    window = MainWindow(session.runs, session)
    qtbot.addWidget(window)
    kinds = (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QAbstractItemView)
    nameless = [
        one
        for one in window.findChildren(QWidget)
        if isinstance(one, kinds) and not _of_qt(one) and not _name(one)
    ]
    assert not nameless, [(type(one).__name__, one.parent()) for one in nameless]


def _name(widget: QWidget) -> str:
    text = getattr(widget, "text", str)() if isinstance(widget, QAbstractButton) else ""
    buddies = [one for one in widget.window().findChildren(QWidget) if _buddy(one) is widget]
    return widget.accessibleName() or text or ("buddy" if buddies else "")


def _buddy(widget: QWidget) -> QWidget | None:
    return widget.buddy() if hasattr(widget, "buddy") else None  # pyright: ignore


def _of_qt(widget: QWidget) -> bool:
    """Parts that Qt puts into its own widgets."""
    owner = widget.parent()
    if owner is not None and owner.metaObject().className() == "QComboBoxPrivateContainer":
        return True
    return widget.objectName().startswith("qt_") or isinstance(
        widget.parent(), (QComboBox, QLineEdit, QAbstractItemView)
    )


def test_the_title_says_whether_the_station_is_real(session: Session, qtbot: QtBot) -> None:
    window = MainWindow(session.runs, session)
    qtbot.addWidget(window)
    session.station_changed.emit(session.station)
    assert window.windowTitle() == "simulated (simulated) – labctl"
    session.station = {**session.station, "name": "bench", "simulated": False}
    session.station_changed.emit(session.station)
    assert window.windowTitle() == "bench (REAL STATION) – labctl"


def test_a_run_that_is_resumed_where_it_lies_is_followed_again(session: Session) -> None:
    lookout = session.lookout
    assert isinstance(lookout, FakeLink)
    lookout.tell("bench", {"state": "measuring", "run": "/runs/a", "ended": []})
    del lookout.followed["run"]  # it has come to its end
    lookout.tell("bench", {"state": "idle", "run": None, "ended": ["/runs/a"]})
    assert "run" not in lookout.followed
    lookout.tell("bench", {"state": "measuring", "run": "/runs/a", "ended": []})
    assert lookout.followed["run"]["folder"] == "/runs/a"


def test_without_a_screen_it_says_so(tmp_path: Path) -> None:
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    answer = subprocess.run(
        [sys.executable, "-m", "labctl", "gui", "--json"],
        env={name: value for name, value in os.environ.items() if name not in hidden},
        cwd=tmp_path, capture_output=True, check=False, text=True,
    )  # fmt: skip
    if not sys.platform.startswith("linux"):
        pytest.skip("there is always a screen")
    assert answer.returncode == 1
    assert "no screen" in json.loads(answer.stdout)["error"]
    assert "Traceback" not in answer.stderr


def test_colours_change_while_it_is_open(session: Session, qtbot: QtBot) -> None:
    from labctl.gui import theme

    window = MainWindow(session.runs, session)
    qtbot.addWidget(window)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    try:
        theme.apply(application, "dark")
        QApplication.sendPostedEvents(None, QEvent.Type.PolishRequest)
        assert window.palette().color(window.backgroundRole()).name() == theme.DARK.window
    finally:
        theme.apply(application, "light")
