"""What can be done with the runs that are chosen: buttons, those without room in a menu."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QToolBar, QToolButton, QWidget

from labctl.gui.runs.run_table_model import Row

RESUMABLE = frozenset({"incomplete", "aborted", "failed"})
MOST_OVERLAID = 24
"""Of more runs nobody tells the curves apart."""


class RunActions(QToolBar):
    """Each action is there when it makes sense for what is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plots = self._action("Return")
        self.report = self._action("Ctrl+R")
        self.compare = self._action("Ctrl+D")
        self.parameters = self._action("Ctrl+U")
        self.resume = self._action()
        self.folder = self._action()
        for action in self.all():
            self.addAction(action)
            button = self.widgetForAction(action)
            if isinstance(button, QToolButton):
                button.setAutoRaise(False)
                button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._rows: Sequence[Row] = ()
        self.suit(())

    def all(self) -> list[QAction]:
        """In the order in which they are needed."""
        return [
            self.plots, self.report, self.compare, self.parameters, self.resume, self.folder
        ]  # fmt: skip

    def suit(self, rows: Sequence[Row]) -> None:
        """Be there for these runs."""
        self._rows = rows
        one = len(rows) == 1
        self.plots.setEnabled(0 < len(rows) <= MOST_OVERLAID)
        self.report.setEnabled(one and rows[0]["report"] is not None)
        self.compare.setEnabled(len(rows) == 2)
        self.parameters.setEnabled(one)
        self.resume.setEnabled(one and rows[0]["status"] in RESUMABLE)
        self.folder.setEnabled(one)
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self.setAccessibleName(self.tr("What to do with the chosen runs"))
        several = len(self._rows) > 1
        self._name(
            self.plots,
            self.tr("Overlay ({count})").format(count=len(self._rows))
            if several
            else self.tr("Plots"),
            self.tr("Plots of the run; of up to {most} runs, laid over each other (Return)").format(
                most=MOST_OVERLAID
            ),
        )
        self._name(
            self.report, self.tr("Report"), self.tr("Open the run's report in the browser (Ctrl+R)")
        )
        self._name(
            self.compare, self.tr("Compare"), self.tr("What differs between two runs (Ctrl+D)")
        )
        self._name(
            self.parameters,
            self.tr("Use parameters"),
            self.tr("Put the run's procedure, values, and devices into the form (Ctrl+U)"),
        )
        self._name(
            self.resume,
            self.tr("Resume"),
            self.tr("Go on after the last reading; nothing is applied twice"),
        )
        self._name(self.folder, self.tr("Folder"), self.tr("Show the run's folder with its files"))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _action(self, key: str = "") -> QAction:
        action = QAction(self)
        if key:
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        return action

    def _name(self, action: QAction, text: str, meaning: str) -> None:
        action.setText(text)
        action.setToolTip(meaning)
        action.setStatusTip(meaning)
