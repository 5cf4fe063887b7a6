"""One pulse between two readings of the conductance: what pulse measurements are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from drivers.roles import Sensing, SmuCapabilities, Waveform
from procedures.analysis.conductance import APERTURE_S
from procedures.analysis.pulse_response import AFTER, PULSE, REST
from procedures.base import Application, Bench, PlannedApplication, Purpose
from procedures.columns import DWELL, PHASE, PULSE_WIDTH, STATE
from procedures.techniques.reading import READ_DWELL_S, planned_read, read_conductance
from procedures.techniques.states import DeviceState, prepare
from procedures.techniques.waveforms import evenly_read_width, timed_pulse

PREPARATION_TOLERANCE = 0.05
"""How closely a start state given as a conductance is programmed; what counts is its reading."""


@dataclass(frozen=True, kw_only=True)
class PulseShape:
    """The pulse of a measurement: everything about it but its width."""

    amplitude_v: float
    limit_a: float
    range_a: float
    delay_s: float
    """Between a pulse and the reading that judges it."""
    samples: int
    """Readings within the pulse, as far as the shortest dwell allows."""
    rests: int = 0
    """Readings at 0 V before the pulse, on its range: they show the floor of the current."""

    def application(
        self, device: str, width_s: float, smu: SmuCapabilities, columns: Mapping[str, Any]
    ) -> Application:
        """The pulse with its rests, on its way to a device."""
        waveform = self._waveform(width_s, smu)
        pulsed = waveform.levels_v != 0
        return Application(
            device=device,
            waveform=waveform,
            sensing=Sensing(range_a=self.range_a, limit_a=self.limit_a, aperture_s=APERTURE_S),
            purpose=Purpose.STRESS,
            columns={
                **columns,
                PHASE.header: np.where(pulsed, PULSE, REST),
                DWELL.header: waveform.dwell_s,
                PULSE_WIDTH.header: float(waveform.dwell_s[pulsed].sum()),
            },
        )

    def readings(self, width_s: float, smu: SmuCapabilities) -> int:
        """Readings within a pulse of a width."""
        return self._waveform(width_s, smu).recorded_points - self.rests

    def evenly_read(self, width_s: float, smu: SmuCapabilities) -> float:
        """The nearest width (s) that is read as often as its length allows."""
        return evenly_read_width(width_s, self.samples, smu.min_dwell_s, smu.time_resolution_s)

    def _waveform(self, width_s: float, smu: SmuCapabilities) -> Waveform:
        return timed_pulse(
            self.amplitude_v,
            width_s,
            self.samples,
            shortest_s=smu.min_dwell_s,
            tick_s=smu.time_resolution_s,
            rests=self.rests,
        )


class PulsedDevice:
    """A device that is brought to a state, pulsed, and read after a fixed delay."""

    def __init__(self, bench: Bench, device: str, pulse: PulseShape) -> None:
        self._bench = bench
        self.name = device
        self._pulse = pulse
        self._conductance_s = 1e-6
        self._columns: Mapping[str, Any] = {}

    def start_from(self, state: DeviceState, columns: Mapping[str, Any]) -> float:
        """Bring the device to a state; its conductance (S).

        `columns` go beside every reading until the next start. Raises `MeasurementStopped` when
        the state cannot be reached.
        """
        self._columns = {**columns, STATE.header: state.text}
        self._conductance_s = prepare(
            self._bench,
            self.name,
            state,
            tolerance=PREPARATION_TOLERANCE,
            columns=self._columns,
        )
        return self._conductance_s

    def pulse(self, width_s: float) -> float:
        """One pulse; the conductance (S) a fixed delay after it."""
        self._bench.apply(
            self._pulse.application(self.name, width_s, self._bench.smu, self._columns)
        )
        self._bench.clock.wait(self._pulse.delay_s)
        after = {**self._columns, PHASE.header: AFTER, DWELL.header: READ_DWELL_S}
        self._conductance_s = read_conductance(self._bench, self.name, self._conductance_s, after)
        return self._conductance_s


def planned_pulse(
    device: str, pulse: PulseShape, width_s: float, smu: SmuCapabilities
) -> list[PlannedApplication]:
    """What `PulsedDevice.pulse` will apply, for `plan`."""
    stress = pulse.application(device, width_s, smu, {})
    return [
        PlannedApplication(application=stress),
        planned_read(device, smu, pause_s=pulse.delay_s),
    ]
