"""The log panel: plain text, bounded, and gone with its window."""

from __future__ import annotations

import gc
import logging
import threading
import time

import pytest
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labctl.gui.log_lines import LONGEST, MOST_LINES, LogLine, WindowLog
from labctl.gui.log_panel import LogPanel
from labctl.gui.session import Session

ANGLES = '<ERR -113 & "undefined">'


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> LogPanel:
    made = LogPanel(session)
    qtbot.addWidget(made)
    return made


def test_text_is_shown_as_it_is(panel: LogPanel, session: Session) -> None:
    session.told.emit("error", ANGLES)
    panel.refresh()
    assert panel.text().endswith(f"ERROR   labctl: {ANGLES}")


def test_it_is_bounded_and_quick(panel: LogPanel) -> None:
    began_s = time.perf_counter()
    for part in range(10):
        panel.add(LogLine.of("info", "x", f"{part}-{number}") for number in range(5000))
        panel.refresh()
    assert time.perf_counter() - began_s < 10.0
    assert panel.view.blockCount() <= MOST_LINES
    assert panel.text().endswith("9-4999")


def test_an_endless_message_is_shortened(panel: LogPanel, session: Session) -> None:
    session.told.emit("info", "x" * 10 * LONGEST)
    panel.refresh()
    assert len(panel.text()) < 2 * LONGEST


def test_what_this_process_logs_is_shown_from_any_thread(panel: LogPanel) -> None:
    logger = logging.getLogger("labctl.gui.test")
    thread = threading.Thread(target=lambda: logger.warning("from %s", "a thread"))
    thread.start()
    thread.join()
    try:
        raise ValueError(ANGLES)
    except ValueError:
        logger.exception("failed")
    panel.refresh()
    assert "WARNING window: from a thread" in panel.text()
    assert f"ValueError: {ANGLES}" in panel.text()


def test_a_message_that_cannot_be_put_together_is_shown_in_parts() -> None:
    heard = WindowLog()
    heard.emit(logging.LogRecord("x", logging.INFO, "", 0, "bad %d", ("format",), None))
    (line,) = [line for line in heard.take() if "bad" in line.text]
    heard.close()
    assert line.text == "bad %d ('format',)"


def test_a_window_that_is_gone_hears_nothing(
    qtbot: QtBot, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    handlers = list(logging.getLogger().handlers)
    panel = LogPanel(session)
    panel.show()
    assert len(logging.getLogger().handlers) == len(handlers) + 1
    panel.close()
    assert logging.getLogger().handlers == handlers
    panel.deleteLater()
    QApplication.processEvents()
    del panel
    gc.collect()
    logging.getLogger("labctl").warning("after its end")
    session.told.emit("info", "after its end")


def test_one_that_was_never_closed_leaves_no_handler(qtbot: QtBot, session: Session) -> None:
    handlers = list(logging.getLogger().handlers)
    panel = LogPanel(session)
    with qtbot.waitSignal(panel.destroyed):
        panel.deleteLater()
    assert logging.getLogger().handlers == handlers


def test_levels_are_chosen(panel: LogPanel, session: Session) -> None:
    for level in ("info", "warning", "error"):
        session.told.emit(level, f"of {level}")
    panel.refresh()
    panel.level.setCurrentIndex(1)
    assert "of info" not in panel.text()
    assert "of warning" in panel.text()
    panel.level.setCurrentIndex(2)
    session.told.emit("warning", "another")
    panel.refresh()
    assert panel.text().endswith("of error")
    panel.level.setCurrentIndex(0)
    assert "of info" in panel.text()
    assert "another" in panel.text()


def test_text_is_found(panel: LogPanel) -> None:
    panel.add(LogLine.of("info", "x", text) for text in ("one needle", "hay", "two needle"))
    panel.refresh()
    panel.search.setText("needle")
    places = []
    for _ in range(3):
        panel.find_next()
        places.append(panel.view.textCursor().position())
    assert places[0] != places[1]
    assert places[2] in places[:2]
    panel.search.setText("pin")
    panel.find_next()
    assert panel.search.property("state") == "bad"


def test_text_is_copied(panel: LogPanel, session: Session) -> None:
    session.told.emit("info", ANGLES)
    panel.refresh()
    panel.copy()
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    assert ANGLES in clipboard.text()


def test_the_run_that_is_shown_is_heard(panel: LogPanel, session: Session) -> None:
    session.show_run("/runs/run-1")
    assert session.lookout.followed["log"]["folder"] == "/runs/run-1"
    entry = {"time": "2026-01-01 12:34:56", "level": "WARNING", "name": "drivers", "text": ANGLES}
    session.lookout.tell("log", {"folder": "/runs/run-1", "entries": [entry]})
    panel.refresh()
    assert panel.text() == f"12:34:56 WARNING run: {ANGLES}"
    session.show_run(None)
    assert "log" not in session.lookout.followed


def test_every_control_has_a_name(panel: LogPanel) -> None:
    for control in (panel.level, panel.search, panel.view):
        assert control.accessibleName()
    assert panel.copy_button.text() == "&Copy"
