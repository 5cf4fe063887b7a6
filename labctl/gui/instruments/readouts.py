"""The instrument panel's rows: what the source, the relays, the stage, and the clock say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtGui import QFont
from PyQt5.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from labctl.gui import theme
from labctl.gui.instruments.bench_words import (
    clock_words,
    closed_words,
    compliance_words,
    current_words,
    evidence_words,
    output_words,
)
from labctl.gui.instruments.readings import UNKNOWN, reading, run_clock, temperature
from labctl.gui.instruments.trend import Trend
from labctl.gui.marking import mark

_LARGE = 1.5
_COLUMNS = 4
_ROWS = (
    ("output", "device"),
    ("set", "limit"),
    ("voltage",),
    ("current",),
    ("safe",),
    ("relays",),
    ("stage",),
    ("clock",),
)
"""What stands beside what."""


class Readouts(QWidget):
    """Shows one snapshot of a bench; an empty one shows that nothing is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seen: Mapping[str, Any] = {}
        self.trend = Trend(self)
        names = [name for row in _ROWS for name in row]
        self.values = {name: self._value() for name in names}
        self._captions = {name: QLabel(self) for name in names}
        self._arrange()
        self.retranslate()

    def show_seen(self, seen: Mapping[str, Any] | None) -> None:
        """How the instruments are: `instruments` of `labctl.clerk.watching`."""
        seen = {} if seen is None else seen
        if seen == self._seen:
            return
        self._seen = seen
        if isinstance(seen.get("temperature_k"), float):
            self.trend.take(seen["temperature_k"])
        self._show()

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        captions = {
            "output": self.tr("Output"),
            "device": self.tr("Device"),
            "set": self.tr("Set"),
            "limit": self.tr("Limit"),
            "voltage": self.tr("Voltage"),
            "current": self.tr("Current"),
            "relays": self.tr("Closed"),
            "stage": self.tr("Stage"),
            "clock": self.tr("Clock"),
            "safe": self.tr("Safe"),
        }
        hints = {
            "output": self.tr("Whether the source's output is on"),
            "device": self.tr("The device that was connected last"),
            "set": self.tr("Voltage that was set for the last reading"),
            "limit": self.tr(
                "Compliance: the source lets no more current through. ▲: it was held by it, and "
                "the device did not get the voltage that was set"
            ),
            "voltage": self.tr("Voltage that the source measured last"),
            "current": self.tr("Current that the source measured last"),
            "relays": self.tr("Crosspoints that are closed, as the matrix read them back"),
            "stage": self.tr("Temperature of the stage, and its set-point"),
            "clock": self.tr("Time since the start of the run, and which clock counts it"),
            "safe": self.tr("What was read back when the instruments were made safe"),
        }
        for name, caption in self._captions.items():
            caption.setText(captions[name])
            caption.setToolTip(hints[name])
            self.values[name].setToolTip(hints[name])
        self._show()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow language and theme."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        if event.type() == QEvent.Type.PaletteChange:
            self._show_output()
        super().changeEvent(event)

    def _show(self) -> None:
        seen, say = self._seen, self._say
        self._show_output()
        say("device", str(seen.get("device") or UNKNOWN))
        # What was measured before the source went off is no news of now.
        past = "muted" if seen.get("output") is False else ""
        say("set", reading(seen.get("set_v"), "V", 4), past)
        say("limit", *compliance_words(seen))
        say("voltage", reading(seen.get("voltage_v"), "V"), past)
        say("current", current_words(seen), past)
        say("relays", closed_words(seen.get("closed")))
        now, setpoint = (temperature(seen.get(key)) for key in ("temperature_k", "setpoint_k"))
        say("stage", f"{now.removesuffix(' K')} → {setpoint}")
        say("clock", f"{run_clock(seen.get('time_s'))}  {clock_words(seen)}")
        say("safe", *evidence_words(seen.get("safe")))

    def _say(self, name: str, text: str, state: str = "") -> None:
        mark(self.values[name], state)
        if self.values[name].text() != text:
            self.values[name].setText(text)
            self.values[name].setAccessibleName(f"{self._captions[name].text()}: {text}")

    def _show_output(self) -> None:
        """A filled sign when something is driven, an empty one when nothing is."""
        words, kind = output_words(self._seen.get("output"))
        self._say("output", words)
        colours = theme.active()
        ground, text, edge = {
            "on": (colours.bad, colours.on_bad, colours.bad),
            "off": (colours.base, colours.good, colours.good),
        }.get(kind, (colours.base, colours.warn, colours.warn))
        sheet = (
            f"background: {ground}; color: {text}; border: 2px solid {edge}; font-weight: bold; "
            "border-radius: 3px; padding: 1px 8px;"
        )
        if self.values["output"].styleSheet() != sheet:
            self.values["output"].setStyleSheet(sheet)

    def _place_of(self, name: str) -> QWidget:
        """A value, and beside the stage's its trend."""
        if name != "stage":
            return self.values[name]
        both = QWidget(self)
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.values[name])
        row.addWidget(self.trend, 1)
        return both

    def _value(self) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _arrange(self) -> None:
        large = QFont(self.font())
        large.setPointSizeF(_LARGE * self.font().pointSizeF())
        large.setBold(True)
        for name in ("voltage", "current"):
            self.values[name].setFont(large)
        for name in ("relays", "clock", "safe"):
            self.values[name].setWordWrap(True)
        self.values["output"].setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(1)
        grid.setHorizontalSpacing(self.fontMetrics().averageCharWidth() // 2)
        for row, names in enumerate(_ROWS):
            for place, name in enumerate(names):
                wide = 1 if len(names) > 1 else _COLUMNS - 1
                grid.addWidget(self._captions[name], row, 2 * place)
                grid.addWidget(self._place_of(name), row, 2 * place + 1, 1, wide)
                mark(self._captions[name], "muted")
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(_COLUMNS - 1, 1)
