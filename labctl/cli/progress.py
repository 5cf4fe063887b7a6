"""Progress and log on standard error: a bar for a person, now and then a line for a log file."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from types import TracebackType
from typing import TextIO

from tqdm import tqdm

from labctl.quantities import duration

LINE_INTERVAL_S = 5.0


class Progress:
    """Shows the fraction done and the time that remains, for as long as it is entered."""

    def __init__(self, title: str, stream: TextIO | None = None) -> None:
        self._title = title
        self._stream = sys.stderr if stream is None else stream
        self._bar: tqdm | None = None
        self._started_s = self._last_line_s = monotonic()

    def __enter__(self) -> Progress:
        if self._stream.isatty():
            self._bar = tqdm(
                total=100.0, desc=self._title, file=self._stream, leave=False,
                bar_format="{desc} {percentage:3.0f} % |{bar}| {elapsed}, {remaining} to go",
            )  # fmt: skip
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, fraction: float) -> None:
        """Show that this fraction of the run is done."""
        percent = 100.0 * fraction
        if self._bar is not None:
            self._bar.update(percent - self._bar.n)
            return
        now_s = monotonic()
        if now_s - self._last_line_s >= LINE_INTERVAL_S:
            self._last_line_s = now_s
            remaining_s = (now_s - self._started_s) * (100.0 / max(percent, 0.1) - 1.0)
            self._stream.write(f"{self._title}: {percent:.0f} %, {duration(remaining_s)} to go\n")
            self._stream.flush()


@contextmanager
def warnings_on_stderr() -> Iterator[None]:
    """Show warnings on standard error while the block runs."""
    handler = logging.StreamHandler(sys.stderr)
    # On the handler: a run lets its packages' loggers speak from INFO up, for its log file.
    handler.setLevel(logging.WARNING)
    handler.addFilter(_is_no_exception)
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


def _is_no_exception(record: logging.LogRecord) -> bool:
    # An exception is told by the answer; its traceback stands in the run's log.
    return record.exc_info is None
