"""The stage under the sample: its temperature, what the sensor says of it, and the sample's lag."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sim_backend.physics.statistics import gauss

AMBIENT_K = 300.0
NATURAL_FREQUENCY_PER_S = 0.05
DAMPING = 0.6
SAMPLE_LAG_S = 8.0
SENSOR_NOISE_K = 10e-3
READINGS_PER_S = 10
DRIFT_S = 600.0
"""Time constant with which the stage goes back to ambient when the heater is off [choice]."""

Disturbance = Callable[[float], tuple[float, float]]
"""By how much stage and sample (K) are away from where they should be, so many seconds on."""

_CONTROLLED_POLE = NATURAL_FREQUENCY_PER_S * complex(-DAMPING, math.sqrt(1 - DAMPING**2))
_DRIFT_POLE = complex(-1 / DRIFT_S)
_NOISE_OWNER = 0x336
_NOISE_STREAM = 0


_SETTLED_S = 900.0
"""After this time of one segment without end nothing rises any more."""
_MOST_STEPS = 5000
_BISECTIONS = 40


@dataclass(frozen=True)
class _Line:
    """What the stage follows."""

    setpoint_k: float
    slope_k_per_s: float = 0.0


@dataclass(frozen=True, kw_only=True)
class _Segment:
    """A stretch of time in which the stage follows one straight line, or drifts to ambient.

    The stage is `target + Re(c exp(p t))` with one pole p, so both it and the sample behind it
    (first-order lag) have a closed form, exact for any time.
    """

    start_s: float
    end_s: float
    stage_k: float
    stage_k_per_s: float
    sample_k: float
    setpoint_k: float
    slope_k_per_s: float
    controlled: bool

    def at(self, time_s: float) -> tuple[float, float, float]:
        """Stage (K), its rate (K/s), and sample (K)."""
        pole, stage_lag_s = _DRIFT_POLE, 0.0
        if self.controlled:
            pole, stage_lag_s = _CONTROLLED_POLE, 2 * DAMPING / NATURAL_FREQUENCY_PER_S
        slope = self.slope_k_per_s
        origin_k = self.setpoint_k - stage_lag_s * slope
        coefficient = self._coefficient(pole, self.stage_k - origin_k)
        behind = coefficient / (1 + pole * SAMPLE_LAG_S)
        elapsed_s = time_s - self.start_s
        turn = cmath.exp(pole * elapsed_s)
        sample_origin_k = origin_k - SAMPLE_LAG_S * slope
        fading_k = (self.sample_k - sample_origin_k - behind.real) * math.exp(
            -elapsed_s / SAMPLE_LAG_S
        )
        return (
            origin_k + slope * elapsed_s + (coefficient * turn).real,
            slope + (coefficient * pole * turn).real,
            sample_origin_k + slope * elapsed_s + (behind * turn).real + fading_k,
        )

    def line_k(self, time_s: float) -> float:
        """Where what the stage follows is at a time."""
        return self.setpoint_k + self.slope_k_per_s * (time_s - self.start_s)

    def followed_by(
        self, line: _Line, *, start_s: float, end_s: float = math.inf, controlled: bool = True
    ) -> _Segment:
        """The segment that takes over from this one at a time."""
        stage_k, stage_k_per_s, sample_k = self.at(start_s)
        return _Segment(
            start_s=start_s,
            end_s=end_s,
            stage_k=stage_k,
            stage_k_per_s=stage_k_per_s,
            sample_k=sample_k,
            setpoint_k=line.setpoint_k,
            slope_k_per_s=line.slope_k_per_s,
            controlled=controlled,
        )

    def ended(self) -> _Segment:
        """What follows a ramp: its final set-point, held."""
        return self.followed_by(_Line(self.line_k(self.end_s)), start_s=self.end_s)

    def first_above_s(self, limit_k: float, from_s: float) -> float | None:
        """First time from `from_s` on at which the stage is above a temperature, if ever."""
        end_s = self.end_s if math.isfinite(self.end_s) else from_s + _SETTLED_S
        steps = min(max(math.ceil(end_s - from_s), 1), _MOST_STEPS)
        width_s = (end_s - from_s) / steps
        for step in range(steps + 1):
            time_s = from_s + step * width_s
            if self.at(time_s)[0] > limit_k:
                return self._bisect_s(limit_k, max(time_s - width_s, from_s), time_s)
        return None

    def _bisect_s(self, limit_k: float, below_s: float, above_s: float) -> float:
        for _ in range(_BISECTIONS):
            middle_s = (below_s + above_s) / 2
            if self.at(middle_s)[0] > limit_k:
                above_s = middle_s
            else:
                below_s = middle_s
        return above_s

    def _coefficient(self, pole: complex, offset_k: float) -> complex:
        if not pole.imag:
            return complex(offset_k)
        rate_k_per_s = self.stage_k_per_s - self.slope_k_per_s
        return complex(offset_k, (pole.real * offset_k - rate_k_per_s) / pole.imag)


class Cryostat:
    """Second-order stage, first-order sample, noisy sensor (physics.md §1.4).

    Everything follows from the commands and their times: asking changes nothing, so the answer
    does not depend on how often one asks.
    """

    def __init__(self, seed: int, now_s: Callable[[], float]) -> None:
        self._seed = seed
        self._now_s = now_s
        self._disturbance: tuple[float, Disturbance] | None = None
        """Since when, and what."""
        self._segment = _Segment(
            start_s=now_s(),
            end_s=math.inf,
            stage_k=AMBIENT_K,
            stage_k_per_s=0.0,
            sample_k=AMBIENT_K,
            setpoint_k=AMBIENT_K,
            slope_k_per_s=0.0,
            controlled=False,
        )

    def hold(self, setpoint_k: float) -> None:
        """Control the stage to a constant set-point from now on."""
        self._segment = self._current().followed_by(_Line(setpoint_k), start_s=self._now_s())

    def ramp(self, from_k: float, to_k: float, rate_k_per_s: float) -> None:
        """Control the stage along a set-point that moves at a rate above 0 and then stays."""
        start_s = self._now_s()
        line = _Line(from_k, math.copysign(rate_k_per_s, to_k - from_k))
        end_s = start_s + abs(to_k - from_k) / rate_k_per_s
        self._segment = self._current().followed_by(line, start_s=start_s, end_s=end_s)

    def release(self) -> None:
        """Heater off: the stage drifts to ambient."""
        self._segment = self._current().followed_by(
            _Line(AMBIENT_K), start_s=self._now_s(), controlled=False
        )

    def disturb(self, disturbance: Disturbance | None) -> None:
        """Let something else act on the stage from now on; None: nothing any more.

        What it has come to by then is left to the controller.
        """
        now_s, segment = self._now_s(), self._current()
        stage_k, sample_k = self._away_k(now_s)
        _, rate, _ = segment.at(now_s)
        line = _Line(segment.line_k(now_s), segment.slope_k_per_s)
        self._segment = replace(
            segment.followed_by(
                line, start_s=now_s, end_s=segment.end_s, controlled=segment.controlled
            ),
            stage_k=segment.at(now_s)[0] + stage_k,
            stage_k_per_s=rate,
            sample_k=segment.at(now_s)[2] + sample_k,
        )
        self._disturbance = None if disturbance is None else (now_s, disturbance)

    def stage_temperature_k(self) -> float:
        """True temperature of the stage."""
        now_s = self._now_s()
        return self._current().at(now_s)[0] + self._away_k(now_s)[0]

    def sample_temperature_k(self) -> float:
        """True temperature of the sample, which lags the stage."""
        now_s = self._now_s()
        return self._current().at(now_s)[2] + self._away_k(now_s)[1]

    def reading_tick(self) -> int:
        """Running number of the sensor's latest reading."""
        return math.floor(self._now_s() * READINGS_PER_S)

    def sensor_temperature_k(self) -> float:
        """Latest reading of the sensor on the stage."""
        tick = self.reading_tick()
        segment = self._current()
        time_s = max(tick / READINGS_PER_S, segment.start_s)
        noise_k = SENSOR_NOISE_K * float(gauss(self._seed, _NOISE_OWNER, _NOISE_STREAM, tick))
        return segment.at(time_s)[0] + self._away_k(time_s)[0] + noise_k

    def crosses_s(self, limit_k: float) -> float | None:
        """When the stage will first be above a temperature, as things stand; None: never."""
        segment, time_s = self._current(), self._now_s()
        crossing_s = segment.first_above_s(limit_k, time_s)
        if crossing_s is None and math.isfinite(segment.end_s):
            return segment.ended().first_above_s(limit_k, segment.end_s)
        return crossing_s

    def snapshot(self) -> dict[str, float | bool | None]:
        """State, JSON-able at full precision."""
        segment = vars(self._current())
        return {**segment, "end_s": None if math.isinf(segment["end_s"]) else segment["end_s"]}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up a state again."""
        end_s = math.inf if state["end_s"] is None else state["end_s"]
        self._segment = _Segment(**{**state, "end_s": end_s})

    def _away_k(self, time_s: float) -> tuple[float, float]:
        if self._disturbance is None:
            return 0.0, 0.0
        since_s, disturbance = self._disturbance
        return disturbance(max(time_s - since_s, 0.0))

    def _current(self) -> _Segment:
        if self._now_s() >= self._segment.end_s:
            self._segment = self._segment.ended()
        return self._segment
