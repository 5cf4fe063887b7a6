"""Reading a conductance without moving it: short bursts at +-5 mV on a fixed, settled range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drivers.roles import Flag, Sensing, SmuCapabilities
from procedures.analysis.conductance import APERTURE_S, slope_conductance
from procedures.base import Application, Bench, PlannedApplication, Purpose
from procedures.errors import MeasurementStopped
from procedures.techniques.kernels import HIGH_RESISTANCE_LIMIT_S
from procedures.techniques.waveforms import read_burst

READ_V = 5e-3
READ_PAIRS = 100
READ_DWELL_S = 1e-3
READ_LIMIT_A = 1e-3


def settled_sensing(
    smu: SmuCapabilities, current_a: float, dwell_s: float, limit_a: float
) -> Sensing:
    """The smallest fixed range that holds `current_a` and settles within `dwell_s`."""
    usable = [
        range_a
        for range_a in smu.current_ranges_a
        if range_a >= current_a and smu.settling_s.get(range_a, 0.0) <= dwell_s - APERTURE_S
    ]
    range_a = usable[0] if usable else smu.current_ranges_a[-1]
    return Sensing(range_a=range_a, limit_a=limit_a, aperture_s=APERTURE_S)


def read_conductance(
    bench: Bench, device: str, expected_s: float, columns: Mapping[str, Any]
) -> float:
    """Conductance at +-5 mV (S), from 200 readings; the range goes up where a reading overflows.

    Raises `MeasurementStopped` when the largest range overflows as well.
    """
    burst = read_burst(READ_V, READ_PAIRS, READ_DWELL_S)
    current_a = 1.5 * expected_s * READ_V
    while current_a <= bench.smu.current_ranges_a[-1]:
        sensing = settled_sensing(bench.smu, current_a, READ_DWELL_S, READ_LIMIT_A)
        trace = bench.apply(
            Application(
                device=device,
                waveform=burst,
                sensing=sensing,
                purpose=Purpose.READ,
                columns=columns,
            )
        )
        if not (trace.flags & Flag.OVERFLOW).any():
            return slope_conductance(trace.set_v, trace.current_a)
        current_a = 2 * sensing.range_a
    raise MeasurementStopped(
        f"{device}: more than {bench.smu.current_ranges_a[-1]:g} A at {READ_V:g} V; is it shorted?"
    )


def planned_read(device: str, smu: SmuCapabilities, pause_s: float = 0.0) -> PlannedApplication:
    """One conductance reading after a pause, for `plan`."""
    sensing = settled_sensing(smu, HIGH_RESISTANCE_LIMIT_S * READ_V, READ_DWELL_S, READ_LIMIT_A)
    burst = read_burst(READ_V, READ_PAIRS, READ_DWELL_S)
    return PlannedApplication(
        application=Application(
            device=device, waveform=burst, sensing=sensing, purpose=Purpose.READ
        ),
        pause_s=pause_s,
    )
