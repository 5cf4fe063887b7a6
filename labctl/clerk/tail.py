"""The rows of a run as they come: only what is new is read, and no row is parsed twice."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from labctl.clerk.row_buffers import Numbers, Texts
from labctl.errors import BadInput, RecordError
from labctl.runs.data_file import COMMENT
from labctl.runs.run import Run
from labctl.runs.run_folder import DATA

MOST_AT_ONCE = 8 << 20
"""Bytes that are read in one look, so that a look at a long file does not take long."""
LONGEST_WHY = 150
"""Characters of the reader's complaint that are told; it repeats what it could not read."""


@dataclass(frozen=True)
class News:
    """What one look has brought: rows `first` to the end; all of them when `first` is 0."""

    first: int
    rows: int
    """How many are new."""
    more: bool
    """Whether there is more to be read at once."""


class Tail:
    """Rows of a `data.csv` that grows; in memory they take what their columns take.

    A file that has become shorter than what was read of it is read anew.
    """

    def __init__(self, path: Path, dtypes: Mapping[str, str]) -> None:
        """`dtypes`: type of each column by its header, as in the record of the run."""
        self._path, self._dtypes = path, dict(dtypes)
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.rows = 0
        """Rows read so far."""
        self.problem: str | None = None
        """Why the rest cannot be read; None while it can."""
        self._names: list[str] = []
        self._end = 0
        """Bytes read so far; they end with a row."""
        self._size_in_vain: int | None = None
        """Size of the file when a row could not be read."""
        self._columns = {
            name: Texts() if dtype == "str" else Numbers(dtype)
            for name, dtype in self._dtypes.items()
        }
        self._lent: pd.DataFrame | None = None

    def read_on(self) -> News:
        """Read rows that are complete and new; a file that is not there has none."""
        try:
            file = self._path.open("rb")
        except FileNotFoundError:
            return News(self.rows, 0, more=False)
        with file:
            size = os.fstat(file.fileno()).st_size
            if size < self._end:
                self._begin_anew()
            before = self.rows
            if size != self._size_in_vain:
                self._size_in_vain = self.problem = None
                self._read(file, size)
        is_behind = self._size_in_vain is None and size - self._end >= MOST_AT_ONCE
        return News(before, self.rows - before, more=is_behind)

    def column(self, name: str, start: int = 0) -> NDArray[Any]:
        """A column of numbers from row `start` on; a view."""
        column = self._columns[name]
        if isinstance(column, Texts):
            raise TypeError(f"column {name!r} holds texts")
        return column.values(start)

    def frame(self) -> pd.DataFrame:
        """All rows read so far, of the same types as `labctl.Run.frame`; nothing is copied.

        Rows that come later do not change it, and whoever writes into it writes into a copy.
        """
        texts = {name: c.values() for name, c in self._columns.items() if isinstance(c, Texts)}
        numbers = {n: c.values() for n, c in self._columns.items() if isinstance(c, Numbers)}
        by_name = {**pa.table(texts).to_pandas(), **numbers} if texts else numbers
        # As long as this frame is there, pandas copies what is written into its copy.
        self._lent = pd.DataFrame({name: by_name[name] for name in self._dtypes}, copy=False)
        return self._lent.copy(deep=False)

    def _read(self, file: BinaryIO, size: int) -> None:
        if size == self._end:
            return
        try:
            if not self._names:
                self._read_header(file)
            if self._names:
                file.seek(self._end)
                block = file.read(MOST_AT_ONCE)
                self._take(block[: block.rfind(b"\n") + 1])
        except (pa.ArrowInvalid, RecordError) as error:
            self._size_in_vain = size
            why = str(error)[:LONGEST_WHY].encode("unicode_escape").decode()
            self.problem = f"{self._path.name} cannot be read from row {self.rows + 1:,}: {why}"

    def _read_header(self, file: BinaryIO) -> None:
        """Names of the columns, once their line is complete."""
        while (line := file.readline()).startswith(COMMENT.encode()):
            pass
        if not line.endswith(b"\n"):
            return
        names = line.decode("utf-8", "replace").rstrip("\n").split(",")
        if set(names) != set(self._dtypes):
            raise RecordError(f"its columns are others than the record says: {', '.join(names)}")
        self._names, self._end = names, file.tell()

    def _take(self, block: bytes) -> None:
        """Take in complete rows, up to one that cannot be read; then raises `ArrowInvalid`."""
        if not block:
            return
        try:
            table = self._parsed(block)
        except pa.ArrowInvalid:
            middle = block.rfind(b"\n", 0, len(block) // 2) + 1 or block.find(b"\n") + 1
            if middle == len(block):
                raise
            self._take(block[:middle])
            self._take(block[middle:])
            return
        for name in self._names:
            self._columns[name].append(table[name])
        self.rows += table.num_rows
        self._end += len(block)

    def _parsed(self, block: bytes) -> pa.Table:
        types = {name: _arrow_type(dtype) for name, dtype in self._dtypes.items()}
        return arrow_csv.read_csv(
            pa.BufferReader(block),
            arrow_csv.ReadOptions(column_names=self._names, use_threads=False),
            convert_options=arrow_csv.ConvertOptions(column_types=types, null_values=[]),
        )


def tail_of(run: Run) -> Tail:
    """The rows of a run; nothing of them is read yet. Raises `BadInput` for a broken record."""
    try:
        dtypes = {column["name"]: column["dtype"] for column in run.record["data"]["columns"]}
        return Tail(run.folder / DATA, dtypes)
    except (KeyError, TypeError) as error:
        raise BadInput(f"{run.folder}: its record does not say what its rows are") from error


def _arrow_type(dtype: str) -> pa.DataType:
    return pa.large_string() if dtype == "str" else pa.type_for_alias(dtype)
