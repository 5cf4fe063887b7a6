"""The array in the window: how every device is, and which are chosen."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from PyQt5.QtCore import QElapsedTimer, QEvent, QSettings, Qt
from PyQt5.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from labctl.gui.array.colouring import Mode
from labctl.gui.array.dot_map import DotMap
from labctl.gui.array.dots import Dot
from labctl.gui.array.legend import Legend
from labctl.gui.array.names_field import NamesField
from labctl.gui.session import Session

LEAST_V, SMALL_V = 1e-3, 50e-3
"""A reading between these (in magnitude) tells the conductance at once."""
REFRESH_MS = 1000
"""While something is measured, the clerk is asked no more often."""
REST_SHARE = 5
"""Nor sooner than after so many times what its last answer took."""


class ArrayPanel(QWidget):
    """Map, legend, and what chooses devices by name."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._dots: list[Dot] = []
        self._applications: object = None
        self._asked = QElapsedTimer()
        self._rest_ms = REFRESH_MS
        self.map = DotMap(self)
        self.legend = Legend(self)
        self.mode = QComboBox(self)
        self.names = NamesField(self)
        self.count = QLabel(self)
        self.all_button, self.none_button = QPushButton(self), QPushButton(self)
        self.problem = QLabel(self)
        self._mode_label = QLabel(self)
        self._names_label = QLabel(self)
        self._furnish()
        self._connect()
        self.retranslate()
        if session.station:
            self._be_at(session.station)

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self._mode_label.setText(self.tr("&Colour:"))
        self._names_label.setText(self.tr("&Devices:"))
        self.all_button.setText(self.tr("&All"))
        self.all_button.setToolTip(self.tr("Choose every device (Ctrl+A on the map)"))
        self.none_button.setText(self.tr("&None"))
        self.none_button.setToolTip(self.tr("Choose no device (Escape on the map)"))
        modes = {
            Mode.CONDUCTANCE: self.tr("Conductance"),
            Mode.ERROR: self.tr("Error of target"),
            Mode.CYCLES: self.tr("Cycles seen"),
            Mode.REGIME: self.tr("Regime seen"),
        }
        for mode, text in modes.items():
            self.mode.setItemText(self.mode.findData(mode.value), text)
        self.mode.setToolTip(self.tr("What the colour of a device tells"))
        self.mode.setAccessibleName(self.tr("What the colour tells"))
        self.map.setWhatsThis(
            self.tr(
                "Click chooses a device, Ctrl adds one, Shift takes a range, dragging takes all "
                "within a rectangle. Double click or Return shows its history."
            )
        )
        self.names.retranslate()
        self.map.retranslate()
        self._explain()
        self._count()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def refresh(self) -> None:
        """Ask how the devices are."""
        if not self._session.station:
            return
        self._asked.start()
        self._session.office.ask(
            "array",
            self._show,
            refused=self._refuse,
            topic="array",
            station=self._session.station["file"],
            runs=str(self._session.runs),
        )

    def _furnish(self) -> None:
        for mode in Mode:
            self.mode.addItem("", mode.value)
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.mode.setSizeAdjustPolicy(policy)
        self.mode.setMinimumContentsLength(8)
        self._mode_label.setBuddy(self.mode)
        self._names_label.setBuddy(self.names)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.problem.setProperty("state", "bad")
        self.problem.hide()
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self._mode_label)
        top.addWidget(self.mode, 1)
        for button in (self.all_button, self.none_button):
            button.setAutoDefault(False)
            button.setMinimumWidth(3 * self.fontMetrics().height())
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            top.addWidget(button)
        bottom.addWidget(self._names_label)
        bottom.addWidget(self.names, 1)
        bottom.addWidget(self.count)
        layout = QVBoxLayout(self)
        margin = self.fontMetrics().height() // 3
        layout.setContentsMargins(margin, margin, margin, margin)
        layout.setSpacing(margin)
        layout.addLayout(top)
        layout.addWidget(self.map, 1)
        layout.addWidget(self.legend)
        layout.addWidget(self.problem)
        layout.addLayout(bottom)
        order = (self.mode, self.all_button, self.none_button, self.map, self.names)
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    def _connect(self) -> None:
        session = self._session
        self.map.chosen.connect(session.choose)
        self.map.opened.connect(session.device_opened)
        self.names.chosen.connect(session.choose)
        self.all_button.clicked.connect(lambda: session.choose(session.station.get("devices", ())))
        self.none_button.clicked.connect(lambda: session.choose(()))
        self.mode.activated.connect(self._look)
        session.station_changed.connect(self._be_at)
        session.selection_changed.connect(self._choose)
        session.watched.connect(self._watch)
        session.run_ended.connect(self.refresh)
        session.devices_changed.connect(self.refresh)

    def _be_at(self, station: Mapping[str, Any]) -> None:
        self._dots = []
        self.map.show_dots(0, 0, ())
        self.map.connect_device(None)
        self.names.know(station["devices"])
        kept = QSettings().value(self._key("colour"), Mode.CONDUCTANCE.value, str)
        self.mode.setCurrentIndex(max(0, self.mode.findData(kept)))
        self.map.look(Mode(self.mode.currentData()))
        self._choose(self._session.selection)
        self.refresh()

    def _look(self) -> None:
        mode = Mode(self.mode.currentData())
        QSettings().setValue(self._key("colour"), mode.value)
        self.map.look(mode)
        self._explain()

    def _show(self, answer: Mapping[str, Any]) -> None:
        self.problem.hide()
        self._rest_ms = max(REFRESH_MS, REST_SHARE * self._asked.elapsed())
        self._dots = [Dot.of(told) for told in answer["devices"]]
        self.map.show_dots(answer["rows"], answer["columns"], self._dots)
        self.map.choose(self._session.selection)
        self._explain()
        if not answer["complete"]:
            self.refresh()

    def _refuse(self, why: str) -> None:
        self.problem.setText(why)
        self.problem.show()

    def _choose(self, names: tuple[str, ...]) -> None:
        self.map.choose(names)
        self.names.show_names(names)
        self._count()

    def _count(self) -> None:
        chosen, there = len(self._session.selection), len(self._session.station.get("devices", ()))
        self.count.setText(self.tr("{chosen} of {there}").format(chosen=chosen, there=there))

    def _watch(self, bench: Mapping[str, Any]) -> None:
        """Ring the device that is connected, and show what is read of it."""
        instruments = bench.get("instruments") or {}
        device = None if instruments.get("closed") == [] else instruments.get("device")
        before = self.map.connected
        self.map.connect_device(device)
        if device != before:
            self._explain()
        volts, amps = instruments.get("voltage_v"), instruments.get("current_a")
        if device and volts and amps is not None and LEAST_V <= abs(volts) <= SMALL_V:
            self.map.show_live(device, amps / volts)
        applications = bench.get("applications")
        due = not self._asked.isValid() or self._asked.hasExpired(self._rest_ms)
        if applications != self._applications and due:
            self._applications = applications
            self.refresh()

    def _explain(self) -> None:
        colouring = self.map.colouring
        state = colouring.mode in {Mode.CONDUCTANCE, Mode.ERROR}
        self.legend.explain(
            colouring,
            missing=any(colouring.place(dot) is None for dot in self._dots),
            stale=state and any(dot.stale for dot in self._dots),
            quarantined=any(dot.quarantine is not None for dot in self._dots),
            connected=self.map.connected is not None,
        )

    def _key(self, what: str) -> str:
        return f"station/{self._session.station.get('name', '')}/array/{what}"
