"""The rows of the list of runs: those that were opened from elsewhere, then those that fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from PyQt5.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QFont

from labctl.gui.runs.run_status import status_colour, status_icon, status_meaning, status_text

Row = Mapping[str, Any]
"""One run as `labctl.clerk.searching` tells it; its folder is what it is known by."""
ROW = Qt.ItemDataRole.UserRole
"""Role under which an index gives its whole row."""

SORT_KEYS: Mapping[str, str] = {
    "status": "status", "started": "started", "procedure": "procedure", "sample": "sample",
    "rows": "rows",
}  # fmt: skip
"""By column, what the catalogue sorts by; findings are sorted by their own name."""
COLUMNS = ("status", "started", "procedure", "devices", "rows", "sample", "bench", "reason", "name")
"""Columns that every run has, in this order."""
_BEFORE_FINDINGS = 3
"""Findings that were asked for stand behind so many of them, where they are seen."""
_TO_THE_MINUTE = len("2026-11-01 12:00")
_TO_THE_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_TO_THE_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class RunTableModel(QAbstractTableModel):
    """Knows only the pages that came so far; asks for the next when the view comes to its end."""

    more_wanted = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._opened: list[Row] = []
        self._listed: list[Row] = []
        self._folders: set[str] = set()
        """Of all rows: one folder is never there twice."""
        self._findings: list[str] = []
        self._more = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, as they stand."""
        return (*COLUMNS[:_BEFORE_FINDINGS], *self._findings, *COLUMNS[_BEFORE_FINDINGS:])

    def replace(self, rows: Sequence[Row], *, more: bool) -> None:
        """List these in the place of others; what was opened from elsewhere stays."""
        self.beginResetModel()
        listed = {row["folder"] for row in rows}
        self._opened = [row for row in self._opened if row["folder"] not in listed]
        self._listed = list({row["folder"]: row for row in rows}.values())
        self._folders = listed | {row["folder"] for row in self._opened}
        self._findings = list(dict.fromkeys(name for row in rows for name in row["findings"]))
        self._more = more
        self.endResetModel()

    def append(self, rows: Iterable[Row], *, more: bool) -> None:
        """List these behind the others."""
        fresh = [row for row in rows if row["folder"] not in self._folders]
        self._more = more
        if not fresh:
            return
        first = self.rowCount()
        self.beginInsertRows(QModelIndex(), first, first + len(fresh) - 1)
        self._listed += fresh
        self._folders.update(row["folder"] for row in fresh)
        self.endInsertRows()

    def put_first(self, row: Row) -> None:
        """Keep a run that was opened, whether or not it fits, above all others."""
        if row["folder"] in self._folders:
            return
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._opened.insert(0, row)
        self._folders.add(row["folder"])
        self.endInsertRows()

    def forget_opened(self) -> None:
        """List only what fits."""
        if not self._opened:
            return
        self.beginRemoveRows(QModelIndex(), 0, len(self._opened) - 1)
        self._folders -= {row["folder"] for row in self._opened}
        self._opened = []
        self.endRemoveRows()

    def rows(self) -> list[Row]:
        """All rows, as they stand."""
        return [*self._opened, *self._listed]

    def row_of(self, folder: str) -> int | None:
        """Where the run in this folder stands."""
        if folder not in self._folders:
            return None
        return next(at for at, row in enumerate(self.rows()) if row["folder"] == folder)

    def is_more(self) -> bool:
        """Whether others fit that did not come yet."""
        return self._more

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's
        """How many came so far."""
        return 0 if parent.isValid() else len(self._opened) + len(self._listed)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's
        """Those of every run, and the findings."""
        return 0 if parent.isValid() else len(self.columns)

    def canFetchMore(self, parent: QModelIndex) -> bool:  # noqa: N802 - Qt's name
        """Whether the view may ask for the next page."""
        return self._more and not parent.isValid()

    def fetchMore(self, parent: QModelIndex) -> None:  # noqa: N802 - Qt's name
        """Ask for it; it comes later."""
        if not parent.isValid():
            self.more_wanted.emit()

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles in the language of now."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.title(self.columns[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(self.columns[section])
        return None

    def title(self, column: str) -> str:
        """What stands above a column; a finding has its own name."""
        titles = {
            "status": self.tr("Status"),
            "started": self.tr("Started"),
            "procedure": self.tr("Procedure"),
            "devices": self.tr("Devices"),
            "rows": self.tr("Rows"),
            "sample": self.tr("Sample"),
            "bench": self.tr("Bench"),
            "reason": self.tr("Reason"),
            "name": self.tr("Folder"),
        }
        return titles.get(column, column)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What is shown of one run."""
        if not index.isValid():
            return None
        row = self._row(index.row())
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row, column)
        return self._look(row, column, role, opened=index.row() < len(self._opened))

    def _row(self, at: int) -> Row:
        opened = len(self._opened)
        return self._opened[at] if at < opened else self._listed[at - opened]

    def _look(self, row: Row, column: str, role: int, *, opened: bool) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.FontRole and opened:
            font = QFont()
            font.setItalic(True)
            return font
        if column == "status" and role == Qt.ItemDataRole.DecorationRole:
            return status_icon(row["status"])
        if column == "status" and role == Qt.ItemDataRole.ForegroundRole:
            return QColor(status_colour(row["status"]))
        return None

    def _text(self, row: Row, column: str) -> str:
        texts: Mapping[str, Callable[[], str]] = {
            "status": lambda: status_text(row["status"]),
            "started": lambda: moment(row["started"])[:_TO_THE_MINUTE],
            "devices": lambda: _named(row["devices"]),
            "rows": lambda: "–" if row["rows"] is None else f"{row['rows']:,}",
            "bench": lambda: self.tr("simulated") if row["simulated"] else self.tr("real"),
        }
        if column in texts:
            return texts[column]()
        if column in COLUMNS:
            return str(row[column] or "")
        return str(row["findings"].get(column, "–"))

    def _tip(self, row: Row, column: str) -> str:
        lines = [row["folder"]]
        if column == "status":
            lines.append(status_meaning(row["status"]))
        if column == "devices":
            lines.append(", ".join(row["devices"]))
        lines.append(str(row["reason"] or ""))
        return "\n".join(line for line in lines if line)


def moment(started: str | None) -> str:
    """An ISO time in this computer's time zone, to the second; a dash where there is none."""
    try:
        return datetime.fromisoformat(started or "").astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError, OSError):
        return started or "–"


def _named(devices: Sequence[str]) -> str:
    shown = ", ".join(devices[:3])
    return shown if len(devices) <= 3 else f"{shown} … ({len(devices)})"


def _alignment(column: str) -> Qt.AlignmentFlag | int:
    to_the_right = column == "rows" or column not in COLUMNS
    return int(_TO_THE_RIGHT if to_the_right else _TO_THE_LEFT)
