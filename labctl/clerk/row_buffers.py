"""Columns that grow: numbers in one array, texts in few pieces; nothing is copied to be read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

ROWS_AT_FIRST = 4096


class Numbers:
    """A growing column of one plain type."""

    def __init__(self, dtype: str) -> None:
        self._kept = np.empty(ROWS_AT_FIRST, dtype)
        self._rows = 0

    def append(self, new: pa.ChunkedArray) -> None:
        """Take in more values."""
        rows = self._rows + len(new)
        if rows > self._kept.size:
            # Whoever still looks at the old array keeps it; what is written stays as it is.
            larger = np.empty(max(rows, 2 * self._kept.size), self._kept.dtype)
            larger[: self._rows] = self._kept[: self._rows]
            self._kept = larger
        self._kept[self._rows : rows] = new.to_numpy()
        self._rows = rows

    def values(self, start: int = 0) -> NDArray[Any]:
        """What is there from row `start` on; a view, which later values do not change."""
        return self._kept[start : self._rows]


class Texts:
    """A growing column of short texts."""

    def __init__(self) -> None:
        self._pieces: list[pa.Array] = []

    def append(self, new: pa.ChunkedArray) -> None:
        """Take in more values."""
        pieces = [*self._pieces, *(piece for piece in new.chunks if len(piece))]
        # Each piece is more than twice as long as the next: few of them, and a value is copied
        # only a few times, however small the blocks are in which values come.
        while len(pieces) > 1 and len(pieces[-2]) <= 2 * len(pieces[-1]):
            pieces[-2:] = [pa.concat_arrays(pieces[-2:])]
        self._pieces = pieces

    def values(self) -> pa.ChunkedArray:
        """Everything that is there; later values do not change it."""
        return pa.chunked_array(self._pieces, pa.large_string())
