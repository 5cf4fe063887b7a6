"""Rows of one application on their way to the run's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from drivers.errors import InstrumentError
from drivers.roles import Trace
from labctl.bench.playback import Playback, Rows
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


class Recorder(Protocol):
    """Where rows go; on return they have left the process."""

    def append(self, values: Mapping[str, Any], rows: int) -> None:
        """Write `rows` rows: by column, an array of that length or one value for all."""
        ...


class Recording:
    """Rows of one application on their way to the run's file."""

    def __init__(
        self, application: Application, recorder: Recorder, columns: Sequence[Column]
    ) -> None:
        """`columns` are the procedure's own."""
        self.application = application
        self.number = 0
        """Running number within the run of what plays now."""
        self.traces: list[Trace] = []
        self.playback: Playback | None = None
        self._recorder = recorder
        self._filled = frozenset(column.header for column in columns) & _FILLED
        self._absent = {c.header: c.absent for c in columns if c.absent is not None}
        self._expected = application.waveform.recorded_points
        self._came = 0
        self.cut_short = False
        """Whether the application's watch ended it."""

    def write(self, rows: Rows) -> None:
        """Write what came in, beside the procedure's own columns."""
        trace = rows.trace
        count = len(trace)
        if self._came + count > self._expected:
            raise self._wrong_number(self._came + count)
        if count == 0:
            return
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
            values[header] = self._cut(value, count)
        filled = {APPLICATION.header: self.number, ELAPSED.header: rows.elapsed_s}
        values |= {header: filled[header] for header in self._filled}
        self._append(values, count)
        self._came += count
        self.traces.append(trace)

    def save_rest(self) -> None:
        """Write what the source had measured when it was stopped."""
        if self.playback is not None:
            self.write(self.playback.rest())

    def must_end(self) -> bool:
        """Whether the application's watch wants it to end, after what came so far."""
        watch = self.application.watch
        return watch is not None and watch.tripped(Trace.join(self.traces))

    def refuse_missing(self) -> None:
        """Raise `InstrumentError` unless every recorded point came, or it was cut short."""
        if self._came != self._expected and not self.cut_short:
            raise self._wrong_number(self._came)

    def _append(self, values: Mapping[str, Any], count: int) -> None:
        """Write the rows that are to be kept."""
        if self.application.keep is None:
            self._recorder.append(values, count)
            return
        kept = self._cut(self.application.keep, count)
        if kept.any():
            columns = {h: v if np.ndim(v) == 0 else np.asarray(v)[kept] for h, v in values.items()}
            self._recorder.append(columns, int(kept.sum()))

    def _cut(self, value: Any, count: int) -> Any:
        if np.ndim(value) == 0:
            return value
        return np.asarray(value)[self._came : self._came + count]

    def _wrong_number(self, came: int) -> InstrumentError:
        return InstrumentError(
            f"{self.application.device}: the source delivered {came} readings of a waveform that "
            f"records {self._expected}; the rows written are those that came"
        )
