"""Serve a run's channel from a thread of its own."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from labctl.atomic_file import replace_text
from labctl.control.channel import ADDRESS_FILE, Line, Listener, listen

logger = logging.getLogger(__name__)

Handler = Callable[[Mapping[str, Any]], Iterator[dict[str, Any]]]
"""Answers one request; every answer but the last has `more` set."""
_PATIENCE_S = 5.0
"""For a caller who has connected and says nothing."""


@contextmanager
def serving(folder: Path, handler: Handler) -> Iterator[str]:
    """Answer whoever asks while the block runs; gives the address, which `control.json` tells.

    Every caller is answered in a thread of its own, so that one who waits keeps out nobody.
    Raises `OSError` when the folder takes no file.
    """
    listener = listen(folder)
    thread = threading.Thread(
        target=_accept, args=(listener, handler), name="control channel", daemon=True
    )
    path = folder / ADDRESS_FILE
    ours: int | None = None
    try:
        thread.start()
        replace_text(path, json.dumps({"address": listener.address, "pid": os.getpid()}) + "\n")
        path.chmod(0o600)
        ours = path.stat().st_ino
        yield listener.address
    finally:
        listener.close()
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_ino == ours:  # else another serves the folder by now
                path.unlink()
        thread.join()


def _accept(listener: Listener, handler: Handler) -> None:
    while True:
        try:
            line = listener.accept()
        except OSError:
            return
        threading.Thread(target=_converse, args=(line, handler), daemon=True).start()


def _converse(line: Line, handler: Handler) -> None:
    """Answer one request."""
    try:
        request = json.loads(line.receive(_PATIENCE_S))
        for answer in handler(request if isinstance(request, dict) else {}):
            line.send(json.dumps(answer, default=str).encode())
    except (OSError, EOFError, ValueError) as error:
        # Callers come and go as they like; the run must not suffer from it.
        logger.debug("control channel: a caller was not answered to the end (%s)", error)
    finally:
        line.close()
