"""Which devices a procedure is applied to, in one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from labctl.gui.marking import mark
from labctl.gui.plots.elided_label import ElidedLabel
from labctl.gui.session import Session

SELECTED, ALL, FIRST = "selected", "all", "first"
SCOPES = (SELECTED, ALL, FIRST)


class DeviceLine(QWidget):
    """Apply to the selected devices, to all, or to as many as are needed."""

    changed = pyqtSignal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._needed: int | None = None
        self._chosen: Sequence[str] = ()
        self._label = QLabel()
        self.scope_box = QComboBox()
        self.scope_box.addItems(SCOPES)
        self._label.setBuddy(self.scope_box)
        self.names = ElidedLabel()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._label)
        line.addWidget(self.scope_box)
        line.addWidget(self.names, 1)
        self.scope_box.currentIndexChanged.connect(self._tell)
        session.selection_changed.connect(self._tell)
        self.retranslate()

    @property
    def scope(self) -> str:
        """One of `SCOPES`."""
        return SCOPES[self.scope_box.currentIndex()]

    def use_scope(self, scope: str) -> None:
        """Apply to these devices from now on."""
        self.scope_box.setCurrentIndex(SCOPES.index(scope))

    def use_procedure(self, description: Mapping[str, Any], scope: str) -> None:
        """Say how many devices this procedure needs; `scope` as it was last, or empty."""
        self._needed = description["device_count"]
        every = description["whole_array"] or self._needed is not None
        self.use_scope(scope if scope in SCOPES else FIRST if every else SELECTED)
        self._show()

    def devices(self) -> list[str] | None:
        """Devices by name; None for as many as the procedure needs."""
        if self.scope == FIRST:
            return None
        if self.scope == ALL:
            return list(self._session.station.get("devices", ()))
        return list(self._session.selection)

    def show_chosen(self, devices: Sequence[str]) -> None:
        """Which devices it will be."""
        self._chosen = devices
        self._show()

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self._label.setText(self.tr("Apply &to"))
        names = (self.tr("selected"), self.tr("all"), self.tr("first needed"))
        for place, text in enumerate(names):
            self.scope_box.setItemText(place, text)
        self.scope_box.setAccessibleName(self.tr("Apply to"))
        self.scope_box.setToolTip(
            self.tr(
                "Selected: the devices chosen in the array. All: every device of the station. "
                "First needed: as many as the procedure needs, in the order of the wiring."
            )
        )
        self._show()

    def _tell(self) -> None:
        self._chosen = self.devices() or ()
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self.names.say(self._in_words())
        mark(self.names, "" if self._chosen or self.scope == FIRST else "bad")

    def _in_words(self) -> str:
        """The number first: it is still there where the names are shortened."""
        needed = (
            self.tr("needed: one or more")
            if self._needed is None
            else self.tr("needed: {count}").format(count=self._needed)
        )
        if self._chosen:
            total = len(self._session.station.get("devices", ()))
            text = self.tr("{count} of {total}: {names}; {needed}")
            return text.format(
                count=len(self._chosen), total=total, names=", ".join(self._chosen), needed=needed
            )
        if self.scope == SELECTED:
            return self.tr("none selected; {needed}").format(needed=needed)
        return needed
