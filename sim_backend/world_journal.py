"""What has changed in a world since its state was last written whole: one line for each change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

State = dict[str, Any]


class WorldJournal:
    """A file of JSON lines that belongs to one state, named in its first line by a checksum.

    A last line without its end was cut off by the death of its writer and does not count.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO | None = None

    @property
    def size(self) -> int:
        """Bytes written since `begin`."""
        return 0 if self._file is None else self._file.tell()

    def replay(self, state: State, checksum: str) -> None:
        """Bring the state of that checksum up to date; raises `ValueError` for a broken line."""
        try:
            lines = self.path.read_bytes().split(b"\n")[:-1]
        except FileNotFoundError:
            return
        if not lines or json.loads(lines[0]) != {"follows": checksum}:
            return
        for number, line in enumerate(lines[1:], start=2):
            try:
                for way, value in json.loads(line):
                    _put(state, way, value)
            except (ValueError, TypeError, KeyError) as error:
                raise ValueError(f"line {number} of {self.path.name}: {error!r}") from error

    def begin(self, checksum: str) -> None:
        """Forget all lines; those to come belong to the state of this checksum."""
        self.end()
        self._file = self.path.open("wb", buffering=0)
        self._append({"follows": checksum})

    def note(self, before: State, after: State) -> None:
        """Append what makes `after` of `before`, if anything; raises `OSError` when it cannot."""
        if changes := list(_changes(before, after)):
            self._append(changes)

    def end(self) -> None:
        """Remove the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self.path.unlink(missing_ok=True)

    def _append(self, entry: Any) -> None:
        if self._file is None:
            raise RuntimeError("a journal begins with the state it follows")
        line = json.dumps(entry, allow_nan=False).encode("utf-8") + b"\n"
        if self._file.write(line) != len(line):
            raise OSError(f"{self.path} takes no more; is the disk full?")


def _changes(before: State, after: State, *way: str) -> Iterator[tuple[Any, Any]]:
    """Ways to what differs, each with its new value; a table whose keys differ is given whole."""
    for key, value in after.items():
        known = before[key]
        if value == known:
            continue
        if isinstance(value, dict) and value.keys() == known.keys():
            yield from _changes(known, value, *way, key)
        else:
            yield (*way, key), value


def _put(state: State, way: list[str], value: Any) -> None:
    *tables, last = way
    for key in tables:
        state = state[key]
    state[last] = value
