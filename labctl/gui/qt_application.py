"""The one Qt application: numbers as in programs everywhere, sharp on every screen."""

from __future__ import annotations

import sys

from PyQt5.QtCore import QLocale, QSettings, Qt
from PyQt5.QtWidgets import QApplication

from labctl.gui import theme
from labctl.gui.language import install_language


def application() -> QApplication:
    """The application, made when it is not there, in the theme and the language last chosen."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_EnableHighDpiScaling)
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_UseHighDpiPixmaps)
    QApplication.setAttribute(
        Qt.ApplicationAttribute.AA_DontUseNativeDialogs
    )  # F12 must stop behind any dialog
    # A decimal point and no grouping, wherever the computer thinks it is.
    QLocale.setDefault(QLocale.c())
    app = QApplication(sys.argv[:1])
    app.setApplicationName("labctl")
    app.setOrganizationName("labctl")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    kept = QSettings()
    theme.apply(app, kept.value("look/theme", theme.LIGHT.name, str))
    install_language(app, kept.value("look/language", QLocale.system().name()[:2], str))
    return app
