"""The preview: what will be applied to which device, before Start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PyQt5.QtCore import QEvent, Qt, QTimer
from PyQt5.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from labctl.gui.marking import mark
from labctl.gui.preview.notices import Notices
from labctl.gui.preview.rows_table import RowsTable
from labctl.gui.preview.waveform_browser import WaveformBrowser
from labctl.gui.session import Session

GREY_AFTER_MS = 400
"""A preview that is replaced sooner does not flicker."""
DOSE_ROWS = 18
DEVICES_TOLD = 6
"""In the heading; the doses name all."""


class PreviewPanel(QScrollArea):
    """Shows the latest preview; one that is outdated is greyed while the next is made."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._preview: Mapping[str, Any] | None = None
        self.heading = QLabel()
        self.notices = Notices()
        self.waveforms = WaveformBrowser()
        self.costs = RowsTable(right_from=2, stretched=1)
        self.dose = RowsTable(right_from=1, stretched=0)
        self.limits = RowsTable(right_from=3, stretched=2)
        self._titles: dict[QWidget, QLabel] = {}
        self._grey = QTimer(self)
        self._grey.setSingleShot(True)
        self._grey.setInterval(GREY_AFTER_MS)
        self._grey.timeout.connect(lambda: self._content.setEnabled(False))
        self._furnish()
        self.retranslate()
        session.station_changed.connect(lambda _: self.forget())

    def show_preview(self, preview: Mapping[str, Any]) -> None:
        """Show a preview, see `labctl.clerk.preview`."""
        self._grey.stop()
        self._content.setEnabled(True)
        before, self._preview = self._preview, preview
        anew = before is None or before["procedure"] != preview["procedure"]
        self.notices.show_preview(preview)
        self.waveforms.show_waveforms(preview["waveforms"], preview["more_waveforms"], anew=anew)
        self._fill_tables(preview)
        for widget, shown in (
            (self.waveforms, preview["waveforms"]),
            (self.costs, preview["costs"]),
            (self.dose, preview["dose"]),
            (self.limits, preview["limits"]),
        ):
            widget.setVisible(bool(shown))
            self._titles[widget].setVisible(bool(shown))
        self._say_heading()

    def show_outdated(self) -> None:
        """What is shown is no longer what is typed."""
        self._grey.start()

    def forget(self) -> None:
        """There is nothing to be previewed."""
        self._grey.stop()
        self._preview = None
        for widget, title in self._titles.items():
            widget.hide()
            title.hide()
        self._say_heading()

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        names = {
            self.waveforms: self.tr("What is applied"),
            self.costs: self.tr("What it takes"),
            self.dose: self.tr("What each device sees"),
            self.limits: self.tr("Limits in force"),
        }
        for widget, name in names.items():
            self._titles[widget].setText(name)
            widget.setAccessibleName(name)
        self.waveforms.table.setAccessibleName(names[self.waveforms])
        if self._preview is None:
            self.forget()
        else:
            self.show_preview(self._preview)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _furnish(self) -> None:
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        font = self.heading.font()
        font.setBold(True)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.heading.setWordWrap(True)
        self.heading.setFont(font)
        column.addWidget(self.heading)
        column.addWidget(self.notices)
        for widget in (self.waveforms, self.costs, self.dose, self.limits):
            title = self._titles[widget] = QLabel()
            title.setFont(font)
            column.addSpacing(4)
            column.addWidget(title)
            column.addWidget(widget)
        column.addStretch(1)
        self.setWidget(self._content)

    def _fill_tables(self, preview: Mapping[str, Any]) -> None:
        self.costs.put((self.tr("Cost"), self.tr("Amount")), preview["costs"])
        dose_keys = ("device", "lowest", "highest", "under_voltage")
        pulse_keys = ("stress", "stress_before", "read")
        dose_head = (
            *(self.tr("Device"), self.tr("Lowest"), self.tr("Highest"), self.tr("Under voltage")),
            *(self.tr("Stress pulses"), self.tr("Stress before"), self.tr("Read pulses")),
        )
        dose = _picked(preview["dose"], (*dose_keys, *pulse_keys))
        self.dose.put(dose_head, dose, DOSE_ROWS)
        limit_head = (self.tr("Limit"), self.tr("Value"), self.tr("Set by"))
        self.limits.put(limit_head, _picked(preview["limits"], ("name", "text", "set_by")))

    def _say_heading(self) -> None:
        preview = self._preview
        if preview is None:
            mark(self.heading, "muted")
            self.heading.setText(
                self.tr("Choose a procedure: what it will do is shown here before it starts.")
            )
            return
        words = {
            "procedure": preview["procedure"],
            "devices": _devices_text(preview["devices"]),
            "count": len(preview["fields"]),
        }
        if preview["ready"]:
            mark(self.heading, "good")
            self.heading.setText(self.tr("✓ {procedure} on {devices}: ready").format(**words))
            return
        mark(self.heading, "bad")
        text = (
            self.tr("✗ {procedure}: see what is marked in the form ({count})")
            if preview["fields"]
            else self.tr("✗ {procedure}: not possible as it stands")
        )
        self.heading.setText(text.format(**words))


def _devices_text(devices: Sequence[str]) -> str:
    if len(devices) <= DEVICES_TOLD:
        return ", ".join(devices)
    return f"{', '.join(devices[: DEVICES_TOLD - 1])}, … {devices[-1]} ({len(devices)})"


def _picked(entries: Sequence[Mapping[str, str]], keys: Sequence[str]) -> list[list[str]]:
    return [[entry[key] for key in keys] for entry in entries]
