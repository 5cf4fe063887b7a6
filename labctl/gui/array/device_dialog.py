"""The life of one device: what it has seen, how it conducted, its runs, and whether it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PyQt5 import sip
from PyQt5.QtCore import QEvent, QSize, Qt
from PyQt5.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from labctl.gui.array.decision_dialog import DecisionDialog
from labctl.gui.array.device_facts import DeviceFacts
from labctl.gui.array.device_runs import DeviceRuns
from labctl.gui.plots.plot_view import PlotView
from labctl.gui.session import Session


class DeviceDialog(QDialog):
    """Beside the window, and does not hold it up."""

    def __init__(self, session: Session, device: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._device = device
        self._where = {"station": session.station["file"], "runs": str(session.runs)}
        self._told: Mapping[str, Any] = {}
        self.state = QLabel(self)
        self.decide_button = QPushButton(self)
        self.facts = DeviceFacts(self)
        self.plot = PlotView(self)
        self._no_plot = QLabel(self)
        self._pictures = QStackedWidget(self)
        self.runs = DeviceRuns(self)
        self._furnish()
        self.runs.opened.connect(session.run_opened)
        self.plot.told.connect(session.told)
        self.decide_button.clicked.connect(self._decide)
        session.run_ended.connect(self.refresh)
        self.retranslate()
        self._take_room()
        self.refresh()

    def refresh(self) -> None:
        """Ask for all about the device."""
        self._ask("device", self._show, topic=f"device {self._device}")

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self.setWindowTitle(self.tr("Device {name}").format(name=self._device))
        self._no_plot.setText(
            self.tr("It was never read at small voltage.\nThe procedure array_read does that.")
        )
        self.facts.retranslate()
        self.runs.retranslate()
        self._tell_state()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _take_room(self) -> None:
        """Facts beside the plot, above a few runs: more than Qt gives a dialog by itself."""
        em = self.fontMetrics().height()
        screen = QApplication.primaryScreen().availableSize()
        self.resize(QSize(58 * em, 38 * em).boundedTo(screen * 0.9))

    def _furnish(self) -> None:
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, on=False)
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setWordWrap(True)
        self.state.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.decide_button.setAutoDefault(False)
        self.decide_button.setEnabled(False)
        self._no_plot.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._no_plot.setProperty("state", "muted")
        for picture in (self._no_plot, self.plot):
            self._pictures.addWidget(picture)
        top = QHBoxLayout()
        top.addWidget(self.state, 1)
        top.addWidget(self.decide_button)
        upper = QSplitter(Qt.Orientation.Horizontal, self)
        upper.addWidget(self.facts)
        upper.addWidget(self._pictures)
        upper.setStretchFactor(1, 1)
        whole = QSplitter(Qt.Orientation.Vertical, self)
        whole.addWidget(upper)
        whole.addWidget(self.runs)
        whole.setStretchFactor(0, 3)
        whole.setStretchFactor(1, 2)
        for splitter in (upper, whole):
            splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(whole, 1)

    def _show(self, told: Mapping[str, Any]) -> None:
        self._told = told
        self.facts.show_facts(told)
        self._pictures.setCurrentWidget(self.plot if told["plot"]["series"] else self._no_plot)
        self.plot.show_plot(told["plot"])
        self.runs.show_runs(told["runs"], more=told["more"])
        self._tell_state()

    def _tell_state(self, refusal: str = "") -> None:
        aside = self._told.get("quarantine")
        if refusal:
            text, state = refusal, "bad"
        elif not self._told:
            text, state = self.tr("Looking into the ledger…"), "muted"
        elif aside is None:
            text, state = self.tr("✓ In use: runs may apply voltages to it."), "good"
        else:
            run = f" ({aside['run']})" if aside["run"] else ""
            text = self.tr("⚠ In quarantine since {time}{run}: {reason}")
            text, state = text.format(time=aside["time"], run=run, reason=aside["reason"]), "bad"
        self.state.setText(text)
        self.state.setProperty("state", state)
        self.state.style().polish(self.state)
        self.decide_button.setEnabled(bool(self._told))
        if aside is None:
            self.decide_button.setText(self.tr("&Put aside…"))
            self.decide_button.setToolTip(self.tr("Runs refuse the device until it is released"))
        else:
            self.decide_button.setText(self.tr("&Release…"))
            self.decide_button.setToolTip(self.tr("Runs may use the device again"))

    def _decide(self) -> None:
        aside = self._told.get("quarantine") is None
        question = self._question_aside() if aside else self._question_release()
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        duty = "put_aside_device" if aside else "release_device"
        question.accepted.connect(
            lambda: self._ask(duty, self._decided, who=question.who, why=question.why)
        )
        question.open()

    def _question_aside(self) -> DecisionDialog:
        return DecisionDialog(
            self.tr("Put {name} aside").format(name=self._device),
            self.tr(
                "Runs will refuse {name} until somebody releases it. "
                "A run that uses it now goes on."
            ).format(name=self._device),
            self.tr("&Put aside"),
            self,
        )

    def _question_release(self) -> DecisionDialog:
        reason = self._told["quarantine"]["reason"]
        return DecisionDialog(
            self.tr("Release {name}").format(name=self._device),
            self.tr("{name} was put aside: {reason}").format(name=self._device, reason=reason),
            self.tr("&Release"),
            self,
        )

    def _decided(self, _: Mapping[str, Any]) -> None:
        self.refresh()
        self._session.devices_changed.emit()

    def _ask(self, duty: str, then: Callable[[Any], object], **details: Any) -> None:
        self._session.office.ask(
            duty,
            self._while_open(then),
            refused=self._while_open(self._tell_state),
            device=self._device,
            **self._where,
            **details,
        )

    def _while_open(self, then: Callable[[Any], object]) -> Callable[[Any], object]:
        """An answer may come when the dialog is closed, and its widgets with it."""
        return lambda told: None if sip.isdeleted(self) else then(told)
