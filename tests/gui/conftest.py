"""Windows without a screen, with settings of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt5.QtCore import QSettings
from pytestqt.qtbot import QtBot

from labctl.gui.qt_application import application
from labctl.gui.session import Session
from tests.gui.fakes import STATION, FakeLink


@pytest.fixture(scope="session")
def qapp() -> object:
    """The application as the program makes it, instead of pytest-qt's plain one."""
    return application()


@pytest.fixture(autouse=True)
def settings_of_its_own(tmp_path: Path) -> Iterator[None]:
    QSettings.setPath(
        QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings")
    )
    yield
    QSettings().clear()


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Session:
    """At a simulated station of 18 devices, with clerks whose answers the test gives."""
    made = Session(tmp_path / "runs", new_clerk=FakeLink)
    made.open_station("simulated")
    made.office.answer("station", STATION)
    return made
