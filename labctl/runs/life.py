"""Whether the process that measures still lives: it holds a lock that dies with it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def holding(path: Path) -> Iterator[None]:
    """Hold the lock file while the block runs, then remove it.

    The system lets go of the lock when the process ends in whatever way, so a process identifier
    that was given away again deceives nobody.
    """
    with path.open("xb") as file:
        _lock(file)
        yield
    path.unlink()


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock file."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return False
    with file:
        try:
            _lock(file)
        except OSError:
            return True
    return False
