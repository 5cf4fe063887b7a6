"""Closing the window while something runs: it goes on, or it is stopped and seen to be safe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PyQt5.QtCore import QCoreApplication
from PyQt5.QtWidgets import QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from labctl.gui.queue import leaving
from labctl.gui.queue.item import Item, State
from labctl.gui.queue.leaving import LeavingDialog, may_close
from labctl.gui.queue.queue_panel import QueuePanel
from labctl.gui.queue.run_asker import RunAsker
from labctl.gui.session import Session
from tests.gui.fakes import STATION
from tests.gui.queue_bench import Started, started

__all__ = ["started"]

SAFE = {"state": "safe", "safe": {"verified": True, "failures": []}}
UNSAFE = {"state": "stopping", "safe": {"verified": False, "failures": ["smu: no answer"]}}


class Asked:
    """What the run is asked for, which nobody runs."""

    def __init__(self) -> None:
        self.what: list[str] = []

    def __call__(self, folder: str, do: str, reason: str = "") -> None:
        self.what.append(do)


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[QueuePanel]:
    made = QueuePanel(session)
    session.station_changed.emit(STATION)
    qtbot.addWidget(made)
    yield made
    made.close()


@pytest.fixture
def asked(
    qtbot: QtBot, started: Started, panel: QueuePanel, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Asked]:
    """An item runs, and its run would hear."""
    recorder = Asked()
    monkeypatch.setattr(RunAsker, "ask", recorder)
    monkeypatch.setattr(leaving, "SHOWN_SAFE_MS", 0)
    panel.keeper.change(lambda queue: queue.add(Item(id="a", procedure="long")))
    panel.keeper.change(lambda queue: queue.go_on())
    qtbot.waitUntil(lambda: panel.keeper.queue.item("a").folder is not None)
    yield recorder
    panel.keeper.close()


@pytest.fixture
def dialog(qtbot: QtBot, panel: QueuePanel, asked: Asked) -> LeavingDialog:
    made = LeavingDialog(panel.keeper)
    qtbot.addWidget(made)
    made.open()
    return made


def text(dialog: LeavingDialog) -> str:
    return dialog.findChildren(QLabel)[0].text()


def press(dialog: LeavingDialog, words: str) -> None:
    (button,) = (
        one
        for one in dialog.findChildren(QPushButton)
        if one.text().replace("&", "").startswith(words)
    )
    button.click()


def test_nothing_is_asked_while_nothing_runs(panel: QueuePanel) -> None:
    assert may_close(panel, panel)


@pytest.mark.parametrize("code", [QDialog.DialogCode.Accepted, QDialog.DialogCode.Rejected])
def test_the_answer_decides(
    panel: QueuePanel, asked: Asked, monkeypatch: pytest.MonkeyPatch, code: Any
) -> None:
    monkeypatch.setattr(LeavingDialog, "exec_", lambda _: code)
    assert may_close(QWidget(), panel) is (code == QDialog.DialogCode.Accepted)


def test_it_may_go_on(dialog: LeavingDialog, asked: Asked) -> None:
    assert "long is still running" in text(dialog)
    press(dialog, "Let it go on")
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert asked.what == []


def test_it_is_stopped_seen_safe_and_only_then_closed(
    qtbot: QtBot, panel: QueuePanel, dialog: LeavingDialog, asked: Asked
) -> None:
    press(dialog, "Stop it safely")
    assert asked.what == ["abort"]
    panel.keeper.stop_answered.emit({"state": "stopping", "safe": None})
    assert dialog.isVisible()
    panel.keeper.stop_answered.emit(SAFE)
    assert "Verified safe" in text(dialog)
    QCoreApplication.processEvents()
    assert dialog.isVisible(), "its process has not ended"
    panel.keeper.queue.end("a", State.ABORTED)
    with qtbot.waitSignal(dialog.accepted):
        panel.keeper.item_ended.emit(panel.keeper.queue.item("a"))


@pytest.mark.parametrize("silent", [False, True])
def test_what_is_not_safe_closes_nothing(
    panel: QueuePanel, dialog: LeavingDialog, asked: Asked, silent: bool
) -> None:
    press(dialog, "Stop it safely")
    if silent:
        panel.keeper.stop_unanswered.emit("nobody answers")
    else:
        panel.keeper.stop_answered.emit(UNSAFE)
    assert ("does not answer" if silent else "NOT verified safe: smu: no answer") in text(dialog)
    assert dialog.isVisible()
    press(dialog, "Stop again")
    assert asked.what == ["abort", "abort"]
    press(dialog, "Cancel")
    assert dialog.result() == QDialog.DialogCode.Rejected


def test_an_end_without_a_verified_safe_state_closes_nothing(
    panel: QueuePanel, dialog: LeavingDialog, asked: Asked
) -> None:
    press(dialog, "Stop it safely")
    panel.keeper.queue.end("a", State.INTERRUPTED, "the process that measured is gone")
    panel.keeper.item_ended.emit(panel.keeper.queue.item("a"))
    assert "NOT verified safe: the process that measured is gone" in text(dialog)
    press(dialog, "Close all the same")
    assert dialog.result() == QDialog.DialogCode.Accepted


def test_one_that_ended_before_it_touched_anything_is_left_behind(
    qtbot: QtBot, panel: QueuePanel, dialog: LeavingDialog, asked: Asked
) -> None:
    press(dialog, "Stop it safely")
    panel.keeper.queue.end("a", State.ABORTED, "stopped before anything was touched")
    with qtbot.waitSignal(dialog.accepted):
        panel.keeper.item_ended.emit(panel.keeper.queue.item("a"))
