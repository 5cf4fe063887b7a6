"""The preview panel: what is applied, what stands in the way, and that old news are greyed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot

from labctl.gui.preview.preview_panel import PreviewPanel
from labctl.gui.preview.rows_table import MOST_ROWS
from labctl.gui.procedure.procedure_panel import ProcedurePanel
from labctl.gui.session import Session
from tests.gui.procedure_answers import preview_answer, problem, waveform

PATIENCE_MS = 30_000


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> PreviewPanel:
    made = PreviewPanel(session)
    qtbot.addWidget(made)
    made.resize(640, 560)
    made.show()
    return made


def rows(table: QTableView) -> list[list[str]]:
    model = table.model()
    columns = range(model.columnCount())
    return [
        [str(model.index(row, column).data()) for column in columns]
        for row in range(model.rowCount())
    ]


def drawn(panel: PreviewPanel) -> str:
    data = panel.waveforms.plot.data
    return "" if data is None else data.name


def test_before_anything_is_chosen_it_says_what_will_be_here(panel: PreviewPanel) -> None:
    assert "Choose a procedure" in panel.heading.text()
    assert not panel.costs.isVisible()


def test_a_run_that_is_ready_is_told_in_full(panel: PreviewPanel) -> None:
    panel.show_preview(preview_answer())
    assert panel.heading.text() == "✓ iv_loop on D01: ready"
    assert panel.heading.property("state") == "good"
    assert panel.notices.texts() == []
    assert rows(panel.costs) == [["Duration", "3.8 s"], ["Stress pulses", "2"]]
    assert rows(panel.dose) == [["D01", "-200 mV", "200 mV", "3.2 s", "2", "40", "600"]]
    assert rows(panel.limits) == [["voltage_max", "550 mV", "station 'simulated'"]]
    assert rows(panel.waveforms.table) == [
        ["±5 mV in turn", "D01", "read", "≈ 10, ≤ 30"],
        ["0 V → -200 mV → 0 V", "D01", "stress", "10"],
    ]


def test_warnings_stand_on_top_with_who_set_the_limit(panel: PreviewPanel) -> None:
    warning = {"text": "The lowest level is near", "set_by": "sample 'dot18'"}
    panel.show_preview(preview_answer(warnings=[warning]))
    (line,) = panel.notices.texts()
    assert line == "⚠ The lowest level is near (set by: sample 'dot18')"
    panel.show_preview(preview_answer())
    assert panel.notices.texts() == []


def test_what_is_wrong_is_told_and_text_is_plain(panel: PreviewPanel) -> None:
    panel.show_preview(problem("", {"dwell": "'<b>' is no number", "cycles": "nothing"}))
    assert panel.notices.texts() == ["✗ dwell: '<b>' is no number", "✗ cycles: nothing"]
    assert panel.heading.property("state") == "bad"
    assert not panel.costs.isVisible()
    panel.show_preview(problem("D01 is in quarantine"))
    assert panel.notices.texts() == ["✗ D01 is in quarantine"]


def test_the_first_waveform_that_stresses_is_drawn_first(panel: PreviewPanel) -> None:
    panel.show_preview(preview_answer())
    assert drawn(panel) == "0 V → -200 mV → 0 V"


def test_arrow_keys_go_from_waveform_to_waveform(panel: PreviewPanel, qtbot: QtBot) -> None:
    panel.show_preview(preview_answer())
    qtbot.keyClick(panel.waveforms.table, Qt.Key.Key_Up)
    assert drawn(panel) == "±5 mV in turn"
    panel.show_preview(preview_answer())
    assert drawn(panel) == "±5 mV in turn", "the one chosen stays while something is typed"


def test_a_waveform_of_the_same_name_is_drawn_anew(panel: PreviewPanel) -> None:
    for level_v in (-0.2, -0.1):
        one = waveform("pulse", "stress", level_v)
        panel.show_preview(preview_answer(waveforms=[one]))
        data = panel.waveforms.plot.data
        assert data is not None
        assert data.series[0].y.min() == level_v


def test_how_many_more_waveforms_there_are_is_told(panel: PreviewPanel) -> None:
    panel.show_preview(preview_answer(more_waveforms=17))
    assert panel.waveforms._more.text() == "and 17 more, not listed"
    assert panel.waveforms._more.isVisible()


def test_an_outdated_preview_is_greyed_until_the_next(panel: PreviewPanel, qtbot: QtBot) -> None:
    panel.show_preview(preview_answer())
    panel.show_outdated()
    qtbot.waitUntil(lambda: not panel.costs.isEnabled())
    panel.show_preview(preview_answer())
    assert panel.costs.isEnabled()


def test_another_station_has_no_preview(panel: PreviewPanel, session: Session) -> None:
    panel.show_preview(preview_answer())
    session.station_changed.emit(session.station)
    assert not panel.dose.isVisible()


def test_many_devices_are_scrolled(panel: PreviewPanel) -> None:
    one = preview_answer()["dose"][0]
    panel.show_preview(preview_answer(dose=[one | {"device": f"D{k}"} for k in range(1024)]))
    assert panel.dose.model().rowCount() == 1024
    assert panel.dose.height() < 20 * MOST_ROWS * panel.fontMetrics().height()


def test_rows_are_copied(panel: PreviewPanel, qtbot: QtBot) -> None:
    panel.show_preview(preview_answer())
    panel.costs.selectAll()
    qtbot.keyClick(panel.costs, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Duration\t3.8 s\nStress pulses\t2"


def test_a_new_language_reaches_every_part(panel: PreviewPanel) -> None:
    panel.show_preview(preview_answer())
    panel.heading.setText("")
    QApplication.sendEvent(panel, QEvent(QEvent.Type.LanguageChange))
    assert panel.heading.text() == "✓ iv_loop on D01: ready"


@pytest.fixture
def real_session(tmp_path: Path) -> Iterator[Session]:
    made = Session(tmp_path / "runs")
    yield made
    made.close()


def test_what_a_real_clerk_previews_is_shown(qtbot: QtBot, real_session: Session) -> None:
    form, panel = ProcedurePanel(real_session), PreviewPanel(real_session)
    for widget in (form, panel):
        qtbot.addWidget(widget)
        widget.show()
    shown: list[dict[str, Any]] = []
    form.previewed.connect(panel.show_preview)
    form.previewed.connect(shown.append)
    form.outdated.connect(panel.show_outdated)
    real_session.open_station("simulated")
    qtbot.waitUntil(lambda: bool(form.form.fields), timeout=PATIENCE_MS)
    real_session.parameters_wanted.emit({"procedure": "forming", "values": {}, "devices": ["D02"]})
    qtbot.waitUntil(
        lambda: bool(shown) and shown[-1]["procedure"] == "forming", timeout=PATIENCE_MS
    )
    assert panel.heading.text() == "✓ forming on D02: ready"
    assert "filaments may form" in panel.notices.texts()[0]
    assert rows(panel.dose)[0][0] == "D02"
    assert panel.waveforms.plot.data is not None
