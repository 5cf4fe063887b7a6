"""The life of one device on screen, and the decisions about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labctl.gui.array.decision_dialog import DecisionDialog
from labctl.gui.array.device_dialog import DeviceDialog
from labctl.gui.session import Session
from labctl.ledger.ledger import Ledger
from tests.gui.fakes import STATION, FakeLink
from tests.labctl.ledger_lines import apply

PATIENCE_MS = 30_000
AXIS = {"label": "x", "unit": "", "scale": "linear", "categories": []}
LIFE = {"label": "read", "x": np.array([1.0, 2.0]), "y": np.array([1e-6, 2e-6]), "style": "points",
        "error": None}  # fmt: skip
ASIDE = {"reason": "shorted <at 5 mV>", "time": "2026-11-22 23:55", "run": "120000-iv_loop-D04-a1"}


def answer(**changed: Any) -> dict[str, Any]:
    """As `labctl.clerk.devices.device` tells."""
    return {
        "device": "D04", "sample": "dot18", "crosspoint": "1A04",
        "facts": [["State", "1 µS <read>"], ["Stress", "3 cycles, 3 pulses"]],
        "limits": [{"name": "voltage_max", "text": "550 mV", "set_by": "sample 'dot18'"}],
        "cycles": {"text": "3 cycles", "share": None}, "quarantine": None,
        "plot": {"name": "life", "caption": "", "x": AXIS, "y": AXIS, "series": [LIFE]},
        "runs": [
            {"folder": "/runs/2026-11-22/a", "name": "2026-11-22/a", "procedure": "iv_loop",
             "status": "finished", "started": "2026-11-22 12:00", "rows": 1160},
            {"folder": "/runs/2026-11-21/b", "name": "2026-11-21/b", "procedure": "endurance",
             "status": "failed", "started": "2026-11-21 12:00", "rows": 12},
        ],
        "more": False,
    } | changed  # fmt: skip


def office(session: Session) -> FakeLink:
    return cast(FakeLink, session.office)


@pytest.fixture
def dialog(qtbot: QtBot, session: Session) -> DeviceDialog:
    made = DeviceDialog(session, "D04")
    qtbot.addWidget(made)
    made.show()
    return made


def decide(qtbot: QtBot, dialog: DeviceDialog, who: str, why: str) -> None:
    dialog.decide_button.click()
    question = dialog.findChild(DecisionDialog)
    assert question is not None
    assert not question.decide_button.isEnabled(), "a decision needs a reason"
    question.who_field.clear()
    qtbot.keyClicks(question.who_field, who)
    qtbot.keyClicks(question.why_field, why)
    question.decide_button.click()
    QApplication.sendPostedEvents(question, QEvent.Type.DeferredDelete)


def test_it_asks_for_its_device(dialog: DeviceDialog, session: Session) -> None:
    asked = office(session).last("device")
    assert (asked["device"], asked["station"]) == ("D04", STATION["file"])
    assert not dialog.decide_button.isEnabled()


def test_it_shows_what_the_clerk_tells(dialog: DeviceDialog, session: Session) -> None:
    office(session).answer("device", answer())
    text = dialog.facts.text.toPlainText()
    assert "1 µS <read>" in text
    assert "550 mV (sample 'dot18')" in text
    assert "dot18, 1A04" in text
    assert dialog.state.text().startswith("✓ In use")
    assert dialog.runs.topLevelItemCount() == 2
    assert dialog.runs.topLevelItem(1).text(2) == "✗ failed"
    assert dialog.plot.isVisible()
    assert not dialog.facts.used.isVisible()


def test_a_device_without_a_past_says_so(dialog: DeviceDialog, session: Session) -> None:
    plot = answer()["plot"] | {"series": []}
    office(session).answer("device", answer(runs=[], plot=plot))
    assert not dialog.plot.isVisible()
    assert dialog.runs.topLevelItem(0).text(0) == "no run so far"


def test_how_much_of_its_cycles_is_used(dialog: DeviceDialog, session: Session) -> None:
    cycles = {"text": "60 of 40 cycles", "share": 1.5}
    office(session).answer("device", answer(cycles=cycles))
    assert dialog.facts.used.isVisible()
    assert dialog.facts.used.text() == "150 % of its cycles are used"
    assert dialog.facts.used.value() == 100


def test_a_run_is_opened(qtbot: QtBot, dialog: DeviceDialog, session: Session) -> None:
    office(session).answer("device", answer())
    dialog.runs.setCurrentItem(dialog.runs.topLevelItem(1))
    with qtbot.waitSignal(session.run_opened) as opened:
        qtbot.keyClick(dialog.runs, Qt.Key.Key_Return)
    assert opened.args == ["/runs/2026-11-21/b"]


def test_a_device_is_put_aside_with_name_and_reason(
    qtbot: QtBot, dialog: DeviceDialog, session: Session
) -> None:
    office(session).answer("device", answer())
    assert dialog.decide_button.text() == "&Put aside…"
    decide(qtbot, dialog, "Ada", "it leaks")
    asked = office(session).last("put_aside_device")
    assert (asked["device"], asked["who"], asked["why"]) == ("D04", "Ada", "it leaks")
    with qtbot.waitSignal(session.devices_changed):
        office(session).answer("put_aside_device", {"device": "D04"})
    office(session).answer("device", answer(quarantine=ASIDE))
    assert "In quarantine since 2026-11-22 23:55" in dialog.state.text()
    assert "shorted <at 5 mV>" in dialog.state.text()
    assert dialog.decide_button.text() == "&Release…"


def test_it_is_released_and_the_name_is_remembered(
    qtbot: QtBot, dialog: DeviceDialog, session: Session
) -> None:
    office(session).answer("device", answer(quarantine=ASIDE))
    decide(qtbot, dialog, "Grace", "the probe was loose")
    asked = office(session).last("release_device")
    assert (asked["who"], asked["why"]) == ("Grace", "the probe was loose")
    assert DecisionDialog("", "", "", dialog).who == "Grace"


def test_a_refusal_is_said(dialog: DeviceDialog, session: Session) -> None:
    office(session).refuse("device", "there is no ledger")
    assert dialog.state.text() == "there is no ledger"
    assert dialog.state.property("state") == "bad"


def test_an_answer_that_comes_after_it_was_closed_does_no_harm(
    qtbot: QtBot, session: Session
) -> None:
    dialog = DeviceDialog(session, "D04")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()
    with qtbot.waitSignal(dialog.destroyed):
        dialog.close()
    office(session).answer("device", answer())
    office(session).refuse("device", "too late")
    session.run_ended.emit("/runs/x")


def test_with_a_real_clerk(qtbot: QtBot, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, "dot18")
    apply(ledger, "run-a/0", [0.3, 0.0])
    ledger.quarantine("D01", "shorted")
    session = Session(tmp_path)
    session.open_station("simulated")
    qtbot.waitUntil(lambda: bool(session.station), timeout=PATIENCE_MS)
    dialog = DeviceDialog(session, "D01")
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: "shorted" in dialog.state.text(), timeout=PATIENCE_MS)
    decide(qtbot, dialog, "Ada", "only dust")
    qtbot.waitUntil(lambda: "In use" in dialog.state.text(), timeout=PATIENCE_MS)
    assert ledger.device("D01").life().quarantine is None
    session.close()
