"""From F12 in a busy window to the output off, in the middle of a block that the source times."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pyqtgraph
from PyQt5.QtCore import QSettings, Qt, QTimer
from PyQt5.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from labctl.gui.qt_application import application
from labctl.gui.session import Session
from labctl.gui.stop import StopButton
from tests.soak.benches import ServedBench, serving
from tests.soak.measured import Measured
from tests.soak.test_abort_latency import WITHIN_S, in_the_block

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1500)]

TIMES = 15
PATIENCE_MS = 60_000
CURVES, POINTS = 5, 4_000
"""What the window draws ten times a second meanwhile."""


@pytest.fixture(scope="session")
def qapp() -> object:
    return application()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBench]:
    with serving(tmp_path_factory.mktemp("paced"), pace=1.0) as there:
        yield there


class BusyWindow(QWidget):
    """STOP, beside a plot that is drawn anew all the time."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.stop = StopButton(session)
        plot = pyqtgraph.PlotWidget()
        self._curves = [plot.plot() for _ in range(CURVES)]
        layout = QVBoxLayout(self)
        layout.addWidget(self.stop)
        layout.addWidget(plot)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._draw)
        self._timer.start(100)

    def _draw(self) -> None:
        for curve in self._curves:
            curve.setData(np.random.default_rng().normal(size=POINTS))


def test_f12(qtbot: QtBot, bench: ServedBench, measured: Measured, tmp_path: Path) -> None:
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))
    session = Session(bench.folder / "runs")
    window = BusyWindow(session)
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    with qtbot.waitSignal(session.watched, timeout=PATIENCE_MS):
        session.open_station(str(bench.station))
    safe_s = []
    for _ in range(TIMES):
        with in_the_block(bench) as (run, _), ThreadPoolExecutor(1) as beside:
            with qtbot.waitSignal(window.stop.made_safe, timeout=PATIENCE_MS) as made_safe:
                asked_s = time.monotonic()
                qtbot.keyClick(window, Qt.Key.Key_F12)
                off = beside.submit(bench.off_after_s, asked_s)
            safe_s.append(time.monotonic() - asked_s)
            qtbot.waitUntil(lambda run=run: not run.alive, timeout=PATIENCE_MS)
        (outcome,) = made_safe.args[0]
        assert outcome.verified, outcome.in_words()
        off_s = off.result()
        assert off_s is not None, "the output stayed on"
        measured.add("F12 to output off, s", off_s)
        measured.add("F12 to verified safe on the screen, s", safe_s[-1])
    session.close()
    assert max(safe_s) < WITHIN_S, safe_s
