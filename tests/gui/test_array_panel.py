"""The array in the window: looked at, chosen from, and kept up to date."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from PyQt5.QtCore import QEvent, QPoint, Qt
from PyQt5.QtGui import QColor, QHelpEvent
from PyQt5.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from labctl.gui import theme
from labctl.gui.array.array_panel import ArrayPanel
from labctl.gui.array.colouring import Mode
from labctl.gui.array.dot_map import DotMap
from labctl.gui.session import Session
from labctl.ledger.ledger import Ledger
from procedures.base import Purpose
from tests.gui.fakes import STATION, FakeLink
from tests.labctl.ledger_lines import RESISTANCE_OHM, apply

PATIENCE_MS = 30_000
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


def entry(number: int, **known: Any) -> dict[str, Any]:
    """As `labctl.clerk.array` tells of a device; D01 to D18 in three rows of six."""
    return {
        "name": f"D{number:02d}", "row": (number - 1) // 6, "column": (number - 1) % 6,
        "conductance_s": 1e-6, "target_s": None, "error": None, "cycles": 0,
        "regime": "untouched", "quarantine": None, "measured": None, "stale": False,
        "run": None, "lines": ["1 µS", "nothing <b>else</b>"],
    } | known  # fmt: skip


def answer(**changed: dict[str, Any]) -> dict[str, Any]:
    devices = [entry(number, **changed.get(f"D{number:02d}", {})) for number in range(1, 19)]
    return {"rows": 3, "columns": 6, "complete": True, "devices": devices}


def office(session: Session) -> FakeLink:
    return cast(FakeLink, session.office)


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> ArrayPanel:
    made = ArrayPanel(session)
    qtbot.addWidget(made)
    made.resize(370, 330)
    made.show()
    office(session).answer("array", answer())
    return made


def middle(dots: DotMap, name: str) -> QPoint:
    number = int(name[1:]) - 1
    return dots._cell((number // 6, number % 6)).center().toPoint()


def colour_at(dots: DotMap, name: str, *, down: int = 0) -> str:
    image = dots.grab().toImage()
    ratio = image.devicePixelRatio()
    point = middle(dots, name) + QPoint(0, down)
    return QColor(image.pixel(round(point.x() * ratio), round(point.y() * ratio))).name()


def test_it_asks_for_the_station_that_is_open(panel: ArrayPanel, session: Session) -> None:
    asked = office(session).last("array")
    assert asked["station"] == STATION["file"]
    assert asked["runs"] == str(session.runs)
    assert asked["topic"] == "array"


def test_click_ctrl_shift_as_in_lists(qtbot: QtBot, panel: ArrayPanel, session: Session) -> None:
    dots = panel.map
    qtbot.mouseClick(dots, LEFT, pos=middle(dots, "D02"))
    assert session.selection == ("D02",)
    qtbot.mouseClick(dots, LEFT, CONTROL, middle(dots, "D09"))
    assert session.selection == ("D02", "D09")
    qtbot.mouseClick(dots, LEFT, SHIFT, middle(dots, "D07"))
    assert session.selection == ("D07", "D08", "D09")
    qtbot.mouseClick(dots, LEFT, CONTROL, middle(dots, "D08"))
    assert session.selection == ("D07", "D09")
    assert panel.names.text() == "D07, D09"
    assert panel.count.text() == "2 of 18"


def test_a_band_takes_what_lies_within(qtbot: QtBot, panel: ArrayPanel, session: Session) -> None:
    dots = panel.map
    begin, end = middle(dots, "D01") - QPoint(9, 9), middle(dots, "D08") + QPoint(9, 9)
    qtbot.mousePress(dots, LEFT, pos=begin)
    qtbot.mouseMove(dots, end)
    assert session.selection == (), "not before the button is let go"
    qtbot.mouseRelease(dots, LEFT, pos=end)
    assert session.selection == ("D01", "D02", "D07", "D08")
    end = middle(dots, "D18") + QPoint(9, 9)
    qtbot.mousePress(dots, LEFT, pos=middle(dots, "D18") - QPoint(9, 9))
    qtbot.mouseMove(dots, end)
    qtbot.mouseRelease(dots, LEFT, CONTROL, end)
    assert session.selection == ("D01", "D02", "D07", "D08", "D18")


def test_everything_by_keyboard(qtbot: QtBot, panel: ArrayPanel, session: Session) -> None:
    dots = panel.map
    opened: list[str] = []
    session.device_opened.connect(opened.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_Down):
        qtbot.keyClick(dots, key)
    assert session.selection == ("D08",)
    assert dots.accessibleDescription().startswith("D14; not chosen; row 3, column 2; 1 µS")
    qtbot.keyClick(dots, Qt.Key.Key_Right, SHIFT)
    assert session.selection == tuple(f"D{number:02d}" for number in range(8, 16))
    qtbot.keyClick(dots, Qt.Key.Key_Return)
    assert opened == ["D15"]
    qtbot.keyClick(dots, Qt.Key.Key_A, CONTROL)
    assert len(session.selection) == 18
    qtbot.keyClick(dots, Qt.Key.Key_Escape)
    assert session.selection == ()
    for _ in range(9):  # at the edge it stays
        qtbot.keyClick(dots, Qt.Key.Key_Down)
    assert dots.accessibleDescription().startswith("D15")


def test_a_double_click_opens_a_device(qtbot: QtBot, panel: ArrayPanel, session: Session) -> None:
    with qtbot.waitSignal(session.device_opened) as opened:
        qtbot.mouseDClick(panel.map, LEFT, pos=middle(panel.map, "D04"))
    assert opened.args == ["D04"]


def test_buttons_and_names_choose_too(qtbot: QtBot, panel: ArrayPanel, session: Session) -> None:
    panel.all_button.click()
    assert len(session.selection) == 18
    assert panel.names.text() == "D01-D18"
    panel.none_button.click()
    assert session.selection == ()
    qtbot.keyClicks(panel.names, "d01-d03, D12")
    assert session.selection == ("D01", "D02", "D03", "D12")
    assert panel.names.text() == "d01-d03, D12", "what is typed is not rewritten meanwhile"
    qtbot.keyClick(panel.names, Qt.Key.Key_Return)
    assert panel.names.text() == "D01-D03, D12"


def test_a_name_that_is_none_is_marked_and_chooses_nothing(
    qtbot: QtBot, panel: ArrayPanel, session: Session
) -> None:
    session.choose(["D05"])
    panel.names.clear()
    qtbot.keyClicks(panel.names, "D1")
    assert session.selection == ("D05",)
    assert panel.names.property("state") == "bad"
    assert "There is no device D1; did you mean" in panel.names.toolTip()
    assert panel.names.accessibleDescription() == panel.names.toolTip()
    session.choose(["D06"])
    assert panel.names.text() == "D06"
    assert panel.names.property("state") == ""


def test_what_is_chosen_elsewhere_is_ringed(panel: ArrayPanel, session: Session) -> None:
    before = panel.map.grab().toImage()
    session.choose(["D11"])
    assert panel.map.grab().toImage() != before


def test_the_tip_is_text_whatever_is_in_it(
    panel: ArrayPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _, text, *rest: shown.append(text))
    point = middle(panel.map, "D01")
    panel.map.event(QHelpEvent(QEvent.Type.ToolTip, point, panel.map.mapToGlobal(point)))
    assert "<b>D01</b><br>1 µS<br>nothing &lt;b&gt;else&lt;/b&gt;" in shown[0]


def test_colours_follow_the_chosen_way_which_is_remembered(
    panel: ArrayPanel, session: Session
) -> None:
    office(session).answer("array", answer(D01={"conductance_s": None}, D02={"cycles": 500}))
    panel.mode.setCurrentIndex(panel.mode.findData(Mode.CYCLES.value))
    panel.mode.activated.emit(panel.mode.currentIndex())
    assert panel.map.colouring.mode is Mode.CYCLES
    assert colour_at(panel.map, "D02", down=-10) != colour_at(panel.map, "D03", down=-10)
    again = ArrayPanel(session)
    assert again.mode.currentData() == Mode.CYCLES.value
    again.deleteLater()


def test_the_legend_tells_the_marks_that_occur(panel: ArrayPanel, session: Session) -> None:
    assert "quarantined" not in panel.legend.accessibleDescription()
    office(session).answer(
        "array", answer(D03={"quarantine": "shorted"}, D04={"stale": True, "conductance_s": 1e-8})
    )
    said = panel.legend.accessibleDescription()
    assert "quarantined" in said
    assert "stress since" in said
    assert "not known" not in said


def test_the_connected_device_is_shown_with_what_is_read_of_it(
    panel: ArrayPanel, session: Session
) -> None:
    session.watched.emit({"instruments": {"device": "D05", "voltage_v": 5e-3, "current_a": 5e-8}})
    assert panel.map.connected == "D05"
    dot = panel.map.dot("D05")
    assert dot is not None
    assert dot.conductance_s == pytest.approx(1e-5)
    assert "connected" in panel.legend.accessibleDescription()
    # At a voltage that switches, V/I is no state.
    session.watched.emit({"instruments": {"device": "D05", "voltage_v": 0.3, "current_a": 0.3}})
    assert panel.map.dot("D05") == dot
    session.watched.emit({"instruments": None})
    assert panel.map.connected is None


def test_it_asks_again_when_something_happened(panel: ArrayPanel, session: Session) -> None:
    def asked() -> int:
        return sum(question["do"] == "array" for question in office(session).asked)

    before = asked()
    session.run_ended.emit("/runs/x")
    assert asked() == before + 1
    session.devices_changed.emit()
    assert asked() == before + 2
    session.watched.emit({"applications": 1, "instruments": None})
    assert asked() == before + 2, "not twice within a second"


def test_what_was_not_read_yet_is_asked_for_at_once(panel: ArrayPanel, session: Session) -> None:
    office(session).asked.clear()
    office(session).asked.append({"do": "array", "then": panel._show})
    office(session).answer("array", answer() | {"complete": False})
    assert len(office(session).asked) == 2


def test_a_refusal_is_said_and_goes_away(panel: ArrayPanel, session: Session) -> None:
    office(session).refuse("array", "the ledger <cannot> be read")
    assert panel.problem.isVisible()
    assert panel.problem.text() == "the ledger <cannot> be read"
    office(session).answer("array", answer())
    assert not panel.problem.isVisible()


def test_another_station_begins_empty(panel: ArrayPanel, session: Session) -> None:
    session.choose(["D01"])
    session.open_station("ten")
    office(session).answer("station", STATION | {"name": "ten", "devices": ["A1", "A2"]})
    assert panel.map.dot("D01") is None
    assert panel.count.text() == "0 of 2"
    session.choose(["A2"])  # before the clerk has told where it lies
    office(session).answer(
        "array",
        answer() | {"rows": 1, "columns": 3, "devices": [entry(1, name="A2", row=0, column=2)]},
    )
    assert "A2; chosen" in panel.map.accessibleDescription()


def test_a_big_array_is_painted_and_chosen_from(
    qtbot: QtBot, panel: ArrayPanel, session: Session
) -> None:
    names = [f"W{row:02d}B{column:02d}" for row in range(32) for column in range(32)]
    session.open_station("big")
    office(session).answer("station", STATION | {"devices": names})
    devices = [
        entry(1, name=name, row=number // 32, column=number % 32)
        for number, name in enumerate(names)
    ]
    office(session).answer(
        "array", {"rows": 32, "columns": 32, "complete": True, "devices": devices}
    )
    assert not panel.map.grab().isNull()
    qtbot.keyClick(panel.map, Qt.Key.Key_A, CONTROL)
    assert len(session.selection) == 1024
    assert panel.names.text() == "W00B00-W31B31"


@pytest.fixture
def dark() -> Iterator[None]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "dark")
    yield
    theme.apply(app, "light")


@pytest.mark.usefixtures("dark")
def test_it_follows_the_theme(panel: ArrayPanel) -> None:
    image = panel.map.grab().toImage()
    assert QColor(image.pixel(0, 0)).name() == theme.DARK.window


def test_it_fits_the_width_it_is_given(panel: ArrayPanel) -> None:
    assert panel.minimumSizeHint().width() <= 370


def test_with_a_real_clerk(qtbot: QtBot, tmp_path: Path) -> None:
    apply(Ledger(tmp_path, "dot18"), "run-a/0", [5e-3, -5e-3], purpose=Purpose.READ)
    session = Session(tmp_path)
    panel = ArrayPanel(session)
    qtbot.addWidget(panel)
    session.open_station("simulated")
    qtbot.waitUntil(lambda: panel.map.dot("D18") is not None, timeout=PATIENCE_MS)
    dot = panel.map.dot("D01")
    assert dot is not None
    assert dot.conductance_s == pytest.approx(1 / RESISTANCE_OHM)
    session.close()
