"""A window of its own for campaign files, beside the queue that runs them."""

from __future__ import annotations

from PyQt5.QtCore import QEvent
from PyQt5.QtGui import QCloseEvent
from PyQt5.QtWidgets import QDialog, QVBoxLayout, QWidget

from labctl.gui.campaigns.campaign_panel import CampaignPanel
from labctl.gui.session import Session


class CampaignWindow(QDialog):
    """Stays open beside the main window; closing it stops nothing."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panel = CampaignPanel(session, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.panel)
        em = self.fontMetrics().horizontalAdvance("m")
        self.resize(58 * em, 44 * em)
        self._entitle()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._entitle()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Look at the campaign no more."""
        self.panel.rest()
        super().closeEvent(event)

    def _entitle(self) -> None:
        self.setWindowTitle(self.tr("Campaigns"))
