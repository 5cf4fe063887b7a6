"""What the Lake Shore 336 reads on its inputs: temperatures, extremes, and alarms."""

from __future__ import annotations

from sim_backend.instruments.lakeshore336.loops import TemperatureLoops
from sim_backend.instruments.lakeshore336.settings import INPUTS, ExecutionError
from sim_backend.physics.cryostat import Cryostat

CONNECTED_INPUT = "A"
"""The only input with a sensor: the one on the stage."""
ICE_POINT_K = 273.15
INVALID_READING = 1
"""Bit of `RDGST?`."""
# Two points of a silicon diode's curve, joined by a straight line [choice].
_DIODE_COLD_K, _DIODE_COLD_V = 77.35, 1.0203
_DIODE_WARM_K, _DIODE_WARM_V = 300.0, 0.5597


def show(value: float) -> str:
    """A reading with sign and three decimals, two from 1000 on: six digits at most."""
    return f"{value:+.3f}" if abs(value) < 1000 else f"{value:+.2f}"


def choose(parameters: list[str], choices: tuple[str, ...]) -> str:
    """The one parameter of a query; raises `ExecutionError` when it is not among the choices."""
    if len(parameters) != 1 or parameters[0].upper() not in choices:
        raise ExecutionError(f"{parameters} instead of one of {choices}")
    return parameters[0].upper()


class InputReadings:
    """Readings of the four inputs, taken ten times a second."""

    def __init__(self, cryostat: Cryostat, loops: TemperatureLoops) -> None:
        self._cryostat = cryostat
        self._loops = loops
        self._extremes_k: tuple[float, float] | None = None
        self._latched: set[tuple[str, int]] = set()
        self._answered_tick = -1

    def kelvin(self, parameters: list[str]) -> str:
        """`KRDG?`: one input, or all four for `0`."""
        return self._answer(parameters, 0.0)

    def celsius(self, parameters: list[str]) -> str:
        """`CRDG?`."""
        return self._answer(parameters, ICE_POINT_K)

    def sensor_units(self, parameters: list[str]) -> str:
        """`SRDG?`: voltage of the diode; all four inputs for `0`."""
        if parameters == ["0"]:
            return ",".join(self.sensor_units([name]) for name in INPUTS)
        if not self._valid(choose(parameters, INPUTS)):
            return show(0.0)
        share = (self._kelvin() - _DIODE_COLD_K) / (_DIODE_WARM_K - _DIODE_COLD_K)
        return show(_DIODE_COLD_V + share * (_DIODE_WARM_V - _DIODE_COLD_V))

    def status(self, parameters: list[str]) -> str:
        """`RDGST?`."""
        return "0" if self._valid(choose(parameters, INPUTS)) else str(INVALID_READING)

    def extremes(self, parameters: list[str]) -> str:
        """`MDAT?`: lowest and highest reading given out since `MNMXRST`."""
        if not self._valid(choose(parameters, INPUTS)):
            return f"{show(0.0)},{show(0.0)}"
        self._kelvin()
        return ",".join(show(extreme) for extreme in self._extremes_k or ())

    def forget_extremes(self) -> None:
        """`MNMXRST`."""
        self._extremes_k = None

    def new_reading(self) -> bool:
        """Whether there is a reading that was not given out yet."""
        return self._cryostat.reading_tick() != self._answered_tick

    def alarm_state(self, parameters: list[str]) -> str:
        """`ALARMST?`: high alarm, low alarm."""
        channel = choose(parameters, INPUTS)
        return ",".join(str(int(on)) for on in self._alarms(channel))

    def any_alarm(self) -> bool:
        """Whether an alarm of any input is on."""
        return any(any(self._alarms(channel)) for channel in INPUTS)

    def reset_alarms(self) -> None:
        """`ALMRST`: forget alarms that were latched."""
        self._latched.clear()

    def _alarms(self, channel: str) -> tuple[bool, bool]:
        enabled, high_k, low_k, _, latching, *_ = self._loops.value("ALARM", channel)
        if not enabled or not self._valid(channel):
            return False, False
        now_k = self._cryostat.sensor_temperature_k()
        state = (now_k > float(high_k), now_k < float(low_k))
        if latching:
            self._latched |= {(channel, side) for side in (0, 1) if state[side]}
        return (
            state[0] or (channel, 0) in self._latched,
            state[1] or (channel, 1) in self._latched,
        )

    def _answer(self, parameters: list[str], zero_k: float) -> str:
        all_inputs = parameters in ([], ["0"])
        channels = INPUTS if all_inputs else (choose(parameters, INPUTS),)
        readings = (self._kelvin() - zero_k if self._valid(c) else 0.0 for c in channels)
        return ",".join(show(reading) for reading in readings)

    def _valid(self, channel: str) -> bool:
        sensor_type = self._loops.value("INTYPE", channel)[0]
        return channel == CONNECTED_INPUT and bool(sensor_type)

    def _kelvin(self) -> float:
        reading_k = self._cryostat.sensor_temperature_k()
        lowest_k, highest_k = self._extremes_k or (reading_k, reading_k)
        self._extremes_k = min(lowest_k, reading_k), max(highest_k, reading_k)
        self._answered_tick = self._cryostat.reading_tick()
        return reading_k
