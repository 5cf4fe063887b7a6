"""The list of runs: what is asked for, what is listed, and what stays as it was."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import QModelIndex, QPoint, Qt
from pytestqt.qtbot import QtBot

from labctl.gui.runs.run_search import PAGE
from labctl.gui.runs.runs_panel import RunsPanel
from labctl.gui.session import Session
from tests.gui.run_rows import (
    asked,
    choose,
    details,
    listed_panel,
    new_panel,
    page,
    row,
    shown,
    text_of,
)


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> RunsPanel:
    return new_panel(qtbot, session)


@pytest.fixture
def listed(qtbot: QtBot, session: Session) -> RunsPanel:
    return listed_panel(qtbot, session)


def test_what_fits_is_asked_for_when_the_panel_is_seen(session: Session, panel: RunsPanel) -> None:
    (question,) = asked(session, "search")
    assert question["runs"] == str(session.runs)
    assert (question["sort"], question["descending"], question["limit"]) == ("started", True, PAGE)


def test_a_hidden_panel_asks_for_nothing(qtbot: QtBot, session: Session) -> None:
    hidden = RunsPanel(session)
    qtbot.addWidget(hidden)
    session.run_ended.emit("/runs/2026-11-01/x")
    assert not asked(session, "search")
    hidden.show()
    assert len(asked(session, "search")) == 1


def test_how_each_run_ended_is_a_word_and_a_shape(listed: RunsPanel) -> None:
    model = listed.table.model()
    assert shown(listed) == ["cccc", "bbbb", "aaaa"]
    words = [model.index(at, 0).data() for at in range(3)]
    icons = [model.index(at, 0).data(Qt.ItemDataRole.DecorationRole) for at in range(3)]
    assert words == ["failed", "aborted", "finished"]
    drawn = [icon.pixmap(16, 16).toImage() for icon in icons]
    assert drawn[0] != drawn[1] != drawn[2]
    assert "limit of <b>station</b>" in model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_an_empty_list_says_what_to_do(session: Session, panel: RunsPanel) -> None:
    session.office.answer("search", page())
    assert "press Start" in panel._empty.text()
    assert panel._empty.isVisible()
    panel.filters._text.setText("zzzz")
    panel.filters._settle()
    session.office.answer("search", page())
    assert "Esc lists all runs again" in panel._empty.text()


def test_the_next_page_comes_when_the_list_is_scrolled_to_its_end(
    qtbot: QtBot, session: Session, panel: RunsPanel
) -> None:
    first = [row(f"{number:06d}-iv_loop-D01-{number:04x}") for number in range(PAGE)]
    session.office.answer("search", page(*first, more=True))
    panel.table.scrollToBottom()
    qtbot.waitUntil(lambda: len(asked(session, "search")) == 2)
    assert session.office.last("search")["skip"] == PAGE
    panel.table.model().fetchMore(QModelIndex())
    assert len(asked(session, "search")) == 2  # nothing is asked for twice
    again = [first[-1], row("999999-iv_loop-D01-ffff")]  # a run began meanwhile
    session.office.answer("search", page(*again))
    assert len(shown(panel)) == PAGE + 1


def test_filters_become_texts_that_the_clerk_knows(
    qtbot: QtBot, session: Session, listed: RunsPanel
) -> None:
    filters = listed.filters
    filters._choices["procedure"].setCurrentIndex(2)
    filters._choices["procedure"].activated.emit(2)
    qtbot.keyClicks(filters._where, "on_off_ratio > 1e5")
    qtbot.keyClick(filters._where, Qt.Key.Key_Return)
    question = session.office.last("search")
    assert question["procedure"] == "iv_loop"
    assert question["where"] == "on_off_ratio > 1e5"
    assert question["topic"] == asked(session, "search")[0]["topic"]
    assert "status" not in question


def test_a_filter_that_makes_no_sense_is_marked_and_the_list_stays(
    session: Session, listed: RunsPanel
) -> None:
    listed.filters._since.setText("soon")
    listed.filters._settle()
    session.office.answer("search", {"fields": {"since": "'soon' is no date; write 2026-11-01"}})
    assert listed.filters._since.property("state") == "bad"
    assert listed.filters._problem.isVisible()
    assert "no date" in listed.filters._problem.text()
    assert shown(listed) == ["cccc", "bbbb", "aaaa"]
    listed.filters.clear()
    session.office.answer("search", page(row("110000-iv_loop-D01-aaaa")))
    assert listed.filters._since.property("state") == ""
    assert not listed.filters._problem.isVisible()


def test_a_search_that_is_refused_says_so(session: Session, panel: RunsPanel) -> None:
    session.office.refuse("search", "/runs cannot be read (Permission denied)")
    assert "Permission denied" in panel.filters._problem.text()


def test_choosing_thousands_asks_little_of_the_model(
    session: Session, panel: RunsPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [row(f"{number:06d}-iv_loop-D01-{number:04x}") for number in range(5000)]
    session.office.answer("search", page(*runs))
    model, calls = panel.table.model(), []
    counted = model.rowCount
    monkeypatch.setattr(model, "rowCount", lambda *at: calls.append(at) or counted(*at))
    panel.table.selectAll()
    panel.grab()
    session.run_ended.emit("/runs/x")
    session.office.answer("search", page(*runs))
    panel.grab()
    assert len(panel.table.chosen()) == 5000
    assert len(calls) < 2000  # once for every row would be a frozen window


def test_names_of_findings_are_completed_where_one_begins(qtbot: QtBot, listed: RunsPanel) -> None:
    field = listed.filters._where
    qtbot.keyClicks(field, "on_off_ratio > 2; on_s")
    completer = field.completer()
    completions = {completer.completionModel().index(0, 0).data()}
    assert completions == {"on_s"}
    chosen = completer.completionModel().index(0, 0)
    assert completer.pathFromIndex(chosen) == "on_off_ratio > 2; on_s "


def test_a_finding_that_is_asked_for_has_a_column(session: Session, listed: RunsPanel) -> None:
    listed.filters._where.setText("on_off_ratio > 1")
    listed.filters._settle()
    session.office.answer("search", page(row("a", findings={"on_off_ratio": "137.2"}), row("b")))
    model = listed.table.model()
    at = model.columns.index("on_off_ratio")
    assert [model.index(line, at).data() for line in (0, 1)] == ["137.2", "–"]
    listed.table._sort_by(at)
    question = session.office.last("search")
    assert (question["sort"], question["descending"]) == ("on_off_ratio", True)


def test_columns_are_sorted_by_the_catalogue(session: Session, listed: RunsPanel) -> None:
    columns = listed.table.model().columns
    listed.table._sort_by(columns.index("procedure"))
    listed.table._sort_by(columns.index("procedure"))
    question = session.office.last("search")
    assert (question["sort"], question["descending"]) == ("procedure", False)
    before = len(asked(session, "search"))
    listed.table._sort_by(columns.index("devices"))  # the catalogue has no such order
    assert len(asked(session, "search")) == before


def test_columns_are_as_they_were_at_this_station(
    qtbot: QtBot, session: Session, listed: RunsPanel
) -> None:
    session.station_changed.emit(session.station)
    columns = listed.table.model().columns
    listed.table.setColumnWidth(columns.index("started"), 333)
    listed.table._show_column("name", True)
    other = RunsPanel(session)
    qtbot.addWidget(other)
    session.station_changed.emit(session.station)
    assert other.table.columnWidth(columns.index("started")) == 333
    assert not other.table.isColumnHidden(columns.index("name"))


def test_what_is_chosen_stays_chosen_when_other_runs_end(
    session: Session, listed: RunsPanel
) -> None:
    choose(listed, 0, 2)
    rows = [dict(one) for one in listed.table.model().rows()]
    session.run_ended.emit("/runs/2026-11-01/140000-iv_loop-D03-eeee")
    session.office.answer("search", page(row("140000-iv_loop-D03-eeee"), *rows))
    assert shown(listed) == ["eeee", "cccc", "bbbb", "aaaa"]
    assert [one["name"][-4:] for one in listed.table.chosen()] == ["cccc", "aaaa"]


def test_runs_that_end_while_others_are_looked_for_are_looked_for_once(
    session: Session, panel: RunsPanel
) -> None:
    for number in range(3):
        session.run_ended.emit(f"/runs/{number}")
    assert len(asked(session, "search")) == 1
    session.office.answer("search", page(row("a")))
    assert len(asked(session, "search")) == 2
    session.office.answer("search", page(row("b"), row("a")))
    assert len(asked(session, "search")) == 2
    assert shown(panel) == ["b", "a"]


def test_a_list_that_was_scrolled_far_is_renewed_as_far(
    qtbot: QtBot, session: Session, panel: RunsPanel
) -> None:
    runs = [row(f"{number:06d}-iv_loop-D01-{number:04x}") for number in range(2 * PAGE)]
    session.office.answer("search", page(*runs[:PAGE], more=True))
    panel.table.scrollToBottom()
    qtbot.waitUntil(lambda: len(asked(session, "search")) == 2)
    session.office.answer("search", page(*runs[PAGE:]))
    panel.table.scrollToBottom()
    top = panel.table.indexAt(QPoint(0, 0)).data(Qt.ItemDataRole.UserRole)["folder"]
    session.run_ended.emit("/runs/2026-11-01/x")
    session.office.answer("search", page(*runs[:PAGE], more=True))
    session.office.answer("search", page(*runs[PAGE:], more=False))
    assert len(shown(panel)) == 2 * PAGE
    assert panel.table.indexAt(QPoint(0, 0)).data(Qt.ItemDataRole.UserRole)["folder"] == top


def test_folders_that_cannot_be_read_are_told_with_what_helps(
    session: Session, panel: RunsPanel
) -> None:
    one = {"place": "2026-11-03/150000-x", "why": "run.json cannot be read <torn>"}
    session.office.answer("search", page(row("a"), unreadable=[one], unreadable_count=3))
    assert "3" in panel.strip._unreadable.text()
    panel.strip._unreadable.click()
    text = text_of(panel)
    assert "2026-11-03/150000-x: run.json cannot be read <torn>" in text
    assert "and 2 more" in text
    assert f"labctl runs doctor --out {session.runs}" in text


def test_what_a_folder_says_is_shown_as_plain_text(session: Session, listed: RunsPanel) -> None:
    choose(listed, 0)
    question = session.office.last("run_details")
    assert question["folder"].endswith("cccc")
    failed = listed.table.model().rows()[0]
    session.office.answer("run_details", details(failed, safe=False, rows=0))
    text = text_of(listed)
    assert "failed: limit of <b>station</b>" in text
    assert "NOT verified" in text
    assert "137.2 ± 0.5" in text


def test_details_of_a_run_that_is_no_longer_chosen_are_not_shown(
    session: Session, listed: RunsPanel
) -> None:
    choose(listed, 0)
    slow = session.office.last("run_details")
    choose(listed, 1)
    slow["then"](details(listed.table.model().rows()[0]))
    assert "limit of" not in text_of(listed)
    assert "120000-iv_loop-D02-bbbb" in text_of(listed)


def test_the_page_that_was_chosen_stays_for_other_runs(session: Session, listed: RunsPanel) -> None:
    rows = listed.table.model().rows()
    choose(listed, 0)
    session.office.answer("run_details", details(rows[0]))
    listed.details._list.setCurrentRow(2)
    choose(listed, 1)
    session.office.answer("run_details", details(rows[1]))
    assert text_of(listed).startswith("Parameters")


def test_a_run_that_cannot_be_read_says_why_in_its_place(
    session: Session, listed: RunsPanel
) -> None:
    choose(listed, 0)
    session.office.refuse("run_details", "run.json is gone; labctl runs doctor may mend it")
    assert "labctl runs doctor" in text_of(listed)
