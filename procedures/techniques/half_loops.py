"""Half loops: from 0 V to one peak and back, as staircase or pulses, and readings between them."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drivers.roles import Sensing, SmuCapabilities, Trace, Waveform
from procedures.analysis.conductance import APERTURE_S
from procedures.analysis.switching import Curve, abrupt_rise
from procedures.base import Application, Bench, PlannedApplication, Purpose, Watch
from procedures.errors import MeasurementStopped, ParameterError
from procedures.techniques.small_signal import SmallSignalRead, read_small_signal
from procedures.techniques.waveforms import excursions, pulse_train

logger = logging.getLogger(__name__)

STRESS_FROM_V = 0.1
"""From this magnitude on, a device may change at once."""
RESOLVED_SHARE = 1e-4
"""Currents below this share of the range count as not resolved: they are within ten times the
floor of a range (physics.md §7)."""
LOOK_EVERY_S = 20e-3
"""How often a guard looks at most."""
FIRST_GUESS_S = 1e-6
"""What a device of which nothing is known is expected to conduct."""


@dataclass(frozen=True, kw_only=True)
class HalfLoop:
    """An excursion to one peak in equal steps, and how it is measured."""

    peak_v: float
    step_v: float
    """Wanted; the steps are as near to it as divides the peak evenly."""
    dwell_s: float
    limit_a: float
    range_a: float

    @property
    def steps(self) -> int:
        """Steps of one edge."""
        return max(1, round(abs(self.peak_v) / self.step_v))

    @property
    def sensing(self) -> Sensing:
        """One fixed range, and the compliance."""
        return Sensing(range_a=self.range_a, limit_a=self.limit_a, aperture_s=APERTURE_S)

    def staircase(self) -> Waveform:
        """Level after level, each read at its end; ends at 0 V."""
        return excursions(self.peak_v, self.steps, self.dwell_s)

    def pulses(self, gap_s: float) -> Waveform:
        """The same levels as pulses with 0 V in between, each read at its end."""
        levels_v = self.staircase().levels_v[:-1]
        train = pulse_train(levels_v, self.dwell_s, self.dwell_s + gap_s)
        return Waveform(train.levels_v, train.dwell_s, train.levels_v != 0.0)

    def application(
        self,
        device: str,
        waveform: Waveform,
        columns: Mapping[str, Any],
        watch: Watch | None = None,
    ) -> Application:
        """A waveform of this half on its way to a device."""
        stress = waveform.peak_v >= STRESS_FROM_V
        return Application(
            device=device,
            waveform=waveform,
            sensing=self.sensing,
            purpose=Purpose.STRESS if stress else Purpose.READ,
            columns=columns,
            watch=watch,
        )


def jump_guard(half: HalfLoop, decades: float) -> Watch | None:
    """Ends a half loop whose conductance rises so much from one reading to the next; 0: never."""
    if not decades:
        return None

    def tripped(trace: Trace) -> bool:
        resolved_a = RESOLVED_SHARE * half.range_a
        curve = Curve.at_bias(trace.set_v, trace.voltage_v, trace.current_a, resolved_a)
        return abrupt_rise(curve, decades) is not None

    return Watch(interval_s=max(LOOK_EVERY_S, half.dwell_s), tripped=tripped)


def whole_microseconds(time_s: float, what: str) -> float:
    """The time, which instruments keep in whole microseconds.

    Raises `ParameterError` for one that is not a whole number of them.
    """
    whole_s = round(time_s * 1e6) / 1e6
    if not math.isclose(whole_s, time_s, rel_tol=1e-6):
        raise ParameterError(
            f"{what} is {time_s * 1e6:.3f} us; instruments keep time in whole microseconds"
        )
    return whole_s


def decade_above(current_a: float) -> float:
    """The smallest power of ten that is not below a current (A): measuring ranges are decades."""
    return float(f"1e{math.ceil(math.log10(current_a) - 1e-9)}")


def try_state(
    bench: Bench, device: str, expected_s: float, read_v: float, columns: Mapping[str, Any]
) -> float:
    """Conductance (S) at +-`read_v`; nan and a warning where no range holds the current."""
    try:
        return read_small_signal(bench, device, expected_s, read_v, columns)
    except MeasurementStopped as stopped:
        logger.warning("%s", stopped)
        return math.nan


def planned_state_read(
    device: str, smu: SmuCapabilities, expected_s: float, read_v: float, count: int = 1
) -> PlannedApplication:
    """Readings of an unknown state, for `plan`; each may take a second burst."""
    read = SmallSignalRead.of(smu, expected_s * read_v, read_v)
    return PlannedApplication(
        application=read.application(device, {}), count=count, at_most=2 * count
    )
