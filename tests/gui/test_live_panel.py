"""The live panel: what is told of a run is on screen, at once, and stays when it is over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtCore import QUrl
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtWidgets import QLabel, QPushButton, QTabWidget
from pytestqt.qtbot import QtBot

import labctl
from labctl.gui.live.findings_table import FindingsTable
from labctl.gui.live.live_panel import LivePanel
from labctl.gui.live.run_states import state_look
from labctl.gui.plots.elided_label import ElidedLabel
from labctl.gui.plots.image_group import ImageGroup
from labctl.gui.plots.plot_stack import PlotStack
from labctl.gui.session import Session
from procedures.iv_loop import IvLoop
from tests.gui.fakes import FakeLink
from tests.gui.plot_samples import axis, image, iv_plot, plot, series

FOLDER = "/runs/2026-11-22/153012-iv_loop-D03-k7f2"
PATIENCE_MS = 60_000


def told(**news: Any) -> dict[str, Any]:
    return {
        "folder": FOLDER,
        "procedure": "iv_loop",
        "devices": ["D03"],
        "status": "running",
        "reason": None,
        "simulated": True,
        "started": "2026-11-22T15:30:12+00:00",
        "ended": None,
        "rows": 1234,
        "report": None,
        **news,
    }


SIGNAL = plot("signal_current", series("measured", [0, 1], [0, 1e-6]), x=axis("Time", "s"))
FINDINGS = [
    {"name": "ratio", "value": "10.1", "meaning": "ON over OFF"},
    {"name": "on.mean", "value": "50 µS", "meaning": "mean of <b>ON</b>"},
]


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> LivePanel:
    made = LivePanel(session)
    qtbot.addWidget(made)
    made.resize(640, 600)
    made.show()
    qtbot.waitExposed(made)
    return made


def lookout(session: Session) -> FakeLink:
    assert isinstance(session.lookout, FakeLink)
    return session.lookout


def texts(panel: LivePanel) -> str:
    """Everything that can be read on the panel, the whole of what is shortened."""
    labels = [label for label in panel.findChildren(QLabel) if label.isVisible()]
    return "\n".join(
        label.whole if isinstance(label, ElidedLabel) else label.text() for label in labels
    )


def tabs(panel: LivePanel) -> QTabWidget:
    return panel.findChildren(QTabWidget)[0]


def stack(panel: LivePanel, part: str) -> PlotStack:
    found = panel.findChild(PlotStack, part)
    assert found is not None
    return found


def open_tab(panel: LivePanel, title: str) -> None:
    names = [tabs(panel).tabText(place) for place in range(tabs(panel).count())]
    tabs(panel).setCurrentIndex(names.index(title))


def button(panel: LivePanel, text: str) -> QPushButton:
    found = [b for b in panel.findChildren(QPushButton) if b.text().replace("&", "") == text]
    return found[0]


def test_without_a_run_it_says_what_to_do(panel: LivePanel) -> None:
    assert "press Start" in texts(panel)


def test_what_is_told_is_shown(qtbot: QtBot, session: Session, panel: LivePanel) -> None:
    session.show_run(FOLDER)
    assert "first readings" in texts(panel)
    lookout(session).tell("run", told(plots=[iv_plot()], signals=[SIGNAL], findings=FINDINGS))
    results = stack(panel, "plots")
    qtbot.waitUntil(lambda: "iv_linear" in results.views)
    shown = texts(panel)
    for part in ("iv_loop on D03", "measuring", "simulated", "1234 rows", "153012-iv_loop-D03"):
        assert part in shown
    open_tab(panel, "Findings")
    table = panel.findChildren(FindingsTable)[0]
    assert table.as_text(range(2)) == (
        "ratio\t10.1\tON over OFF\non.mean\t50 µS\tmean of <b>ON</b>"
    )


def test_parts_that_are_not_told_stay(qtbot: QtBot, session: Session, panel: LivePanel) -> None:
    session.show_run(FOLDER)
    lookout(session).tell("run", told(plots=[iv_plot()]))
    results = stack(panel, "plots")
    qtbot.waitUntil(lambda: "iv_linear" in results.views)
    kept = results.views["iv_linear"]
    lookout(session).tell("run", told(rows=5000))
    qtbot.waitUntil(lambda: "5000 rows" in texts(panel))
    assert results.views["iv_linear"] is kept


def test_only_the_latest_of_many_news_is_drawn(
    qtbot: QtBot, session: Session, panel: LivePanel
) -> None:
    session.show_run(FOLDER)
    for rows in range(500):
        lookout(session).tell("run", told(rows=rows, plots=[iv_plot(1.0 + rows)]))
    results = stack(panel, "plots")
    qtbot.waitUntil(lambda: "iv_linear" in results.views)
    top = results.views["iv_linear"].canvas.shown_range()[1][1]
    assert top > 500 * 0.8e-6
    assert "499 rows" in texts(panel)


def test_a_hidden_tab_is_drawn_when_it_is_opened(
    qtbot: QtBot, session: Session, panel: LivePanel
) -> None:
    session.show_run(FOLDER)
    lookout(session).tell("run", told(signals=[SIGNAL], plots=[iv_plot()]))
    qtbot.waitUntil(lambda: "1234 rows" in texts(panel))
    signals = stack(panel, "signals")
    assert signals.views == {}
    open_tab(panel, "Signals")
    assert list(signals.views) == ["signal_current"]


def test_a_hidden_panel_catches_up(qtbot: QtBot, session: Session, panel: LivePanel) -> None:
    panel.hide()
    session.show_run(FOLDER)
    lookout(session).tell("run", told(plots=[iv_plot()]))
    lookout(session).tell("run", told(status="finished", rows=4321))
    panel.show()
    qtbot.waitUntil(lambda: "4321 rows" in texts(panel))
    assert "finished" in texts(panel)
    assert "iv_linear" in stack(panel, "plots").views, "no part that was told gets lost"


def test_images_have_a_tab_when_there_are_any(
    qtbot: QtBot, session: Session, panel: LivePanel
) -> None:
    session.show_run(FOLDER)
    place = 2
    assert not tabs(panel).isTabVisible(place)
    lookout(session).tell("run", told(images=[image([[1e-7, 2e-7]])]))
    qtbot.waitUntil(lambda: tabs(panel).isTabVisible(place))
    open_tab(panel, "Images")
    assert "measured" in panel.findChildren(ImageGroup)[0].views


def test_a_run_of_images_alone_is_looked_at_there_once(
    qtbot: QtBot, session: Session, panel: LivePanel
) -> None:
    session.show_run(FOLDER)
    lookout(session).tell("run", told(images=[image([[1e-7]])]))
    group = panel.findChildren(ImageGroup)[0]
    qtbot.waitUntil(group.isVisible)
    open_tab(panel, "Signals")
    lookout(session).tell("run", told(rows=77, images=[image([[2e-7]])]))
    qtbot.waitUntil(lambda: "77 rows" in texts(panel))
    assert not group.isVisible(), "the person has gone elsewhere"
    open_tab(panel, "Images")
    session.show_run("/runs/another")
    assert tabs(panel).tabText(tabs(panel).currentIndex()) == "Results"


@pytest.mark.parametrize("status", ["finished", "aborted", "failed", "incomplete"])
def test_a_run_that_is_over_stays_with_its_reason(
    qtbot: QtBot, session: Session, panel: LivePanel, status: str
) -> None:
    session.show_run(FOLDER)
    news = told(status=status, reason="612 mV on <D03>, above 550 mV", problem="no analysis")
    lookout(session).tell("run", news)
    qtbot.waitUntil(lambda: "612 mV on <D03>, above 550 mV" in texts(panel))
    assert "no analysis" in texts(panel)
    assert state_look(status).word in texts(panel)
    session.show_run(None)
    assert "612 mV" in texts(panel), "it stays until another run begins"


def test_pause_is_said(qtbot: QtBot, session: Session, panel: LivePanel) -> None:
    session.show_run(FOLDER)
    lookout(session).tell("run", told())
    lookout(session).tell("bench", {"state": "paused", "run": FOLDER, "ended": []})
    qtbot.waitUntil(lambda: "paused" in texts(panel))
    lookout(session).tell("bench", {"state": "measuring", "run": FOLDER, "ended": []})
    assert "paused" not in texts(panel)
    assert "measuring" in texts(panel)


def test_what_can_be_done_with_a_finished_run(
    qtbot: QtBot, session: Session, panel: LivePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url) or True)
    session.show_run(FOLDER)
    lookout(session).tell("run", told())
    qtbot.waitUntil(lambda: "1234 rows" in texts(panel))
    assert not button(panel, "Open report").isVisible()
    lookout(session).tell("run", told(status="finished", report=f"{FOLDER}/report.html"))
    qtbot.waitUntil(button(panel, "Open report").isVisible)
    button(panel, "Open report").click()
    assert opened[0].toLocalFile() == f"{FOLDER}/report.html"
    with qtbot.waitSignal(session.run_opened) as shown:
        button(panel, "Show in runs").click()
    assert shown.args == [FOLDER]
    button(panel, "Use these parameters").click()
    wanted = {"procedure": "iv_loop", "values": {}, "devices": ["D03"]}
    office = session.office
    assert isinstance(office, FakeLink)
    with qtbot.waitSignal(session.parameters_wanted) as asked:
        office.answer("parameters_of", wanted)
    assert asked.args == [wanted]
    with qtbot.waitSignal(session.told) as refused:
        office.refuse("parameters_of", "no such run")
    assert refused.args == ["error", "no such run"]


def test_another_run_begins_with_a_clean_sheet(
    qtbot: QtBot, session: Session, panel: LivePanel
) -> None:
    session.show_run(FOLDER)
    lookout(session).tell("run", told(plots=[iv_plot()], status="failed", reason="too hot"))
    results = stack(panel, "plots")
    qtbot.waitUntil(lambda: "iv_linear" in results.views)
    session.show_run("/runs/another")
    assert "too hot" not in texts(panel)
    assert results.views == {}
    assert "first readings" in texts(panel)


def test_plots_that_were_chosen_are_remembered(
    qtbot: QtBot, session: Session, panel: LivePanel
) -> None:
    news = told(plots=[iv_plot(), {**iv_plot(), "name": "rv"}, {**iv_plot(), "name": "states"}])
    session.show_run(FOLDER)
    lookout(session).tell("run", news)
    results = stack(panel, "plots")
    qtbot.waitUntil(lambda: "rv" in results.views)
    results.shown_changed.emit(("rv",))
    again = LivePanel(session)
    qtbot.addWidget(again)
    again.resize(640, 600)
    again.show()
    lookout(session).tell("run", news)
    qtbot.waitUntil(lambda: "rv" in stack(again, "plots").views)
    assert stack(again, "plots").shown == ("rv",)


@pytest.fixture
def real_session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    made = Session(tmp_path / "runs")
    yield made
    made.close()


def test_a_real_run_told_by_a_real_clerk(
    qtbot: QtBot, real_session: Session, tmp_path: Path
) -> None:
    with labctl.open_station("simulated", out=tmp_path / "runs", seed=1) as station:
        run = labctl.run(IvLoop(), station, devices=["D03"])
    panel = LivePanel(real_session)
    qtbot.addWidget(panel)
    panel.resize(640, 600)
    panel.show()
    real_session.show_run(str(run.folder))
    results = stack(panel, "plots")
    qtbot.waitUntil(lambda: "iv_linear" in results.views, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "finished" in texts(panel), timeout=PATIENCE_MS)
    open_tab(panel, "Findings")
    table = panel.findChildren(FindingsTable)[0]
    qtbot.waitUntil(lambda: table.rowCount() > 0, timeout=PATIENCE_MS)
    for part in range(tabs(panel).count()):
        tabs(panel).setCurrentIndex(part)
        panel.grab()
