"""A line of text that is shortened with an ellipsis, never cut; the whole is its tooltip."""

from __future__ import annotations

from html import escape

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QResizeEvent
from PyQt5.QtWidgets import QLabel, QSizePolicy, QWidget

FEWEST_LETTERS = 8


class ElidedLabel(QLabel):
    """As wide as there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def say(self, text: str) -> None:
        """Show this text."""
        self._whole = text
        self.setToolTip(f"<qt>{escape(text)}</qt>")
        self.setAccessibleName(text)
        self._shorten()

    @property
    def whole(self) -> str:
        """The text, not shortened."""
        return self._whole

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for a few letters."""
        return QSize(
            FEWEST_LETTERS * self.fontMetrics().averageCharWidth(), super().sizeHint().height()
        )

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the whole text."""
        return QSize(
            self.fontMetrics().horizontalAdvance(self._whole) + 2 * self.margin() + 2,
            super().sizeHint().height(),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Shorten it anew."""
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        room = max(0, self.width() - 2 * self.margin())
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room))
