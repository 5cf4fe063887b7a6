"""Nobody can take a real station for a simulated one."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt5.QtGui import QImage
from pytestqt.qtbot import QtBot

from labctl.gui.banner import Banner
from labctl.gui.session import Session
from tests.gui.fakes import STATION, FakeLink


def shown(banner: Banner) -> QImage:
    banner.resize(600, banner.sizeHint().height())
    return banner.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)


@pytest.fixture
def banner(qtbot: QtBot, session: Session) -> Banner:
    made = Banner(session)
    qtbot.addWidget(made)
    return made


def be_at(session: Session, *, simulated: bool) -> None:
    session.open_station("other")
    session.office.answer("station", {**STATION, "simulated": simulated, "name": "other"})


def test_it_names_kind_station_and_sample(banner: Banner, session: Session) -> None:
    assert (banner.kind, banner.names) == ("SIMULATED", "simulated  ·  sample dot18")
    be_at(session, simulated=False)
    assert banner.kind == "REAL STATION"
    assert "other" in banner.accessibleName()


def test_the_two_look_different_without_colour(banner: Banner, session: Session) -> None:
    simulated = shown(banner)
    be_at(session, simulated=False)
    real = shown(banner)
    differing = sum(
        abs(simulated.pixelColor(x, y).value() - real.pixelColor(x, y).value()) > 20
        for x in range(0, real.width(), 5)
        for y in range(0, real.height(), 5)
    )
    assert differing > 0.1 * (real.width() / 5) * (real.height() / 5)


def test_before_a_station_is_known_it_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    banner = Banner(Session(tmp_path, new_clerk=FakeLink))
    qtbot.addWidget(banner)
    assert banner.kind == "NO STATION"
    assert not shown(banner).isNull()
