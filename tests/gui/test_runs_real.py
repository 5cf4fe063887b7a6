"""The list of runs with a real clerk, on folders as they are found in a lab."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

import labctl
from labctl.gui.runs.curves_dialog import CurvesDialog
from labctl.gui.runs.difference_dialog import DifferenceDialog
from labctl.gui.runs.runs_panel import RunsPanel
from labctl.gui.session import Session
from procedures.iv_loop import IvLoop
from tests.gui.run_rows import choose, shown, text_of
from tests.labctl.run_folders import make_incomplete, make_run

PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runs directory with one of everything, and a stick with a run of the same name."""
    lab = tmp_path_factory.mktemp("lab")
    with labctl.open_station("simulated", out=lab / "runs", seed=1) as station:
        labctl.run(IvLoop(step="20 mV"), station, devices=["D01"])
    make_run(lab / "runs", "120000-sddp-D01-aaaa", status="failed", reason="limit of the station")
    make_run(lab / "stick", "120000-sddp-D01-aaaa", rows=5)
    make_incomplete(lab / "runs")
    without_columns(make_run(lab / "runs", "130000-sddp-D01-less"))
    torn = lab / "runs" / "2026-11-01" / "140000-sddp-D01-torn"
    torn.mkdir()
    (torn / "run.json").write_text('{"schema": 1', encoding="utf-8")
    return lab


def without_columns(folder: Path) -> None:
    """Leave only the first two columns of a run, in its record and in its rows."""
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    record["data"] |= {"columns": record["data"]["columns"][:2], "sha256": None}
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    lines = (folder / "data.csv").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if not line.startswith("#")]
    cut = [",".join(line.split(",")[:2]) for line in rows]
    (folder / "data.csv").write_text("\n".join(cut) + "\n", encoding="utf-8")


@pytest.fixture
def session(qtbot: QtBot, lab: Path) -> Iterator[Session]:
    made = Session(lab / "runs")
    yield made
    made.close()


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> RunsPanel:
    """Lists the four runs that can be read."""
    made = RunsPanel(session)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: len(shown(made)) == 4, timeout=PATIENCE_MS)
    return made


def place(panel: RunsPanel, ending: str) -> int:
    return next(at for at, name in enumerate(shown(panel)) if name == ending)


def test_every_run_is_listed_as_it_ended(qtbot: QtBot, panel: RunsPanel) -> None:
    ended = {one["name"][-4:]: one["status"] for one in panel.table.model().rows()}
    assert ended["aaaa"] == "failed"
    assert ended["dead"] == "incomplete"
    assert sorted(ended.values()) == ["failed", "finished", "finished", "incomplete"]
    assert "1" in panel.strip._unreadable.text()
    choose(panel, place(panel, "aaaa"))
    qtbot.waitUntil(lambda: "limit of the station" in text_of(panel), timeout=PATIENCE_MS)


def test_a_condition_on_a_finding_narrows_the_list(qtbot: QtBot, panel: RunsPanel) -> None:
    panel.filters._where.setText("on_off_ratio > 10")
    panel.filters._settle()
    qtbot.waitUntil(lambda: len(shown(panel)) == 1, timeout=PATIENCE_MS)
    panel.filters._where.setText("on_off_rato > 10")
    panel.filters._settle()
    qtbot.waitUntil(panel.filters._problem.isVisible, timeout=PATIENCE_MS)
    assert "did you mean 'on_off_ratio'?" in panel.filters._problem.text()


def test_whatever_is_opened_the_window_goes_on_and_every_file_stays(
    qtbot: QtBot, lab: Path, session: Session, panel: RunsPanel
) -> None:
    before = files_in(lab)
    told: list[Any] = []
    session.told.connect(lambda *message: told.append(message))
    stick = lab / "stick" / "2026-11-01" / "120000-sddp-D01-aaaa"
    session.run_opened.emit(str(stick / "data.csv"))
    qtbot.waitUntil(lambda: len(shown(panel)) == 5, timeout=PATIENCE_MS)
    assert [one["folder"] for one in panel.table.chosen()] == [str(stick)]

    panel.table.selectAll()  # another procedure, too few columns, failed, interrupted
    panel.actions_row.plots.trigger()
    qtbot.waitUntil(lambda: panel.findChild(CurvesDialog) is not None, timeout=PATIENCE_MS)
    dialog = panel.findChild(CurvesDialog)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert any(str(stick) in text for text in texts)
    assert any("130000-sddp-D01-less" in text for text in texts)
    dialog.close()

    choose(panel, 0, place(panel, "less"))
    panel.actions_row.compare.trigger()
    qtbot.waitUntil(lambda: panel.findChild(DifferenceDialog) is not None, timeout=PATIENCE_MS)
    panel.findChild(DifferenceDialog).close()

    session.run_opened.emit(str(lab / "runs" / "2026-11-01" / "140000-sddp-D01-torn"))
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    assert "labctl runs doctor" in told[0][1]
    assert files_in(lab) == before


def files_in(lab: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file of a run."""
    return {
        str(path): (os.stat(path).st_size, os.stat(path).st_mtime_ns)
        for path in lab.glob("*/*/*/**/*")
        if path.is_file()
    }
