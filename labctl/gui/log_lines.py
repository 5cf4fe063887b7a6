"""What the log panel shows, whoever says it, and the window's own part of it."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from datetime import datetime

MOST_LINES = 2000
"""Older ones are forgotten."""
LONGEST = 4000
"""Letters of one entry."""
LEVELS = ("INFO", "WARNING", "ERROR")
_LEVEL_OF = {"DEBUG": "INFO", "CRITICAL": "ERROR"}


@dataclass(frozen=True)
class LogLine:
    """One entry."""

    time: str
    level: str
    """One of `LEVELS`."""
    source: str
    text: str

    @staticmethod
    def of(level: str, source: str, text: str, time: str = "") -> LogLine:
        """An entry of any level that `logging` or a panel knows; now, if no time is given."""
        level = level.upper()
        level = _LEVEL_OF.get(level, level if level in LEVELS else "INFO")
        text = text if len(text) <= LONGEST else text[:LONGEST] + " …"
        return LogLine(time or f"{datetime.now():%H:%M:%S}", level, source, text)

    def shown(self) -> str:
        """As it stands in the panel, perhaps in several lines."""
        return f"{self.time} {self.level:<7} {self.source}: {self.text}"


class WindowLog(logging.Handler):
    """Keeps what Python's logging of this process says; touches nothing of Qt, from any thread."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._kept: deque[LogLine] = deque(maxlen=MOST_LINES)
        logging.getLogger().addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        try:
            text = record.getMessage()
        except (TypeError, ValueError):
            text = f"{record.msg} {record.args}"
        if record.exc_info:
            text += "\n" + logging.Formatter().formatException(record.exc_info)
        self._kept.append(LogLine.of(record.levelname, "window", text))

    def take(self) -> list[LogLine]:
        """What has come since it was last taken."""
        return [self._kept.popleft() for _ in range(len(self._kept))]

    def close(self) -> None:
        """Hear no more."""
        logging.getLogger().removeHandler(self)
        super().close()
