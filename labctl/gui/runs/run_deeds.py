"""Does what is wanted with the runs that are chosen in the list; none of it changes a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PyQt5.QtCore import QObject, Qt, QUrl, pyqtSignal
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtWidgets import QAction, QWidget

from labctl.gui.runs.curves_dialog import CurvesDialog
from labctl.gui.runs.difference_dialog import DifferenceDialog
from labctl.gui.runs.run_actions import RunActions
from labctl.gui.runs.run_table import RunTable
from labctl.gui.session import Session


class RunDeeds(QObject):
    """Answers the actions, their keys in the table, and a double click."""

    resume_wanted = pyqtSignal(str)
    """The run in this folder is to go on."""

    def __init__(
        self, session: Session, table: RunTable, actions: RunActions, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._table = table
        self._window = parent
        doing: Mapping[QAction, Callable[[], None]] = {
            actions.plots: self._plot,
            actions.report: lambda: self._show_file(self._table.chosen()[0]["report"]),
            actions.compare: self._compare,
            actions.parameters: self._use_parameters,
            actions.resume: lambda: self.resume_wanted.emit(self._folders()[0]),
            actions.folder: lambda: self._show_file(self._folders()[0]),
        }
        for action, do in doing.items():
            action.triggered.connect(lambda _, do=do: do())
            table.addAction(action)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        table.doubleClicked.connect(lambda _: actions.plots.trigger())

    def export(self, path: str, filters: Mapping[str, Any]) -> None:
        """Write all runs that fit into a new CSV file."""
        self._session.office.ask(
            "export_list",
            self._tell_export,
            refused=self._complain,
            runs=str(self._session.runs),
            to=path,
            **filters,
        )

    def _folders(self) -> list[str]:
        return [row["folder"] for row in self._table.chosen()]

    def _plot(self) -> None:
        self._ask(
            "curves",
            lambda told: CurvesDialog(self._session, told, self._window).show(),
            folders=self._folders(),
        )

    def _compare(self) -> None:
        self._ask(
            "compare",
            lambda told: DifferenceDialog(told, self._window).show(),
            folders=self._folders(),
        )

    def _use_parameters(self) -> None:
        wanted = self._session.parameters_wanted
        self._ask("parameters_of", wanted.emit, folder=self._folders()[0])

    def _ask(self, do: str, then: Callable[[Mapping[str, Any]], object], **details: Any) -> None:
        self._session.office.ask(do, then, refused=self._complain, topic=do, **details)

    def _tell_export(self, answer: Mapping[str, Any]) -> None:
        text = self.tr("{count} runs written to {path}")
        self._session.told.emit("info", text.format(count=answer["runs"], path=answer["written"]))

    def _show_file(self, path: str) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(path)):
            text = self.tr("No program of this computer opens {path}; open it by hand")
            self._session.told.emit("warning", text.format(path=path))

    def _complain(self, why: str) -> None:
        self._session.told.emit("error", why)
