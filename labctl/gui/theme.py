"""Colours of the window, dark and light; what they mean is safe for the colour-blind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PyQt5.QtGui import QColor, QPalette
from PyQt5.QtWidgets import QApplication

PICTURES = Path(__file__).parent / "pictures"

# Okabe and Ito's set, which people with any kind of colour vision tell apart; what stands out
# from the ground comes first.
_ON_LIGHT = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442")
_ON_DARK = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00", "#0072B2")


@dataclass(frozen=True, kw_only=True)
class Theme:
    """One set of colours, as `#rrggbb`."""

    name: str
    window: str
    base: str
    """Behind text that can be edited, and behind plots."""
    raised: str
    """Buttons, headings."""
    border: str
    text: str
    muted: str
    """Text of less weight; at least 4.5:1 on `window`."""
    accent: str
    on_accent: str
    good: str
    warn: str
    bad: str
    on_bad: str
    simulated: str
    """Banner of a simulated station."""
    real: str
    """Banner of a real station."""
    on_banner: str
    curves: tuple[str, ...]
    """In the order in which several curves take them."""

    def series(self, index: int) -> str:
        """Colour of one of several curves."""
        return self.curves[index % len(self.curves)]


LIGHT = Theme(
    name="light",
    window="#f3f4f6",
    base="#ffffff",
    raised="#e6e8ec",
    border="#b9bec7",
    text="#16181d",
    muted="#535a66",
    accent="#005a9c",
    on_accent="#ffffff",
    good="#00694a",
    warn="#8a5a00",
    bad="#b3261e",
    on_bad="#ffffff",
    simulated="#1d6f8a",
    real="#a1360a",
    on_banner="#ffffff",
    curves=_ON_LIGHT,
)
DARK = Theme(
    name="dark",
    window="#1d2025",
    base="#14161a",
    raised="#2b2f37",
    border="#4a505c",
    text="#eceef2",
    muted="#a9b0bd",
    accent="#5bb0ee",
    on_accent="#0c1116",
    good="#4cc79d",
    warn="#e6b04a",
    bad="#ff7a70",
    on_bad="#1b0503",
    simulated="#1f6d85",
    real="#b2470f",
    on_banner="#ffffff",
    curves=_ON_DARK,
)
THEMES: Mapping[str, Theme] = {theme.name: theme for theme in (LIGHT, DARK)}

_active = LIGHT


def active() -> Theme:
    """The theme that is in force."""
    return _active


def apply(application: QApplication, name: str) -> None:
    """Put a theme in force; every widget gets a `changeEvent` of the type PaletteChange."""
    global _active  # noqa: PLW0603 - a program has one look
    _active = THEMES[name]
    application.setStyle("Fusion")
    application.setPalette(_palette(_active))
    application.setStyleSheet(_sheet(_active))


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    colours = {
        QPalette.ColorRole.Window: theme.window,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.base,
        QPalette.ColorRole.AlternateBase: theme.window,
        QPalette.ColorRole.ToolTipBase: theme.raised,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.Button: theme.raised,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.BrightText: theme.bad,
        QPalette.ColorRole.Link: theme.accent,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.on_accent,
        QPalette.ColorRole.PlaceholderText: theme.muted,
    }
    for role, colour in colours.items():
        palette.setColor(role, QColor(colour))
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.muted))
    return palette


def _sheet(theme: Theme) -> str:
    """What a palette cannot say; `[state="bad"]` and its kin are set as dynamic properties."""
    check = (PICTURES / f"check-{theme.name}.svg").as_posix()
    return f"""
        QCheckBox::indicator, QTreeView::indicator, QListView::indicator {{
            width: 0.8em; height: 0.8em; border: 1px solid {theme.muted}; border-radius: 2px;
            background: {theme.base}; }}
        QCheckBox::indicator:checked, QTreeView::indicator:checked, QListView::indicator:checked {{
            background: {theme.accent}; border-color: {theme.accent}; image: url("{check}"); }}
        QCheckBox {{ spacing: 0.4em; }}
        QCheckBox:focus {{ outline: 1px solid {theme.accent}; }}
        QLineEdit[state="bad"], QComboBox[state="bad"], QPlainTextEdit[state="bad"] {{
            border: 2px solid {theme.bad}; }}
        QLabel[state="bad"] {{ color: {theme.bad}; }}
        QLabel[state="warn"] {{ color: {theme.warn}; }}
        QLabel[state="good"] {{ color: {theme.good}; }}
        QLabel[state="muted"] {{ color: {theme.muted}; }}
        QToolTip {{ color: {theme.text}; background: {theme.raised};
            border: 1px solid {theme.border}; }}
    """
