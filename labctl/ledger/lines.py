"""Files of one JSON object a line, appended to by any number of processes, never rewritten."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any, cast

from labctl.errors import BadInput, StorageError

if sys.platform == "win32":
    import msvcrt

    _FAR_BEYOND_THE_END = 2**31 - 2

    def _lock(file: FileIO) -> None:
        file.seek(_FAR_BEYOND_THE_END)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)

    def _unlock(file: FileIO) -> None:
        file.seek(_FAR_BEYOND_THE_END)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: FileIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)

    def _unlock(file: FileIO) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


logger = logging.getLogger(__name__)

Entry = dict[str, Any]

_COMPACT = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


@contextmanager
def locked(path: Path, mode: str) -> Iterator[FileIO]:
    """The file, unbuffered, while no other process has it open this way; its folder is made.

    Raises `StorageError` when the disk does not take it, inside the block as well.
    """
    try:
        with _opened(path, mode) as file:
            _lock(file)
            try:
                yield file
            finally:
                _unlock(file)
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written ({error.strerror or error}): nothing is applied that cannot "
            "be written down; make space, or choose another place with out (--out)"
        ) from error


def append_line(path: Path, entry: Mapping[str, object], *, header: Mapping[str, object]) -> None:
    """Append one line, which survives the death of the process once this returns.

    A new file begins with `header`. A line that was torn when a process or a disk ended is left
    as it is, and ours begins behind it. Raises `StorageError`.
    """
    text = _line(entry)
    with locked(path, "a+b") as file:
        if file.seek(0, os.SEEK_END) == 0:
            text = _line(header) + text
        else:
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                text = b"\n" + text
        write_all(file, text)


def write_all(file: FileIO, content: bytes) -> None:
    """Write all of it, or raise `OSError`: a full disk may take a part at first."""
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]


def read_content(path: Path) -> bytes:
    """What a file holds; nothing when there is none. Raises `BadInput` when it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror or error})") from error


def parse_lines(content: bytes) -> list[Entry]:
    """Every whole line, in order; torn ones are left out."""
    lines = [line for line in content.split(b"\n") if line]
    try:
        # One call for all is twice as fast. No torn line can hide in it: behind what was cut off
        # comes a comma and the brace of the next line, which no JSON has at that place.
        return cast(list[Entry], json.loads(b"[" + b",".join(lines) + b"]"))
    except ValueError:
        whole = [entry for line in lines if (entry := _entry(line)) is not None]
        logger.info("%d torn lines were left out", len(lines) - len(whole))
        return whole


def utc_now() -> str:
    """The time now as it stands in these files: ISO 8601, UTC, to the millisecond."""
    return utc_text(datetime.now(UTC))


def utc_text(when: datetime) -> str:
    """A time as it stands in these files, so that later texts are greater ones."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _line(entry: Mapping[str, object]) -> bytes:
    return _COMPACT.encode(entry).encode("ascii") + b"\n"


def _opened(path: Path, mode: str) -> FileIO:
    try:
        return cast(FileIO, path.open(mode, buffering=0))
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        return cast(FileIO, path.open(mode, buffering=0))


def _entry(line: bytes) -> Entry | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None
