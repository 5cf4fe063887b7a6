"""The end of a run's log as it grows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from labctl.clerk.desk import Answer, Request
from labctl.locks import holder
from labctl.runs.run_folder import LIFE, LOG

FIRST_BYTES = 1 << 16
"""Of a log that is long already, the rest is shown from here on before its end."""
MOST_BYTES = 1 << 18
"""Taken at once."""
_ENTRY = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),\d+ (?P<level>[A-Z]+) (?P<name>\S+): (?P<text>.*)"
)


def log(request: Request) -> Iterator[Answer | None]:
    """New entries in the log of the run in `request["folder"]`, until it has ended.

    `{"folder", "entries": [{"time", "level", "name", "text"}]}`; lines that begin no entry belong
    to the one before.
    """
    folder = Path(request["folder"])
    path, place, rest = folder / LOG, None, b""
    while True:
        going_on = holder(folder / LIFE) is not None
        came, place = _read_on(path, place)
        *lines, rest = (rest + came).split(b"\n")
        if not going_on and not came and rest:
            lines, rest = [rest], b""
        text = [line.decode("utf-8", "replace") for line in lines]
        yield {"folder": str(folder), "entries": entries(text)} if lines else None
        if not (going_on or came):
            return


def entries(lines: list[str]) -> list[dict[str, str]]:
    """Lines of a log as entries."""
    found: list[dict[str, str]] = []
    for line in lines:
        if (match := _ENTRY.fullmatch(line)) is not None:
            found.append(match.groupdict())
        elif found:
            found[-1]["text"] += "\n" + line
        elif line:
            found.append({"time": "", "level": "INFO", "name": "", "text": line})
    return found


def _read_on(path: Path, place: int | None) -> tuple[bytes, int | None]:
    """What has come since, and where it ends."""
    try:
        with path.open("rb") as file:
            if place is None:
                place = max(0, path.stat().st_size - FIRST_BYTES)
                file.seek(place)
                if place:
                    place += len(file.readline())
            file.seek(place)
            came = file.read(MOST_BYTES)
    except OSError:
        return b"", place
    return came, place + len(came)
