"""Waiting for the stage: a temperature counts when it has stayed in its band and stopped moving."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from drivers.roles import Clock
from procedures.analysis.statistics import fit_line
from procedures.base import Stage
from procedures.errors import MeasurementStopped

POLL_S = 10.0
"""How often the stage is looked at: one wait of the clock each."""
_S_PER_MIN = 60.0


@dataclass(frozen=True, kw_only=True)
class StabilityGate:
    """When a stage counts as settled. What hangs on it follows later: hence the dwell."""

    band_k: float
    """Largest distance from the set-point."""
    slope_k_per_min: float
    """Largest slope of a line through the readings of the dwell."""
    dwell_s: float
    """How long both must hold."""
    timeout_s: float
    """Time allowed beyond what the ramp itself takes."""
    rate_k_per_min: float
    """How fast the set-point moves."""

    def allowed_s(self, distance_k: float) -> float:
        """Longest time a change by `distance_k` may take."""
        return travel_s(distance_k, self.rate_k_per_min) + self.timeout_s


@dataclass(frozen=True)
class _Reading:
    time_s: float
    kelvin: float


def travel_s(distance_k: float, rate_k_per_min: float) -> float:
    """Time of a ramp."""
    return abs(distance_k) / rate_k_per_min * _S_PER_MIN


def settle(stage: Stage, clock: Clock, setpoint_k: float, gate: StabilityGate) -> Iterator[float]:
    """Bring the stage to a set-point and wait until it has settled there.

    Yields the temperature (K) whenever it has looked. Raises `MeasurementStopped` when the time
    allowed is over.
    """
    start_s, allowed_s = clock.now(), gate.allowed_s(setpoint_k - stage.temperature_k())
    stage.go_to(setpoint_k, gate.rate_k_per_min)
    readings: deque[_Reading] = deque()
    while True:
        readings.append(_Reading(clock.now(), stage.temperature_k()))
        yield readings[-1].kelvin
        if stage.ramping():
            readings.clear()
        elif _settled(readings, setpoint_k, gate):
            return
        if clock.now() - start_s > allowed_s:
            raise MeasurementStopped(
                _never_settled(readings, setpoint_k, gate, clock.now() - start_s)
            )
        while readings and readings[0].time_s < clock.now() - gate.dwell_s:
            readings.popleft()
        clock.wait(POLL_S)


def _settled(readings: deque[_Reading], setpoint_k: float, gate: StabilityGate) -> bool:
    if readings[-1].time_s - readings[0].time_s < gate.dwell_s:
        return False
    within = all(abs(reading.kelvin - setpoint_k) <= gate.band_k for reading in readings)
    return within and abs(_slope_k_per_min(readings)) <= gate.slope_k_per_min


def _slope_k_per_min(readings: deque[_Reading]) -> float:
    times_s, kelvins = zip(*((r.time_s, r.kelvin) for r in readings), strict=True)
    return fit_line(times_s, kelvins).slope * _S_PER_MIN


def _never_settled(
    readings: deque[_Reading], setpoint_k: float, gate: StabilityGate, waited_s: float
) -> str:
    if len(readings) < 2:
        seen = "the set-point was still moving"
    else:
        worst_k = max(abs(reading.kelvin - setpoint_k) for reading in readings)
        seen = (
            f"it stands at {readings[-1].kelvin:.3f} K, has been {worst_k:.3g} K off (band "
            f"{gate.band_k:g} K) and moves by {_slope_k_per_min(readings):.3g} K/min (limit "
            f"{gate.slope_k_per_min:g} K/min)"
        )
    return (
        f"the stage did not settle at {setpoint_k:g} K within {waited_s:.0f} s: {seen}. Check the "
        "heater, its control loop, and the cooling; or widen band, slope, or timeout"
    )
