"""One Ag2S device: its current, and what a voltage held for a time does to it (physics.md §1).

The functions are written on scalars so that they run as plain Python and under numba alike.
"""

from __future__ import annotations

import functools
import math
from collections.abc import MutableSequence, Sequence
from typing import NamedTuple

from sim_backend.physics.parameters import DeviceParameters

BOLTZMANN_EV_PER_K = 8.617333262e-5
REFERENCE_K = 300.0
WARN_ABOVE_K = 400.0
COLDEST_K, HOTTEST_K = 20.0, 440.0
"""Where the model ends: Ag2S changes phase at 449 K; in the cold conductances leave what numbers
hold."""
EVENT_V = 0.1
"""An excursion to at least this voltage is one switching event with factors of its own."""

X_SET, X_RESET, X_FILAMENT, THRESHOLD_V = range(4)
"""Places in the row of one event's factors."""

_WRITE_V = 0.2
_FILAMENT_V = 0.5
_LARGEST_ARGUMENT = 150.0
LEAST_JUNCTION_S = 1e-14
"""No reset ends below this."""


class TemperatureOutOfModel(ValueError):
    """The sample is where the model says nothing."""


class State(NamedTuple):
    """What a device remembers: conductances at 300 K and the time since each was programmed."""

    junction_s: float
    filament_s: float
    junction_age_s: float
    filament_age_s: float


class Constants(NamedTuple):
    """A device's parameters at one temperature, ready for the stepping."""

    ideality_v: float
    junction_scale_s: float
    junction_exponent: float
    filament_scale: float
    series_ohm: float
    leak_s: float
    lead_ohm: float
    set_rate: float
    reset_rate: float
    migration_v: float
    migration_scale: float
    floor_s: float
    floor_v: float
    cap_s: float
    quantum_s: float
    filament_max_s: float
    growth_rate: float
    dissolution_v: float
    dissolution_rate: float
    junction_drift: float
    filament_drift: float
    drift_onset_s: float


@functools.lru_cache(maxsize=256)
def constants(p: DeviceParameters, temperature_k: float) -> Constants:
    """The constants of a device at 20 to 440 K; raises `TemperatureOutOfModel` elsewhere.

    All ion rates, the filament's too, follow one activation energy [choice].
    """
    if not COLDEST_K <= temperature_k <= HOTTEST_K:
        raise TemperatureOutOfModel(
            f"sample at {temperature_k:g} K: the device model holds from {COLDEST_K:g} K to "
            f"{HOTTEST_K:g} K"
        )
    exponent = REFERENCE_K / temperature_k
    hopping = math.exp(
        -p.activation_energy_ev / BOLTZMANN_EV_PER_K * (1.0 / temperature_k - 1.0 / REFERENCE_K)
    )
    area_m2 = math.pi * (p.hole_diameter_m / 2.0) ** 2
    barrierless_s = area_m2 * p.richardson_a_m2_k2 * REFERENCE_K / BOLTZMANN_EV_PER_K
    dissolution_span_v = _FILAMENT_V - p.dissolution_voltage_v
    return Constants(
        ideality_v=2.0 * BOLTZMANN_EV_PER_K * temperature_k / max(p.bias_share, 1e-6),
        junction_scale_s=barrierless_s / exponent * barrierless_s**-exponent,
        junction_exponent=exponent,
        filament_scale=1.0 / (1.0 + p.filament_tcr_per_k * (temperature_k - REFERENCE_K)),
        series_ohm=p.series_resistance_ohm,
        leak_s=p.leak_conductance_s,
        lead_ohm=p.lead_resistance_ohm,
        set_rate=p.set_rate_s_per_s * hopping,
        reset_rate=p.reset_rate_per_s * hopping,
        migration_v=p.migration_voltage_v,
        migration_scale=math.sinh(_WRITE_V / p.migration_voltage_v / 2.0) ** -2,
        floor_s=p.floor_conductance_s,
        floor_v=p.floor_voltage_v,
        cap_s=p.cap_conductance_s,
        quantum_s=p.quantum_conductance_s,
        filament_max_s=p.filament_max_conductance_s,
        growth_rate=p.growth_rate_s_per_s / _FILAMENT_V * hopping,
        dissolution_v=p.dissolution_voltage_v,
        dissolution_rate=p.dissolution_rate_per_s / dissolution_span_v * hopping,
        junction_drift=p.interface_drift_exponent,
        filament_drift=p.filament_drift_exponent,
        drift_onset_s=p.drift_onset_s,
    )


def strained(c: Constants, gain: float) -> Constants:
    """The constants of a device whose conductance is multiplied by `gain` (physics.md §1.4)."""
    return c._replace(
        junction_scale_s=c.junction_scale_s * gain,
        filament_scale=c.filament_scale * gain,
        series_ohm=c.series_ohm / gain,
        leak_s=c.leak_s * gain,
    )


def current(c: Constants, s: State, voltage_v: float) -> float:
    """Current (A) through a device in state `s` with `voltage_v` across it (physics.md §1.1)."""
    junction_s = s.junction_s**c.junction_exponent
    conductance_s = 1.0 / (c.series_ohm + junction_ohm(c, voltage_v) / junction_s) + c.leak_s
    conductance_s += s.filament_s * c.filament_scale
    return voltage_v * conductance_s / (1.0 + c.lead_ohm * conductance_s)


def junction_ohm(c: Constants, voltage_v: float) -> float:
    """Resistance of the junction at a voltage, for a state of 1 S (to its temperature's power)."""
    x = min(abs(voltage_v) / c.ideality_v, _LARGEST_ARGUMENT)
    return (x / math.sinh(x) if x > 1e-6 else 1.0) / c.junction_scale_s


def nucleated(c: Constants, s: State, factors: Sequence[float], voltage_v: float) -> State:
    """The state once a voltage beyond the threshold has closed the first filament (§1.3)."""
    if -voltage_v > factors[THRESHOLD_V] and s.filament_s < c.quantum_s:
        return State(s.junction_s, c.quantum_s, s.junction_age_s, 0.0)
    return s


class Effect(NamedTuple):
    """What a voltage held for a time does to a junction, but for the factors of the event."""

    age_s: float
    """Time since it was programmed, afterwards."""
    decay: float
    """Share that drift leaves."""
    growth_s: float
    """What is set for a factor of 1; 0 where nothing is."""
    floor_s: float
    """What a reset ends at for a factor of 1; it only draws from above."""
    left: float
    """Share of the junction that is left above the floor."""
    drawn: float
    """Share of the floor that takes the place of what is gone."""


def effect(c: Constants, age_s: float, voltage_v: float, duration_s: float) -> Effect:
    """The effect on a junction of that age (physics.md §1.2, §1.4).

    Exact for a constant voltage, so a step may be cut anywhere; only where a weak positive voltage
    and drift act together is the drift's rate averaged over the step.
    """
    if abs(voltage_v) >= EVENT_V:
        age_s, drift, exposure_s = 0.0, 0.0, duration_s
    else:
        onset_s = age_s + c.drift_onset_s
        age_s += duration_s
        drift = c.junction_drift * math.log1p(duration_s / onset_s)
        # What is set early in the step drifts for the rest of it.
        kept_s = onset_s + duration_s - onset_s * math.exp(-drift)
        exposure_s = kept_s / (1.0 + c.junction_drift)
    x = min(abs(voltage_v) / c.migration_v / 2.0, _LARGEST_ARGUMENT)
    migration = (math.sinh(x) ** 2 * c.migration_scale) ** 2
    decay = math.exp(-drift)
    if voltage_v < 0.0:
        return Effect(age_s, decay, c.set_rate * migration * exposure_s, 0.0, decay, 0.0)
    floor_s = c.floor_s * math.exp((_WRITE_V - voltage_v) / c.floor_v)
    relaxation = c.reset_rate * migration * duration_s
    if relaxation == 0.0:
        return Effect(age_s, decay, 0.0, floor_s, decay, 0.0)
    total = relaxation + drift
    left = math.exp(-total)
    return Effect(age_s, decay, 0.0, floor_s, left, relaxation / total * (1.0 - left))


def advance(
    c: Constants, s: State, factors: Sequence[float], voltage_v: float, duration_s: float
) -> State:
    """The state after `voltage_v` was across the device for `duration_s` (physics.md §1.2-1.4)."""
    e = effect(c, s.junction_age_s, voltage_v, duration_s)
    junction_s = s.junction_s * e.decay
    if e.growth_s > 0.0:
        grown_s = junction_s + e.growth_s * factors[X_SET]
        junction_s = max(junction_s, min(grown_s, c.cap_s * factors[X_SET]))
    else:
        floor_s = max(e.floor_s * factors[X_RESET], LEAST_JUNCTION_S)
        if s.junction_s > floor_s:
            junction_s = s.junction_s * e.left + floor_s * e.drawn
    if s.filament_s == 0.0:
        return State(junction_s, 0.0, e.age_s, 0.0)
    filament_s, filament_age_s = _filament(c, s, factors, voltage_v, duration_s)
    return State(junction_s, filament_s, e.age_s, filament_age_s)


def _filament(
    c: Constants, s: State, factors: Sequence[float], voltage_v: float, duration_s: float
) -> tuple[float, float]:
    if -voltage_v > factors[THRESHOLD_V]:
        grown_s = s.filament_s - c.growth_rate * voltage_v * factors[X_FILAMENT] * duration_s
        return max(s.filament_s, min(grown_s, c.filament_max_s)), 0.0
    if voltage_v > c.dissolution_v:
        decay = c.dissolution_rate * (voltage_v - c.dissolution_v) * duration_s
        left_s = s.filament_s * math.exp(-decay)
        return (left_s if left_s >= c.quantum_s / 2.0 else 0.0), 0.0
    if abs(voltage_v) >= EVENT_V:
        return s.filament_s, s.filament_age_s
    onset_s = s.filament_age_s + c.drift_onset_s
    drift = c.filament_drift * math.log1p(duration_s / onset_s)
    return s.filament_s * math.exp(-drift), s.filament_age_s + duration_s


class Track(NamedTuple):
    """Steps for one device, each sequence of length n: lists in plain Python, arrays compiled."""

    level_v: Sequence[float]
    duration_s: Sequence[float]
    event: Sequence[int]
    """The row of `factors` each step belongs to."""
    factors: Sequence[Sequence[float]]
    current_a: MutableSequence[float]
    """Filled in: current at the end of each step."""
    peak_a: MutableSequence[float]
    """Filled in: largest magnitude of the current in each step."""
    limit_a: float


def run_unlimited(c: Constants, s: State, track: Track, first: int, stop: int) -> tuple[int, State]:
    """Take a device through the steps from `first` up to `stop` while the limit does not act.

    Returns the first step not taken and the state before it.
    """
    for i in range(first, stop):
        v = track.level_v[i]
        row = track.factors[track.event[i]]
        begun = nucleated(c, s, row, v)
        peak_a = current(c, begun, v) if v > 0.0 else 0.0
        ended = advance(c, begun, row, v, track.duration_s[i])
        track.current_a[i] = current(c, ended, v)
        track.peak_a[i] = max(peak_a, abs(track.current_a[i]))
        if track.peak_a[i] > track.limit_a:
            return i, s
        s = ended
    return stop, s


COMPILED_TOGETHER = (current, junction_ohm, nucleated, advance, effect, _filament)
"""What `run_unlimited` calls, for a compiler that has to know."""
