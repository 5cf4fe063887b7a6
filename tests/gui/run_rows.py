"""Runs as the clerk tells them, and a panel that lists three."""

from __future__ import annotations

from typing import Any

from PyQt5.QtWidgets import QTextBrowser
from pytestqt.qtbot import QtBot

from labctl.gui.runs.runs_panel import RunsPanel
from labctl.gui.session import Session

FACETS = {
    "procedures": ["endurance", "iv_loop"],
    "samples": ["dot18"],
    "devices": ["D01", "D02"],
    "statuses": ["running", "finished", "aborted", "failed", "incomplete"],
    "findings": [{"name": "on_off_ratio", "unit": ""}, {"name": "on_s", "unit": "S"}],
}


def row(name: str, **changes: Any) -> dict[str, Any]:
    day = changes.pop("day", "2026-11-01")
    return {
        "folder": f"/runs/{day}/{name}", "name": name, "started": f"{day}T12:00:00+00:00",
        "ended": None, "procedure": "iv_loop", "devices": ["D01"], "sample": "dot18",
        "status": "finished", "reason": "", "rows": 960, "simulated": True,
        "report": f"/runs/{day}/{name}/report.html", "findings": {},
    } | changes  # fmt: skip


def page(*rows: dict[str, Any], more: bool = False, **changes: Any) -> dict[str, Any]:
    return {
        "fields": {}, "runs": list(rows), "more": more, "unreadable": [], "unreadable_count": 0,
        "facets": FACETS,
    } | changes  # fmt: skip


def details(of: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        **of, "station": "simulated", "error": "", "resumed": 0, "seed": 1, "resumable": False,
        "safe": True,
        "sections": [
            {"name": "results", "head": ["name", "value", "meaning"], "note": "",
             "rows": [["on_off_ratio", "137.2 ± 0.5", "ON over OFF"]]},
            {"name": "parameters", "head": ["name", "value"], "rows": [["read_v", "5 mV"]],
             "note": ""},
        ],
    } | changes  # fmt: skip


def new_panel(qtbot: QtBot, session: Session) -> RunsPanel:
    """At the size it has on a small screen; it has asked for runs and got no answer yet."""
    made = RunsPanel(session)
    qtbot.addWidget(made)
    made.resize(640, 600)
    made.show()
    return made


def listed_panel(qtbot: QtBot, session: Session) -> RunsPanel:
    """With three runs, of two procedures, that ended in three ways."""
    made = new_panel(qtbot, session)
    rows = (
        row("130000-endurance-D02-cccc", procedure="endurance", status="failed",
            reason="limit of <b>station</b>", report=None, rows=0),
        row("120000-iv_loop-D02-bbbb", devices=["D02"], status="aborted"),
        row("110000-iv_loop-D01-aaaa"),
    )  # fmt: skip
    session.office.answer("search", page(*rows))
    return made


def shown(panel: RunsPanel) -> list[str]:
    return [entry["name"][-4:] for entry in panel.table.model().rows()]


def asked(session: Session, do: str) -> list[dict[str, Any]]:
    return [question for question in session.office.asked if question["do"] == do]


def text_of(panel: RunsPanel) -> str:
    return panel.details.findChild(QTextBrowser).toPlainText()


def choose(panel: RunsPanel, *rows: int) -> None:
    panel.table.clearSelection()
    selection = panel.table.selectionModel()
    for at in rows:
        index = panel.table.model().index(at, 0)
        selection.select(index, selection.Select | selection.Rows)
