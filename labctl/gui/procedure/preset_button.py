"""A menu of values to begin with: presets by name, those of an earlier run, the defaults."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QFileDialog, QInputDialog, QMenu, QToolButton, QWidget

from labctl.gui.procedure.kept_values import Texts, delete_preset, presets, save_preset


class PresetButton(QToolButton):
    """Opens the menu; `values` gives what is typed now."""

    chosen = pyqtSignal(object)
    """Texts by parameter; empty for the defaults."""
    run_chosen = pyqtSignal(str)
    """The folder of a run whose parameters are wanted."""

    def __init__(self, values: Callable[[], Texts], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values = values
        self._procedure = ""
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.retranslate()

    def use_procedure(self, procedure: str) -> None:
        """Offer the presets of this procedure from now on."""
        self._procedure = procedure

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self.setText(self.tr("P&resets"))
        self.setToolTip(self.tr("Values saved by name, those of an earlier run, or the defaults"))
        self.setAccessibleName(self.tr("Presets"))

    def _fill(self) -> None:
        menu = self._menu
        menu.clear()
        kept = presets(self._procedure)
        for name, values in kept.items():
            use = menu.addAction(_literal(name))
            use.triggered.connect(lambda _, values=values: self.chosen.emit(values))
        if not kept:
            menu.addAction(self.tr("No presets yet")).setEnabled(False)
        menu.addSeparator()
        menu.addAction(self.tr("&Save as preset…")).triggered.connect(self._ask_name)
        deleting = menu.addMenu(self.tr("&Delete preset"))
        deleting.setEnabled(bool(kept))
        for name in kept:
            delete = deleting.addAction(_literal(name))
            delete.triggered.connect(lambda _, name=name: delete_preset(self._procedure, name))
        menu.addSeparator()
        menu.addAction(self.tr("&Load from run…")).triggered.connect(self._ask_run)
        menu.addAction(self.tr("&Reset all to defaults")).triggered.connect(
            lambda: self.chosen.emit({})
        )

    def _ask_name(self) -> None:
        """Beside everything else: the window goes on meanwhile."""
        dialog = QInputDialog(self)
        dialog.setWindowTitle(self.tr("Save as preset"))
        dialog.setLabelText(self.tr("Name (a preset of the same name is replaced):"))
        dialog.textValueSelected.connect(self._save)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _save(self, name: str) -> None:
        if name.strip():
            save_preset(self._procedure, name.strip(), self._values())

    def _ask_run(self) -> None:
        dialog = QFileDialog(self, self.tr("Load parameters from the folder of a run"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.run_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _literal(name: str) -> str:
    """A name as the text of an action, where & would mark a key."""
    return name.replace("&", "&&")
