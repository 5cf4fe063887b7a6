"""Marks a widget as bad, as to be looked at, as good, or as of less weight."""

from __future__ import annotations

from PyQt5.QtWidgets import QWidget


def mark(widget: QWidget, state: str) -> None:
    """Style it by its dynamic property `state`: "bad", "warn", "good", "muted", or ""."""
    if widget.property("state") == state:
        return
    widget.setProperty("state", state)
    if (style := widget.style()) is not None:
        style.unpolish(widget)
        style.polish(widget)
