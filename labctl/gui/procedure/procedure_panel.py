"""The procedure panel: what is to be measured, checked while it is typed, and its start."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from PyQt5.QtCore import QEvent, Qt, pyqtSignal
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QHBoxLayout, QPushButton, QShortcut, QVBoxLayout, QWidget

from labctl.gui.procedure import kept_values
from labctl.gui.procedure.device_line import SELECTED, DeviceLine
from labctl.gui.procedure.help_strip import HelpStrip
from labctl.gui.procedure.parameter_form import ParameterForm
from labctl.gui.procedure.preset_button import PresetButton
from labctl.gui.procedure.preview_asker import PreviewAsker
from labctl.gui.procedure.procedure_chooser import ProcedureChooser
from labctl.gui.procedure.start_question import StartQuestion
from labctl.gui.procedure.state_line import StateLine
from labctl.gui.session import Session

START_KEYS = ("Ctrl+Return", "Ctrl+Enter")
FIRST_SHOWN = "iv_loop"
"""To somebody who has not chosen yet: quick, harmless, and understood by everybody."""
QUEUE_KEYS = ("Ctrl+Shift+Return", "Ctrl+Shift+Enter")


class ProcedurePanel(QWidget):
    """Start is possible only for what the latest preview says is possible."""

    previewed = pyqtSignal(object)
    """The preview of what is typed, see `labctl.clerk.preview`."""
    outdated = pyqtSignal()
    """What was previewed is no longer what is typed; a new preview is being made."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._shown = ""
        """The procedure whose form is shown; empty until there is one."""
        self.chooser = ProcedureChooser()
        self.form = ParameterForm()
        self.presets = PresetButton(self.form.values)
        self.device_line = DeviceLine(session)
        self.start_button = QPushButton()
        self.queue_button = QPushButton()
        self._help = HelpStrip()
        self._state = StateLine()
        self._asker = PreviewAsker(session, self)
        self._furnish()
        self._connect()
        self.retranslate()
        self._allow()
        if session.station:
            self._be_at(session.station)

    def values(self) -> dict[str, str]:
        """Texts as typed, by parameter."""
        return self.form.values()

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self.chooser.setAccessibleName(self.tr("Procedure"))
        self.start_button.setText(self.tr("&Start"))
        self.start_button.setToolTip(self.tr("Begin now (Ctrl+Return)"))
        self.queue_button.setText(self.tr("Add to &queue"))
        self.queue_button.setToolTip(
            self.tr("Run it after what stands in the queue (Ctrl+Shift+Return)")
        )
        self.presets.retranslate()
        self.device_line.retranslate()
        self.form.retranslate()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _furnish(self) -> None:
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.chooser, 1)
        head.addWidget(self.presets)
        foot.addWidget(self.queue_button, 1)
        foot.addWidget(self.start_button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.form, 1)
        column.addWidget(self._help)
        column.addWidget(self.device_line)
        column.addWidget(self._state)
        column.addLayout(foot)

    def _connect(self) -> None:
        session = self._session
        session.station_changed.connect(self._be_at)
        session.parameters_wanted.connect(self._use)
        session.run_ended.connect(lambda _: self._asker.again())
        self.chooser.activated.connect(lambda _: self._ask_for(self.chooser.currentText()))
        self.presets.chosen.connect(self._put_in)
        self.presets.run_chosen.connect(self._ask_for_run)
        self.form.edited.connect(self._propose)
        self.form.focused.connect(self._help.show_parameter)
        self.device_line.changed.connect(self._propose)
        self._asker.outdated.connect(self._be_outdated)
        self._asker.previewed.connect(self._take_preview)
        self.start_button.clicked.connect(lambda: self._order(now=True))
        self.queue_button.clicked.connect(lambda: self._order(now=False))
        for button, keys in ((self.start_button, START_KEYS), (self.queue_button, QUEUE_KEYS)):
            for key in keys:
                shortcut = QShortcut(QKeySequence(key), self)
                shortcut.setAutoRepeat(False)  # a key held down starts one run, not many
                shortcut.activated.connect(button.click)

    def _be_at(self, station: Mapping[str, Any]) -> None:
        """Offer the station's procedures, and go on with the one that was looked at last."""
        self._shown = ""
        self._asker.forget()
        self._allow()
        last = kept_values.last_procedure(station["name"]) or FIRST_SHOWN
        self.chooser.offer(station["procedures"], last)
        if self.chooser.count():
            self._ask_for(self.chooser.currentText())

    def _ask_for(self, procedure: str, wanted: Mapping[str, Any] | None = None) -> None:
        """Have the form made; `wanted` is what somebody wants to use in it."""
        self._session.office.ask(
            "procedure",
            lambda description: self._show(description, wanted),
            refused=lambda why: self._session.told.emit("error", why),
            topic="procedure",
            station=self._session.station["file"],
            name=procedure,
        )

    def _show(self, description: Mapping[str, Any], wanted: Mapping[str, Any] | None) -> None:
        name, station = description["name"], self._session.station["name"]
        kept_values.keep_procedure(station, name)
        self._shown = ""  # nothing is proposed while the form is half filled
        self.chooser.choose(name)
        self.presets.use_procedure(name)
        self.chooser.setToolTip(_paragraphs(description["text"]))
        self._help.show_procedure(description)
        self.form.show_parameters(description["parameters"])
        scope = kept_values.last_scope(station, name)
        self.device_line.use_procedure(description, scope)
        values = kept_values.last_values(station, name) if wanted is None else wanted["values"]
        left_over = self.form.set_values(values)
        if wanted is not None:
            self._tell_left_over(left_over)
            self._choose_devices(wanted.get("devices") or ())
        self._shown = name
        self._propose()

    def _use(self, wanted: Mapping[str, Any]) -> None:
        """Somebody wants these parameters."""
        if not self._session.station:
            return
        if self.chooser.choose(wanted["procedure"]):
            self._ask_for(wanted["procedure"], wanted)
            return
        text = self.tr("This station knows no procedure {name}")
        self._session.told.emit("error", text.format(name=wanted["procedure"]))

    def _put_in(self, values: Mapping[str, str]) -> None:
        """A preset, or the defaults."""
        shown, self._shown = self._shown, ""
        self._tell_left_over(self.form.set_values(values))
        self._shown = shown
        self._propose()

    def _ask_for_run(self, folder: str) -> None:
        self._session.office.ask(
            "parameters_of",
            self._session.parameters_wanted.emit,
            refused=lambda why: self._session.told.emit("error", why),
            folder=folder,
        )

    def _tell_left_over(self, names: list[str]) -> None:
        if names:
            text = self.tr("Left out, for the procedure has no such parameter: {names}")
            self._session.told.emit("warning", text.format(names=", ".join(names)))

    def _choose_devices(self, devices: tuple[str, ...] | list[str]) -> None:
        if not devices:
            return
        self.device_line.use_scope(SELECTED)
        self._session.choose(devices)
        absent = [name for name in devices if name not in self._session.selection]
        if absent:
            text = self.tr("Not at this station: {names}")
            self._session.told.emit("warning", text.format(names=", ".join(absent)))

    def _draft(self) -> dict[str, Any]:
        return {
            "procedure": self._shown,
            "values": self.form.values(),
            "devices": self.device_line.devices(),
            "limits": {},
        }

    def _propose(self) -> None:
        if self._shown:
            self._asker.propose(self._draft())

    def _be_outdated(self) -> None:
        self._state.show_checking()
        self._allow()
        self.outdated.emit()

    def _take_preview(self, preview: Mapping[str, Any]) -> None:
        station = self._session.station["name"]
        kept_values.keep_values(station, self._shown, self.form.values())
        kept_values.keep_scope(station, self._shown, self.device_line.scope)
        self.form.say(preview["fields"], preview["remarks"])
        if preview["devices"]:
            self.device_line.show_chosen(preview["devices"])
        self._state.show_preview(preview, self.form.first_wrong())
        self._allow()
        self.previewed.emit(preview)

    def _allow(self) -> None:
        possible = bool(self._shown) and self._asker.ready_for(self._draft()) is not None
        self.start_button.setEnabled(possible)
        self.queue_button.setEnabled(possible)

    def _order(self, *, now: bool) -> None:
        draft = self._draft()
        preview = self._asker.ready_for(draft)
        if preview is None:
            return
        order = {**draft, "devices": list(preview["devices"]), "now": now}
        if not now or self._session.simulated:
            self._give(order)
            return
        station = self._session.station["name"]
        question = StartQuestion(self, station, preview, lambda: self._give(order))
        question.setWindowModality(Qt.WindowModality.WindowModal)
        question.open()

    def _give(self, order: Mapping[str, Any]) -> None:
        self._session.order_given.emit(order)
        self._asker.again()  # a second press waits for what the first one changed


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
