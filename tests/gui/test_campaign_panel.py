"""A campaign file on screen: checked first, run through the queue, followed to its end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtCore import QMimeData, QPoint, Qt, QUrl
from PyQt5.QtGui import QDropEvent
from PyQt5.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QTableView
from pytestqt.qtbot import QtBot

from labctl.gui.campaigns.campaign_panel import CampaignPanel
from labctl.gui.queue.item import State
from labctl.gui.queue.queue_panel import QueuePanel
from labctl.gui.session import Session
from tests.gui.fakes import STATION

PATIENCE_MS = 60_000
CHECK: dict[str, Any] = {
    "name": "two",
    "description": "two items",
    "file": "/files/two.toml",
    "station": "simulated",
    "station_file": STATION["file"],
    "problems": [],
    "items": [
        {"key": "read/D01", "procedure": "array_read", "devices": ["D01"], "text": "3 s"},
        {"key": "loops/D01", "procedure": "iv_loop", "devices": ["D01"], "text": "9 s"},
    ],
    "costs": [["Items", "2"], ["Duration", "12 s"]],
}
PROBLEM = {"place": "two.toml:7", "items": ["loops/D01"], "message": "9 V is above 0.5 V"}
STATE: dict[str, Any] = {
    "name": "two",
    "begun": True,
    "folder": "/runs/campaigns/two/1",
    "status": "running",
    "reason": "",
    "pid": 7,
    "paused": False,
    "resumable": False,
    "running": "loops/D01",
    "fraction": 0.5,
    "remaining": "5 s",
    "done": 1,
    "all": 2,
    "items": [
        {"key": "read/D01", "status": "finished", "reason": "", "folder": "/runs/d/r"},
        {"key": "loops/D01", "status": "begun", "reason": "", "folder": None},
    ],
}
REAL = """
schema = 1
name = "short"
station = "simulated"

[[step]]
name = "read"
procedure = "array_read"
devices = ["D01"]
"""


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> CampaignPanel:
    made = CampaignPanel(session)
    qtbot.addWidget(made)
    made.resize(640, 500)
    made.show()
    return made


def opened(panel: CampaignPanel, session: Session, **changes: Any) -> None:
    panel.open_file(Path("/files/two.toml"))
    session.office.answer("campaign_check", CHECK | changes)


def says(panel: CampaignPanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel))


def cells(panel: CampaignPanel, column: int) -> list[str]:
    model = panel.findChild(QTableView).model()
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def button(panel: CampaignPanel, text: str) -> QPushButton:
    (found,) = (
        one for one in panel.findChildren(QPushButton) if one.text().replace("&", "") == text
    )
    return found


def test_a_checked_campaign_is_ordered(
    qtbot: QtBot, session: Session, panel: CampaignPanel
) -> None:
    opened(panel, session)
    assert "every item is in order" in says(panel)
    assert not panel.findChild(QPlainTextEdit).isVisible()
    assert cells(panel, 0) == ["read/D01", "loops/D01"]
    assert cells(panel, 1) == ["3 s", "9 s"]
    with qtbot.waitSignal(session.order_given) as given:
        button(panel, "Run").click()
    order = given.args[0]
    assert (order["kind"], order["procedure"], order["file"]) == (
        "campaign",
        "two",
        "/files/two.toml",
    )


def test_problems_are_listed_and_nothing_starts(session: Session, panel: CampaignPanel) -> None:
    opened(panel, session, problems=[PROBLEM])
    assert "cannot run before this is mended" in says(panel)
    problems = panel.findChild(QPlainTextEdit)
    assert problems.isVisible()
    assert problems.toPlainText() == "two.toml:7: loops/D01: 9 V is above 0.5 V"
    assert not button(panel, "Run").isEnabled()


def test_a_campaign_of_another_station_is_not_run_here(
    session: Session, panel: CampaignPanel
) -> None:
    opened(panel, session, station="probe_station", station_file="/stations/probe_station.toml")
    assert "is for station probe_station" in says(panel)
    assert not button(panel, "Run").isEnabled()


def test_a_file_that_is_none_says_why(session: Session, panel: CampaignPanel) -> None:
    panel.open_file(Path("/files/x.toml"))
    session.office.refuse("campaign_check", "x.toml:2: unknown key 'nme'")
    assert "unknown key 'nme'" in says(panel)
    assert not button(panel, "Run").isEnabled()


def test_it_is_followed_paused_and_stopped(session: Session, panel: CampaignPanel) -> None:
    opened(panel, session)
    session.office.answer("campaign_state", STATE)
    assert cells(panel, 2) == ["finished", "running"]
    assert "1 of 2 items done; now loops/D01, 50 %; about 5 s to go" in says(panel)
    assert not button(panel, "Run").isEnabled()
    button(panel, "Pause").click()
    assert session.office.last("campaign_ask")["ask"] == "pause"
    session.office.answer("campaign_state", STATE | {"paused": True})
    button(panel, "Go on").click()
    assert session.office.last("campaign_ask")["ask"] == "go_on"
    button(panel, "Stop").click()
    assert session.office.last("campaign_ask")["ask"] == "stop"


def test_what_was_interrupted_is_resumed(
    qtbot: QtBot, session: Session, panel: CampaignPanel
) -> None:
    opened(panel, session)
    gone = STATE | {"pid": None, "status": "incomplete", "resumable": True, "running": None}
    session.office.answer("campaign_state", gone)
    assert cells(panel, 2) == ["finished", "interrupted"]
    assert not button(panel, "Run").isEnabled()
    with qtbot.waitSignal(session.order_given) as given:
        button(panel, "Resume").click()
    assert given.args[0]["folder"] == STATE["folder"]


def test_a_file_can_be_dropped(session: Session, panel: CampaignPanel) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/files/two.toml")])
    panel.dropEvent(
        QDropEvent(
            QPoint(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    assert session.office.last("campaign_check")["file"] == "/files/two.toml"


def test_a_real_campaign_goes_through_the_queue(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    """Checked by the real clerk, run by the real command line."""
    file = tmp_path / "short.toml"
    file.write_text(REAL, encoding="utf-8")
    real = Session(session.runs)
    queue, panel = QueuePanel(real), CampaignPanel(real)
    for widget in (queue, panel):
        qtbot.addWidget(widget)
        widget.show()
    real.open_station("simulated")
    qtbot.waitUntil(lambda: bool(real.station), timeout=PATIENCE_MS)
    panel.open_file(file)
    qtbot.waitUntil(lambda: button(panel, "Run").isEnabled(), timeout=PATIENCE_MS)
    button(panel, "Run").click()
    qtbot.waitUntil(
        lambda: queue.keeper.queue.items[0].state is State.FINISHED, timeout=PATIENCE_MS
    )
    qtbot.waitUntil(lambda: cells(panel, 2) == ["finished"], timeout=PATIENCE_MS)
    assert Path(str(queue.keeper.queue.items[0].folder)).parent.name == "short"
    queue.close()
    real.close()
