"""Set-points, ramps, and heaters of the Lake Shore 336, and what they do to the cryostat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sim_backend.clock import VirtualClock
from sim_backend.instruments.lakeshore336.settings import AT_POWER_UP, OUTPUTS, SETTINGS, Value
from sim_backend.physics.cryostat import Cryostat

STALE_SETPOINT_S = 0.5
"""How long `SETP?` answers the old value after a change (instruments.md §8.1)."""
CLOSED_LOOP = 1
SENSOR_INPUT = 1
"""Number of input A in OUTMODE, where the stage's sensor is connected."""
CONTROL_OUTPUT = "1"
"""The output whose heater is on the stage."""
COLDEST_K, HOTTEST_K = 77.0, 400.0
"""Stage temperatures that need no and full heater power [choice]."""


@dataclass(frozen=True)
class _Ramp:
    """A set-point on its way."""

    start_s: float
    from_k: float
    to_k: float
    rate_k_per_s: float

    @property
    def end_s(self) -> float:
        return self.start_s + abs(self.to_k - self.from_k) / self.rate_k_per_s

    def at(self, time_s: float) -> float:
        travelled_k = self.rate_k_per_s * (time_s - self.start_s)
        if self.to_k >= self.from_k:
            return min(self.from_k + travelled_k, self.to_k)
        return max(self.from_k - travelled_k, self.to_k)


class TemperatureLoops:
    """All stored settings, and the control loop of the stage that follows from them."""

    def __init__(
        self, clock: VirtualClock, cryostat: Cryostat, on_ramp_done: Callable[[str], None]
    ) -> None:
        self._clock = clock
        self._cryostat = cryostat
        self._on_ramp_done = on_ramp_done
        self._values: dict[tuple[str, ...], tuple[Value, ...]] = dict(AT_POWER_UP)
        self._ramps: dict[str, _Ramp] = {}
        self._ramp_tickets: dict[str, int] = {}
        self._limit_ticket: int | None = None
        self._stale: dict[str, tuple[float, float]] = {}

    def value(self, command: str, *key: str) -> tuple[Value, ...]:
        """Fields of a setting."""
        return self._values.get((command, *key), SETTINGS[command].default)

    def store(self, command: str, key: tuple[str, ...], fields: tuple[Value, ...]) -> None:
        """Change a setting, and what depends on it."""
        output = key[0] if key else ""
        before_k = self.setpoint_k(output) if command in ("SETP", "RAMP") else 0.0
        if command == "SETP":
            self._stale[output] = (self._clock.now_s + STALE_SETPOINT_S, before_k)
        self._values[command, *key] = fields
        if command == "SETP" or (command == "RAMP" and output in self._ramps):
            self._move_setpoint(output, before_k)
        if command in ("SETP", "RAMP", "RANGE", "OUTMODE") and output == CONTROL_OUTPUT:
            self._drive()
        if command == "TLIMIT":
            self._watch_limit()

    def reset(self) -> None:
        """Everything as after power-up."""
        for output in tuple(self._ramps):
            self._end_ramp(output)
        self._values = dict(AT_POWER_UP)
        self._stale.clear()
        self._drive()

    def setpoint_k(self, output: str) -> float:
        """Where the set-point is now, on its way or arrived."""
        ramp = self._ramps.get(output)
        return self._target_k(output) if ramp is None else ramp.at(self._clock.now_s)

    def shown_setpoint_k(self, output: str) -> float:
        """What `SETP?` answers: where the set-point is now, for a moment still where it was."""
        until_s, old_k = self._stale.get(output, (0.0, 0.0))
        return old_k if self._clock.now_s < until_s else self.setpoint_k(output)

    def ramping(self, output: str) -> bool:
        """Whether the set-point is on its way."""
        return output in self._ramps

    def controlling(self) -> bool:
        """Whether the heater of the stage is on and follows the sensor on the stage."""
        mode, sensor, _ = self.value("OUTMODE", CONTROL_OUTPUT)
        heating = self.value("RANGE", CONTROL_OUTPUT)[0]
        return mode == CLOSED_LOOP and sensor == SENSOR_INPUT and bool(heating)

    def heater_percent(self) -> float:
        """Power of the heater that controls: what holds the stage, and a proportional part."""
        stage_k = self._cryostat.stage_temperature_k()
        holding = 100 * (stage_k - COLDEST_K) / (HOTTEST_K - COLDEST_K)
        proportional = float(self.value("PID", CONTROL_OUTPUT)[0])
        error_k = self.setpoint_k(CONTROL_OUTPUT) - stage_k
        return min(max(holding + proportional * error_k / 10, 0.0), 100.0)

    def snapshot(self) -> dict[str, Any]:
        """Settings and ramps, JSON-able."""
        return {
            "values": list(self._values.items()),
            "ramps": {output: asdict(ramp) for output, ramp in self._ramps.items()},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up a state again; the cryostat has been restored before."""
        self._values = {tuple(key): tuple(fields) for key, fields in state["values"]}
        for output, ramp in state["ramps"].items():
            self._begin_ramp(output, _Ramp(**ramp))
        self._watch_limit()

    def _target_k(self, output: str) -> float:
        return float(self.value("SETP", output)[0])

    def _move_setpoint(self, output: str, from_k: float) -> None:
        self._end_ramp(output)
        enabled, rate_k_per_min = self.value("RAMP", output)
        to_k = self._target_k(output)
        # A rate of 0 means infinitely fast (instruments.md §8.1).
        if enabled and rate_k_per_min and to_k != from_k:
            rate_k_per_s = float(rate_k_per_min) / 60
            self._begin_ramp(output, _Ramp(self._clock.now_s, from_k, to_k, rate_k_per_s))

    def _begin_ramp(self, output: str, ramp: _Ramp) -> None:
        def done() -> None:
            self._end_ramp(output)
            self._on_ramp_done(output)

        self._ramps[output] = ramp
        self._ramp_tickets[output] = self._clock.call_at(ramp.end_s, done)

    def _end_ramp(self, output: str) -> None:
        if self._ramps.pop(output, None) is not None:
            self._clock.cancel(self._ramp_tickets.pop(output))

    def _drive(self) -> None:
        ramp = self._ramps.get(CONTROL_OUTPUT)
        if not self.controlling():
            self._cryostat.release()
        elif ramp is None:
            self._cryostat.hold(self._target_k(CONTROL_OUTPUT))
        else:
            self._cryostat.ramp(ramp.at(self._clock.now_s), ramp.to_k, ramp.rate_k_per_s)
        self._watch_limit()

    def _watch_limit(self) -> None:
        if self._limit_ticket is not None:
            self._clock.cancel(self._limit_ticket)
            self._limit_ticket = None
        limit_k = float(self.value("TLIMIT", "A")[0])
        if not limit_k or not self.controlling():
            return
        if (crossing_s := self._cryostat.crosses_s(limit_k)) is not None:
            self._limit_ticket = self._clock.call_at(crossing_s, self._shut_down)

    def _shut_down(self) -> None:
        self._limit_ticket = None
        for output in OUTPUTS:
            self._values["RANGE", output] = (0,)
        self._drive()
