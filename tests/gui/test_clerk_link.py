"""The link to a real clerk: answers arrive, the latest counts, and a dead clerk is replaced."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from labctl.gui.clerk_link import ClerkLink

PATIENCE_MS = 30_000


@pytest.fixture
def link(qtbot: QtBot) -> Iterator[ClerkLink]:
    made = ClerkLink()
    yield made
    made.close()


def test_a_question_is_answered(qtbot: QtBot, link: ClerkLink) -> None:
    answers: list[dict[str, Any]] = []
    link.ask("station", answers.append, station="simulated")
    qtbot.waitUntil(lambda: bool(answers), timeout=PATIENCE_MS)
    assert answers[0]["simulated"] is True
    assert answers[0]["devices"][0] == "D01"
    assert {entry["name"] for entry in answers[0]["procedures"]} >= {"iv_loop", "endurance"}


def test_what_cannot_be_done_says_why(qtbot: QtBot, link: ClerkLink) -> None:
    refusals: list[str] = []
    link.ask("station", lambda _: None, refused=refusals.append, station="simulatd")
    qtbot.waitUntil(lambda: bool(refusals), timeout=PATIENCE_MS)
    assert "did you mean 'simulated'?" in refusals[0]


def test_of_one_topic_only_the_latest_counts(qtbot: QtBot, link: ClerkLink) -> None:
    answers: list[str] = []
    for name in ("simulated", "probe_station", "simulated", "probe_station"):
        link.ask("station", lambda a: answers.append(a["name"]), topic="station", station=name)
    done: list[Any] = []
    link.ask("stations", done.append)
    qtbot.waitUntil(lambda: bool(done) and bool(answers), timeout=PATIENCE_MS)
    assert answers == ["probe_station"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs signals")
def test_a_clerk_that_dies_is_replaced(qtbot: QtBot, link: ClerkLink) -> None:
    answers: list[dict[str, Any]] = []
    link.ask("stations", answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=PATIENCE_MS)
    with qtbot.waitSignal(link.died, timeout=PATIENCE_MS) as died:
        assert link.pid is not None
        os.kill(link.pid, signal.SIGKILL)
    assert "exit code -9" in died.args[0]
    link.ask("stations", answers.append)
    qtbot.waitUntil(lambda: len(answers) == 2, timeout=PATIENCE_MS)
