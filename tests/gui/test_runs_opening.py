"""Runs that are opened, and what is done with them: no run is taken for another, none is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import QMimeData, QPoint, Qt, QUrl
from PyQt5.QtGui import QDesktopServices, QDropEvent
from PyQt5.QtWidgets import QLabel, QTreeWidget
from pytestqt.qtbot import QtBot

from labctl.gui import theme
from labctl.gui.qt_application import application
from labctl.gui.runs.curves_dialog import CurvesDialog
from labctl.gui.runs.difference_dialog import DifferenceDialog
from labctl.gui.runs.runs_panel import RunsPanel
from labctl.gui.session import Session
from tests.gui.run_rows import (
    asked,
    choose,
    listed_panel,
    new_panel,
    page,
    row,
    shown,
)


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> RunsPanel:
    return new_panel(qtbot, session)


@pytest.fixture
def listed(qtbot: QtBot, session: Session) -> RunsPanel:
    return listed_panel(qtbot, session)


def test_runs_of_the_same_name_in_two_folders_stand_beside_each_other(
    session: Session, listed: RunsPanel
) -> None:
    twin = row("110000-iv_loop-D01-aaaa", day="2026-10-30")
    session.run_opened.emit("/runs/2026-10-30/110000-iv_loop-D01-aaaa")
    session.office.answer("find", twin)
    assert shown(listed) == ["aaaa", "cccc", "bbbb", "aaaa"]
    assert listed.table.chosen() == [twin]
    choose(listed, 0, 3)
    listed.actions_row.compare.trigger()
    folders = session.office.last("compare")["folders"]
    assert len(set(folders)) == 2


def test_a_run_that_is_listed_is_chosen_where_it_stands(
    session: Session, listed: RunsPanel
) -> None:
    known = listed.table.model().rows()[1]
    session.run_opened.emit(known["folder"])
    session.office.answer("find", known)
    assert len(shown(listed)) == 3
    assert listed.table.chosen() == [known]


def test_a_folder_that_is_dropped_is_opened_wherever_it_lies(
    session: Session, listed: RunsPanel, tmp_path: Path
) -> None:
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(tmp_path / "data.csv")), QUrl("https://example.org/")])
    event = QDropEvent(
        QPoint(9, 9), Qt.DropAction.CopyAction, dropped, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    listed.dropEvent(event)
    assert [question["called"] for question in asked(session, "find")] == [
        str(tmp_path / "data.csv")
    ]
    session.office.answer("find", row("elsewhere", procedure="sddp", devices=[], findings={}))
    assert listed.table.chosen()[0]["procedure"] == "sddp"
    # It stays while others come, and goes when all runs are listed again.
    session.run_ended.emit("/runs/x")
    session.office.answer("search", page(row("110000-iv_loop-D01-aaaa")))
    assert shown(listed) == ["here", "aaaa"]
    listed._list_all()
    assert shown(listed) == ["aaaa"]


def test_what_is_no_run_is_told_and_changes_nothing(
    qtbot: QtBot, session: Session, listed: RunsPanel
) -> None:
    session.run_opened.emit("/somewhere")
    with qtbot.waitSignal(session.told) as told:
        session.office.refuse("find", "/somewhere holds no run")
    assert told.args == ["error", "/somewhere holds no run"]
    assert len(shown(listed)) == 3


def test_return_on_a_typed_name_opens_that_run(
    qtbot: QtBot, session: Session, listed: RunsPanel
) -> None:
    qtbot.keyClicks(listed.filters._text, "k7f2")
    qtbot.keyClick(listed.filters._text, Qt.Key.Key_Return)
    assert session.office.last("find")["called"] == "k7f2"
    session.office.answer("find", row("110000-sddp-D05-k7f2"))
    assert listed.table.chosen()[0]["name"] == "110000-sddp-D05-k7f2"


def test_actions_are_there_when_they_make_sense(listed: RunsPanel) -> None:
    def enabled() -> str:
        actions = listed.actions_row
        named: dict[str, Callable[[], bool]] = {
            "P": actions.plots.isEnabled, "R": actions.report.isEnabled,
            "C": actions.compare.isEnabled, "U": actions.parameters.isEnabled,
            "G": actions.resume.isEnabled, "F": actions.folder.isEnabled,
        }  # fmt: skip
        return "".join(letter for letter, is_enabled in named.items() if is_enabled())

    assert enabled() == ""
    choose(listed, 2)
    assert enabled() == "PRUF"
    choose(listed, 0)
    assert enabled() == "PUGF"  # it failed before it had a report, and can go on
    choose(listed, 0, 1)
    assert enabled() == "PC"
    assert listed.actions_row.plots.text() == "Overlay (2)"


def test_runs_of_different_procedures_are_laid_over_each_other(
    qtbot: QtBot, session: Session, listed: RunsPanel
) -> None:
    choose(listed, 0, 1)
    listed.table.setFocus()
    qtbot.keyClick(listed.table, Qt.Key.Key_Return)
    question = session.office.last("curves")
    assert [folder[-4:] for folder in question["folders"]] == ["cccc", "bbbb"]
    axis = {"label": "Voltage", "unit": "V", "scale": "linear", "categories": []}
    line = {"label": "D02", "x": np.arange(3.0), "y": np.arange(3.0), "style": "line",
            "error": None}  # fmt: skip
    session.office.answer(
        "curves",
        {
            "runs": [listed.table.model().rows()[1]], "images": [], "findings": [],
            "plots": [{"name": "iv", "caption": "c", "x": axis, "y": axis, "series": [line]}],
            "refused": [{"folder": question["folders"][0], "why": "it has no column Voltage"}],
            "problem": None,
        },
    )  # fmt: skip
    dialog = listed.findChild(CurvesDialog)
    assert dialog.isVisible()
    labels = [label.text() for label in dialog.findChildren(QLabel)]
    assert any("it has no column Voltage" in text for text in labels)
    dialog.close()


def test_what_differs_between_two_runs_is_shown(session: Session, listed: RunsPanel) -> None:
    choose(listed, 0, 2)
    listed.actions_row.compare.trigger()
    session.office.answer(
        "compare",
        {
            "a": {"folder": "/runs/a", "name": "a"}, "b": {"folder": "/runs/b", "name": "b"},
            "same": False,
            "sections": [
                {"name": "parameters", "head": [], "rows": [["cycles", "1", "2"]], "note": "",
                 "left_out": 5},
            ],
        },
    )  # fmt: skip
    dialog = listed.findChild(DifferenceDialog)
    (top,) = (dialog.findChild(QTreeWidget).topLevelItem(0),)
    assert top.text(0) == "Parameters"
    assert [top.child(0).text(column) for column in range(3)] == ["cycles", "1", "2"]
    assert top.child(1).text(0).startswith("and 5 more")
    dialog.close()


def test_parameters_of_a_run_are_handed_on(
    qtbot: QtBot, session: Session, listed: RunsPanel
) -> None:
    choose(listed, 2)
    listed.actions_row.parameters.trigger()
    wanted = {"procedure": "iv_loop", "values": {"cycles": "2"}, "devices": ["D01"]}
    with qtbot.waitSignal(session.parameters_wanted) as handed:
        session.office.answer("parameters_of", wanted)
    assert handed.args == [wanted]


def test_a_run_that_ended_early_can_be_taken_up(qtbot: QtBot, listed: RunsPanel) -> None:
    choose(listed, 1)
    with qtbot.waitSignal(listed.resume_wanted) as resumed:
        listed.actions_row.resume.trigger()
    assert resumed.args[0].endswith("bbbb")


def test_report_and_folder_are_opened_by_the_computer_s_own_programs(
    session: Session, listed: RunsPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    told: list[tuple[str, str]] = []
    session.told.connect(lambda *message: told.append(message))
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: bool(opened.append(url.toLocalFile()))
    )
    choose(listed, 2)
    listed.actions_row.report.trigger()
    listed.actions_row.folder.trigger()
    assert [Path(path).name for path in opened] == ["report.html", "110000-iv_loop-D01-aaaa"]
    assert [kind for kind, _ in told] == ["warning", "warning"]  # nothing here opens them


def test_the_list_is_written_as_it_is_filtered(
    qtbot: QtBot, session: Session, listed: RunsPanel
) -> None:
    listed.filters._text.setText("D02")
    listed.filters._settle()
    listed.strip.export_wanted.emit("/home/list.csv")
    question = session.office.last("export_list")
    assert (question["to"], question["text"]) == ("/home/list.csv", "D02")
    with qtbot.waitSignal(session.told) as told:
        session.office.answer("export_list", {"written": "/home/list.csv", "runs": 7})
    assert told.args == ["info", "7 runs written to /home/list.csv"]


def test_every_control_has_a_name_and_can_be_reached_by_keys(listed: RunsPanel) -> None:
    for field in [*listed.filters._lines.values(), *listed.filters._choices.values()]:
        assert field.accessibleName()
        assert field.focusPolicy() & Qt.FocusPolicy.TabFocus
    for widget in (listed.table, listed.details._list, listed.filters._clear):
        assert widget.accessibleName()
    for action in listed.actions_row.all():
        button = listed.actions_row.widgetForAction(action)
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert action.toolTip()


def test_colours_follow_the_theme(listed: RunsPanel) -> None:
    index = listed.table.model().index(0, 0)
    light = index.data(Qt.ItemDataRole.ForegroundRole).name()
    try:
        theme.apply(application(), "dark")
        assert index.data(Qt.ItemDataRole.ForegroundRole).name() == theme.DARK.bad
        assert light == theme.LIGHT.bad
    finally:
        theme.apply(application(), "light")
