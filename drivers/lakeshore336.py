"""Lake Shore 336 temperature controller: one sensor, one heater output, and its ramp."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import cast

from pymeasure.adapters import Adapter
from pymeasure.instruments import Instrument
from pymeasure.instruments.validators import strict_discrete_set, strict_range

from drivers.errors import InstrumentError

# instruments.md §8.1: bits of `*ESR?` that mean an error, and of `RDGST?`.
_EVENT_ERRORS = {4: "query error", 16: "execution error", 32: "command error"}
_READING_FAULTS = {
    1: "invalid reading",
    16: "temperature under range",
    32: "temperature over range",
    64: "sensor units zero",
    128: "sensor units over range",
}
_MAX_SETPOINT_K = 1505.0
_HEATER_RANGES = {"off": 0, "low": 1, "medium": 2, "high": 3}
_RATES_K_PER_MIN = (0.1, 100.0)
_RESOLUTION = 1e-3
"""Set-point (K) and rate (K/min) are reported with three decimals."""
_STALE_S = 1.0
"""`SETP?` may still answer with the old set-point for about half of this (instruments.md §8.1)."""


def _strict_fields(fields: Sequence[float], allowed: Sequence[object]) -> tuple[float, ...]:
    """Each field in its own set of values, or within its own (low, high) pair."""
    if len(fields) != len(allowed):
        raise ValueError(f"{len(allowed)} fields are needed, not {len(fields)}: {fields!r}")
    return tuple(
        strict_range(field, values)
        if isinstance(values, tuple)
        else strict_discrete_set(field, values)
        for field, values in zip(fields, allowed, strict=True)
    )


def _words(bits: int, meaning: dict[int, str]) -> str:
    return ", ".join(text for bit, text in meaning.items() if bits & bit)


class LakeShore336(Instrument):
    """Controller of a stage; fills the role `TemperatureController`.

    :param sensor: input that reads the stage, "A" to "D"
    :param output: heater output that holds it, 1 or 2
    :param heater: range that `go_to` switches the heater on with: "low", "medium", or "high"
    :param now_s: clock the instrument lives by; tells a stale set-point from a lost one
    """

    def __init__(
        self,
        adapter: Adapter | int | str,
        name: str = "Lake Shore 336",
        *,
        sensor: str = "A",
        output: int = 1,
        heater: str = "high",
        now_s: Callable[[], float] = time.monotonic,
        **kwargs: object,
    ) -> None:
        kwargs.setdefault("read_termination", "\n")
        kwargs.setdefault("write_termination", "\n")
        self._sensor = strict_discrete_set(sensor, "ABCD")
        self._output = str(strict_discrete_set(output, (1, 2)))
        self._heater = _HEATER_RANGES[strict_discrete_set(heater, tuple(_HEATER_RANGES)[1:])]
        self._now_s = now_s
        self._requested: tuple[float, float] | None = None
        super().__init__(adapter, name, includeSCPI=False, **kwargs)

    temperature = Instrument.measurement(
        "KRDG? {sensor}",
        """Measure the sensor's temperature, valid or not (float, K).""",
    )

    reading_status = Instrument.measurement(
        "RDGST? {sensor}",
        """Get the sum of the sensor's fault bits (int, 0 for a valid reading).""",
        get_process=int,
    )

    setpoint = Instrument.control(
        "SETP? {output}",
        "SETP {output},%.9g",
        """Control the set-point; it moves while a ramp runs (float, K, strictly 0 to 1505).""",
        validator=strict_range,
        values=(0.0, _MAX_SETPOINT_K),
        check_set_errors=True,
    )

    ramp = Instrument.control(
        "RAMP? {output}",
        "RAMP {output},%d,%.9g",
        """Control the ramp: whether the set-point moves gradually (int, strictly 0 or 1) and how
        fast (float, K/min, strictly 0 to 100, 0 for at once; list of both).""",
        validator=_strict_fields,
        values=({0, 1}, (0.0, _RATES_K_PER_MIN[1])),
        check_set_errors=True,
    )

    ramp_active = Instrument.measurement(
        "RAMPST? {output}",
        """Get whether the set-point is moving (bool).""",
        values={True: 1, False: 0},
        map_values=True,
    )

    heater_range = Instrument.control(
        "RANGE? {output}",
        "RANGE {output},%d",
        """Control the heater range (str, strictly "off", "low", "medium", or "high").""",
        validator=strict_discrete_set,
        values=_HEATER_RANGES,
        map_values=True,
        check_set_errors=True,
    )

    heater_output = Instrument.measurement(
        "HTR? {output}",
        """Measure the heater's output (float, % of the range's full scale, 0 to 100).""",
    )

    pid = Instrument.control(
        "PID? {output}",
        "PID {output},%.9g,%.9g,%.9g",
        """Control the control loop's proportional and integral terms (float, strictly 0.1 to 1000)
        and its derivative term (float, %, strictly 0 to 200; list of three).""",
        validator=_strict_fields,
        values=((0.1, 1000.0), (0.1, 1000.0), (0.0, 200.0)),
        check_set_errors=True,
    )

    heater_setup = Instrument.control(
        "HTRSET? {output}",
        "HTRSET {output},%d,%d,%.9g,%d",
        """Control the heater: resistance (int, strictly 1 for 25 Ohm or 2 for 50 Ohm), largest
        current (int, strictly 0 for the next field, 1 to 4 for 0.707, 1, 1.141, 2 A), largest
        current of the user's own (float, A, strictly 0 to 2), and what the display shows
        (int, strictly 1 for current or 2 for power; list of four).""",
        validator=_strict_fields,
        values=({1, 2}, {0, 1, 2, 3, 4}, (0.0, 2.0), {1, 2}),
        check_set_errors=True,
    )

    output_mode = Instrument.control(
        "OUTMODE? {output}",
        "OUTMODE {output},%d,%d,%d",
        """Control the output: mode (int, strictly 0 off, 1 closed loop, 2 zone, 3 open loop,
        4 monitor, 5 warm-up), input (int, strictly 0 none, 1 to 4 for A to D), and whether it is
        on after power-up (int, strictly 0 or 1; list of three).""",
        validator=_strict_fields,
        values=({0, 1, 2, 3, 4, 5}, {0, 1, 2, 3, 4}, {0, 1}),
        check_set_errors=True,
    )

    temperature_limit = Instrument.control(
        "TLIMIT? {sensor}",
        "TLIMIT {sensor},%.9g",
        """Control the temperature above which all outputs shut down
        (float, K, strictly 0 to 1505, 0 for no limit).""",
        validator=strict_range,
        values=(0.0, _MAX_SETPOINT_K),
        check_set_errors=True,
    )

    event_status = Instrument.measurement(
        "*ESR?",
        """Get and clear the standard event register (int, 0 to 255).""",
        get_process=int,
    )

    def write(self, command: str, **kwargs: object) -> None:
        """Send a command with this sensor and output in the places kept for them."""
        placed = command.replace("{sensor}", self._sensor).replace("{output}", self._output)
        super().write(placed, **kwargs)

    def check_errors(self) -> list[str]:
        """Nothing when no command failed since the last check; else raise `InstrumentError`."""
        self._refuse_events(cast(int, self.event_status), "last command")
        return []

    def check_set_errors(self) -> list[str]:
        """As `check_errors`, after a property was set."""
        return self.check_errors()

    def identify(self) -> str:
        """The reply to `*IDN?`; raises `InstrumentError` when it is of another model."""
        identity = self.ask("*IDN?").strip()
        if "MODEL336" not in identity:
            raise InstrumentError(
                f"{self.name}: expected a Lake Shore 336, but {identity!r} answers; "
                "check the address in the station file"
            )
        return identity

    def settings(self) -> dict[str, object]:
        """Set-point (K), ramp, heater, and control loop as the instrument reports them now."""
        queries = {
            "setpoint_k": "SETP? {output}",
            "ramp": "RAMP? {output}",
            "heater_range": "RANGE? {output}",
            "pid": "PID? {output}",
            "heater_setup": "HTRSET? {output}",
            "output_mode": "OUTMODE? {output}",
            "temperature_limit_k": "TLIMIT? {sensor}",
        }
        replies = self._ask_joined(";".join(queries.values()), len(queries))
        values = ([float(field) for field in reply.split(",")] for reply in replies)
        found = {
            name: value[0] if len(value) == 1 else value
            for name, value in zip(queries, values, strict=True)
        }
        return {"sensor": self._sensor, "output": int(self._output), **found}

    def make_safe(self) -> dict[str, object]:
        """Switch the heater off and read back; raises `InstrumentError` when it is still on."""
        (heater_range,) = self._ask_joined("RANGE {output},0;RANGE? {output}", 1)
        if int(heater_range) != 0:
            raise InstrumentError(
                f"{self.name}: heater range of output {self._output} reads back {heater_range} "
                "after it was set to 0 (off); switch the heater off at the instrument"
            )
        return {"heater_range": 0}

    def temperature_k(self) -> float:
        """Stage temperature now; raises `InstrumentError` when the reading is not valid."""
        reading, status = self._ask_joined("KRDG? {sensor};RDGST? {sensor}", 2)
        if int(status):
            raise InstrumentError(
                f"{self.name}: input {self._sensor}: {_words(int(status), _READING_FAULTS)} "
                f"(status {status}, reading {reading} K); check the sensor"
            )
        return float(reading)

    def setpoint_k(self) -> float:
        """Set-point as the instrument reports it: while it ramps, where the ramp is now."""
        return cast(float, self.setpoint)

    def go_to(self, setpoint_k: float, rate_k_per_min: float) -> None:
        """Ramp to a set-point (K, to 1505) at a rate (K/min, 0.1 to 100); returns at once.

        Switches the heater on, in the range given as `heater`: without it no set-point is held,
        and a ramp would move a number only. Rate and range are read back here; the set-point by
        `ramping`, because the instrument goes on answering with the old one for a while. Raises
        `ValueError` out of range, before anything is sent; `InstrumentError` when the instrument
        objects or reads back something else.
        """
        strict_range(setpoint_k, (0.0, _MAX_SETPOINT_K))
        strict_range(rate_k_per_min, _RATES_K_PER_MIN)
        command = (
            f"*CLS;RAMP {{output}},1,{rate_k_per_min:.9g};RANGE {{output}},{self._heater};"
            f"SETP {{output}},{setpoint_k:.9g};RAMP? {{output}};RANGE? {{output}};*ESR?"
        )
        ramp, heater, events = self._ask_joined(command, 3)
        self._refuse_events(int(events), f"{setpoint_k:g} K at {rate_k_per_min:g} K/min")
        enabled, rate = (float(field) for field in ramp.split(","))
        if enabled != 1 or abs(rate - rate_k_per_min) > _RESOLUTION:
            raise InstrumentError(
                f"{self.name}: ramp reads back {ramp} (on, K/min) instead of 1,{rate_k_per_min:g}"
            )
        if int(heater) != self._heater:
            raise InstrumentError(
                f"{self.name}: heater range of output {self._output} reads back {heater} instead "
                f"of {self._heater}; look for a limit or an interlock at the instrument"
            )
        self._requested = (setpoint_k, self._now_s())

    def ramping(self) -> bool:
        """Whether the set-point is still moving, or has not yet arrived where `go_to` sent it.

        Raises `InstrumentError` when it has stopped elsewhere.
        """
        moving, setpoint = self._ask_joined("RAMPST? {output};SETP? {output}", 2)
        if int(moving):
            return True
        if self._requested is None:
            return False
        requested_k, since_s = self._requested
        if abs(float(setpoint) - requested_k) <= _RESOLUTION:
            return False
        if self._now_s() - since_s > _STALE_S:
            raise InstrumentError(
                f"{self.name}: set-point reads back {setpoint} K instead of {requested_k:g} K and "
                "does not move; somebody else may have changed it"
            )
        return True

    def _ask_joined(self, command: str, count: int) -> list[str]:
        """Replies to a message of several queries joined by semicolons."""
        reply = self.ask(command).strip()
        replies = reply.split(";")
        if len(replies) != count:
            raise InstrumentError(
                f"{self.name}: {reply!r} is no answer to {command!r}: {count} values expected"
            )
        return replies

    def _refuse_events(self, events: int, what: str) -> None:
        words = _words(events, _EVENT_ERRORS)
        if words:
            raise InstrumentError(f"{self.name}: {what}: {words} (*ESR? {events})")
