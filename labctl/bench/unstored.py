"""Readings that do not become rows, kept until the run has finished so that it can be resumed."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from drivers.roles import Trace

_POINT = np.dtype(
    [
        ("application", "<u4"),
        ("time_s", "<f8"),
        ("set_v", "<f8"),
        ("voltage_v", "<f8"),
        ("current_a", "<f8"),
        ("flags", "u1"),
    ]
)
_COLUMNS = _POINT.names[1:] if _POINT.names else ()


class UnstoredFile:
    """All points of those applications that keep only some of them as rows.

    The file is made when the first of them comes; a point that was cut off by the death of the
    process does not count.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, application: int, trace: Trace) -> None:
        """Write all points of a trace; raises `OSError` when the disk does not take them."""
        points = np.empty(len(trace), _POINT)
        points["application"] = application
        for name in _COLUMNS:
            points[name] = getattr(trace, name)
        with self._path.open("ab", buffering=0) as file:
            whole = file.tell() // _POINT.itemsize * _POINT.itemsize
            file.truncate(whole)
            if file.write(points.tobytes()) != points.nbytes:
                raise OSError(f"{self._path} takes no more")

    def read(self) -> dict[int, Trace]:
        """All points so far, by the number of the application."""
        if not self._path.exists():
            return {}
        content = self._path.read_bytes()
        points = np.frombuffer(content, _POINT, len(content) // _POINT.itemsize)
        numbers, starts = np.unique(points["application"], return_index=True)
        parts = np.split(points, starts[1:])
        return {
            int(number): Trace(*(part[name].copy() for name in _COLUMNS))
            for number, part in zip(numbers, parts, strict=True)
        }

    def remove(self) -> None:
        """The run has finished: nobody will ask for them."""
        self._path.unlink(missing_ok=True)
