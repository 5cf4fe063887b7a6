"""The language of the window: English as it stands in the code, others from Qt's own files."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QLibraryInfo, QTranslator
from PyQt5.QtWidgets import QApplication

TRANSLATIONS = Path(__file__).parent / "translations"
LANGUAGES = {"en": "English", "sv": "Svenska"}
"""By the code that files are named by, in the words of those who speak it."""

_installed: list[QTranslator] = []


def install_language(application: QApplication, code: str) -> None:
    """Speak a language from now on; one that is not there is English.

    Windows that are there already get a `changeEvent` of the type LanguageChange.
    """
    while _installed:
        application.removeTranslator(_installed.pop())
    if code not in LANGUAGES or code == "en":
        return
    qt = QLibraryInfo.location(QLibraryInfo.TranslationsPath)
    for name, folder in ((f"qtbase_{code}", qt), (f"labctl_{code}", str(TRANSLATIONS))):
        translator = QTranslator(application)
        if translator.load(name, folder):
            application.installTranslator(translator)
            _installed.append(translator)
