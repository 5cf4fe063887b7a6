"""Rows of one application on their way to the run's file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from drivers.errors import InstrumentError
from drivers.roles import Flag, Trace
from labctl.bench.books import Books
from labctl.bench.interrupted import nominal_times_s
from labctl.bench.memory import Recollection
from labctl.bench.playback import Rows
from procedures.base import Application
from procedures.columns import (
    APPLICATION,
    CURRENT,
    DEVICE,
    ELAPSED,
    FILLED_BY_BENCH,
    FLAGS,
    SET_VOLTAGE,
    TEMPERATURE,
    TIME,
    VOLTAGE,
    Column,
)

_FILLED = frozenset(column.header for column in FILLED_BY_BENCH)


class Recording:
    """Rows of one application on their way to the run's file."""

    def __init__(self, application: Application, books: Books, columns: Sequence[Column]) -> None:
        """`columns` are the procedure's own."""
        self.application = application
        self.number = 0
        """Running number within the run of what plays now."""
        self.traces: list[Trace] = []
        self.came = 0
        """Points so far."""
        self.part_first = 0
        """Points before the part that is played now."""
        self.skip = 0
        """Readings of what plays now that are known already and will come once more."""
        self.elapsed_before_s = 0.0
        """How much of its waveform was over when what plays now began."""
        self.cut_short = False
        """Whether the application's watch ended it."""
        self._books = books
        self._filled = frozenset(column.header for column in columns) & _FILLED
        self._absent = {c.header: c.absent for c in columns if c.absent is not None}
        self._expected = application.waveform.recorded_points

    @property
    def came_of_part(self) -> int:
        """Points so far of the part that is played now."""
        return self.came - self.part_first

    def begin_part(self, number: int) -> None:
        """What comes now belongs to application `number` of the run."""
        self.number, self.part_first = number, self.came
        self.skip, self.elapsed_before_s = 0, 0.0

    def write(self, rows: Rows) -> None:
        """Write what came in, beside the procedure's own columns."""
        known = min(self.skip, len(rows.trace))
        self.skip -= known
        rows = rows[known:]
        if self.came + len(rows.trace) > self._expected:
            raise self._wrong_number(self.came + len(rows.trace))
        if len(rows.trace):
            if self.application.keep is not None:
                self._books.unstored.append(self.number, rows.trace)
            self._add(rows, rows_before=0)

    def recall(self, past: Recollection) -> None:
        """Take up what came before the run was interrupted; rows that are missing are written."""
        elapsed_s = past.trace.time_s - past.event.at_s
        self._add(Rows(past.trace, elapsed_s, np.full(len(past.trace), np.nan)), past.rows)

    def mark_uncertain(self, upto: int, start_s: float) -> None:
        """Write points of the part up to this one as what nobody knows: never read, maybe applied.

        Their times are those at which they would have been read, had it gone on from `start_s`.
        """
        waveform = self.application.waveform
        elapsed_s = nominal_times_s(waveform, self.came_of_part, upto)
        unknown = np.full(elapsed_s.size, np.nan)
        flags = np.full(elapsed_s.size, Flag.UNCERTAIN, np.uint8)
        set_v = waveform.recorded_levels_v()[self.came : self.part_first + upto]
        trace = Trace(start_s + elapsed_s, set_v, unknown, unknown, flags)
        self.write(Rows(trace, elapsed_s, unknown))

    def must_end(self) -> bool:
        """Whether the application's watch wants it to end, after what came so far."""
        watch = self.application.watch
        return watch is not None and watch.tripped(Trace.join(self.traces))

    def refuse_missing(self) -> None:
        """Raise `InstrumentError` unless every recorded point came, or it was cut short."""
        if self.came != self._expected and not self.cut_short:
            raise self._wrong_number(self.came)

    def _add(self, rows: Rows, rows_before: int) -> None:
        """Add points, and write those of them to the file that are not there yet."""
        trace, count = rows.trace, len(rows.trace)
        keep = self.application.keep
        kept = np.ones(count, bool) if keep is None else np.asarray(self._cut(keep, count))
        missing = np.flatnonzero(kept)[rows_before:]
        if missing.size:
            values = self._values(rows)
            columns = {
                name: value if np.ndim(value) == 0 else np.asarray(value)[missing]
                for name, value in values.items()
            }
            self._books.rows.append(columns, missing.size)
        self.came += count
        self.traces.append(trace)

    def _values(self, rows: Rows) -> dict[str, Any]:
        trace = rows.trace
        values = {
            TIME.header: trace.time_s,
            DEVICE.header: self.application.device,
            SET_VOLTAGE.header: trace.set_v,
            VOLTAGE.header: trace.voltage_v,
            CURRENT.header: trace.current_a,
            TEMPERATURE.header: rows.temperature_k,
            FLAGS.header: trace.flags,
            **self._absent,
        }
        for header, value in self.application.columns.items():
            values[header] = self._cut(value, len(trace))
        elapsed_s = rows.elapsed_s + self.elapsed_before_s
        filled = {APPLICATION.header: self.number, ELAPSED.header: elapsed_s}
        return values | {header: filled[header] for header in self._filled}

    def _cut(self, value: Any, count: int) -> Any:
        if np.ndim(value) == 0:
            return value
        return np.asarray(value)[self.came : self.came + count]

    def _wrong_number(self, came: int) -> InstrumentError:
        return InstrumentError(
            f"{self.application.device}: the source delivered {came} readings of a waveform that "
            f"records {self._expected}; the rows written are those that came"
        )


def late(trace: Trace, start_s: float) -> Rows:
    """Readings that were saved out of the source after an interruption, by the run's clock."""
    shifted = replace(trace, time_s=trace.time_s + start_s)
    return Rows(shifted, trace.time_s, np.full(len(trace), np.nan))
