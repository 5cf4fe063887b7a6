"""`data.csv`: rows appended in blocks, each on its way to the disk before `append` returns."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labctl.errors import RecordError
from procedures.base import LabProcedure
from procedures.columns import BASE_COLUMNS, Column

COMMENT = "#"
_UNSAFE_IN_TEXT = frozenset(',"#\r\n')


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

    def __init__(self, path: Path, header: str, columns: Sequence[Column]) -> None:
        """Create the file; raises `FileExistsError` rather than touch one that is there."""
        self._columns = tuple(columns)
        self._headers = frozenset(column.header for column in columns)
        self._raw = path.open("xb", buffering=0)
        self.rows = 0
        self._write(header + ",".join(column.header for column in columns) + "\n")

    def append(self, values: Mapping[str, Any], rows: int) -> None:
        """Write `rows` rows: by column header, an array of that length or one value for all.

        Raises `RecordError` for a column missing, unknown, of the wrong length or type; then
        nothing is written. Raises `OSError` when the disk does not take the rows.
        """
        if values.keys() != self._headers:
            raise RecordError(_wrong_columns(values.keys(), self._headers))
        cells = [_cells(column, values[column.header], rows) for column in self._columns]
        self._write("".join(f"{','.join(row)}\n" for row in zip(*cells, strict=True)))
        self.rows += rows

    def close(self) -> None:
        """Close the file; nothing is left to write."""
        self._raw.close()

    def _write(self, text: str) -> None:
        rest = memoryview(text.encode("utf-8"))
        start = self._raw.tell()
        try:
            while rest:
                rest = rest[self._raw.write(rest) :]
        except OSError:
            # No half block stays behind: the rows in the file are those that were counted.
            self._raw.truncate(start)
            raise


def sha256_of(path: Path) -> str:
    """Checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def columns_of(procedure: LabProcedure) -> tuple[Column, ...]:
    """All columns of a procedure's rows, in the order of the file."""
    return (*BASE_COLUMNS, *procedure.columns)


def complete_text(path: Path) -> io.BytesIO:
    """A data file's bytes up to its last complete row: a killed process may leave half a row."""
    content = path.read_bytes()
    return io.BytesIO(content[: content.rfind(b"\n") + 1])


def _cells(column: Column, value: Any, rows: int) -> list[str]:
    array = np.asarray(value)
    if array.ndim == 0:
        return _texts(column, array.reshape(1)) * rows
    if array.shape != (rows,):
        raise RecordError(f"column {column.header!r}: shape {array.shape} instead of ({rows},)")
    return _texts(column, array)


def _texts(column: Column, array: NDArray[Any]) -> list[str]:
    if column.dtype == "str":
        return _names(column, array)
    if column.dtype == "float64":
        if array.dtype.kind not in "fiu":
            raise RecordError(f"column {column.header!r}: {array.dtype} is no number")
        return [repr(number) for number in array.astype(np.float64).tolist()]
    return [str(number) for number in _whole(column, array).tolist()]


def _names(column: Column, array: NDArray[Any]) -> list[str]:
    texts = array.tolist()
    for text in set(texts):
        if not isinstance(text, str) or not text or _UNSAFE_IN_TEXT.intersection(text):
            raise RecordError(f"column {column.header!r}: {text!r} is no plain name")
    return texts


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
