"""`log.txt` of one run: what the packages logged while it ran."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PACKAGES = ("labctl", "procedures", "drivers")
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class RunLog(logging.FileHandler):
    """The file's handler; what the disk does not take is counted."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, mode="a", encoding="utf-8")
        self.lost = 0
        """Number of messages that could not be written."""
        self.warnings: list[str] = []
        """What was warned of, for the run's record."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one message, and keep it if it is a warning."""
        if record.levelno == logging.WARNING:
            self.warnings.append(record.getMessage())
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Count instead of printing a traceback: a log must not hide what it tells of."""
        self.lost += 1

    def close(self) -> None:
        """Close the file; what is still to be written may be lost."""
        try:
            super().close()
        except OSError:
            self.lost += 1


@contextmanager
def logging_to(path: Path) -> Iterator[RunLog]:
    """Write every log record, from INFO up, to a file while the block runs; then detach."""
    handler = RunLog(path)
    handler.setLevel(logging.INFO)
    handler.setFormatter(logging.Formatter(_FORMAT))
    loggers = [logging.getLogger(name) for name in _PACKAGES]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)
    try:
        yield handler
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
