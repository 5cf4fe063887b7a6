from __future__ import annotations

from pytestqt.qtbot import QtBot

from labctl.gui.progress_strip import ProgressStrip
from labctl.gui.session import Session


def shown(strip: ProgressStrip) -> list[str]:
    says, rest = strip.labels
    return [says.whole, rest.text()]


def test_it_says_what_goes_on_and_how_long_it_takes(qtbot: QtBot, session: Session) -> None:
    strip = ProgressStrip(session)
    qtbot.addWidget(strip)
    strip.resize(1000, 30)
    going_on = {"run": "/runs/a", "says": "measuring iv_loop on D01", "ended": []}
    for fraction, remaining_s, words in (
        (0.25, 90.4, "25 %, 90 s left"),
        (0.5, 3599, "50 %, 1 h 00 min left"),
        (0.75, 600, "75 %, 10 min left"),
        (0.76, None, "76 %"),
    ):
        session.lookout.tell(
            "bench", {**going_on, "fraction": fraction, "remaining_s": remaining_s}
        )
        assert shown(strip) == ["measuring iv_loop on D01", words]
    session.lookout.tell("bench", {"says": "", "run": None, "fraction": None, "ended": []})
    assert not strip.labels[1].isVisibleTo(strip)


def test_a_message_of_several_lines_takes_one(qtbot: QtBot, session: Session) -> None:
    strip = ProgressStrip(session)
    qtbot.addWidget(strip)
    strip.resize(1000, 30)
    session.told.emit("error", "station 'x' cannot be opened:\n  smu: <no answer>")
    assert shown(strip)[0] == "station 'x' cannot be opened: smu: <no answer>"
