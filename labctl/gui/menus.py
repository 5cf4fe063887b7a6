"""The menus: stations, views, languages; everything in them has a key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QCoreApplication, QObject, QSettings
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QActionGroup, QApplication, QFileDialog, QMenu

from labctl.gui import theme
from labctl.gui.about import show_about, show_keys
from labctl.gui.language import LANGUAGES, install_language

if TYPE_CHECKING:
    from labctl.gui.main_window import MainWindow


class Menus(QObject):
    """Fills the window's menu bar."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._stations = window.menuBar().addMenu("")
        self._view = window.menuBar().addMenu("")
        self._look = QMenu(window)
        self._tongue = QMenu(window)
        self._help = window.menuBar().addMenu("")
        self._open_file = self._action(self._choose_file, QKeySequence.StandardKey.Open)
        self._campaign = self._action(self._show_campaigns, "Ctrl+Shift+O")
        self._quit = self._action(window.close, QKeySequence.StandardKey.Quit)
        self._places = [
            self._action(lambda _, place=place: window.centre.setCurrentIndex(place), f"Ctrl+{n}")
            for n, place in enumerate(range(window.centre.count()), start=1)
        ]
        self._keys = self._action(lambda: show_keys(window), QKeySequence.StandardKey.HelpContents)
        self._about = self._action(lambda: show_about(window))
        self._fill()
        window.session.office.ask("stations", self._list_stations)

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self._stations.setTitle(self.tr("S&tation"))
        self._view.setTitle(self.tr("&View"))
        self._help.setTitle(self.tr("&Help"))
        self._look.setTitle(self.tr("&Colours"))
        self._tongue.setTitle(self.tr("&Language"))
        self._open_file.setText(self.tr("&Open station file…"))
        self._campaign.setText(self.tr("Open &campaign…"))
        self._quit.setText(self.tr("&Close window"))
        self._keys.setText(self.tr("&Keys"))
        self._about.setText(self.tr("&About"))
        for place, action in enumerate(self._places):
            action.setText(self._window.centre.tabText(place))
        for action, text in zip(
            self._look.actions(), (self.tr("&Light"), self.tr("&Dark")), strict=True
        ):
            action.setText(text)

    def _action(self, do: Callable[..., Any], key: Any = None) -> QAction:
        action = QAction(self._window)
        action.triggered.connect(do)
        if key is not None:
            action.setShortcut(QKeySequence(key))
        return action

    def _fill(self) -> None:
        self._stations.addSeparator()
        self._stations.addActions([self._open_file, self._campaign, self._quit])
        self._view.addActions(self._places)
        self._view.addSeparator()
        for dock in self._window.docks.values():
            self._view.addAction(dock.toggleViewAction())
        self._view.addSeparator()
        self._view.addMenu(self._look)
        self._view.addMenu(self._tongue)
        self._choice(self._look, theme.THEMES, theme.active().name, self._colour)
        spoken = QSettings().value("look/language", "", str)
        self._choice(self._tongue, LANGUAGES, spoken or "en", self._speak)
        self._help.addActions([self._keys, self._about])

    def _choice(
        self, menu: QMenu, names: Mapping[str, object], now: str, do: Callable[[str], None]
    ) -> None:
        group = QActionGroup(menu)
        for name, shown in names.items():
            action = menu.addAction(str(shown))
            action.setCheckable(True)
            action.setChecked(name == now)
            action.triggered.connect(lambda _, name=name: do(name))
            group.addAction(action)

    def _list_stations(self, answer: Mapping[str, Any]) -> None:
        first = self._stations.actions()[0]
        for station in answer["stations"]:
            action = QAction(station["name"], self._window)
            action.setToolTip(station["description"])
            action.triggered.connect(
                lambda _, name=station["name"]: self._window.open_station(name)
            )
            self._stations.insertAction(first, action)

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Open station file"), "", self.tr("Station files (*.toml)")
        )
        if path:
            self._window.open_station(path)

    def _show_campaigns(self) -> None:
        self._window.queue.open_campaign()

    def _colour(self, name: str) -> None:
        QSettings().setValue("look/theme", name)
        theme.apply(_application(), name)

    def _speak(self, code: str) -> None:
        QSettings().setValue("look/language", code)
        install_language(_application(), code)


def _application() -> QApplication:
    application = QCoreApplication.instance()
    if not isinstance(application, QApplication):
        raise RuntimeError("there is no window without an application")
    return application
