"""The one question before something real is measured; a simulated station needs none."""

from __future__ import annotations

from PyQt5.QtWidgets import QMessageBox, QWidget

from labctl.gui.session import Session


def confirmed(session: Session, parent: QWidget, title: str, question: str) -> bool:
    """Whether it may begin; at a simulated station always."""
    if session.simulated:
        return True
    yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.Cancel
    buttons = QMessageBox.StandardButtons() | yes | no
    return QMessageBox.question(parent, title, question, buttons, no) == yes
