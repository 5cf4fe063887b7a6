"""The line under the list of runs: how many there are, which columns, and the list as a file."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, Qt, pyqtSignal
from PyQt5.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from labctl.gui.runs.run_table import RunTable


class ListStrip(QWidget):
    """Says what is listed, and what could not be."""

    unreadable_wanted = pyqtSignal()
    """Somebody wants to know which folders cannot be read."""
    export_wanted = pyqtSignal(str)
    """The list is to be written into this new file."""

    def __init__(self, table: RunTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._runs, self._more = 0, False
        self._unread = 0
        self._listed = QLabel(self)
        self._unreadable = QToolButton(self)
        self._columns = QToolButton(self)
        self._export = QToolButton(self)
        menu = QMenu(self._columns)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        self._columns.setMenu(menu)
        self._columns.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._listed)
        layout.addWidget(self._unreadable)
        layout.addStretch(1)
        layout.addWidget(self._columns)
        layout.addWidget(self._export)
        for button in (self._unreadable, self._columns, self._export):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._unreadable.clicked.connect(self.unreadable_wanted)
        self._export.clicked.connect(self._choose_file)
        self.retranslate()

    def tell_count(self, runs: int, *, more: bool) -> None:
        """So many runs are listed, and others fit as well."""
        self._runs, self._more = runs, more
        self.retranslate()

    def tell_unreadable(self, folders: int) -> None:
        """So many folders stand where runs stand and hold none."""
        self._unread = folders
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        text = self.tr("Runs: {count}").format(count=f"{self._runs:,}")
        self._listed.setText(f"{text}+" if self._more else text)
        self._listed.setToolTip(self.tr("Others come when you scroll down") if self._more else "")
        self._unreadable.setText(self.tr("⚠ Unreadable: {count}").format(count=self._unread))
        self._unreadable.setToolTip(self.tr("Folders among the runs that cannot be read, and why"))
        self._unreadable.setVisible(self._unread > 0)
        self._columns.setText(self.tr("Columns"))
        self._columns.setToolTip(self.tr("Choose what is shown of each run"))
        self._export.setText(self.tr("Export list…"))
        self._export.setToolTip(
            self.tr("Write all runs that fit, with the findings asked for, as CSV")
        )

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        menu.addActions(self._table.column_actions(menu))

    def _choose_file(self) -> None:
        # A file that is there is refused by who writes: nothing is ever replaced.
        path, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Export the list of runs"),
            "runs.csv",
            self.tr("Tables (*.csv)"),
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if path:
            self.export_wanted.emit(path if path.endswith(".csv") else f"{path}.csv")
