"""The window: a place for every panel, menus, and what is remembered from day to day."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QEvent, QSettings, Qt
from PyQt5.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PyQt5.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QToolBar, QWidget

from labctl.gui.array.array_panel import ArrayPanel
from labctl.gui.array.device_dialog import DeviceDialog
from labctl.gui.banner import Banner
from labctl.gui.instruments.instrument_panel import InstrumentPanel
from labctl.gui.live.live_panel import LivePanel
from labctl.gui.log_panel import LogPanel
from labctl.gui.menus import Menus
from labctl.gui.preview.preview_panel import PreviewPanel
from labctl.gui.procedure.procedure_panel import ProcedurePanel
from labctl.gui.progress_strip import ProgressStrip
from labctl.gui.queue.leaving import may_close
from labctl.gui.queue.queue_panel import QueuePanel
from labctl.gui.runs.runs_panel import RunsPanel
from labctl.gui.session import Session
from labctl.gui.stop import StopButton

LAYOUT_VERSION = 1
"""Raise it when docks are added or renamed, so that an old layout is not put over them."""
SIZE = (1366, 768)
"""As the window opens for the first time: what a small laptop shows."""
_LAST_STATION = "last station"
_WIDTHS = {"array": 370, "instruments": 340}
_HEIGHTS = {"array": 270, "procedure": 450, "instruments": 340, "queue": 300}


def last_station() -> str:
    """The station that was open last; the simulated one when there was none."""
    return QSettings().value(_LAST_STATION, "simulated", str)


class MainWindow(QMainWindow):
    """One station in one window; see `labctl/gui/README.md` for who sits where."""

    def __init__(self, runs: Path, session: Session | None = None) -> None:
        super().__init__()
        self.session = Session(runs, self) if session is None else session
        self.stop_button = StopButton(self.session)
        self.procedure = ProcedurePanel(self.session)
        self.preview = PreviewPanel(self.session)
        self.live = LivePanel(self.session)
        self.runs = RunsPanel(self.session)
        self.queue = QueuePanel(self.session)
        self.log = LogPanel(self.session)
        self.docks: dict[str, QDockWidget] = {}
        self._furnish()
        self._connect()
        self.menus = Menus(self)
        self.setAcceptDrops(True)
        self.resize(*SIZE)
        self.retranslate()

    def open_station(self, name_or_file: str) -> None:
        """Be at another station; its layout and last values come back."""
        self.session.open_station(name_or_file)

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        titles = {
            "array": self.tr("Array"),
            "procedure": self.tr("Procedure"),
            "instruments": self.tr("Instruments"),
            "queue": self.tr("Queue"),
            "log": self.tr("Log"),
        }
        for name, title in titles.items():
            self.docks[name].setWindowTitle(title)
        for place, title in enumerate((self.tr("Preview"), self.tr("Live"), self.tr("Runs"))):
            self.centre.setTabText(place, title)
        self._top.setWindowTitle(self.tr("Station and STOP"))
        self.menus.retranslate()
        self._entitle()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Share the room out, until a layout of the person's own comes with the station."""
        super().showEvent(event)
        for sizes, direction in (
            (_WIDTHS, Qt.Orientation.Horizontal), (_HEIGHTS, Qt.Orientation.Vertical),
        ):  # fmt: skip
            docks = [self.docks[name] for name in sizes]
            self.resizeDocks(docks, list(sizes.values()), direction)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files and folders from outside."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Open what was dropped: a campaign's file, else a run."""
        for url in event.mimeData().urls():
            path = url.toLocalFile()
            if path.endswith(".toml"):
                self.queue.open_campaign(Path(path))
            elif path:
                self.session.run_opened.emit(path)
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask what becomes of a run that goes on; remember how the window was."""
        if not may_close(self, self.queue):
            event.ignore()
            return
        self._keep_layout()
        self.log.close()
        self.queue.close()
        self.session.close()
        event.accept()

    def _furnish(self) -> None:
        self._top = QToolBar(self)
        self._top.setObjectName("top")
        self._top.setMovable(False)
        self._top.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._top.addWidget(Banner(self.session))
        self._top.addWidget(self.stop_button)
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, self._top)
        self.centre = QTabWidget(self)
        for panel in (self.preview, self.live, self.runs):
            self.centre.addTab(panel, "")
        self.setCentralWidget(self.centre)
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        self._dock("array", ArrayPanel(self.session), left)
        self._dock("procedure", self.procedure, left)
        self._dock("instruments", InstrumentPanel(self.session), right)
        self._dock("queue", self.queue, right)
        self._dock("log", self.log, right)
        self.tabifyDockWidget(self.docks["queue"], self.docks["log"])
        self.docks["queue"].raise_()
        self.statusBar().addWidget(ProgressStrip(self.session), 1)

    def _dock(self, name: str, panel: QWidget, area: Qt.DockWidgetArea) -> None:
        dock = QDockWidget(self)
        dock.setObjectName(name)
        dock.setWidget(panel)
        self.addDockWidget(area, dock)
        self.docks[name] = dock

    def _connect(self) -> None:
        session = self.session
        self.procedure.previewed.connect(self.preview.show_preview)
        self.procedure.outdated.connect(self.preview.show_outdated)
        self.stop_button.stopped.connect(self.queue.hold)
        self.runs.resume_wanted.connect(self.queue.resume)
        session.station_changed.connect(self._be_at)
        session.run_changed.connect(self._show_live)
        session.run_opened.connect(lambda _: self.centre.setCurrentWidget(self.runs))
        session.parameters_wanted.connect(lambda _: self.centre.setCurrentWidget(self.preview))
        session.device_opened.connect(self._open_device)

    def _be_at(self, station: Mapping[str, Any]) -> None:
        QSettings().setValue(_LAST_STATION, station["file"])
        self._entitle()
        kept = QSettings()
        layout = kept.value(f"station/{station['name']}/window/layout")
        geometry = kept.value(f"station/{station['name']}/window/geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)
        if layout is not None:
            self.restoreState(layout, LAYOUT_VERSION)

    def _keep_layout(self) -> None:
        if name := self.session.station.get("name"):
            kept = QSettings()
            kept.setValue(f"station/{name}/window/layout", self.saveState(LAYOUT_VERSION))
            kept.setValue(f"station/{name}/window/geometry", self.saveGeometry())

    def _entitle(self) -> None:
        name = self.session.station.get("name", "")
        kind = self.tr("simulated") if self.session.simulated else self.tr("REAL STATION")
        self.setWindowTitle(f"{name} ({kind}) – labctl" if name else "labctl")

    def _show_live(self, folder: str | None) -> None:
        if folder is not None:
            self.centre.setCurrentWidget(self.live)

    def _open_device(self, device: str) -> None:
        dialog = DeviceDialog(self.session, device, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()
