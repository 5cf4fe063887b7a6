"""Files that a killed process or a power cut left with a torn end: the end is cut off and kept."""

from __future__ import annotations

import hashlib
import json
import mmap
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

COMMENT = b"#"
TORN = ".torn"
"""What was cut off a file stands beside it under its name with this ending."""
_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class Rows:
    """What a file of rows holds."""

    rows: int
    sha256: str


def rows_in(data: Path) -> Rows:
    """Complete rows and checksum of a `data.csv`; raises `OSError`."""
    start, _ = _header(data)
    digest, lines = hashlib.sha256(), 0
    with data.open("rb") as file:
        digest.update(file.read(start))
        while block := file.read(_AT_ONCE):
            digest.update(block)
            lines += block.count(b"\n")
    return Rows(lines, digest.hexdigest())


def cut_torn_rows(data: Path) -> int:
    """Cut off what is behind the last complete row of a `data.csv`; how many bytes that were.

    A row without its end, without all its fields, or with zeros in the place of text is torn.
    Raises `OSError`.
    """
    start, fields = _header(data)
    if fields is None:
        return 0
    return _cut(data, start, lambda line: line.count(b",") == fields and b"\0" not in line)


def cut_torn_entries(journal: Path) -> int:
    """Cut off what is behind the last complete line of a journal; how many bytes that were.

    Raises `OSError`.
    """
    return _cut(journal, 0, _is_entry)


def _is_entry(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _header(data: Path) -> tuple[int, int | None]:
    """Where the rows begin, and how many commas each has; None when the header is torn."""
    with data.open("rb") as file:
        while (line := file.readline()).startswith(COMMENT):
            pass
        return file.tell(), line.count(b",") if line.endswith(b"\n") else None


def _cut(path: Path, start: int, complete: Callable[[bytes], bool]) -> int:
    size = path.stat().st_size
    end = _end_of_complete(path, start, complete) if size > start else size
    if end == size:
        return 0
    with path.open("r+b") as file:
        file.seek(end)
        _keep(path.with_name(path.name + TORN), file.read())
        file.truncate(end)
        os.fsync(file.fileno())
    return size - end


def _end_of_complete(path: Path, start: int, complete: Callable[[bytes], bool]) -> int:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        end = max(text.rfind(b"\n", start) + 1, start)
        while end > start:
            begin = max(text.rfind(b"\n", start, end - 1) + 1, start)
            if complete(text[begin : end - 1]):
                break
            end = begin
        return end


def _keep(path: Path, content: bytes) -> None:
    """Append what is cut off, unless a mending that was cut short has kept it already."""
    with path.open("a+b") as kept:
        kept.seek(max(0, kept.seek(0, os.SEEK_END) - len(content)))
        if kept.read() != content:
            kept.write(content)
            kept.flush()
            os.fsync(kept.fileno())
