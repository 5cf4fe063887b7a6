"""A field that takes names of devices: "D01-D09, D12"."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtGui import QFocusEvent
from PyQt5.QtWidgets import QLineEdit, QWidget

from labctl.gui.array.names import UnknownName, names_text, parse_names


class NamesField(QLineEdit):
    """Chooses while one types; what names no device is marked, and chooses nothing."""

    chosen = pyqtSignal(object)
    """Names of the devices that a person has typed, a tuple."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known: tuple[str, ...] = ()
        self._shown: tuple[str, ...] = ()
        self.setClearButtonEnabled(True)
        self.textEdited.connect(self._take)
        self.returnPressed.connect(self._tidy)

    def know(self, names: Sequence[str]) -> None:
        """Take these names from now on."""
        self._known = tuple(names)
        self._write()

    def show_names(self, names: Sequence[str]) -> None:
        """Show what was chosen elsewhere; what is being typed is left alone."""
        self._shown = tuple(names)
        if self._typed() != self._shown:
            self._write()

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self.setPlaceholderText(self.tr("none; such as D01-D09, D12"))
        self.setAccessibleName(self.tr("Chosen devices by name"))
        self._say(self._complaint())

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Write in short what was typed."""
        self._tidy()
        super().focusOutEvent(event)

    def _take(self) -> None:
        self._say(self._complaint())
        if (names := self._typed()) is not None:
            self._shown = names
            self.chosen.emit(names)

    def _tidy(self) -> None:
        if self._typed() is not None:
            self._write()

    def _write(self) -> None:
        self.setText(names_text(self._shown, self._known))
        self._say("")

    def _typed(self) -> tuple[str, ...] | None:
        try:
            return parse_names(self.text(), self._known)
        except UnknownName:
            return None

    def _complaint(self) -> str:
        try:
            parse_names(self.text(), self._known)
        except UnknownName as error:
            if error.nearest is None:
                return self.tr("There is no device {word}").format(word=error.word)
            text = self.tr("There is no device {word}; did you mean {nearest}?")
            return text.format(word=error.word, nearest=error.nearest)
        return ""

    def _say(self, complaint: str) -> None:
        usual = self.tr("Names with commas between, ranges with a hyphen")
        self.setToolTip(complaint or usual)
        self.setAccessibleDescription(complaint)
        self.setProperty("state", "bad" if complaint else "")
        self.style().polish(self)
