"""One line above the buttons: whether it can be started, and if not, why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt5.QtWidgets import QWidget

from labctl.gui.marking import mark
from labctl.gui.plots.elided_label import ElidedLabel
from labctl.gui.procedure.parameter_field import ParameterField


class StateLine(ElidedLabel):
    """Says what holds of the values as they are typed now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Whether it can be started"))

    def show_checking(self) -> None:
        """The values are being checked."""
        mark(self, "muted")
        self.say(self.tr("Checking…"))

    def show_preview(self, preview: Mapping[str, Any], wrong: ParameterField | None) -> None:
        """Say what came of it; `wrong` is the first field that is marked."""
        if preview["ready"]:
            costs = dict(preview["costs"])
            mark(self, "good")
            text = self.tr("✓ Ready: {duration}; {stress} stress pulses")
            self.say(text.format(duration=costs["Duration"], stress=costs["Stress pulses"]))
            return
        mark(self, "bad")
        if preview["problem"]:
            self.say(f"✗ {preview['problem']}")
        elif wrong is not None:
            self.say(f"✗ {wrong.parameter['label']}: {wrong.error}")
