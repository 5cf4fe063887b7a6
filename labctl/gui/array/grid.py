"""Where on a widget each place of an array lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PyQt5.QtCore import QPointF, QRectF

Place = tuple[int, int]
"""Row and column, from 0."""


@dataclass(frozen=True)
class Grid:
    """So many rows and columns in the middle of an area, each cell no larger than `largest`."""

    rows: int
    columns: int
    width: float
    height: float
    largest: float
    margin: float = 0.0
    """Beside the area, to the edge of the widget."""

    @property
    def pitch_x(self) -> float:
        """From one column to the next."""
        return min(self.width / max(self.columns, 1), self.largest)

    @property
    def pitch_y(self) -> float:
        """From one row to the next."""
        return min(self.height / max(self.rows, 1), self.largest)

    @property
    def left(self) -> float:
        """Of the first column."""
        return self.margin + (self.width - self.pitch_x * self.columns) / 2

    @property
    def top(self) -> float:
        """Of the first row."""
        return self.margin + (self.height - self.pitch_y * self.rows) / 2

    def cell(self, place: Place) -> QRectF:
        """The rectangle of a place."""
        row, column = place
        x, y = self.left + column * self.pitch_x, self.top + row * self.pitch_y
        return QRectF(x, y, self.pitch_x, self.pitch_y)

    def place_at(self, point: QPointF) -> Place | None:
        """The place under a point; None beside the grid."""
        column = int((point.x() - self.left) // self.pitch_x)
        row = int((point.y() - self.top) // self.pitch_y)
        return (row, column) if self._has(row, column) else None

    def places_in(self, area: QRectF) -> Iterator[Place]:
        """Every place whose middle lies within an area."""
        for row in range(self.rows):
            for column in range(self.columns):
                if area.contains(self.cell((row, column)).center()):
                    yield row, column

    def _has(self, row: int, column: int) -> bool:
        return 0 <= row < self.rows and 0 <= column < self.columns
