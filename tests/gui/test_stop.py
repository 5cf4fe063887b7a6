"""STOP reaches the runs wherever the focus is, and tells truly what came of it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtCore import QEvent, Qt, QTimer
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QApplication, QDialog, QLineEdit, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from labctl.control.desk import Desk, Forward
from labctl.control.in_use import Outcome
from labctl.control.server import serving
from labctl.gui import stopping
from labctl.gui.session import Session
from labctl.gui.stop import StopButton
from labctl.gui.stopping import stop, switch_off
from labctl.locks import hold, machine_locks
from tests.gui.fakes import STATION

SAFE = {"verified": True, "failures": [], "smu": {"output": "off"}}
UNSAFE = {"verified": False, "failures": ["smu: still on"]}
PATIENCE_MS = 30_000


@contextmanager
def run_of(folder: Path, safe: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """A run that stops when it is asked to; its channel's address, and the reasons it heard."""
    reasons: list[str] = []

    def obey(what: str, reason: str) -> None:
        reasons.append(f"{what}: {reason}")
        threading.Thread(target=lambda: desk.stand_down(safe)).start()

    desk = Desk(folder.name, os.getpid(), Forward(obey))
    folder.mkdir(parents=True)
    with serving(folder, desk.answers) as address:
        yield address, reasons


@contextmanager
def in_use(place: Path, control: str | None = None, **facts: Any) -> Iterator[None]:
    place.mkdir(parents=True, exist_ok=True)
    who = {"what": "smu", "station": "simulated", "file": STATION["file"], **facts}
    with hold(place / "smu.lock", who) as lock:
        lock.tell(control=control)
        yield


class Off:
    """In the place of `labctl off` in a process of its own."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Path]] = []
        self.outcomes: list[Outcome] = []

    def __call__(self, station: str, runs: Path) -> list[Outcome]:
        self.asked.append((station, runs))
        return self.outcomes


@pytest.fixture
def off(monkeypatch: pytest.MonkeyPatch) -> Off:
    fake = Off()
    monkeypatch.setattr(stopping, "switch_off", fake)
    return fake


@pytest.fixture
def button(qtbot: QtBot, session: Session, off: Off) -> StopButton:
    made = StopButton(session)
    qtbot.addWidget(made)
    made.show()
    return made


def pressed(button: StopButton, qtbot: QtBot, press: Callable[[], object]) -> list[Outcome]:
    """What came of it."""
    with qtbot.waitSignal(button.made_safe, timeout=PATIENCE_MS) as made_safe:
        press()
    return made_safe.args[0]


def press_f12(widget: QWidget, *, repeated: bool = False) -> None:
    key = QKeyEvent(
        QEvent.Type.KeyPress, Qt.Key.Key_F12, Qt.KeyboardModifier.NoModifier, "", repeated
    )
    QApplication.sendEvent(widget, key)


def test_a_run_is_asked_and_its_safe_state_is_told(
    qtbot: QtBot, button: StopButton, off: Off, tmp_path: Path
) -> None:
    with (
        run_of(tmp_path / "run-1", SAFE) as (address, reasons),
        in_use(machine_locks(), address),
        qtbot.waitSignal(button.stopped),
    ):
        (outcome,) = pressed(button, qtbot, button.button.click)
    assert outcome.verified
    assert reasons == ["abort: STOP at the window"]
    assert button.outcome.whole.startswith("✔ Safe, read back")
    assert off.asked == []


def test_the_watched_run_is_asked_without_a_look_at_the_locks(
    qtbot: QtBot, session: Session, button: StopButton, tmp_path: Path
) -> None:
    with run_of(tmp_path / "run-1", SAFE) as (address, reasons):
        session.watched.emit({"state": "measuring", "control": address})
        (outcome,) = pressed(button, qtbot, button.stop)
    assert outcome.verified
    assert reasons == ["abort: STOP at the window"]


def test_a_simulated_run_in_the_runs_directory_is_found(
    qtbot: QtBot, session: Session, button: StopButton
) -> None:
    folder = session.runs / "run-1"
    with (
        run_of(folder, SAFE) as (address, reasons),
        in_use(session.runs, address, run=str(folder), file="/stations/another.toml"),
    ):
        assert pressed(button, qtbot, button.stop)[0].verified
    assert len(reasons) == 1


def test_a_run_of_another_station_elsewhere_is_left_alone(
    button: StopButton, off: Off, qtbot: QtBot, tmp_path: Path
) -> None:
    with (
        run_of(tmp_path / "run-1", SAFE) as (address, reasons),
        in_use(machine_locks(), address, file="/stations/another.toml", run="/data/run-1"),
    ):
        pressed(button, qtbot, button.stop)
    assert reasons == []
    assert len(off.asked) == 1


def test_what_is_not_verified_goes_to_labctl_off_and_is_told(
    qtbot: QtBot, session: Session, button: StopButton, off: Off, tmp_path: Path
) -> None:
    off.outcomes = [Outcome("simulated", "taken from somebody", UNSAFE)]
    told: list[tuple[str, str]] = []
    session.told.connect(lambda *what: told.append(what))
    with run_of(tmp_path / "run-1", UNSAFE) as (address, _), in_use(machine_locks(), address):
        pressed(button, qtbot, button.stop)
    assert off.asked == [(STATION["file"], session.runs)]
    assert "NOT verified safe" in button.outcome.whole
    assert "smu: still on" in button.outcome.whole
    assert "check it by hand" in button.outcome.whole
    assert button.outcome.property("state") == "bad"
    assert told[0][0] == "error"


def test_who_does_not_answer_is_overruled(
    qtbot: QtBot, button: StopButton, off: Off, tmp_path: Path
) -> None:
    off.outcomes = [Outcome("simulated", "taken from somebody", SAFE)]
    with in_use(machine_locks(), str(tmp_path / "nobody.sock")):
        (outcome,) = pressed(button, qtbot, button.stop)
    assert outcome.how == "taken from somebody"
    assert button.outcome.property("state") == "good"


def test_where_nothing_runs_the_bench_is_made_safe_all_the_same(
    qtbot: QtBot, button: StopButton, off: Off
) -> None:
    assert pressed(button, qtbot, button.stop) == []
    assert len(off.asked) == 1
    assert "Nothing was running" in button.outcome.whole


def test_it_can_be_pressed_again_and_again(
    qtbot: QtBot, button: StopButton, tmp_path: Path
) -> None:
    with run_of(tmp_path / "run-1", SAFE) as (address, reasons), in_use(machine_locks(), address):

        def press() -> None:
            for _ in range(5):
                assert button.button.isEnabled()
                button.button.click()

        outcomes = pressed(button, qtbot, press)
        qtbot.waitUntil(lambda: len(reasons) == 5, timeout=PATIENCE_MS)
    assert len(outcomes) == 1
    assert "✔ Safe" in button.outcome.whole


def test_without_a_station_it_says_so(qtbot: QtBot, button: StopButton, session: Session) -> None:
    session.station = {}
    button.stop()
    assert button.outcome.whole == "No station is open"


def test_f12_works_while_a_field_has_the_focus(qtbot: QtBot, button: StopButton, off: Off) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    pressed(button, qtbot, lambda: press_f12(field))
    assert len(off.asked) == 1
    assert field.text() == ""


def test_f12_works_behind_a_modal_dialog(qtbot: QtBot, button: StopButton, off: Off) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    QVBoxLayout(dialog).addWidget(QLineEdit(dialog))
    button.made_safe.connect(lambda _: dialog.accept())

    def press() -> None:
        press_f12(QApplication.focusWidget() or dialog)

    QTimer.singleShot(0, press)
    dialog.exec_()
    assert len(off.asked) == 1


def test_f12_works_in_a_menu(qtbot: QtBot, button: StopButton, off: Off) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)
    menu.addAction("something")
    menu.popup(button.mapToGlobal(button.rect().topLeft()))
    qtbot.waitUntil(menu.isVisible)
    pressed(button, qtbot, lambda: qtbot.keyClick(menu, Qt.Key.Key_F12))
    assert len(off.asked) == 1


def test_a_key_that_is_held_down_asks_once(qtbot: QtBot, button: StopButton, off: Off) -> None:
    def press() -> None:
        press_f12(button)
        for _ in range(30):
            press_f12(button, repeated=True)

    pressed(button, qtbot, press)
    assert len(off.asked) == 1


def test_other_keys_are_left_to_others(qtbot: QtBot, button: StopButton, off: Off) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    qtbot.keyClicks(field, "200 mV")
    assert field.text() == "200 mV"
    assert off.asked == []


def test_what_came_of_it_goes_when_another_run_begins(
    qtbot: QtBot, button: StopButton, session: Session, off: Off
) -> None:
    pressed(button, qtbot, button.stop)
    session.watched.emit({"state": "idle", "control": None})
    assert button.outcome.whole
    session.watched.emit({"state": "measuring", "control": None})
    assert not button.outcome.whole


def test_labctl_off_itself(tmp_path: Path) -> None:
    assert switch_off("simulated", tmp_path / "runs") == []
    (failed,) = switch_off("simulatd", tmp_path / "runs")
    assert not failed.verified
    assert "did you mean 'simulated'" in failed.in_words()


def test_two_runs_are_stopped_at_once(tmp_path: Path, off: Off) -> None:
    runs = tmp_path / "runs"
    left, right = runs / "run-1", runs / "run-2"
    with (
        run_of(left, SAFE) as (left_address, _),
        run_of(right, SAFE) as (right_address, _),
        in_use(machine_locks() / "", left_address, run=str(left)),
        in_use(runs, right_address, run=str(right), file="/stations/another.toml"),
    ):
        outcomes = stop(STATION["file"], runs, left_address)
    assert [outcome.verified for outcome in outcomes] == [True, True]
    assert off.asked == []
