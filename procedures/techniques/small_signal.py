"""Reading currents of any size at small bias: range and settling time follow the current."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drivers.roles import Flag, Sensing, SmuCapabilities, Waveform
from procedures.analysis.conductance import APERTURE_S, slope_conductance
from procedures.base import Application, Bench, Purpose
from procedures.errors import MeasurementStopped
from procedures.techniques.reading import READ_DWELL_S, READ_LIMIT_A, READ_PAIRS
from procedures.techniques.waveforms import read_burst

HEADROOM = 3.0
"""The range holds so many times the current expected."""
WIDEST_RANGE = 1000.0
"""A range so many times the current still shows it to 0.1 %: its floor is 1e-5 of the range
(physics.md §7), and 200 readings are averaged."""
_DWELL_STEP_S = 1e-4


@dataclass(frozen=True)
class SmallSignalRead:
    """A burst of readings at +V and -V in turn, and how it is measured."""

    waveform: Waveform
    sensing: Sensing

    @staticmethod
    def of(smu: SmuCapabilities, current_a: float, read_v: float) -> SmallSignalRead:
        """The quickest read that shows a current as large as `current_a`.

        A small range settles slowly, so that each level is held longer on it.
        """
        holds = [r for r in smu.current_ranges_a if r >= HEADROOM * current_a]
        shows = [r for r in holds if r <= WIDEST_RANGE * current_a]
        known = shows or holds[:1] or smu.current_ranges_a[-1:]
        range_a = min(known, key=lambda r: (smu.settling_s.get(r, 0.0), r))
        needed_s = smu.settling_s.get(range_a, 0.0) + APERTURE_S
        dwell_s = max(READ_DWELL_S, math.ceil(needed_s / _DWELL_STEP_S) * _DWELL_STEP_S)
        return SmallSignalRead(
            waveform=read_burst(read_v, READ_PAIRS, round(dwell_s, 6)),
            sensing=Sensing(range_a=range_a, limit_a=READ_LIMIT_A, aperture_s=APERTURE_S),
        )

    def application(self, device: str, columns: Mapping[str, Any]) -> Application:
        """This read of one device."""
        return Application(
            device=device,
            waveform=self.waveform,
            sensing=self.sensing,
            purpose=Purpose.READ,
            columns=columns,
        )


def read_small_signal(
    bench: Bench, device: str, expected_s: float, read_v: float, columns: Mapping[str, Any]
) -> float:
    """Conductance (S) at +-`read_v`, below 0.1 V, on a range that shows the current well.

    Read again, beside the same columns, where the range overflows or is far too wide: of such
    readings the last counts. `expected_s` need not be close. Raises `MeasurementStopped` when the
    largest range overflows as well.
    """
    current_a = expected_s * read_v
    while True:
        read = SmallSignalRead.of(bench.smu, current_a, read_v)
        range_a = read.sensing.range_a
        trace = bench.apply(read.application(device, columns))
        if (trace.flags & Flag.OVERFLOW).any():
            if range_a >= bench.smu.current_ranges_a[-1]:
                raise MeasurementStopped(
                    f"{device}: more than {range_a:g} A at {read_v:g} V; is it shorted?"
                )
            current_a = range_a
            continue
        conductance_s = slope_conductance(trace.set_v, trace.current_a)
        current_a = abs(conductance_s) * read_v
        better = SmallSignalRead.of(bench.smu, current_a, read_v)
        if range_a <= WIDEST_RANGE * current_a or better.sensing.range_a >= range_a:
            return conductance_s
