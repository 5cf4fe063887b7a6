"""The queue on screen: what it says, what its buttons and keys do, and how fast it stays."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QDialogButtonBox,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QTableView,
)
from pytestqt.qtbot import QtBot

from labctl.gui.clerk_link import ClerkLink
from labctl.gui.queue.item import Item, State
from labctl.gui.queue.item_dialog import ItemDialog
from labctl.gui.queue.queue_panel import QueuePanel
from labctl.gui.queue.queue_status import QueueStatus
from labctl.gui.queue.queue_table import STATE
from labctl.gui.session import Session
from tests.gui.fakes import STATION
from tests.gui.queue_bench import Started, let_end, started

__all__ = ["started"]

PATIENCE_MS = 60_000


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[QueuePanel]:
    made = QueuePanel(session)
    session.station_changed.emit(STATION)
    made.resize(330, 400)
    made.show()
    qtbot.addWidget(made)
    yield made
    made.close()


def fill(panel: QueuePanel, *procedures: str) -> None:
    for name in procedures:
        item = Item(id=name, procedure=name, devices=("D01",), values={"cycles": "3"})
        panel.keeper.change(lambda queue, item=item: queue.add(item))


def table(panel: QueuePanel) -> QTableView:
    return panel.findChild(QTableView)


def shown(panel: QueuePanel, row: int, column: int = STATE) -> str:
    return str(table(panel).model().index(row, column).data())


def status(panel: QueuePanel) -> str:
    return panel.findChild(QueueStatus).text()


def button(panel: Any, text: str) -> QPushButton:
    found = [one for one in panel.findChildren(QPushButton) if one.text().replace("&", "") == text]
    assert len(found) == 1, f"{text}: {found}"
    return found[0]


def order(panel: QueuePanel) -> list[str]:
    return [item.procedure for item in panel.keeper.queue.items]


def wait(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=PATIENCE_MS)


def test_keys_do_what_the_menu_says(qtbot: QtBot, panel: QueuePanel) -> None:
    fill(panel, "a", "b", "c")
    table(panel).setFocus()
    table(panel).selectRow(2)
    qtbot.keyClick(table(panel), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert order(panel) == ["a", "c", "b"]
    assert [index.row() for index in table(panel).selectionModel().selectedRows()] == [1]
    qtbot.keyClick(table(panel), Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert shown(panel, 1) == "held"
    qtbot.keyClick(table(panel), Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert shown(panel, 1) == "waiting"
    qtbot.keyClick(table(panel), Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert shown(panel, 1) == "skipped"
    qtbot.keyClick(table(panel), Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert order(panel) == ["a", "c", "b", "c"]
    qtbot.keyClick(table(panel), Qt.Key.Key_Delete)
    assert order(panel) == ["a", "b", "c"]


def test_a_failure_is_on_screen_without_a_click(
    qtbot: QtBot, session: Session, panel: QueuePanel, started: Started
) -> None:
    fill(panel, "bad", "good")
    assert status(panel) == "Not started, 2 waiting"
    button(panel, "Start queue").click()
    wait(qtbot, lambda: shown(panel, 0) == "failed: the compliance was reached")
    assert "a run failed" in status(panel)
    assert "bad: the compliance was reached" in status(panel)
    button(panel, "Start queue").click()
    wait(qtbot, lambda: status(panel) == "All is done")


def test_how_far_it_is_comes_from_the_bench(
    qtbot: QtBot, session: Session, panel: QueuePanel, started: Started
) -> None:
    fill(panel, "long")
    button(panel, "Start queue").click()
    wait(qtbot, lambda: panel.keeper.queue.items[0].folder is not None)
    folder = panel.keeper.queue.items[0].folder
    assert shown(panel, 0) == "starting"
    bench = {"run": folder, "state": "measuring", "holder": "us", "fraction": 0.34, "ended": []}
    session.watched.emit(bench)
    assert shown(panel, 0) == "running, 34 %"
    session.watched.emit(bench | {"state": "paused"})
    assert shown(panel, 0) == "paused at 34 %"
    assert button(panel, "Go on").isEnabled()
    let_end(folder)
    wait(qtbot, lambda: shown(panel, 0) == "finished")


def test_nothing_real_begins_without_a_question(
    qtbot: QtBot,
    session: Session,
    panel: QueuePanel,
    started: Started,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    answer = [QMessageBox.StandardButton.Cancel]

    def question(_: object, title: str, text: str, *more: object) -> object:
        asked.append(text)
        return answer[0]

    monkeypatch.setattr(QMessageBox, "question", question)
    session.station = {**STATION, "simulated": False, "name": "probe_station"}
    fill(panel, "good")
    button(panel, "Start queue").click()
    assert "REAL station probe_station" in asked[0]
    assert not started.words
    answer[0] = QMessageBox.StandardButton.Yes
    button(panel, "Start queue").click()
    wait(qtbot, lambda: shown(panel, 0) == "finished")


def test_an_item_is_edited_only_into_what_can_run(
    qtbot: QtBot, session: Session, panel: QueuePanel
) -> None:
    fill(panel, "iv_loop")
    table(panel).setFocus()
    table(panel).selectRow(0)
    qtbot.keyClick(table(panel), Qt.Key.Key_F2)
    dialog = panel.findChild(ItemDialog)
    ok = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    assert not ok.isEnabled(), "nobody has said yet that it can run"
    (field,) = (one for one in dialog.findChildren(QLineEdit) if one.accessibleName() == "cycles")
    assert field.text() == "3"
    field.clear()
    qtbot.keyClicks(field, "many")
    session.office.answer("preview", {"fields": {"cycles": "'many' is no number"}, "ready": False})
    assert not ok.isEnabled()
    assert field.property("state") == "bad"
    field.clear()
    qtbot.keyClicks(field, "5")
    session.office.answer("preview", {"fields": {}, "ready": True})
    ok.click()
    assert panel.keeper.queue.items[0].values == {"cycles": "5"}


def test_what_comes_from_outside_is_plain_text(qtbot: QtBot, panel: QueuePanel) -> None:
    fill(panel, "<b>bold</b>")
    item = panel.keeper.queue.items[0]
    panel.keeper.queue.begin(item.id)
    panel.keeper.queue.end(item.id, State.FAILED, '<ERR -113 & "undefined">')
    panel.keeper.changed.emit()
    table(panel).selectRow(0)
    index = table(panel).model().index(0, STATE)
    assert index.data(Qt.ItemDataRole.ToolTipRole).startswith("failed: &lt;ERR")
    assert '<ERR -113 & "undefined">' in panel.findChild(QPlainTextEdit).toPlainText()


def test_500_items_stay_fast(qtbot: QtBot, panel: QueuePanel) -> None:
    items = [Item(procedure="endurance", devices=("D01",), values={"n": "1"}) for _ in range(500)]
    for item in items:
        panel.keeper.queue.add(item)
    panel.keeper.changed.emit()
    table(panel).selectRow(250)
    took_s = []
    for _ in range(9):
        began_s = time.perf_counter()
        panel.keeper.change(lambda queue: queue.move([items[250].id], up=True))
        took_s.append(time.perf_counter() - began_s)
    assert sorted(took_s)[4] < 0.1


def test_every_control_has_a_name(panel: QueuePanel) -> None:
    for widget in (QTableView, QPlainTextEdit, QueueStatus):
        assert panel.findChild(widget).accessibleName()
    assert all(one.toolTip() for one in panel.findChildren(QPushButton))


def test_a_real_run_is_started_watched_and_stopped_safe(qtbot: QtBot, session: Session) -> None:
    """Through the real clerks and the command line's own runner."""
    real = Session(session.runs)
    panel = QueuePanel(real)
    qtbot.addWidget(panel)
    real.open_station("simulated")
    wait(qtbot, lambda: bool(real.station))
    assert isinstance(real.office, ClerkLink)
    values = {
        "cycles": "2000000",
        "min_ratio": "0",
        "failures": "1000000",
    }  # whatever the device does
    order = {"procedure": "endurance", "values": values, "devices": ["D03"]}
    real.order_given.emit({**order, "limits": {}, "now": True})
    wait(qtbot, lambda: shown(panel, 0).startswith("running"))
    button(panel, "Stop run").click()
    wait(qtbot, lambda: panel.keeper.queue.items[0].state is State.ABORTED)
    assert "asked by the person at the window" in panel.keeper.queue.items[0].why
    panel.close()
    real.close()
