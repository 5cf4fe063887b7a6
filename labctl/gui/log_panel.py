"""What was said: by the panels, by the window's process, and by the run that is shown live."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from PyQt5.QtCore import QEvent, Qt, QTimer
from PyQt5.QtGui import (
    QCloseEvent,
    QColor,
    QFontDatabase,
    QGuiApplication,
    QKeySequence,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
)
from PyQt5.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QShortcut,
    QVBoxLayout,
    QWidget,
)

from labctl.gui import theme
from labctl.gui.log_lines import LEVELS, MOST_LINES, LogLine, WindowLog
from labctl.gui.marking import mark
from labctl.gui.session import Session

REFRESH_MS = 200
_LEVEL_PLACE = 2
"""Of the words of a line: date or time, level, source."""


class LogPanel(QWidget):
    """Plain text, bounded; what comes in quickly is shown a few times a second."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._kept: deque[LogLine] = deque(maxlen=MOST_LINES)
        self._coming: deque[LogLine] = deque(maxlen=MOST_LINES)
        self._window_log = WindowLog()
        self._furnish()
        self.retranslate()
        session.told.connect(self._hear)
        session.run_changed.connect(self._follow)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.refresh)
        self._timer.start(REFRESH_MS)
        self.destroyed.connect(self._window_log.close)

    def add(self, lines: Iterable[LogLine]) -> None:
        """More to show; seen at the next refresh."""
        self._coming.extend(lines)

    def refresh(self) -> None:
        """Show what has come in."""
        self._coming.extend(self._window_log.take())
        if not self._coming:
            return
        new, self._coming = self._coming, deque(maxlen=MOST_LINES)
        self._kept.extend(new)
        shown = [line.shown() for line in new if self._wanted(line)]
        if shown:
            self.view.appendPlainText("\n".join(shown))

    def text(self) -> str:
        """All that is shown."""
        return self.view.toPlainText()

    def find_next(self) -> None:
        """Go to the next place where the sought text stands, from the top again at the end."""
        sought = self.search.text()
        found = not sought or self.view.find(sought)
        if not found:
            self.view.moveCursor(QTextCursor.MoveOperation.Start)
            found = self.view.find(sought)
        mark(self.search, "" if found else "bad")

    def copy(self) -> None:
        """The selected text, or all of it, to the clipboard."""
        selected = self.view.textCursor().selectedText().replace("\u2029", "\n")
        if (clipboard := QGuiApplication.clipboard()) is not None:
            clipboard.setText(selected or self.text())

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        names = (self.tr("All"), self.tr("Warnings"), self.tr("Errors"))
        for place, name in enumerate(names):
            self.level.setItemText(place, name)
        self.level.setAccessibleName(self.tr("What is shown"))
        self.level.setToolTip(self.tr("Show all messages, or only those that matter most"))
        self.search.setAccessibleName(self.tr("Find in the log"))
        self.search.setPlaceholderText(self.tr("Find"))
        self.search.setToolTip(
            self.tr("Find text in the log (Ctrl+F); Enter goes to the next place")
        )
        self.copy_button.setText(self.tr("&Copy"))
        self.copy_button.setToolTip(self.tr("Copy what is selected, or else everything shown"))
        self.view.setAccessibleName(self.tr("Log"))
        self.view.setPlaceholderText(self.tr("Nothing was said yet"))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow language and theme."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        if event.type() == QEvent.Type.PaletteChange:
            self._colours.follow_theme()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Hear nothing more."""
        self._timer.stop()
        self._window_log.close()
        super().closeEvent(event)

    def _furnish(self) -> None:
        self.level = QComboBox(self)
        self.level.addItems(["", "", ""])
        self.level.currentIndexChanged.connect(self._show_again)
        self.search = QLineEdit(self)
        self.search.setClearButtonEnabled(True)
        self.search.returnPressed.connect(self.find_next)
        self.copy_button = QPushButton(self)
        self.copy_button.clicked.connect(self.copy)
        self.view = QPlainTextEdit(self)
        self.view.setReadOnly(True)
        self.view.setMaximumBlockCount(MOST_LINES)
        self.view.setUndoRedoEnabled(False)
        self.view.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._colours = _LevelColours(self.view)
        QShortcut(
            QKeySequence(QKeySequence.StandardKey.Find), self, self.search.setFocus,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )  # fmt: skip
        above = QHBoxLayout()
        above.addWidget(self.level)
        above.addWidget(self.search, 1)
        above.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addLayout(above)
        layout.addWidget(self.view, 1)

    def _wanted(self, line: LogLine) -> bool:
        return LEVELS.index(line.level) >= self.level.currentIndex()

    def _show_again(self) -> None:
        shown = (line.shown() for line in self._kept if self._wanted(line))
        self.view.setPlainText("\n".join(shown))
        self.view.moveCursor(QTextCursor.MoveOperation.End)

    def _hear(self, level: str, text: str) -> None:
        self._coming.append(LogLine.of(level, "labctl", text))

    def _follow(self, folder: str | None) -> None:
        """Tell what the run that is shown live writes into its log."""
        if folder is None:
            self._session.lookout.unfollow("log")
        else:
            self._session.lookout.follow(
                "log", self._take_run, refused=self._hear_refusal, folder=folder
            )

    def _hear_refusal(self, why: str) -> None:
        self._hear("warning", why)

    def _take_run(self, news: Mapping[str, Any]) -> None:
        self.add(
            LogLine.of(entry["level"], "run", entry["text"], entry["time"][-8:])
            for entry in news["entries"]
        )


class _LevelColours(QSyntaxHighlighter):
    """Warnings and errors in their colours, beside the word that says it."""

    def __init__(self, view: QPlainTextEdit) -> None:
        super().__init__(view.document())
        self._formats: dict[str, QTextCharFormat] = {}
        self.follow_theme()

    def follow_theme(self) -> None:
        """Take the colours of now."""
        colours = theme.active()
        for level, colour in (("WARNING", colours.warn), ("ERROR", colours.bad)):
            self._formats[level] = QTextCharFormat()
            self._formats[level].setForeground(QColor(colour))
        self.rehighlight()

    def highlightBlock(self, text: str | None) -> None:  # noqa: N802 - Qt's name
        """One line."""
        words = (text or "").split(maxsplit=_LEVEL_PLACE)
        if len(words) > 1 and words[1] in self._formats:
            self.setFormat(0, len(text or ""), self._formats[words[1]])
