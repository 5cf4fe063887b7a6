"""How a TSP instrument writes numbers: ASCII with a chosen precision, or binary blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from sim_backend.instruments.tsp.errors import TspFault
from sim_backend.instruments.tsp.namespace import Namespace, number, numbers, one_of, whole

ASCII, REAL32, REAL64 = 1, 2, 3
BIG_ENDIAN, LITTLE_ENDIAN = 0, 1


class Column(Protocol):
    """A column of numbers a script can hand to `printbuffer`."""

    def values(self) -> np.ndarray:
        """All its numbers; shape (n,)."""
        ...


class OutputFormat:
    """The `format` table, `printbuffer`, and `printnumber`."""

    def __init__(
        self,
        default_precision: int,
        respond: Callable[[bytes], None],
        set_precision: Callable[[int], None],
    ) -> None:
        self._default_precision = default_precision
        self._respond = respond
        self._set_precision = set_precision
        self.reset()

    def reset(self) -> None:
        """Back to ASCII at the model's own precision, least significant byte first."""
        self.data = ASCII
        self.byte_order = LITTLE_ENDIAN
        self.precision = self._default_precision
        self._set_precision(self.precision)

    def namespace(self) -> Namespace:
        """The `format` table."""
        space = Namespace()
        space.constants(ASCII=ASCII, REAL32=REAL32, SREAL=REAL32)
        space.constants(REAL64=REAL64, REAL=REAL64, DREAL=REAL64)
        space.constants(BIGENDIAN=BIG_ENDIAN, NORMAL=BIG_ENDIAN, NETWORK=BIG_ENDIAN)
        space.constants(LITTLEENDIAN=LITTLE_ENDIAN, SWAPPED=LITTLE_ENDIAN)
        space.setting("data", self, "data", one_of((ASCII, REAL32, REAL64)))
        space.setting("byteorder", self, "byte_order", one_of((BIG_ENDIAN, LITTLE_ENDIAN)))
        space.attribute("asciiprecision", lambda: self.precision, self._choose_precision)
        return space

    def print_numbers(self, *values: Any) -> None:
        """`printnumber(...)`: its arguments in the chosen format."""
        self._send(np.array([number(value) for value in values], dtype=float))

    def print_buffer(self, first: Any, last: Any, *columns: Any) -> None:
        """`printbuffer(first, last, ...)`: elements of columns, interleaved, 1 is the first."""
        start, stop = whole(1, 1 << 31)(first), whole(1, 1 << 31)(last)
        if not columns:
            raise TspFault(-109, "Missing parameter: printbuffer needs a buffer or a table")
        parts = [_elements(column) for column in columns]
        shortest = min(len(part) for part in parts)
        if stop > shortest:
            raise TspFault(4900, f"Reading buffer index {stop} is invalid, last is {shortest}")
        self._send(np.column_stack([part[start - 1 : stop] for part in parts]).ravel())

    def _choose_precision(self, value: Any) -> None:
        self.precision = whole(1, 16)(value)
        self._set_precision(self.precision)

    def _send(self, values: np.ndarray) -> None:
        if self.data == ASCII:
            pattern = f"%.{self.precision - 1}e"
            self._respond(", ".join([pattern % value for value in values.tolist()]).encode())
            return
        order = "<" if self.byte_order == LITTLE_ENDIAN else ">"
        kind = f"{order}f{4 if self.data == REAL32 else 8}"
        with np.errstate(over="ignore"):
            self._respond(b"#0" + values.astype(kind).tobytes())


def _elements(column: Column | Any) -> np.ndarray:
    if hasattr(column, "values") and not hasattr(column, "items"):
        return column.values()
    return np.array(numbers(column))
