"""`data.csv`: rows appended in blocks, each on its way to the disk before `append` returns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import SEEK_END, RawIOBase
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from labctl.errors import RecordError
from procedures.base import LabProcedure
from procedures.columns import BASE_COLUMNS, Column

COMMENT = "#"
ROWS_AT_ONCE = 100_000
"""Turned into text together; it bounds the memory that a long block takes."""
_UNSAFE_IN_TEXT = frozenset(',"#\r\n')
_PLAIN_CSV = arrow_csv.WriteOptions(include_header=False, quoting_style="none")


def header_of(procedure: LabProcedure) -> str:
    """Comment lines that `pymeasure.experiment.Results.load` understands."""
    owner = type(procedure)
    lines = [f"Procedure: <{owner.__module__}.{owner.__qualname__}>", "Parameters:"]
    for parameter in procedure.parameter_objects().values():
        text = str(parameter).encode("unicode_escape").decode("ascii")
        lines.append(f"\t{parameter.name}: {text}")
    return "".join(f"{COMMENT}{line}\n" for line in (*lines, "Data:"))


class DataFile:
    """Append-only rows of fixed columns; a block that cannot be written raises.

    Numbers are written with as many digits as give them back unchanged. There is no buffer of
    our own: when `append` returns, the rows survive the death of the process.
    """

    def __init__(self, raw: RawIOBase, columns: Sequence[Column], rows: int) -> None:
        self._columns = tuple(columns)
        self._headers = frozenset(column.header for column in columns)
        self._raw = raw
        self.rows = rows
        """How many there are."""

    @classmethod
    def create(cls, path: Path, header: str, columns: Sequence[Column]) -> Self:
        """A new file; raises `FileExistsError` rather than touch one that is there."""
        file = cls(path.open("xb", buffering=0), columns, 0)
        file._write([f"{header}{_names_of(columns)}\n".encode()])
        return file

    @classmethod
    def reopen(cls, path: Path, columns: Sequence[Column]) -> Self:
        """The file of an interrupted run, to go on behind its last complete row.

        Raises `RecordError` when its columns are others.
        """
        raw = path.open("r+b", buffering=0)
        lines = raw.readall().split(b"\n")
        data = [line for line in lines[:-1] if not line.startswith(COMMENT.encode())]
        if not data or data[0].decode() != _names_of(columns):
            raw.close()
            raise RecordError(f"{path} has other columns than the procedure: {data[:1]}")
        raw.seek(-len(lines[-1]), SEEK_END)
        raw.truncate()
        return cls(raw, columns, len(data) - 1)

    def append(self, values: Mapping[str, Any], rows: int) -> None:
        """Write `rows` rows: by column header, an array of that length or one value for all.

        Raises `RecordError` for a column missing, unknown, of the wrong length or type; then
        nothing is written. Raises `OSError` when the disk does not take the rows.
        """
        if values.keys() != self._headers:
            raise RecordError(_wrong_columns(values.keys(), self._headers))
        block = pa.RecordBatch.from_arrays(
            [_cells(column, values[column.header], rows) for column in self._columns],
            names=[column.header for column in self._columns],
        )
        self._write(_csv(part) for part in _parts(block))
        self.rows += rows

    def close(self) -> None:
        """Close the file; nothing is left to write."""
        self._raw.close()

    def _write(self, parts: Iterable[pa.Buffer | bytes]) -> None:
        start = self._raw.tell()
        try:
            for part in parts:
                rest = memoryview(part)
                while rest:
                    rest = rest[self._raw.write(rest) :]
        except OSError:
            # No half block stays behind: the rows in the file are those that were counted.
            self._raw.truncate(start)
            raise


def _names_of(columns: Sequence[Column]) -> str:
    return ",".join(column.header for column in columns)


def sha256_of(path: Path) -> str:
    """Checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def columns_of(procedure: LabProcedure) -> tuple[Column, ...]:
    """All columns of a procedure's rows, in the order of the file."""
    return (*BASE_COLUMNS, *procedure.columns)


def read_frame(path: Path, dtypes: Mapping[str, str]) -> pd.DataFrame:
    """Rows of a `data.csv`, with these dtypes by column; numbers come back to the last digit.

    A row that a killed process left unfinished is left out.
    """
    with path.open("rb") as file:
        while (names := file.readline()).startswith(COMMENT.encode()):
            pass
        rows = file.read()
    complete = rows.rfind(b"\n") + 1
    if not complete:
        return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in dtypes.items()})
    table = arrow_csv.read_csv(
        pa.BufferReader(pa.py_buffer(rows).slice(0, complete)),
        arrow_csv.ReadOptions(column_names=names.decode().rstrip("\n").split(",")),
        convert_options=arrow_csv.ConvertOptions(
            column_types={name: pa.type_for_alias(dtype) for name, dtype in dtypes.items()},
            null_values=[],
        ),
    )
    del rows
    return table.to_pandas(self_destruct=True)


def _parts(block: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    for start in range(0, block.num_rows, ROWS_AT_ONCE):
        yield block.slice(start, ROWS_AT_ONCE)


def _csv(part: pa.RecordBatch) -> pa.Buffer:
    text = pa.BufferOutputStream()
    arrow_csv.write_csv(part, text, _PLAIN_CSV)
    return text.getvalue()


def _cells(column: Column, value: Any, rows: int) -> pa.Array:
    array = np.asarray(value)
    if array.ndim == 0:
        return pa.repeat(_checked(column, array.reshape(1))[0], rows)
    if array.shape != (rows,):
        raise RecordError(f"column {column.header!r}: shape {array.shape} instead of ({rows},)")
    return _checked(column, array)


def _checked(column: Column, array: NDArray[Any]) -> pa.Array:
    if column.dtype == "str":
        return _names(column, array)
    if column.dtype == "float64":
        if array.dtype.kind not in "fiu":
            raise RecordError(f"column {column.header!r}: {array.dtype} is no number")
        return pa.array(array.astype(np.float64))
    return pa.array(_whole(column, array))


def _names(column: Column, array: NDArray[Any]) -> pa.Array:
    texts = array.tolist()
    for text in set(texts):
        if not isinstance(text, str) or not text or _UNSAFE_IN_TEXT.intersection(text):
            raise RecordError(f"column {column.header!r}: {text!r} is no plain name")
    return pa.array(texts, pa.string())


def _whole(column: Column, array: NDArray[Any]) -> NDArray[Any]:
    bounds = np.iinfo(column.dtype)
    if array.dtype.kind not in "iu":
        raise RecordError(f"column {column.header!r}: {array.dtype} is no whole number")
    if array.size and not (bounds.min <= array.min() and array.max() <= bounds.max):
        raise RecordError(
            f"column {column.header!r}: a value is outside {bounds.min} to {bounds.max}"
        )
    return array


def _wrong_columns(given: Any, expected: frozenset[str]) -> str:
    missing, unknown = sorted(expected - set(given)), sorted(set(given) - expected)
    parts = [f"missing: {', '.join(missing)}"] * bool(missing)
    parts += [f"not in the procedure's columns: {', '.join(unknown)}"] * bool(unknown)
    return f"rows do not fit the run's columns; {'; '.join(parts)}"
