"""The list of runs on screen: columns to one's liking, and a choice that outlives a refresh."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QSettings,
    Qt,
    pyqtSignal,
)
from PyQt5.QtWidgets import QAbstractItemView, QAction, QHeaderView, QMenu, QTableView, QWidget

from labctl.gui.runs.run_table_model import COLUMNS, ROW, SORT_KEYS, Row, RunTableModel

_CHARACTERS = {
    "status": 12, "started": 17, "procedure": 13, "devices": 13, "rows": 9, "sample": 10,
    "bench": 10, "reason": 30, "name": 32,
}  # fmt: skip
"""Widths of columns to begin with; that of a finding is as wide as its name."""
_HIDDEN_AT_FIRST = frozenset({"sample", "name"})


class RunTable(QTableView):
    """Shows a `RunTableModel`; widths and hidden columns are kept for each station."""

    chosen_changed = pyqtSignal()
    sort_wanted = pyqtSignal(str, bool)
    """What to sort by, in the catalogue's words, and whether the largest comes first."""

    def __init__(self, model: RunTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs = model
        self._station = ""
        self._sort = ("started", True)
        self._arranging = False
        self._kept: tuple[Sequence[str], str | None, str | None] = ((), None, None)
        """Over a refresh: folders chosen, the current one, and the one at the top."""
        self.setModel(model)
        self._furnish()
        self.retranslate()
        self._arrange()

    def remember_as(self, station: str) -> None:
        """Take the columns as they were at this station, and keep changes for it."""
        self._station = station
        self._arrange()

    def chosen(self) -> list[Row]:
        """The runs that are chosen, in the order of the list."""
        rows = self._runs.rows()
        # By ranges: asked row by row, a model of many thousands takes seconds.
        spans = sorted((span.top(), span.bottom()) for span in self.selectionModel().selection())
        return [row for top, bottom in spans for row in rows[top : bottom + 1]]

    def current(self) -> Row | None:
        """The run that was chosen last; None when none is."""
        index = self.currentIndex()
        if index.isValid() and self.selectionModel().isRowSelected(index.row(), QModelIndex()):
            return index.data(ROW)
        return next(iter(self.chosen()), None)

    def choose(self, folder: str) -> None:
        """Choose this run alone, and bring it into sight; it must be in the list."""
        row = self._runs.row_of(folder)
        if row is None:
            return
        self.selectRow(row)
        self.scrollTo(self._runs.index(row, 0))

    def column_actions(self, menu: QMenu) -> list[QAction]:
        """For each column, whether it is shown."""
        actions = []
        for at, column in enumerate(self._runs.columns):
            action = QAction(self._runs.title(column), menu)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(at))
            action.toggled.connect(lambda shown, column=column: self._show_column(column, shown))
            actions.append(action)
        return actions

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self.setAccessibleName(self.tr("Runs"))
        self._runs.headerDataChanged.emit(
            Qt.Orientation.Horizontal, 0, self._runs.columnCount() - 1
        )

    def _furnish(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        rows = self.verticalHeader()
        rows.hide()
        # All rows alike: a hundred thousand are not measured one by one.
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(round(1.6 * self.fontMetrics().height()))
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        # Its own, empty: to look like the rows, it would ask of every row whether it is chosen.
        header.setSelectionModel(QItemSelectionModel(self._runs, header))
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._offer_columns)
        header.sectionClicked.connect(self._sort_by)
        header.sectionResized.connect(self._keep_width)
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen_changed.emit())
        self._runs.modelAboutToBeReset.connect(self._keep_choice)
        self._runs.modelReset.connect(self._bring_back)

    def _arrange(self) -> None:
        self._arranging = True
        em = self.fontMetrics().horizontalAdvance("0")
        kept = QSettings()
        for at, column in enumerate(self._runs.columns):
            characters = _CHARACTERS.get(column, len(column) + 2)
            width = kept.value(self._key("width", column), characters * em, int)
            shown = kept.value(self._key("shown", column), column not in _HIDDEN_AT_FIRST, bool)
            self.setColumnHidden(at, not shown)
            self.setColumnWidth(at, width)
        key, descending = self._sort
        by = {SORT_KEYS.get(column, column): at for at, column in enumerate(self._runs.columns)}
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(by.get(key, -1), order)
        self._arranging = False

    def _key(self, what: str, column: str) -> str:
        return f"station/{self._station}/runs/{what}/{column}"

    def _keep_width(self, at: int, _: int, width: int) -> None:
        if not self._arranging and width > 0:
            QSettings().setValue(self._key("width", self._runs.columns[at]), width)

    def _show_column(self, column: str, shown: bool) -> None:
        QSettings().setValue(self._key("shown", column), shown)
        self._arrange()

    def _offer_columns(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.addActions(self.column_actions(menu))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.horizontalHeader().mapToGlobal(at))

    def _sort_by(self, at: int) -> None:
        column = self._runs.columns[at]
        if column in COLUMNS and column not in SORT_KEYS:
            self._arrange()
            return
        key = SORT_KEYS.get(column, column)
        before, descending = self._sort
        self._sort = (key, not descending if key == before else True)
        self._arrange()
        self.sort_wanted.emit(*self._sort)

    def _keep_choice(self) -> None:
        top = self.indexAt(QPoint(0, 0))
        at_the_top = top.row() <= 0
        current = self.current()
        self._kept = (
            [row["folder"] for row in self.chosen()],
            None if current is None else current["folder"],
            None if at_the_top else top.data(ROW)["folder"],
        )

    def _bring_back(self) -> None:
        self._arrange()
        chosen, current, top = self._kept
        at = {row["folder"]: number for number, row in enumerate(self._runs.rows())}
        selection = QItemSelection()
        for top_row, bottom_row in _spans(sorted(at[folder] for folder in chosen if folder in at)):
            selection.select(self._runs.index(top_row, 0), self._runs.index(bottom_row, 0))
        flags = QItemSelectionModel.SelectionFlag
        if current in at:
            index = self._runs.index(at[current], 0)
            self.selectionModel().setCurrentIndex(index, flags.NoUpdate)
        whole_rows = QItemSelectionModel.SelectionFlags(flags.ClearAndSelect) | flags.Rows
        self.selectionModel().select(selection, whole_rows)
        if top in at:
            self.scrollTo(self._runs.index(at[top], 0), QAbstractItemView.ScrollHint.PositionAtTop)
        self.chosen_changed.emit()


def _spans(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Rows in rising order as first and last of those that follow each other."""
    spans: list[tuple[int, int]] = []
    for row in rows:
        if spans and row == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], row)
        else:
            spans.append((row, row))
    return spans
