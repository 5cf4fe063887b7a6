"""The instrument panel shows what is known, and what is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtCore import QObject, Qt, pyqtSignal
from PyQt5.QtWidgets import QScrollBar
from pytestqt.qtbot import QtBot

from labctl.gui.instruments.instrument_panel import InstrumentPanel
from labctl.gui.instruments.readings import UNKNOWN, reading, run_clock, temperature
from labctl.gui.instruments.station_look import StationLook
from labctl.gui.instruments.trend import Trend
from labctl.gui.session import Session
from labctl.locks import hold
from tests.gui.fakes import STATION

PATIENCE_MS = 60_000
SEEN: dict[str, Any] = {
    "output": True, "compliance_a": 1e-3, "device": "D07", "closed": ["1A07", "2B12"],
    "set_v": -0.2, "voltage_v": -0.19986, "current_a": 12.3456e-6, "limited": False,
    "overflow": False, "temperature_k": 295.004, "setpoint_k": 295.0, "time_s": 3723.0,
    "clock": "virtual", "speed": 450.0, "safe": None,
}  # fmt: skip
IDLE: dict[str, Any] = {
    "state": "idle", "holder": None, "program": None, "ours": False, "run": None, "control": None,
    "pid": None, "fraction": None, "remaining_s": None, "applications": None, "instruments": None,
    "ended": [], "says": "",
}  # fmt: skip
MEASURING = IDLE | {
    "state": "measuring", "holder": "labctl run iv_loop (process 4)", "program": "labctl run",
    "pid": 4, "run": "/runs/run-1", "instruments": SEEN, "says": "measuring iv_loop on D07",
}  # fmt: skip
LOOKED: dict[str, Any] = {
    "station": "simulated",
    "identities": {"smu": "KEITHLEY 2636B", "matrix": "KEITHLEY 707B"},
    "instruments": {
        "output": False, "compliance_a": 0.1, "device": None, "closed": ["1A03"],
        "temperature_k": 300.0, "setpoint_k": 300.0, "time_s": None, "clock": "virtual",
    },
    "looked": "2026-01-01T14:03:22+01:00",
}  # fmt: skip


class FakeLook(QObject):
    """In the place of a child process."""

    done = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.asked: list[str] = []
        self.looking = False

    def look(self, station: str, runs: Path) -> None:
        self.asked.append(station)
        self.looking = True

    def answer(self, answer: dict[str, Any]) -> None:
        self.looking = False
        self.done.emit((self.asked[-1], answer))


@pytest.fixture
def look() -> FakeLook:
    return FakeLook()


@pytest.fixture
def panel(qtbot: QtBot, session: Session, look: FakeLook) -> InstrumentPanel:
    session.office.answer("station", {**STATION, "in_process": False})
    made = InstrumentPanel(session, new_look=lambda _: look)
    qtbot.addWidget(made)
    made.resize(330, 380)
    made.show()
    return made


def text(panel: InstrumentPanel, name: str) -> str:
    return panel.readouts.values[name].text()


def test_a_run_is_shown(panel: InstrumentPanel, session: Session) -> None:
    session.watched.emit(MEASURING)
    assert panel.state.text() == "▶ Measuring"
    assert panel.connection.whole == "labctl run (process 4)"
    assert text(panel, "output") == "⚡ ON"
    assert text(panel, "limit") == "1 mA"
    assert text(panel, "voltage") == "−199.86 mV"
    assert text(panel, "current").strip() == "12.346 µA"
    assert (text(panel, "device"), text(panel, "relays")) == ("D07", "1A07 2B12")
    assert text(panel, "stage") == "295.00 → 295.00 K"
    assert text(panel, "clock") == "1:02:03  virtual time, 450 × real"
    assert panel.readouts.values["current"].accessibleName().startswith("Current: ")


def test_nothing_is_made_up(panel: InstrumentPanel, session: Session) -> None:
    session.watched.emit(MEASURING | {"instruments": None})
    shown = {name: value.text() for name, value in panel.readouts.values.items()}
    assert shown["output"] == "? not known"
    assert UNKNOWN in shown["voltage"]
    assert shown["relays"] == UNKNOWN


def test_a_source_at_its_limit_is_told(panel: InstrumentPanel, session: Session) -> None:
    session.watched.emit(MEASURING | {"instruments": SEEN | {"limited": True}})
    assert text(panel, "limit") == "1 mA ▲"
    session.watched.emit(MEASURING | {"instruments": SEEN | {"overflow": True, "current_a": None}})
    assert text(panel, "current") == "▲ over range"


def test_evidence_of_the_safe_state_is_told(panel: InstrumentPanel, session: Session) -> None:
    safe = {"verified": True, "smu": {"output": "off"}, "matrix": {"closed": []},
            "at": "2026-01-01T14:03:22+01:00"}  # fmt: skip
    session.watched.emit(MEASURING | {"state": "safe", "instruments": SEEN | {"safe": safe}})
    assert text(panel, "safe") == "✔ source off, relays open, read back 14:03:22"
    unsafe = {"verified": False, "failures": ["matrix: 1A03 sticks"], "at": ""}
    session.watched.emit(MEASURING | {"instruments": SEEN | {"safe": unsafe}})
    assert "NOT verified safe" in text(panel, "safe")
    assert "1A03 sticks" in text(panel, "safe")
    assert panel.readouts.values["safe"].property("state") == "bad"


def test_it_looks_by_itself_at_a_bench_that_nobody_uses(
    panel: InstrumentPanel, session: Session, look: FakeLook
) -> None:
    session.watched.emit(IDLE)
    session.watched.emit(IDLE)
    assert look.asked == [STATION["file"]]
    assert "Looking" in panel.connection.whole
    look.answer(LOOKED)
    assert panel.connection.whole == "✔ 2 instruments answered 14:03:22"
    assert "KEITHLEY 707B" in panel.connection.toolTip()
    assert (text(panel, "output"), text(panel, "relays")) == ("○ off", "1A03")
    assert text(panel, "limit") == "100 mA"


def test_a_bench_that_lives_within_its_runs_is_not_looked_at_unasked(
    panel: InstrumentPanel, session: Session, look: FakeLook
) -> None:
    session.office.answer("station", STATION)
    session.lookout.tell("bench", {"state": "idle", "holder": None, "ended": []})
    assert look.asked == []
    assert panel.connection.whole == "Simulated within each run"
    panel.look_button.click()
    assert look.asked == [STATION["file"]]


def test_a_bench_in_use_is_not_looked_at(
    panel: InstrumentPanel, session: Session, look: FakeLook
) -> None:
    session.watched.emit(MEASURING)
    panel.look()
    assert look.asked == []
    assert not panel.look_button.isEnabled()
    session.watched.emit(IDLE | {"ended": ["/runs/run-1"], "instruments": SEEN})
    assert len(look.asked) == 1


def test_why_it_is_not_connected_is_told(
    panel: InstrumentPanel, session: Session, look: FakeLook
) -> None:
    session.watched.emit(IDLE)
    look.answer({"error": "smu at GPIB0::26::INSTR: <no answer>", "identities": {}})
    assert panel.connection.whole == "✖ Not connected"
    assert panel.trouble.text() == "smu at GPIB0::26::INSTR: <no answer>"
    assert panel.connection.property("state") == "bad"
    panel.look_button.click()
    assert len(look.asked) == 2


def test_it_looks_again_when_a_run_is_gone(
    panel: InstrumentPanel, session: Session, look: FakeLook
) -> None:
    session.watched.emit(IDLE)
    look.answer(LOOKED)
    session.watched.emit(MEASURING)
    gone = IDLE | {"state": "gone", "instruments": SEEN | {"output": None}, "says": "gone"}
    session.watched.emit(gone | {"ended": ["/runs/run-1"]})
    assert len(look.asked) == 2
    assert panel.state.text() == "✖ Its process is gone"
    assert panel.trouble.text() == "gone"
    assert text(panel, "output") == "? not known"
    look.answer(LOOKED)
    assert text(panel, "output") == "○ off"
    session.watched.emit(gone)
    assert len(look.asked) == 2


def test_another_station_is_looked_at_anew(
    panel: InstrumentPanel, session: Session, look: FakeLook
) -> None:
    session.watched.emit(IDLE)
    session.open_station("other")
    session.office.answer("station", {**STATION, "file": "/stations/other.toml"})
    look.answer(LOOKED)  # of the station before
    assert text(panel, "output") == "? not known"
    session.watched.emit(IDLE)
    assert look.asked == [STATION["file"], "/stations/other.toml"]


def test_it_fits_its_place(panel: InstrumentPanel, session: Session, qtbot: QtBot) -> None:
    session.watched.emit(MEASURING | {"instruments": SEEN | {"limited": True}})
    panel.grab()
    room = 330 - 12 - QScrollBar(Qt.Orientation.Vertical, panel).sizeHint().width()
    assert panel.readouts.minimumSizeHint().width() <= room


def test_a_run_is_paused_and_goes_on(
    panel: InstrumentPanel, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(panel._asker, "ask", lambda *what: asked.append(what))
    assert not panel.pause_button.isEnabled()
    session.watched.emit(MEASURING)
    panel.pause_button.click()
    session.watched.emit(MEASURING | {"state": "paused"})
    assert panel.pause_button.text() == "&Go on"
    panel.pause_button.click()
    assert asked == [("/runs/run-1", "pause"), ("/runs/run-1", "go_on")]


def test_a_real_look_tells_identities_and_settings(qtbot: QtBot, tmp_path: Path) -> None:
    look = StationLook()
    with qtbot.waitSignal(look.done, timeout=PATIENCE_MS) as done:
        look.look("simulated", tmp_path)
    station, answer = done.args[0]
    assert station == "simulated"
    assert set(answer["identities"]) >= {"smu", "matrix", "temperature"}
    assert (answer["instruments"]["output"], answer["instruments"]["closed"]) == (False, [])
    assert answer["settings"]["smu"]["limit_a"] == answer["instruments"]["compliance_a"]
    look.wait()


@pytest.fixture
def real(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    made = Session(tmp_path)
    yield made
    made.close()


def test_a_run_that_begins_is_seen_through_the_real_clerk(
    qtbot: QtBot, real: Session, look: FakeLook, tmp_path: Path
) -> None:
    panel = InstrumentPanel(real, new_look=lambda _: look)
    qtbot.addWidget(panel)
    real.open_station("simulated")
    qtbot.waitUntil(lambda: "Idle" in panel.state.text(), timeout=PATIENCE_MS)
    folder = tmp_path / "2026-01-01" / "run-1"
    folder.mkdir(parents=True)
    record = {"procedure": "iv_loop", "devices": ["D01"], "status": "running"}
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    with hold(tmp_path / "simulated_world.lock", {"run": str(folder), "in_process": True}):
        qtbot.waitUntil(lambda: "iv_loop on D01" in panel.state.toolTip(), timeout=PATIENCE_MS)
    with qtbot.waitSignal(real.run_ended, timeout=PATIENCE_MS) as ended:
        pass
    assert ended.args[0] == str(folder)
    qtbot.waitUntil(lambda: "gone" in panel.state.text(), timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.2, "V", "\N{FIGURE SPACE}200.00 mV"),
        (-0.0, "V", "\N{FIGURE SPACE}0.0000 V"),
        (-1.0, "V", "−1.0000 V"),
        (0.9999996, "V", "\N{FIGURE SPACE}1.0000 V"),
        (1e-9, "A", "\N{FIGURE SPACE}1.0000 nA"),
        (-99.99999e-6, "A", "−100.00 µA"),
        (None, "A", UNKNOWN),
        (float("nan"), "A", UNKNOWN),
    ],
)
def test_readings_have_as_many_digits_always(value: float | None, unit: str, shown: str) -> None:
    assert reading(value, unit) == shown


def test_clock_and_temperature() -> None:
    assert (run_clock(59.9), run_clock(90_061.0)) == ("0:00:59", "1 d 1:01:01")
    assert (run_clock(None), temperature(None), temperature(4.2)) == (UNKNOWN, UNKNOWN, "4.20 K")


def test_the_trend_is_bounded(qtbot: QtBot) -> None:
    trend = Trend()
    qtbot.addWidget(trend)
    trend.resize(trend.sizeHint())
    for number in range(5000):
        trend.take(300.0 + number / 1000, 0.5 * number)
    assert len(trend._readings) <= 601
    assert "303.80 K to 305.00 K" in trend.toolTip()
    assert not trend.grab().isNull()
    trend.clear()
    assert not trend.grab().isNull()


def test_why_it_is_not_connected_stays_when_a_run_could_not_begin(
    panel: InstrumentPanel, session: Session, look: FakeLook
) -> None:
    session.lookout.tell("bench", {"state": "idle", "holder": None, "ended": []})
    look.answer({"error": "smu at GPIB0::26::INSTR does not answer", "identities": {}})
    session.lookout.tell("bench", {"state": "starting", "holder": "labctl run", "ended": []})
    session.lookout.tell("bench", {"state": "idle", "holder": None, "ended": []})
    assert "Not connected" in panel.connection.whole
    assert "GPIB0::26" in panel.trouble.text()
